"""Reading a data set: what is understood, and every refusal with its row and the value quoted."""

from __future__ import annotations

import pytest

from ketaminder.pharmacology.exchange.records import Event, Given, Observed, Steady
from ketaminder.pharmacology.exchange.table import read
from ketaminder.terms import Ancestry, Refused, Route, Sex


def test_two_people_with_every_column() -> None:
    table = """ID,TIME,EVID,AMT,RATE,II,ADDL,SS,CMT,ROUTE,DV,MDV,DVID,BLQ,LLOQ,AGE,WT,SEX,ANCESTRY,SITE
a,0,1,40,60,24,3,2,.,intravenous,.,1,.,.,.,31,81.5,female,japanese,x
a,1.5,0,.,.,.,.,.,.,.,120,0,2,0,1,31,81.5,female,japanese,x
a,9,0,.,.,.,.,.,.,.,.,0,1,1,0.5,31,81.5,female,japanese,x
b,0,4,28,,,,,3,,,,,,,,,,,y
"""
    first, second = read(table, dropped=["SITE"])
    assert (first.patient.age_years, first.patient.weight_kg) == (31, 81.5)
    assert (first.patient.sex, first.patient.ancestry) == (Sex.FEMALE, Ancestry.JAPANESE)
    assert first.records[0].dose == Given(40, 60, Route.INTRAVENOUS, 24, 3, Steady.ADDS)
    assert first.records[1].observed == Observed(2, 120, 1)
    assert first.records[2].observed == Observed(1, None, 0.5, below_limit=True)
    assert [record.row for record in first.observations] == [3, 4]
    assert second.records[0].event is Event.RESET_AND_DOSE
    assert second.records[0].dose == Given(28, 0, 3)
    assert second.patient.weight_kg is None


def row(**cells: str) -> str:
    """A table of one dosing record with `cells` changed."""
    usual = {"ID": "1", "TIME": "0", "EVID": "1", "AMT": "28", "ROUTE": "nasal"} | cells
    return f"{','.join(usual)}\n{','.join(usual.values())}\n"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"RATE": "-1"}, r"row 2, RATE: got '-1'; required: .*that a model estimates are not read"),
        ({"RATE": "-2"}, r"row 2, RATE: got '-2'; required: .*that a model estimates are not read"),
        ({"RATE": "-5"}, r"row 2, RATE: got '-5'; required: a number, zero or above, in mg/h"),
        ({"AMT": "28mg"}, r"row 2, AMT: got '28mg'; required: a number, zero or above, in mg"),
        ({"AMT": "0"}, r"row 2, AMT: got '0'; required: an amount above zero"),
        ({"AMT": "nan"}, r"row 2, AMT: got 'nan'"),
        ({"AMT": "-28"}, r"row 2, AMT: got '-28'"),
        ({"TIME": "08:30"}, r"row 2, TIME: got '08:30'; required: .*a clock time is not read"),
        ({"TIME": "."}, r"row 2, TIME: got '.'; required: .*may not be null"),
        ({"EVID": "5"}, r"row 2, EVID: got '5'; required: a whole number from 0 to 4"),
        ({"EVID": ""}, r"row 2, EVID: got ''"),
        ({"EVID": "0"}, r"row 2, AMT: got '28'; required: zero or null where EVID is 0"),
        ({"EVID": "3"}, r"row 2, AMT: got '28'; required: zero or null where EVID is 3"),
        ({"ADDL": "2"}, r"row 2, II: got None; required: an interval above zero"),
        ({"SS": "1", "II": "0"}, r"row 2, II: got '0'; required: an interval above zero"),
        ({"SS": "3", "II": "12"}, r"row 2, SS: got '3'; required: a whole number from 0 to 2"),
        ({"II": "12"}, r"row 2, II: got '12'; required: zero or null without ADDL and SS"),
        ({"ADDL": "1.5", "II": "12"}, r"row 2, ADDL: got '1.5'; required: a whole number"),
        ({"ROUTE": "rectal"}, r"row 2, ROUTE: got 'rectal'; required: one of"),
        ({"ROUTE": "."}, r"row 2, ROUTE: got '.'; required: a route or a CMT"),
        ({"CMT": "1"}, r"row 2, CMT: got '1'; required: null where ROUTE"),
        ({"MDV": "0"}, r"row 2, MDV: got '0'; required: 1 on a record that is no observation"),
        ({"WT": "heavy"}, r"row 2, WT: got 'heavy'"),
        ({"ADLL": "2"}, r"row 1: got 'ADLL'; required: one of ID, TIME"),
        ({"ID": "."}, r"row 2, ID: got '.'"),
        ({"AMT": "4_0"}, r"row 2, AMT: got '4_0'; required: a number, zero or above, in mg"),
        ({"AMT": "٤٠"}, r"row 2, AMT: got '٤٠'; required: a number"),
        ({"AMT": "1e300"}, r"row 2, AMT: got '1e300'; required: .*in mg, at most 10000"),
        ({"AMT": "1e400"}, r"row 2, AMT: got '1e400'; required: a number"),
        ({"RATE": "1e308"}, r"row 2, RATE: got '1e308'; required: .*in mg/h, at most 1e\+09"),
        ({"RATE": "1e-300"}, r"row 2, RATE: got '1e-300'; required: a rate in mg/h at which the amount is in within"),
        ({"TIME": "1e308"}, r"row 2, TIME: got '1e308'; required: .*at most 876000"),
        ({"II": "1e300", "SS": "1"}, r"row 2, II: got '1e300'; required: .*in hours, at most 876000"),
        ({"EVID": "1e400"}, r"row 2, EVID: got '1e400'; required: a whole number"),
        ({"WT": "0"}, r"row 2, WT: got '0'; required: 1 or more, in kg"),
        ({"WT": "1e300"}, r"row 2, WT: got '1e300'; required: .*in kg, at most 1000"),
        ({"AGE": "131"}, r"row 2, AGE: got '131'; required: .*in years, at most 130"),
    ],
)
def test_a_dosing_record_that_cannot_be_read_is_refused(cells: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        read(row(**cells))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("0,.,0,0,.", r"row 2, DV: got '.'; required: a concentration above zero"),
        ("0,-3,0,0,.", r"row 2, DV: got '-3'"),
        ("0,0,0,0,.", r"row 2, DV: got '0'; required: .*else BLQ 1, or MDV 1"),
        ("0,3,0,0,5", r"row 2, DV: got '3'; required: .*not below LLOQ"),
        ("0,.,0,1,.", r"row 2, LLOQ: got '.'; required: a limit above zero"),
        ("0,.,1,1,5", r"row 2, MDV: got '1'"),
        ("0,1e308,0,0,.", r"row 2, DV: got '1e308'; required: a concentration from 1e-09 to 1e\+09 ng/mL"),
        ("0,1e-320,0,0,.", r"row 2, DV: got '1e-320'; required: a concentration from 1e-09"),
    ],
)
def test_an_observation_that_cannot_be_read_is_refused(cells: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read(f"ID,TIME,EVID,DV,MDV,BLQ,LLOQ\n1,0,{cells}")


def test_what_does_not_hang_together_is_refused() -> None:
    for table, said in (
        ("ID,EVID\n1,0", r"row 1: got 'ID,EVID'; required: a header with the column TIME"),
        ("ID,TIME,TIME,EVID\n1,0,0,2", r"row 1: got 'TIME'; required: each column once"),
        ("ID,TIME,EVID\n1,0", r"row 2: got '1,0'; required: 3 cells"),
        ("ID,TIME,EVID", r"data: got 'ID,TIME,EVID'; required: a header and at least one row"),
        ("ID,TIME,EVID\n1,2,2\n1,1,2", r"row 3, TIME: got '1'; required: 2 h or later"),
        ("ID,TIME,EVID\n1,0,2\n2,0,2\n1,1,2", r"row 4, ID: got '1'; required: .*rows stand together"),
        ("ID,TIME,EVID,WT\n1,0,2,70\n1,1,2,.", r"row 3, WT: got '.'; required: .*in every row, or in none"),
        ("ID,TIME,EVID,WT\n1,0,2,\n1,1,2,71", r"row 3, WT: got '71'; required: .*in every row, or in none"),
        ("ID,TIME,EVID,WT\n1,0,2,70\n1,1,2,-1", r"row 3, WT: got '-1'; required: a number, zero or above, in kg"),
        ("ID,TIME,EVID,SEX\n1,0,2,female\n1,1,2,male", r"row 3, SEX: got 'male'; required: .*may not change in time"),
    ):
        with pytest.raises(Refused, match=said):
            read(table)


def test_time_may_start_afresh_with_a_reset_only() -> None:
    (person,) = read("ID,TIME,EVID\n1,5,2\n1,0,3\n1,1,2")
    assert [record.time_h for record in person.records] == [5, 0, 1]
