"""The data files: every code says something that rules or people read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ketaminder import evidence
from ketaminder.fhir.coding import table
from ketaminder.terms import Ancestry, Drug, Indication, Region, Route

COVARIATES = {"weight_kg", "height_cm"}
SHOWN = {"hr", "rr", "temp_c", "ast_x_uln", "ggt_x_uln", "egfr", "tsh_mIU_L", "hb_g_dl", "inr", "PHQ9", "GAD7", "PCL5"}
"""What is checked and shown, and no rule reads."""


def test_every_variable_is_in_the_evidence() -> None:
    codes = table("codes")
    named = {row["variable"] for kind in ("condition", "dated") for row in codes[kind]}
    known = evidence.load().variables.keys()
    assert named <= known
    assert codes["observation"].keys() - known <= COVARIATES | SHOWN


def test_conditions_speak_of_flags_and_dates_of_numbers() -> None:
    variables = evidence.load().variables
    assert {variables[row["variable"]].kind for row in table("codes")["condition"]} == {"flag"}
    assert {variables[row["variable"]].kind for row in table("codes")["dated"]} == {"number"}


def test_what_refutes_a_condition_is_a_code_that_asserts_one() -> None:
    rows = table("codes")["condition"]
    asserting = [code for row in rows for code in (*row.get("icd10", ()), *row.get("snomed", ()))]
    refuting = [code for row in rows for code in row.get("refuted_by", ())]
    assert refuting
    assert not [code for code in refuting if not code.startswith(tuple(asserting))]


def test_words_of_the_terms() -> None:
    codes = table("codes")
    assert {row["indication"] for row in codes["indication"]} - {"depression"} <= {one.value for one in Indication}
    assert set(codes["ancestry"].values()) <= {one.value for one in Ancestry}
    assert set(codes["region"]) == {one.value for one in Region}
    assert set(codes["route"]) == {one.value for one in Route}
    assert set(codes["proposed"]) == {one.value for one in Drug}


def test_every_dimension_has_its_unit_at_factor_one() -> None:
    units = table("units")
    assert {row["dimension"] for row in table("codes")["observation"].values()} <= units.keys()
    assert all(Decimal(row["factors"][row["unit"]]) == 1 for row in units.values())


@pytest.mark.parametrize(
    "country", ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"]
)
def test_the_union(country: str) -> None:
    assert country in table("codes")["region"]["EU"]


def test_the_union_has_27_members_in_each_spelling() -> None:
    names = table("codes")["region"]["EU"]
    assert [len([name for name in names if len(name) == 2]), len([name for name in names if len(name) == 3])] == [
        27,
        27,
    ]
    assert len(names) == len(set(names)) == 81


def test_the_classes_of_earlier_treatments_are_classes_of_medicines() -> None:
    known = frozenset().union(*(medicine.classes for medicine in evidence.load().medicines.values()))
    assert set(table("codes")["prior_treatment"]["classes"]) <= known
