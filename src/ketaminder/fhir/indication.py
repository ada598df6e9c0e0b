"""What the treatment is for, from coded diagnoses. Shared by both forms of record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketaminder.fhir.coding import Concept, table
from ketaminder.fhir.condition import Condition
from ketaminder.fhir.reading import Reading
from ketaminder.terms import Diagnosis, Indication, Message, Product

DEPRESSION = "depression"


@dataclass(frozen=True, slots=True)
class Purpose:
    indication: Indication | None
    diagnosis: Diagnosis


def named(code: Concept) -> str | None:
    """The indication that `code` names, as codes.toml writes it; "depression" where it is still open which."""
    rows = table("codes")["indication"]
    if code.codes:
        return next((row["indication"] for row in rows if code.among(row)), None)
    return next((row["indication"] for row in rows if code.says(row["names"])), None)


def purpose_of(conditions: Sequence[Condition], reasons: Sequence[Concept]) -> tuple[Purpose, Reading]:
    """The diagnosis to be treated: the stated reason for the treatment, else the first in the order of codes.toml."""
    present = [condition.concept for condition in conditions if condition.active]
    candidates = [code for code in reasons if named(code)] or [code for code in present if named(code)]
    if not candidates:
        text = next((code.label for code in [*reasons, *present]), "")
        return Purpose(Indication.OTHER if reasons else None, Diagnosis(text)), Reading()
    order = [row["indication"] for row in table("codes")["indication"]]
    chosen = min(candidates, key=lambda code: order.index(named(code) or ""))
    others = tuple(dict.fromkeys(code.label for code in candidates if named(code) != named(chosen)))
    said = [] if reasons or not others else [_chosen(chosen, others)]
    indication, assumed = _indication(chosen, present)
    purpose = Purpose(indication, Diagnosis(chosen.label, chosen.code("icd10")))
    return purpose, Reading(said=(*said, *assumed))


def _chosen(chosen: Concept, others: tuple[str, ...]) -> Message:
    text = "The diagnosis to be treated is taken to be {chosen}; also on record: {others}."
    return Message(text, chosen=chosen.label, others=", ".join(others))


def _indication(chosen: Concept, present: Sequence[Concept]) -> tuple[Indication, list[Message]]:
    purpose = named(chosen)
    if purpose != DEPRESSION:
        return Indication(purpose or Indication.OTHER), []
    if any(code.among(table("codes")["suicidal"]) for code in present):
        return Indication.ACUTE_SUICIDALITY, []
    if chosen.among(table("codes")["resistant"]):
        return Indication.TRD, []
    text = "The depression is examined as treatment-resistant: the record does not say, and the failed trials decide."
    return Indication.TRD, [Message(text)]


def usual_product(indication: Indication | None) -> Product | None:
    """What is examined where no treatment is proposed: the labelled product for labelled uses, else the infusion."""
    if indication is None:
        return None
    labelled = indication in (Indication.TRD, Indication.ACUTE_SUICIDALITY)
    return Product.ESKETAMINE_NASAL if labelled else Product.KETAMINE_IV
