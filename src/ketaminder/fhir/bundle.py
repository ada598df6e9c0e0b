"""FHIR R4 Bundle to Case. The world is open: what the record does not say is unknown, and rules ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ketaminder.evidence import Library
from ketaminder.fhir.allergy import allergies_of
from ketaminder.fhir.coding import Concept, status
from ketaminder.fhir.condition import Condition, conditions_of
from ketaminder.fhir.document import Element
from ketaminder.fhir.indication import Purpose, purpose_of, usual_product
from ketaminder.fhir.medication import MedicineEntry, entries_of
from ketaminder.fhir.observation import Measurement, facts_from, observations_of
from ketaminder.fhir.patient import patient_of, region_of
from ketaminder.fhir.procedure import procedures_of
from ketaminder.fhir.reading import Reading, facts_of
from ketaminder.fhir.record import Record, Resource, record_of, unread_reason
from ketaminder.fhir.treatment import current_medicines, prior_treatments, product_of, proposals, reasons_of
from ketaminder.terms import Case, Message, Patient, Phase, Product, Region

_SUBJECT = {
    "Condition": "subject",
    "Observation": "subject",
    "MedicationStatement": "subject",
    "MedicationRequest": "subject",
    "Procedure": "subject",
    "List": "subject",
    "AllergyIntolerance": "patient",
}
"""The resources that Ketaminder reads, and the element that says whose each is."""
_MEDICINES = ("MedicationStatement", "MedicationRequest")
_SUPPORTING = ("Patient", "Medication")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader of the record decides instead of the record; None leaves it to the record."""

    region: Region | None = None
    product: Product | None = None
    phase: Phase | None = None


def read(bundle: Element, on: date, library: Library, chosen: Chosen) -> Case:
    """The case that `bundle` records of its one Patient on the day `on`.

    Raises:
        Refused: the Bundle cannot be read safely.
    """
    record = record_of(bundle, on, library.variables)
    kept, unread = _readable(record)
    conditions, about_conditions = conditions_of(record, kept["Condition"])
    measurements, about_observations = observations_of(record, kept["Observation"])
    entries = entries_of(record, [resource for kind in _MEDICINES for resource in kept[kind]])
    medicines, about_medicines = current_medicines(entries, kept["List"], on)
    trials, about_trials = prior_treatments(entries, record, library.medicines)
    psychotherapy, about_procedures = procedures_of(record, kept["Procedure"])
    person, about_person = patient_of(record.patient, on)
    region, about_region = _region(record, chosen)
    purpose, product, about_purpose = _purpose(entries, conditions, record, chosen)
    phase, about_phase = _phase(chosen)
    reading = (
        (about_person + about_region + about_purpose + about_phase)
        + (about_conditions + allergies_of(kept["AllergyIntolerance"]) + about_observations)
        + facts_from(measurements.values(), record)
        + (about_medicines + about_trials + about_procedures + unread)
    )
    return Case(
        on=on,
        patient=_measured(person, measurements),
        indication=purpose.indication,
        diagnosis=purpose.diagnosis,
        region=region,
        product=product,
        phase=phase,
        facts=dict(sorted(facts_of(reading).items())),
        medications=medicines,
        prior_treatments=trials,
        psychotherapy=psychotherapy,
        history=tuple(dict.fromkeys(reading.history)),
        assumed=tuple(dict.fromkeys(reading.said)),
        synthetic=_is_synthetic(bundle) or _is_synthetic(record.patient.body),
    )


def _readable(record: Record) -> tuple[dict[str, list[Resource]], Reading]:
    """The resources to translate, by kind, and what is said of those left out."""
    kept: dict[str, list[Resource]] = {kind: [] for kind in _SUBJECT}
    left: dict[str, int] = {}
    said: list[Message] = []
    for resource in record.resources:
        if resource.kind in _SUBJECT:
            reason = _left_out(resource, record)
            if reason:
                said.append(Message("{origin} is not read: {reason}.", origin=resource.origin, reason=reason))
            else:
                kept[resource.kind].append(resource)
        elif resource.kind not in _SUPPORTING:
            left[resource.kind] = left.get(resource.kind, 0) + 1
    if left:
        named = ", ".join(f"{kind} ({number})" for kind, number in sorted(left.items()))
        said.append(Message("Resources that Ketaminder does not read: {named}.", named=named))
    return kept, Reading(said=tuple(said))


def _left_out(resource: Resource, record: Record) -> str:
    body = resource.body
    if "entered-in-error" in (status(body["status"]), status(body["verificationStatus"])):
        return "it was entered in error"
    reason = unread_reason(body)
    if not record.is_about_patient(body[_SUBJECT[resource.kind]]):
        reason = reason or "it does not say whose it is"
    if reason and resource.kind in _MEDICINES:
        raise body.refused(f"medicines that can be read whole: here {reason}")
    return reason


def _region(record: Record, chosen: Chosen) -> tuple[Region | None, Reading]:
    return (chosen.region, Reading()) if chosen.region else region_of(record.patient, record.on)


def _phase(chosen: Chosen) -> tuple[Phase, Reading]:
    if chosen.phase:
        return chosen.phase, Reading()
    said = Message("The phase of treatment is taken to be {phase}.", phase=Phase.START.value)
    return Phase.START, Reading(said=(said,))


def _purpose(
    entries: Sequence[MedicineEntry], conditions: Sequence[Condition], record: Record, chosen: Chosen
) -> tuple[Purpose, Product | None, Reading]:
    proposed = proposals(entries)
    reasons: list[Concept] = [reason for entry in proposed for reason in reasons_of(entry, record)]
    purpose, reading = purpose_of(conditions, reasons)
    if chosen.product:
        return purpose, chosen.product, reading
    products = {product_of(entry) for entry in proposed} - {None}
    if len(products) > 1:
        given = ", ".join(sorted(str(product) for product in products))
        raise Element(given, "Bundle.entry").refused("one proposed product, or the product option")
    if products:
        return purpose, products.pop(), reading
    product = usual_product(purpose.indication)
    if product is None:
        return purpose, None, reading
    why = "the proposal gives no route" if proposed else "the record proposes no treatment"
    text = "The product examined is {product}: {why}."
    return purpose, product, reading + Reading(said=(Message(text, product=product.value, why=why),))


def _measured(patient: Patient, measurements: dict[str, Measurement]) -> Patient:
    def number(name: str) -> float | None:
        value = measurements[name].value if name in measurements else None
        return value if isinstance(value, float) else None

    return replace(patient, weight_kg=number("weight_kg"), height_cm=number("height_cm"))


def _is_synthetic(body: Element) -> bool:
    labels = [*body["meta"]["security"], *body["meta"]["tag"]]
    return any(label["code"].text() in ("HTEST", "synthetic") for label in labels)
