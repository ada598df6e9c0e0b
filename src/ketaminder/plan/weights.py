"""Which body weight a dose per kilogram is reckoned by: the actual one, and beside it, where asked, the ideal one."""

from __future__ import annotations

from dataclasses import dataclass

from ketaminder.evidence import Library, Protocol, RuleEvidence
from ketaminder.evidence.body_weight import ideal_weight
from ketaminder.evidence.library import Guidance
from ketaminder.rules.units import CM_PER_M
from ketaminder.terms import Citation, Criterion, Message, Refused, Sex

PLAUSIBLE_HEIGHT_CM = (100.0, 250.0)
"""An adult's height outside this range is taken for a slip of the keyboard. A convention, not a clinical limit."""

MASS_INDEX = "bmi_kg_per_m2"


@dataclass(frozen=True, slots=True)
class Measured:
    """The body that a dose is reckoned for: weight in kg, height in cm, sex."""

    weight_kg: float
    height_cm: float
    sex: Sex | None

    @property
    def mass_index(self) -> float:
        """Body mass index in kg/m2."""
        height_m = self.height_cm / CM_PER_M
        return self.weight_kg / (height_m * height_m)


@dataclass(frozen=True, slots=True)
class BothWeights:
    """One dose by the actual and by the ideal weight. The ideal is None where the formula says nothing of this person.

    `said` shows the arithmetic; neither weight is chosen here.
    """

    mass_index: float
    actual_kg: float
    actual_mg: float
    ideal_kg: float | None
    ideal_mg: float | None
    said: Message
    citations: tuple[Citation, ...]


def both_weights(protocol: Protocol, mg_per_kg: float, body: Measured, library: Library) -> BothWeights | None:
    """The dose by both weights, where a rule of `protocol` asks for it at this body mass index; else None.

    Raises:
        Refused: a height that cannot be an adult's.
    """
    low, high = PLAUSIBLE_HEIGHT_CM
    if not low <= body.height_cm <= high:
        raise Refused("height", body.height_cm, f"the measured height, {low:g} to {high:g} cm")
    rule = _rule(protocol, library)
    if rule is None or not rule[MASS_INDEX].met_by(body.mass_index):
        return None
    formula = ideal_weight()
    ideal_kg = formula.of(body.sex, body.height_cm)
    said = _said(mg_per_kg, body, ideal_kg, rule[MASS_INDEX])
    citations = (*rule.citations, formula.citation)
    actual_mg, ideal_mg = mg_per_kg * body.weight_kg, None if ideal_kg is None else mg_per_kg * ideal_kg
    return BothWeights(body.mass_index, body.weight_kg, actual_mg, ideal_kg, ideal_mg, said, citations)


def _rule(protocol: Protocol, library: Library) -> RuleEvidence | None:
    rules = [library.rules[id_] for id_ in protocol.rules.get(Guidance.WEIGHT, ())]
    return next((rule for rule in rules if MASS_INDEX in rule.criteria), None)


def _said(mg_per_kg: float, body: Measured, ideal_kg: float | None, limit: Criterion) -> Message:
    index = Message("Body mass index {index:.1f} kg/m2 ({limit})", index=body.mass_index, limit=str(limit))
    if ideal_kg is None:
        return Message("{index}: no ideal weight for this sex and height; the prescriber decides.", index=index)
    return Message(
        "{index}: by ideal weight {dose:g} mg/kg × {ideal:.1f} kg = {total:.1f} mg, {less:.1f} mg less than by actual "
        "weight ({actual:.1f} mg), which the trials used; the prescriber decides.",
        index=index,
        dose=mg_per_kg,
        ideal=ideal_kg,
        total=mg_per_kg * ideal_kg,
        less=mg_per_kg * (body.weight_kg - ideal_kg),
        actual=mg_per_kg * body.weight_kg,
    )
