"""What changes exposure, as `ketaminder simulate` says it beside the typical person's exposures."""

from __future__ import annotations

from collections.abc import Mapping

from ketaminder.cli.documents import REPORTED, Document, exposure_document, rounded
from ketaminder.pharmacology.influence import Influence, Ratio
from ketaminder.pharmacology.influenced import apart, flows, followed, without_cyp2b6
from ketaminder.pharmacology.kinetics import Exposure
from ketaminder.pharmacology.question import Answer, Scenario


def influence_document(one: Influence, given: Answer, scenario: Scenario) -> Document:
    """One published effect: its ratios, source and grade, whether it is applied and why, and the exposure with it.

    `exposure` is the printed ratio times the typical exposure; `followed` the exposures with the flow changed, and
    `without_cyp2b6` those with that enzyme wholly inactive, where the model tells it apart.
    """
    effect = one.effect
    told = apart(effect)
    return {
        "influence": effect.influence,
        "studied": {"drug": effect.drug, "route": effect.route, "analyte": effect.analyte},
        "by": effect.by,
        "changes": list(effect.changes),
        "flows": list(flows(given.model, effect)),
        "printed": effect.printed,
        "cmax_ratio": _ratio(effect.cmax),
        "auc_ratio": _ratio(effect.auc),
        "half_life_ratio": _ratio(effect.half_life),
        "clearance_ratio": _maybe(told.clearance),
        "availability_ratio": _maybe(told.availability),
        "told_apart": str(told.how),
        "source": effect.citation.source.citation,
        "locator": effect.citation.locator,
        "grade": effect.citation.grade,
        "applied": one.applied,
        "why": str(one.why),
        "exposure": _with(one, given),
        "followed": _shown(followed(scenario, given, one)),
        "without_cyp2b6": _shown(without_cyp2b6(scenario, given, one)),
    }


def influence_line(one: Influence, given: Answer, scenario: Scenario) -> str:
    """The same in one line for the screen."""
    effect = one.effect
    changed = [f"{name} {value:.3g}" for name, value in (_with(one, given) or {}).items() if value is not None]
    exposure = f" {effect.analyte} becomes {', '.join(changed)}." if changed else ""
    return (
        f"{effect.influence} on {effect.analyte} ({effect.citation.source.citation} {effect.citation.grade}): "
        f"{effect.printed}. {one.why}{exposure}{_followed_line(one, given, scenario)}"
    )


def _followed_line(one: Influence, given: Answer, scenario: Scenario) -> str:
    names = ", ".join(flows(given.model, one.effect))
    told = {
        f"Followed with {names} of {given.model.title} times {apart(one.effect).clearance or 0:.3g}": followed,
        f"With CYP2B6 wholly inactive in {given.model.title}": without_cyp2b6,
    }
    said = {start: by(scenario, given, one) for start, by in told.items()}
    return "".join(f" {start}: {_in_words(found)}." for start, found in said.items() if found is not None)


def _in_words(found: Mapping[str, Exposure]) -> str:
    said = [
        f"{name} peak {found[name].cmax_ng_per_mL:.3g}, area {found[name].auc_24h_ng_h_per_mL:.3g}"
        for name in REPORTED
        if name in found
    ]
    return "; ".join(said)


def _shown(found: Mapping[str, Exposure] | None) -> Document | None:
    return None if found is None else {name: exposure_document(found[name]) for name in REPORTED if name in found}


def _maybe(value: float | None) -> float | None:
    return None if value is None else rounded(value)


def _with(one: Influence, given: Answer) -> Document | None:
    """The typical exposure times the published ratio; null where it is not applied or the model lacks the analyte."""
    found = given.exposures.get(one.effect.analyte)
    if not one.applied or found is None or (one.effect.cmax is None and one.effect.auc is None):
        return None
    return {
        "cmax": _times(found.cmax_ng_per_mL, one.effect.cmax),
        "auc_24h": _times(found.auc_24h_ng_h_per_mL, one.effect.auc),
    }


def _times(value: float, ratio: Ratio | None) -> float | None:
    return None if ratio is None or ratio.value is None else rounded(value * ratio.value)


def _ratio(ratio: Ratio | None) -> Document | None:
    return None if ratio is None else {"value": ratio.value, "low": ratio.low, "high": ratio.high}
