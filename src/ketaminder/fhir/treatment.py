"""From medicine entries: the current list, earlier trials, and the treatment that is proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ketaminder.evidence import Medicine
from ketaminder.fhir.coding import Concept, concept, plain, table
from ketaminder.fhir.document import Element
from ketaminder.fhir.medication import MedicineEntry, is_empty_list, is_no_information, says_no_medicines
from ketaminder.fhir.reading import Reading
from ketaminder.fhir.record import Record, Resource
from ketaminder.terms import Medication, Message, PriorTreatment, Product

OUTCOME = "urn:x-ketaminder:treatment-outcome"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What our extension says of a trial; None and "" where it says nothing."""

    text: str = ""
    improvement_percent: float | None = None
    in_current_episode: bool | None = None


def current_medicines(
    entries: Sequence[MedicineEntry], lists: Sequence[Resource], on: date
) -> tuple[tuple[Medication, ...] | None, Reading]:
    """The medicines taken on the day. None: no list was recorded; empty: the record states that there are none."""
    taken = [entry for entry in entries if entry.standing == "current" and not _stands_for_nothing(entry.concept)]
    stated_empty = any(entry.standing == "current" and says_no_medicines(entry.concept) for entry in entries)
    stated_empty = stated_empty or any(is_empty_list(resource, on) for resource in lists)
    medicines = tuple(dict.fromkeys(_medication(entry) for entry in taken))
    said = [message for entry in entries for message in (*_left_out(entry), *_doubtful(entry, on))]
    if medicines and stated_empty:
        said.append(Message("The record lists medicines and also states that there are none: the medicines count."))
    return medicines if medicines or stated_empty else None, Reading(said=tuple(said))


def _stands_for_nothing(code: Concept) -> bool:
    return says_no_medicines(code) or is_no_information(code)


def _medication(entry: MedicineEntry) -> Medication:
    note = "" if entry.status == "active" else f"recorded as {entry.status}"
    code = entry.concept
    return Medication(code.label, code.code("rxnorm"), code.code("atc"), entry.dose, note)


def _left_out(entry: MedicineEntry) -> Iterator[Message]:
    reasons = {
        "later": "it begins later than the day of reading",
        "unread": f"its status is {entry.status}",
        "proposed": "it is proposed, not taken",
    }
    if entry.standing in reasons and not (entry.standing == "proposed" and proposed_drug(entry.concept)):
        text = "{what} is not among the current medicines: {reason}."
        yield Message(text, what=entry.concept.label, reason=reasons[entry.standing])


def _doubtful(entry: MedicineEntry, on: date) -> Iterator[Message]:
    """Medicines that may not be taken: they count as taken, and the reader says so."""
    if entry.standing != "current" or _stands_for_nothing(entry.concept):
        return
    if entry.ended and entry.ended.latest < on:
        text = "{what} is recorded as {status}, and as ended on {date}: it counts as taken."
        ended = entry.ended.latest.isoformat()
        yield Message(text, what=entry.concept.label, status=entry.status, date=ended)
    elif entry.status in ("intended", "on-hold", "unknown"):
        text = "{what} is recorded as {status}: it counts as taken."
        yield Message(text, what=entry.concept.label, status=entry.status)


def prior_treatments(
    entries: Sequence[MedicineEntry], record: Record, medicines: Mapping[str, Medicine]
) -> tuple[tuple[PriorTreatment, ...] | None, Reading]:
    """Earlier trials of psychotropic medicines, and a line for every other past medicine."""
    trials, lines = [], []
    for entry in entries:
        outcome = _outcome(entry.resource.body)
        if entry.standing == "past" and outcome is None and not _is_psychotropic(entry.concept, medicines):
            lines.append(f"Past medicine: {entry.concept.label}")
        elif entry.standing == "past" or (entry.standing == "current" and outcome):
            trials.append(_trial(entry, outcome or Outcome(_reason(entry.resource.body)), record.on))
    return tuple(trials) or None, Reading(history=tuple(lines))


def _trial(entry: MedicineEntry, outcome: Outcome, on: date) -> PriorTreatment:
    return PriorTreatment(
        drug=entry.concept.label,
        rxcui=entry.concept.code("rxnorm"),
        dose=entry.dose,
        weeks=_weeks(entry, on),
        improvement_percent=outcome.improvement_percent,
        outcome=outcome.text,
        in_current_episode=outcome.in_current_episode,
    )


def _weeks(entry: MedicineEntry, on: date) -> float | None:
    """The shortest time that the dates allow; None where one is missing."""
    if entry.began is None or (entry.ended is None and entry.standing == "past"):
        return None
    last = min(entry.ended.earliest, on) if entry.ended else on
    return max((last - entry.began.latest).days, 0) / 7


def _reason(body: Element) -> str:
    reasons = body["statusReason"]
    codes = [concept(reason) for reason in reasons] if isinstance(reasons.value, list) else [concept(reasons)]
    return ", ".join(code.label for code in codes if code)


def _outcome(body: Element) -> Outcome | None:
    """Our extension on a trial: `outcome`, `improvement-percent` and `in-current-episode`, each optional."""
    for extension in body["extension"]:
        if extension["url"].text() == OUTCOME:
            parts = {part["url"].text(): part for part in extension["extension"]}
            empty = Element(None, extension.where)
            return Outcome(
                parts.get("outcome", empty)["valueString"].text() or _reason(body),
                _percent(parts.get("improvement-percent", empty)["valueDecimal"]),
                parts.get("in-current-episode", empty)["valueBoolean"].flag(),
            )
    return None


def _percent(element: Element) -> float | None:
    number = element.number()
    if number is not None and not -100 <= number <= 100:
        raise element.refused("an improvement from -100 to 100 percent")
    return None if number is None else float(number)


def _is_psychotropic(code: Concept, medicines: Mapping[str, Medicine]) -> bool:
    row = table("codes")["prior_treatment"]
    if any(plain(own).startswith(plain(prefix)) for own in [code.code("atc") or ""] for prefix in row["atc"]):
        return True
    return any(
        medicine.classes & set(row["classes"])
        for name, medicine in medicines.items()
        if (medicine.rxcui and medicine.rxcui == code.code("rxnorm")) or code.says([name, *medicine.names])
    )


def proposed_drug(code: Concept) -> str | None:
    """ "esketamine" or "ketamine", if it is one; the codes decide before the words."""
    rows = table("codes")["proposed"]
    by_code = next((drug for drug, row in rows.items() if code.among({**row, "words": ()})), None)
    return by_code or next((drug for drug, row in rows.items() if code.says(row["words"])), None)


def proposals(entries: Sequence[MedicineEntry]) -> list[MedicineEntry]:
    """The ketamine or esketamine that somebody proposes or orders."""
    requests = [entry for entry in entries if entry.resource.kind == "MedicationRequest"]
    return [entry for entry in requests if entry.standing in ("proposed", "current") and proposed_drug(entry.concept)]


def product_of(entry: MedicineEntry) -> Product | None:
    """The proposed product; None where the request gives no route.

    Raises:
        Refused: the drug by this route is no product that Ketaminder examines.
    """
    drug = proposed_drug(entry.concept)
    dosages = list(entry.resource.body["dosageInstruction"])
    routes = [code for code in (concept(dosage["route"]) for dosage in dosages) if code] or [
        Concept(dosage["text"].text(), (), dosage.where) for dosage in dosages
    ]
    route = next((name for code in [*routes, entry.concept] if (name := _route(code))), None)
    if route is None:
        return None
    for product in Product:
        if (product.drug.value, product.route.value) == (drug, route):
            return product
    raise Element(f"{drug}, {route}", entry.resource.body.where).refused(f"one of {', '.join(Product)}")


def _route(code: Concept) -> str | None:
    return next((name for name, row in table("codes")["route"].items() if code.among(row)), None)


def reasons_of(entry: MedicineEntry, record: Record) -> list[Concept]:
    """Why the treatment is proposed: its reason codes, and the conditions it refers to."""
    body = entry.resource.body
    named = [record.resolved(reference, entry.resource) for reference in body["reasonReference"]]
    return [*map(concept, body["reasonCode"]), *(concept(one.body["code"]) for one in named if one)]
