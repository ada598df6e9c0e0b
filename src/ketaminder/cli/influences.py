"""What changes exposure, as `ketaminder simulate` says it beside the typical person's exposures."""

from __future__ import annotations

from ketaminder.cli.documents import Document, rounded
from ketaminder.pharmacology.influence import Influence, Ratio
from ketaminder.pharmacology.question import Answer


def influence_document(one: Influence, given: Answer) -> Document:
    """One published effect: its ratios, source and grade, whether it is applied and why, and the exposure with it."""
    effect = one.effect
    return {
        "influence": effect.influence,
        "studied": {"drug": effect.drug, "route": effect.route, "analyte": effect.analyte},
        "printed": effect.printed,
        "cmax_ratio": _ratio(effect.cmax),
        "auc_ratio": _ratio(effect.auc),
        "half_life_ratio": _ratio(effect.half_life),
        "source": effect.citation.source.citation,
        "locator": effect.citation.locator,
        "grade": effect.citation.grade,
        "applied": one.applied,
        "why": str(one.why),
        "exposure": _with(one, given),
    }


def influence_line(one: Influence, given: Answer) -> str:
    """The same in one line for the screen."""
    effect = one.effect
    changed = [f"{name} {value:.3g}" for name, value in (_with(one, given) or {}).items() if value is not None]
    exposure = f" {effect.analyte} becomes {', '.join(changed)}." if changed else ""
    return (
        f"{effect.influence} on {effect.analyte} ({effect.citation.source.citation} {effect.citation.grade}): "
        f"{effect.printed}. {one.why}{exposure}"
    )


def _with(one: Influence, given: Answer) -> Document | None:
    """The typical exposure times the published ratio; null where it is not applied or the model lacks the analyte."""
    found = given.exposures.get(one.effect.analyte)
    if not one.applied or found is None:
        return None
    return {
        "cmax": _times(found.cmax_ng_per_mL, one.effect.cmax),
        "auc_24h": _times(found.auc_24h_ng_h_per_mL, one.effect.auc),
    }


def _times(value: float, ratio: Ratio | None) -> float | None:
    return None if ratio is None or ratio.value is None else rounded(value * ratio.value)


def _ratio(ratio: Ratio | None) -> Document | None:
    return None if ratio is None else {"value": ratio.value, "low": ratio.low, "high": ratio.high}
