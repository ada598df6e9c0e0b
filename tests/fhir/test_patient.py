"""Patient: age, sex, region, ancestry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ketaminder.terms import Ancestry, Case, Refused, Region, Sex

RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"


def person(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "p", **more}


def race(*codes: str) -> dict[str, Any]:
    url = {code: "ombCategory" if code in ("2028-9", "2106-3", "2054-5") else "detailed" for code in codes}
    return {"url": RACE, "extension": [{"url": url[code], "valueCoding": {"code": code}} for code in codes]}


def test_who_is_treated(read: Callable[..., Case]) -> None:
    names = [{"use": "nickname", "text": "Nan"}, {"use": "official", "given": ["Nora", "May"], "family": "Halloran"}]
    case = read(patient=person(name=names, gender="female", birthDate="1974-03-18"))
    assert case.patient.name == "Nora May Halloran"
    assert (case.patient.sex, case.patient.birth_date, case.patient.age_years) == (Sex.FEMALE, date(1974, 3, 18), 52.0)


def test_what_is_not_recorded_is_unknown(read: Callable[..., Case]) -> None:
    case = read(patient=person())
    patient = case.patient
    assert (patient.sex, patient.birth_date, patient.age_years, patient.weight_kg, patient.ancestry) == (None,) * 5
    assert (case.region, case.product, case.indication, case.medications, dict(case.facts)) == (
        None,
        None,
        None,
        None,
        {},
    )


def test_a_birth_date_in_the_future_is_refused(read: Callable[..., Case]) -> None:
    with pytest.raises(Refused) as refused:
        read(patient=person(birthDate="2026-11-03"))
    said = "Bundle.entry[0].resource.birthDate: got '2026-11-03'; required: a birth date not after 2026-11-02."
    assert str(refused.value) == said


def test_a_birth_date_on_the_day_of_reading_is_age_zero(read: Callable[..., Case]) -> None:
    assert read(patient=person(birthDate="2026-11-02")).patient.age_years == 0.0


def test_a_partial_birth_date_gives_the_youngest_age_and_says_so(read: Callable[..., Case]) -> None:
    case = read(patient=person(birthDate="1961"))
    assert (case.patient.age_years, case.patient.birth_date) == (64.0, None)
    assert "The birth date says only 1961: the age is taken as 64, and may be 65." in map(str, case.assumed)


def test_nobody_is_150_years_old(read: Callable[..., Case]) -> None:
    with pytest.raises(Refused, match="got '1876-01-01'; required: the birth date of a living person"):
        read(patient=person(birthDate="1876-01-01"))


@pytest.mark.parametrize(
    "died",
    [
        {"deceasedBoolean": True},
        {"deceasedDateTime": "2026-10-30"},
        {"deceasedDateTime": "2026-11-02"},
        {"deceasedDateTime": "2026-11"},
    ],
)
def test_a_person_recorded_as_dead_is_refused(read: Callable[..., Case], died: dict[str, Any]) -> None:
    """Before 2 November, that day, or perhaps by then: a month that has begun counts."""
    with pytest.raises(Refused, match="required: a living patient"):
        read(patient=person(**died))


def test_a_past_day_is_read_as_it_was_while_the_person_lived(read: Callable[..., Case]) -> None:
    assert read(patient=person(deceasedDateTime="2026-11-03")).patient.identifier


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("US", Region.US),
        ("usa", Region.US),
        ("DE", Region.EU),
        ("Sweden", Region.EU),
        ("GB", Region.UK),
        ("CH", Region.CH),
    ],
)
def test_the_address_names_the_region(read: Callable[..., Case], country: str, region: Region) -> None:
    assert read(patient=person(address=[{"country": country}])).region is region


def test_an_old_address_does_not_count(read: Callable[..., Case]) -> None:
    old = {"country": "US", "period": {"end": "2020-01-01"}}
    assert read(patient=person(address=[old, {"country": "FR"}])).region is Region.EU


@pytest.mark.parametrize("countries", [["JP"], ["US", "DE"]])
def test_a_region_that_is_not_clear_stays_open(read: Callable[..., Case], countries: list[str]) -> None:
    case = read(patient=person(address=[{"country": country} for country in countries]))
    assert case.region is None
    assert f"The region is open: the address names {', '.join(countries)}." in map(str, case.assumed)


@pytest.mark.parametrize(
    ("codes", "ancestry"),
    [
        (["2106-3"], Ancestry.CAUCASIAN),
        (["2028-9", "2039-6"], Ancestry.JAPANESE),
        (["2028-9", "2034-7"], Ancestry.ASIAN_NON_JAPANESE),
        (["2054-5"], Ancestry.OTHER),
        (["2028-9"], None),
        (["2106-3", "2054-5"], None),
    ],
)
def test_only_clear_race_codes_name_an_ancestry(
    read: Callable[..., Case], codes: list[str], ancestry: Ancestry | None
) -> None:
    assert read(patient=person(extension=[race(*codes)])).patient.ancestry is ancestry


def test_a_patient_with_an_unknown_modifier_is_refused(read: Callable[..., Case]) -> None:
    with pytest.raises(Refused, match="a modifier extension that Ketaminder does not know"):
        read(patient=person(modifierExtension=[{"url": "urn:not-this-person", "valueBoolean": True}]))
