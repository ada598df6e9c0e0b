"""Is this use approved, and how strong is the evidence for it?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence, Strength
from ketaminder.evidence.strength import in_one_line
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Grade, Indication, Message

LABELS = {
    Indication.TRD: ("A-TRD-01", "A-TRD-03", "A-TRD-06"),
    Indication.ACUTE_SUICIDALITY: ("A-SI-01", "A-SI-02", "A-SI-06"),
}
"""Indication -> the rules that hold a label's population for it, region by region."""

OFF_LABEL = "A-OFF-01"


@rule("X-STATUS-01")
def approved_or_off_label(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """Silent without a region or an indication: other rules ask for both."""
    case, rules = situation.case, situation.library.rules
    if case.region is None or case.indication is None:
        return None
    labels = [rules[id_] for id_ in LABELS.get(case.indication, ())]
    label = next((one for one in labels if one.governs(case.region) and one.concerns(case.product)), None)
    text = (
        "Approved in {region} for {indication}, within the limits of its label."
        if label
        else "Off-label in {region} for {indication}."
    )
    said = Message(text, region=case.region, indication=case.indication)
    authority = label or rules[OFF_LABEL]
    return Fires(said, citations=authority.citations, grade=authority.grade)


@rule("X-STRENGTH-01")
def strength_of_the_evidence(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """What was read for this product; else, and saying so, for the same drug by another route."""
    product, indication = situation.case.product, situation.case.indication
    if product is None or indication is None:
        return None
    about = [one for one in situation.library.strength.values() if indication in one.indications]
    for one in about:
        if not one.products or product in one.products:
            return Fires(in_one_line(one), citations=one.citations, grade=_weakest(one))
    for one in about:
        if product.drug in {other.drug for other in one.products}:
            said = Message("Nothing was read for this route; for another: {said}", said=in_one_line(one))
            return Fires(said, citations=one.citations, grade=_weakest(one))
    return Fires(Message("No controlled evidence was read for this drug in this indication."))


def _weakest(one: Strength) -> Grade:
    """The weakest grade among what the line rests on."""
    grades = {citation.grade for citation in one.citations}
    return next(grade for grade in (Grade.MEMORY, Grade.SECONDARY, Grade.SOURCE, Grade.CONVENTION) if grade in grades)
