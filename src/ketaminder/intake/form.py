"""The case form to Case. The form is closed: a safety flag that it does not list is known to be absent."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeVar

from ketaminder.evidence import Library
from ketaminder.fhir import Chosen
from ketaminder.fhir.coding import Concept
from ketaminder.fhir.document import Element
from ketaminder.fhir.dosage import dose_text
from ketaminder.fhir.indication import DEPRESSION, named, usual_product
from ketaminder.fhir.reading import Reading, facts_of
from ketaminder.intake import flags
from ketaminder.intake.schema import validate
from ketaminder.terms import (
    Ancestry,
    Case,
    Diagnosis,
    Fact,
    Indication,
    Medication,
    Message,
    Patient,
    Phase,
    PriorTreatment,
    Product,
    Psychotherapy,
    Region,
    Sex,
)

Word = TypeVar("Word", bound=StrEnum)

DISTINCTIVE = frozenset(
    {"diagnosis", "safety_flags", "vitals", "current_medications", "prior_treatments", "indication_route"}
)
"""An object with any of these is a case form."""
_SEX = {"F": Sex.FEMALE, "female": Sex.FEMALE, "M": Sex.MALE, "male": Sex.MALE, "other": Sex.OTHER, None: None}
_OFF_LABEL = "off-label"
_NONE = """
none, nil, n/a, na, no, nothing, none known, none reported, none currently, none at present, none taken, not taking any,
not taking anything, not on any, not on any medication, not on any medications, no meds, no current meds, no medication,
no medications, no medicine, no medicines, no current medication, no current medications, no current medicines,
no regular medication, no regular medications, no regular medicines, nothing regular, no known medications, nkm,
denies, denies any, denies medications
"""
NO_MEDICINE = frozenset(" ".join(_NONE.split()).split(", "))
_ALLERGY = (
    "nka, nkda, no known allergies, no known allergy, no known drug allergies, no known drug allergy, no allergies"
)
OF_ALLERGIES = frozenset(_ALLERGY.split(", "))
"""Entries that speak of allergies and say nothing of medicines."""


def read(form: Element, on: date, library: Library, chosen: Chosen) -> Case:
    """The case that one form records.

    Raises:
        Refused: the form does not hold to its schema, or says something impossible.
    """
    validate(form)
    diagnosis = Diagnosis(form["diagnosis"]["primary"].text(), form["diagnosis"]["icd10"].text() or None)
    route = _stated(form, "indication_route", "indication")
    indication, about_indication = _indication(route, diagnosis)
    product, about_product = _product(form, indication, chosen)
    phase, about_phase = _phase(form, chosen)
    reading = flags.facts_in(form, library.variables)
    facts = {**_named_by(diagnosis), **facts_of(reading)}
    flags.check_pressures(facts, form["vitals"])
    return Case(
        on=on,
        patient=_patient(form),
        indication=indication,
        diagnosis=diagnosis,
        region=chosen.region or _one_of(Region, _stated(form, "region")),
        product=product,
        phase=phase,
        facts=dict(sorted(facts.items())),
        medications=_medications(form),
        prior_treatments=_prior_treatments(form),
        psychotherapy=_psychotherapy(form),
        history=(*(line.text() for line in form["history"]), *reading.history),
        assumed=(about_indication + about_product + about_phase + reading).said,
        synthetic=bool(form["synthetic"].flag()),
    )


def _stated(form: Element, name: str, *also: str) -> Element:
    """What the form holds at `name`, or under `other` where it stands only there.

    Raises:
        Refused: the form holds both, and they differ.
    """
    here = form[name]
    for there in (form["other"][one] for one in (name, *also)):
        if here and there and here.value != there.value:
            raise there.refused(f"the same as at {here.where}, {here.value}")
        here = here or there
    return here


def _one_of(kind: type[Word], said: Element) -> Word | None:
    if said and said.value not in tuple(kind):
        raise said.refused(f"one of {', '.join(kind)}")
    return kind(said.value) if said else None


def _patient(form: Element) -> Patient:
    def number(name: str) -> float | None:
        value = _stated(form, name).number()
        return None if value is None else float(value)

    return Patient(
        identifier=form["id"].text(),
        name=form["name"].text(),
        age_years=number("age_years"),
        sex=_SEX[form["sex"].value],
        weight_kg=number("weight_kg"),
        height_cm=number("height_cm"),
        ancestry=_one_of(Ancestry, _stated(form, "ancestry")),
    )


def _indication(route: Element, diagnosis: Diagnosis) -> tuple[Indication | None, Reading]:
    text = route.text()
    purpose = named(_concept(diagnosis))
    if text == Indication.TRD and purpose == Indication.BIPOLAR_DEPRESSION:
        said = Message("The diagnosis is bipolar: examined as bipolar depression, which no label covers.")
        return Indication.BIPOLAR_DEPRESSION, Reading(said=(said,))
    if text and text != _OFF_LABEL:
        return _one_of(Indication, route), Reading()
    if purpose is None:
        return (Indication.OTHER if diagnosis.text or diagnosis.icd10 else None), Reading()
    if purpose != DEPRESSION:
        return Indication(purpose), Reading()
    if text == _OFF_LABEL:
        return Indication.DEPRESSION, Reading()
    said = Message("The depression is examined as treatment-resistant: the form gives no indication route.")
    return Indication.TRD, Reading(said=(said,))


def _named_by(diagnosis: Diagnosis) -> dict[str, Fact]:
    """The primary diagnosis by its own code or words, whatever the indication says."""
    purpose = named(_concept(diagnosis))
    if not (diagnosis.text or diagnosis.icd10):
        return {}
    name = {DEPRESSION: "MDD", Indication.BIPOLAR_DEPRESSION: "bipolar", None: "other"}.get(purpose, purpose)
    return {"primary_diagnosis": Fact(name, origin="diagnosis")}


def _concept(diagnosis: Diagnosis) -> Concept:
    return Concept(diagnosis.text, (("icd10", diagnosis.icd10),) if diagnosis.icd10 else (), "diagnosis")


def _product(form: Element, indication: Indication | None, chosen: Chosen) -> tuple[Product | None, Reading]:
    if chosen.product:
        return chosen.product, Reading()
    if form["product"]:
        return Product(form["product"].text()), Reading()
    product = usual_product(indication)
    if product is None:
        return None, Reading()
    said = Message("The product examined is {product}: the form names none.", product=product.value)
    return product, Reading(said=(said,))


def _phase(form: Element, chosen: Chosen) -> tuple[Phase, Reading]:
    if chosen.phase:
        return chosen.phase, Reading()
    if form["phase"]:
        return Phase(form["phase"].text()), Reading()
    said = Message("The phase of treatment is taken to be {phase}.", phase=Phase.START.value)
    return Phase.START, Reading(said=(said,))


def _medications(form: Element) -> tuple[Medication, ...] | None:
    if not form["current_medications"]:
        return None
    listed = list(form["current_medications"])
    entries = [entry for entry in listed if not _says(entry, OF_ALLERGIES)]
    if listed and not entries:
        return None
    return tuple(_medication(entry) for entry in entries if not _says(entry, NO_MEDICINE))


def _says(entry: Element, sayings: frozenset[str]) -> bool:
    """Whether an entry of the list is one of `sayings` and no medicine."""
    name = " ".join((entry["name"].text() or "").lower().strip(" .-").split())
    return name in sayings and not (entry["rxcui"].text() or entry["atc"].text())


def _medication(entry: Element) -> Medication:
    name, rxcui, atc = (entry[key].text() for key in ("name", "rxcui", "atc"))
    if not (name or rxcui or atc):
        raise entry.refused("the code or name of the medicine")
    return Medication(
        name=name or (f"RxNorm {rxcui}" if rxcui else f"ATC {atc}"),
        rxcui=rxcui or None,
        atc=atc or None,
        dose=dose_text(entry["dose"]),
        note=entry["note"].text(),
    )


def _prior_treatments(form: Element) -> tuple[PriorTreatment, ...] | None:
    if not form["prior_treatments"]:
        return None
    return tuple(_prior_treatment(entry) for entry in form["prior_treatments"])


def _prior_treatment(entry: Element) -> PriorTreatment:
    if not entry["drug"].text():
        raise entry["drug"].refused("the name of the medicine")
    weeks, improvement = entry["weeks"].number(), entry["improvement_percent"].number()
    return PriorTreatment(
        drug=entry["drug"].text(),
        rxcui=entry["rxcui"].text() or None,
        dose=dose_text(entry["dose"]),
        weeks=None if weeks is None else float(weeks),
        improvement_percent=None if improvement is None else float(improvement),
        outcome=entry["outcome"].text(),
        in_current_episode=entry["in_current_episode"].flag(),
    )


def _psychotherapy(form: Element) -> tuple[Psychotherapy, ...] | None:
    if not form["psychotherapy"]:
        return None
    return tuple(
        Psychotherapy(entry["type"].text(), entry["sessions"].value, entry["status"].text())
        for entry in form["psychotherapy"]
    )
