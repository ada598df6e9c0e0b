"""A NONMEM-style data set read strictly: every refusal names the row and quotes the value. Nothing is repaired.

A dot or an empty cell is NONMEM's null. Columns: ID TIME EVID, and as needed AMT RATE II ADDL SS CMT ROUTE DV MDV DVID
BLQ LLOQ AGE WT SEX ANCESTRY. Another column must be named as dropped, so that a misspelt one is never passed over.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

from ketaminder.pharmacology.exchange.records import Event, Given, Observed, Person, Record, Steady
from ketaminder.pharmacology.question import AGE_YEARS, DOSE_MG, LATEST_H, WEIGHT_KG
from ketaminder.terms import Ancestry, Patient, Refused, Route, Sex

REQUIRED = ("ID", "TIME", "EVID")
COVARIATES = ("AGE", "WT", "SEX", "ANCESTRY")
DOSING = ("AMT", "RATE", "II", "ADDL", "SS")
OPTIONAL = (*DOSING, "CMT", "ROUTE", "DV", "MDV", "DVID", "BLQ", "LLOQ", *COVARIATES)
NULL = ("", ".")
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
"""A decimal number as NONMEM and CSV write it: no other digits, no separators, no NaN."""
MOST_ADDITIONAL = 10_000
MOST_H = 100 * LATEST_H
MOST_NG_PER_ML = 1e9
MOST = {
    "TIME": MOST_H,
    "II": MOST_H,
    "AMT": DOSE_MG[1],
    "RATE": 1e9,
    "LLOQ": MOST_NG_PER_ML,
    "AGE": AGE_YEARS[1],
    "WT": WEIGHT_KG[1],
}
"""Bounds of what one run can compute; none of them is a limit of treatment."""
GIVES = (Event.DOSE, Event.RESET_AND_DOSE)

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file; every reading refuses with its number."""

    line: int
    cells: Mapping[str, str]

    def refused(self, column: str, required: str) -> Refused:
        """The refusal that names the row and `column`, and quotes the cell."""
        return Refused(f"row {self.line}, {column}", self.cells.get(column), required)

    def given(self, column: str) -> bool:
        """Whether `column` is there and holds no null."""
        return self.cells.get(column, "") not in NULL

    def number(self, column: str, required: str) -> float:
        """The number in `column`, zero where it is null."""
        if not self.given(column):
            return 0.0
        if not PLAIN.fullmatch(self.cells[column]) or not math.isfinite(float(self.cells[column])):
            raise self.refused(column, required)
        return float(self.cells[column])

    def not_below_zero(self, column: str, unit: str) -> float:
        """The number in `column`, zero where it is null."""
        most = MOST[column]
        required = f"a number, zero or above, in {unit}, at most {most:g}"
        value = self.number(column, required)
        if not 0 <= value <= most:
            raise self.refused(column, required)
        return value

    def whole(self, column: str, low: int, high: int) -> int:
        """The whole number in `column`, zero where it is null."""
        required = f"a whole number from {low} to {high}"
        value = self.number(column, required)
        if value != int(value) or not low <= value <= high:
            raise self.refused(column, required)
        return int(value)

    def one_of(self, column: str, choices: type[Choice]) -> Choice | None:
        """The word in `column`; None where it is null."""
        if not self.given(column):
            return None
        if self.cells[column] not in set(choices):
            raise self.refused(column, f"one of {', '.join(choices)}")
        return choices(self.cells[column])


def read(text: str, route: Route | None = None, dropped: Collection[str] = ()) -> tuple[Person, ...]:
    """The people of a CSV table with a header.

    Args:
        text: the table.
        route: the way in of doses that name neither ROUTE nor CMT.
        dropped: columns that may be there and are not read.

    Raises:
        Refused: with the row and the value, whatever cannot be read safely.
    """
    rows = _rows(text, dropped)
    people: list[Person] = []
    for identifier, several in groupby(rows, key=lambda row: row.cells["ID"]):
        own = list(several)
        if identifier in NULL or any(one.patient.identifier == identifier for one in people):
            raise own[0].refused("ID", "an identifier whose rows stand together")
        people.append(Person(_records(own, _patients(identifier, own), route)))
    if not people:
        raise Refused("data", text, "a header and at least one row")
    return tuple(people)


def _rows(text: str, dropped: Collection[str]) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(lines, [])]
        _check_header(header, dropped)
        for cells in lines:
            if len(cells) != len(header):
                raise Refused(f"row {lines.line_num}", ",".join(cells), f"{len(header)} cells, as in the header")
            values = zip(header, (cell.strip() for cell in cells), strict=True)
            yield Row(lines.line_num, {name: cell for name, cell in values if name not in dropped})
    except csv.Error as error:
        raise Refused(f"row {lines.line_num}", str(error), "comma-separated values") from None


def _check_header(header: Sequence[str], dropped: Collection[str]) -> None:
    for name in REQUIRED:
        if name not in header:
            raise Refused("row 1", ",".join(header), f"a header with the column {name}")
    for name in dropped:
        if name not in header:
            raise Refused("--drop", name, f"a column of the header: {', '.join(header)}")
        if name in REQUIRED:
            raise Refused("--drop", name, f"another column: {', '.join(REQUIRED)} are read")
    for name in header:
        if header.count(name) > 1:
            raise Refused("row 1", name, "each column once")
        if name not in (*REQUIRED, *OPTIONAL, *dropped):
            raise Refused("row 1", name, f"one of {', '.join((*REQUIRED, *OPTIONAL))}, or a column named as dropped")


def _patients(identifier: str, rows: Sequence[Row]) -> list[Patient]:
    """The person on every row: age and weight may change, and are given on each row or on none."""
    first = rows[0]
    for row in rows:
        for name in COVARIATES:
            if row.given(name) != first.given(name):
                raise row.refused(name, f"the {name} of the person in every row, or in none")
        for name in ("SEX", "ANCESTRY"):
            if row.cells.get(name) != first.cells.get(name):
                raise row.refused(name, f"the {name} of the person's first row: it may not change in time")
    return [_patient(identifier, row) for row in rows]


def _patient(identifier: str, row: Row) -> Patient:
    return Patient(
        identifier=identifier,
        age_years=_covariate(row, "AGE", "years", AGE_YEARS[0]),
        weight_kg=_covariate(row, "WT", "kg", WEIGHT_KG[0]),
        sex=row.one_of("SEX", Sex),
        ancestry=row.one_of("ANCESTRY", Ancestry),
    )


def _covariate(row: Row, column: str, unit: str, least: float) -> float | None:
    if not row.given(column):
        return None
    value = row.not_below_zero(column, unit)
    if value < least:
        raise row.refused(column, f"{least:g} or more, in {unit}")
    return value


def _records(rows: Sequence[Row], patients: Sequence[Patient], route: Route | None) -> tuple[Record, ...]:
    found: list[Record] = []
    for row, patient in zip(rows, patients, strict=True):
        one = _record(row, patient, route)
        restarts = one.event in (Event.RESET, Event.RESET_AND_DOSE)
        if found and one.time_h < found[-1].time_h and not restarts:
            raise row.refused("TIME", f"{found[-1].time_h:g} h or later: only EVID 3 and 4 start time afresh")
        found.append(one)
    return tuple(found)


def _record(row: Row, patient: Patient, route: Route | None) -> Record:
    if not row.given("TIME") or not row.given("EVID"):
        raise row.refused("TIME" if row.given("EVID") else "EVID", "a number: it may not be null")
    time_h = row.not_below_zero("TIME", "hours (a clock time is not read)")
    event = Event(row.whole("EVID", 0, 4))
    if event in GIVES:
        return Record(row.line, time_h, event, patient, dose=_dose(row, route))
    for column in DOSING:
        if row.number(column, "a number"):
            raise row.refused(column, f"zero or null where EVID is {event.value}")
    observed = _observed(row) if event is Event.OBSERVATION else None
    return Record(row.line, time_h, event, patient, observed=observed)


def _dose(row: Row, route: Route | None) -> Given:
    if row.given("MDV") and row.whole("MDV", 0, 1) == 0:
        raise row.refused("MDV", "1 on a record that is no observation")
    given = Given(
        amount_mg=row.not_below_zero("AMT", "mg"),
        rate_mg_per_h=_rate(row),
        into=_into(row, route),
        interval_h=row.not_below_zero("II", "hours"),
        additional=row.whole("ADDL", 0, MOST_ADDITIONAL),
        steady=Steady(row.whole("SS", 0, 2)),
    )
    _check_repetition(row, given)
    return given


def _rate(row: Row) -> float:
    rate = row.number("RATE", "a number in mg/h")
    if rate in (-1, -2):
        raise row.refused("RATE", "zero (at once) or mg/h: rates and durations that a model estimates are not read")
    return row.not_below_zero("RATE", "mg/h")


def _into(row: Row, route: Route | None) -> Route | int:
    compartment, named = row.whole("CMT", 0, 1000), row.one_of("ROUTE", Route)
    if compartment and named:
        raise row.refused("CMT", "null where ROUTE says the way in")
    found = compartment or named or route
    if not found:
        raise row.refused("ROUTE", "a route or a CMT, in the row or for the whole table")
    return found


def _check_repetition(row: Row, given: Given) -> None:
    if given.duration_h > MOST_H:
        raise row.refused("RATE", f"a rate in mg/h at which the amount is in within {MOST_H:g} h")
    if given.endless:
        if not (given.steady and given.rate_mg_per_h) or given.interval_h or given.additional:
            raise row.refused("AMT", "an amount above zero; zero only with SS, RATE and neither II nor ADDL")
    elif (given.additional or given.steady) and not given.interval_h:
        raise row.refused("II", "an interval above zero, in hours, with ADDL or SS")
    elif given.interval_h and not (given.additional or given.steady):
        raise row.refused("II", "zero or null without ADDL and SS")


def _observed(row: Row) -> Observed:
    if row.given("CMT") and row.whole("CMT", 0, 1000):
        raise row.refused("CMT", "null on an observation: DVID says which output was measured")
    output = row.whole("DVID", 1, 100) if row.given("DVID") else 1
    limit = row.not_below_zero("LLOQ", "ng/mL") or None
    if row.whole("BLQ", 0, 1):
        if limit is None or row.whole("MDV", 0, 1):
            raise row.refused("LLOQ" if limit is None else "MDV", "a limit above zero and MDV 0 where BLQ is 1")
        return Observed(output, None, limit, below_limit=True)
    if row.whole("MDV", 0, 1):
        return Observed(output, None, limit)
    return Observed(output, _measured(row, limit), limit)


def _measured(row: Row, limit: float | None) -> float:
    value = row.number("DV", "a concentration in ng/mL")
    if value <= 0 or (limit is not None and value < limit):
        raise row.refused("DV", "a concentration above zero and not below LLOQ, in ng/mL; else BLQ 1, or MDV 1")
    if not 1 / MOST_NG_PER_ML <= value <= MOST_NG_PER_ML:
        raise row.refused("DV", f"a concentration from {1 / MOST_NG_PER_ML:g} to {MOST_NG_PER_ML:g} ng/mL")
    return value
