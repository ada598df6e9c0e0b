"""FHIR R4 Patient: who is treated, and where. http://hl7.org/fhir/R4/patient.html"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ketaminder.fhir.coding import table
from ketaminder.fhir.document import Element
from ketaminder.fhir.reading import Reading
from ketaminder.fhir.record import Resource, unread_reason
from ketaminder.fhir.vocabulary import bounds
from ketaminder.fhir.when import Moment, moment, period, whole_years
from ketaminder.terms import Ancestry, Message, Patient, Region, Sex

_RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
_SEX = {"female": Sex.FEMALE, "male": Sex.MALE, "other": Sex.OTHER, "unknown": None, "": None}


def patient_of(resource: Resource, on: date) -> tuple[Patient, Reading]:
    """The patient without measurements, and what must be said of the reading.

    Raises:
        Refused: the birth date is in the future or cannot be read, or the person is recorded as dead.
    """
    body = resource.body
    if unread_reason(body):
        raise body.refused(f"a Patient that can be read whole; {unread_reason(body)}")
    _check_alive(body, on)
    gender = body["gender"].text()
    if gender not in _SEX:
        raise body["gender"].refused("male, female, other or unknown")
    ancestry, unclear = _ancestry(body)
    patient = Patient(resource.id or resource.url, _name(body), sex=_SEX[gender], ancestry=ancestry)
    born = moment(body["birthDate"])
    if born is None:
        return patient, unclear
    aged, said = _aged(patient, body["birthDate"], born, on)
    return aged, said + unclear


def _aged(patient: Patient, element: Element, born: Moment, on: date) -> tuple[Patient, Reading]:
    if born.earliest > on:
        raise element.refused(f"a birth date not after {on}")
    _, oldest = bounds("age_years", "years")
    if oldest is not None and whole_years(born.latest, on) > oldest:
        raise element.refused("the birth date of a living person")
    youngest = whole_years(min(born.latest, on), on)
    if born.whole:
        return replace(patient, birth_date=born.earliest, age_years=float(youngest)), Reading()
    text = "The birth date says only {given}: the age is taken as {youngest}, and may be {oldest}."
    said = Message(text, given=element.text(), youngest=youngest, oldest=whole_years(born.earliest, on))
    return replace(patient, age_years=float(youngest)), Reading(said=(said,))


def _check_alive(body: Element, on: date) -> None:
    died = moment(body["deceasedDateTime"])
    if body["deceasedBoolean"].flag() or (died and died.earliest <= on):
        raise body["deceasedDateTime" if died else "deceasedBoolean"].refused("a living patient")


def _name(body: Element) -> str:
    names = sorted(body["name"], key=lambda name: name["use"].text() != "official")
    for name in names:
        parts = [*(given.text() for given in name["given"]), name["family"].text()]
        if text := name["text"].text() or " ".join(filter(None, parts)):
            return text
    return ""


def region_of(resource: Resource, on: date) -> tuple[Region | None, Reading]:
    """The region whose label governs at the patient's address; None where it names none, or two."""
    countries = [address["country"].text() for address in resource.body["address"] if _in_use(address, on)]
    regions = {region for country in countries for region in [_region(country)] if region}
    if len(regions) == 1:
        return regions.pop(), Reading()
    named = ", ".join(filter(None, countries)) or "none"
    said = Message("The region is open: the address names {countries}.", countries=named)
    return None, Reading(said=(said,))


def _in_use(address: Element, on: date) -> bool:
    start, end = period(address["period"])
    return address["use"].text() != "old" and not (start and start.earliest > on) and not (end and end.latest < on)


def _region(country: str) -> Region | None:
    for region, names in table("codes")["region"].items():
        if country.casefold() in (name.casefold() for name in names):
            return Region(region)
    return None


def _ancestry(body: Element) -> tuple[Ancestry | None, Reading]:
    """The ancestry group of the US Core race extension, if every code in it names the same one."""
    codes = [
        part["valueCoding"]["code"].text()
        for extension in body["extension"]
        if extension["url"].text() == _RACE
        for part in extension["extension"]
        if part["url"].text() in ("ombCategory", "detailed")
    ]
    groups = {table("codes")["ancestry"].get(code) for code in codes if code != "2028-9"}
    if len(groups) == 1 and (group := groups.pop()):
        return Ancestry(group), Reading()
    if not codes:
        return None, Reading()
    said = Message("The race codes {codes} name no single ancestry group of the models.", codes=", ".join(codes))
    return None, Reading(said=(said,))
