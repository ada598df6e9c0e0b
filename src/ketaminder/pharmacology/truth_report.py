"""The truth report as a page: every published exposure beside what the claiming model says of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketaminder.pharmacology.digitised import Curve, curves
from ketaminder.pharmacology.observations import Measure, Point, Study, Unscored, studies, tried_later
from ketaminder.pharmacology.truth import (
    WITHIN,
    Scored,
    Standing,
    Tally,
    log_rms,
    mean_fold,
    scored,
    scored_hours,
    scored_later,
    tally,
)

COMMAND = "ketaminder models truth"
FIGURE = "digitised.svg"
"""Beside the page."""


def report() -> str:
    """The page, in Markdown; the same bytes every time."""
    kept_apart = (*_apart(), *_later(), *_hours(), *_digitised())
    found = (*_head(), *_summary(), *kept_apart, *_studies(studies(), scored()), *_unscored())
    return "\n".join([*found, ""])


def _head() -> Iterator[str]:
    low, high = WITHIN
    yield "# What the models get right, and what they do not"
    yield ""
    yield f"Written by `{COMMAND}`; do not edit. A test fails when this page is stale."
    yield ""
    yield (
        "Every published exposure that we hold, beside the model that claims validity there: the first, in the order "
        "in which models claim the question (drug, route, sampling site), that reports the analyte and whose data "
        "reach the hour; where every dose is a bolus, models of boluses come first. Fold is simulated over published, "
        "for the typical person of the covariates given; where authors predicted a mean over people whom they drew "
        "from their model, for the mean of a thousand such people. "
        f"A value is within where its fold lies from {low:.2f} to {high:.2f}; an arm, where the geometric mean of its "
        "folds does; *strictly*, where every value does."
    )
    yield ""
    yield (
        "Not counted: values from which a parameter of the claiming model was taken, digitised points at the very "
        "moment of a rate change, the declared noresketamine area conflict, and what lacks a dose, a time or a model "
        "(last section). Many values of Perez-Ruixo 2021 and Ashraf 2018 are what the authors computed from their own "
        "models: they prove that a model is carried faithfully, not that it is right; rows of measured people say "
        "more. What was held against the models only after they had been chosen and set is counted in rows of its own: "
        "*tried later*."
    )
    yield ""


def _summary() -> Iterator[str]:
    yield "| | papers | values within | arms within | arms strictly within |"
    yield "|---|---|---|---|---|"
    yield from _tally_rows("", scored())
    yield from _tally_rows("tried later: ", scored_later())
    yield ""


def _tally_rows(which: str, given: Sequence[Scored]) -> Iterator[str]:
    yield _tally_row(f"{which}all counted values", tally(given))
    yield _tally_row(f"{which}measured in people", tally(one for one in given if one.arm.measured))
    yield _tally_row(f"{which}computed by the authors of a model", tally(one for one in given if not one.arm.measured))


def _tally_row(label: str, found: Tally) -> str:
    return (
        f"| {label} | {found.papers} | {_share(found.values_within, found.values)} "
        f"| {_share(found.arms_within, found.arms)} | {_share(found.arms_strictly_within, found.arms)} |"
    )


def _share(some: int, of: int) -> str:
    return f"{some} of {of} ({100 * some / of:.1f}%)"


def _apart() -> Iterator[str]:
    yield "## Outside the span"
    yield ""
    yield from _outside(scored())
    disputed = [one for one in scored() if one.standing is Standing.CONFLICT]
    folds = sorted(one.fold for one in disputed)
    yield "## The noresketamine area conflict"
    yield ""
    yield (
        f"The noresketamine area of Perez-Ruixo 2021 comes out {folds[0]:.2f} to {folds[-1]:.2f} times the one that "
        f"the same paper prints, in all {len(disputed)} rows of its Table 4. Others found the same; no single factor "
        "repairs it. It is shown with every curve and not counted here."
    )
    yield ""


def _outside(given: Sequence[Scored]) -> Iterator[str]:
    yield "| paper | arm | value | published | model | simulated | fold |"
    yield "|---|---|---|---|---|---|---|"
    for one in given:
        if one.standing is Standing.COUNTED and not one.within:
            yield f"| {one.study.source.id} | {one.arm.id} {_cells(one)}"
    yield ""


def _later() -> Iterator[str]:
    yield "## Tried later, blind"
    yield ""
    yield (
        "Values that nobody here had held against a model when the models were chosen, ordered and set; some are areas "
        "that follow from a clearance which was known. None of them has set anything since. Where a model misses them, "
        "the miss is said beside its answers."
    )
    yield ""
    yield from _outside(scored_later())
    for arm in (arm for study in tried_later() for arm in study.arms if arm.cause):
        yield f"**{arm.citation.source.id}, {arm.id}.** {arm.cause}"
        yield ""
    yield from _studies(tried_later(), scored_later(), "###")


def _hours() -> Iterator[str]:
    yield "## Hours of peaks"
    yield ""
    counted = [one for one in scored_hours() if one.standing is Standing.COUNTED]
    yield (
        "No exposures, and counted in no row above: when a peak was found, from the first dose on, beside the typical "
        "person's. People are sampled at a few hours, and a mean of their hours is not the hour of their mean. "
        f"Within the span: {_share(sum(one.within for one in counted), len(counted))}."
    )
    yield ""
    yield "| paper | arm | analyte | published, h | model | simulated, h | fold | |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in scored_hours():
        model, standing = one.model.id if one.model else "none", "" if one in counted else one.standing
        whose = f"| {one.study.source.id} | {one.arm.id} | {one.point.analyte} | {one.point.value:.2f} "
        yield f"{whose}| {model} | {one.simulated:.2f} | {one.fold:.2f} | {standing} |"
    yield ""


def _digitised() -> Iterator[str]:
    yield "## Digitised curves"
    yield ""
    yield f"![Published curves and what the models say of them]({FIGURE})"
    yield ""
    yield (
        "What others read off published figures, with every model that claims the question (drawn by "
        "`ketaminder models curves --plot OUT`). *The models in turn* is what is counted above: each point against the "
        "first model whose data reach its hour. Each further row is one model alone, over the points that its data "
        "reach. Points that a model was fitted to and points on a change of rate are drawn and not counted."
    )
    yield ""
    yield "| paper and arm | analyte | model | within | mean fold | log-RMS |"
    yield "|---|---|---|---|---|---|"
    for curve in curves():
        yield from _curve(curve)
    yield ""


def _curve(curve: Curve) -> Iterator[str]:
    start = f"| {curve.study.source.id}: {curve.arm.id} | {curve.analyte}"
    counted = [one for one in curve.answered if one.standing is Standing.COUNTED]
    yield f"{start} | *the models in turn* | {_within(counted)}"
    for line in curve.lines:
        yield f"{start} | {line.model.id} | {_within(line.counted)}"


def _within(counted: Sequence[Scored]) -> str:
    if not counted:
        return "none counted | | |"
    inside = sum(one.within for one in counted)
    return f"{inside} of {len(counted)} | {mean_fold(counted):.2f} | {log_rms(counted):.2f} |"


def _studies(papers: Sequence[Study], values: Sequence[Scored], level: str = "##") -> Iterator[str]:
    for study in papers:
        given = [one for one in values if one.study is study]
        if not given:
            continue
        yield f"{level} {study.source.citation}"
        yield ""
        for arm in filter(lambda one: one.points, study.arms):
            yield from _arm([one for one in given if one.arm is arm])


def _arm(given: Sequence[Scored]) -> Iterator[str]:
    arm = given[0].arm
    yield f"**{arm.id}** ({arm.statistic}; {arm.citation.locator}; {arm.citation.grade})"
    yield ""
    yield "| value | published | model | simulated | fold | |"
    yield "|---|---|---|---|---|---|"
    for one in given:
        yield f"{_cells(one)} {'' if one.standing is Standing.COUNTED else one.standing} |"
    yield ""
    counted = [one for one in given if one.standing is Standing.COUNTED]
    if len(counted) > 1:
        inside = sum(one.within for one in counted)
        spread = f"mean fold {mean_fold(counted):.2f}, log-RMS {log_rms(counted):.2f}"
        yield f"Counted: {inside} of {len(counted)} values within, {spread}."
        yield ""


def _cells(one: Scored) -> str:
    model = one.model.id if one.model else "none"
    return f"| {_what(one.point)} | {one.point.value:.4g} | {model} | {one.simulated:.4g} | {one.fold:.2f} |"


def _what(point: Point) -> str:
    if point.measure is Measure.PEAK:
        return f"{point.analyte} peak, ng/mL"
    if point.measure is Measure.AREA:
        return f"{point.analyte} area 0-{point.hour:g} h, ng·h/mL"
    return f"{point.analyte} at {point.hour:g} h, ng/mL"


def _unscored() -> Iterator[str]:
    yield "## Published, and not held against a model"
    yield ""
    yield "| paper | what | published | why not | where, and how it was read |"
    yield "|---|---|---|---|---|"
    for study in (*studies(), *tried_later()):
        for one in study.unscored:
            yield _unscored_row(study.source.id, one)


def _unscored_row(paper: str, one: Unscored) -> str:
    return f"| {paper} | {one.id} | {one.printed} | {one.why} | {one.citation.locator} ({one.citation.grade}) |"
