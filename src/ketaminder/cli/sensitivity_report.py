"""The report of what the data say of each constant, and of which constants a prediction hangs on, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ketaminder.trials.calibration import PRIOR, PRIOR_SPREAD, Fit
from ketaminder.trials.chain import INDEX
from ketaminder.trials.differences import SPREADS, Found
from ketaminder.trials.profile import FAR, Profile
from ketaminder.trials.sensitivity import SAMPLES, Share

PROFILED = (
    "log_best_dose",
    "log_onset_h",
    "log_consolidation_h",
    "log_consolidated",
    "log_bound",
    "log_decay_h",
    "unblinding",
    "log_size",
    "log_expectancy",
    "log_fade_h",
    "log_early",
    "log_early_h",
    "log_slow_h",
    "unmedicated",
)
"""The constants of the stages between a dose and relief."""
MATTERS = 0.02
"""A total index below this is left out of the page."""


def sensitivity_report(
    found: Fit,
    profiles: Sequence[Profile],
    left: Mapping[str, list[Share]],
    before: Mapping[str, list[Share]],
    people: Sequence[Found],
) -> str:
    """The page. `left`: constants vary as the fit left them; `before`: as before any data; `people`: by stage."""
    return "\n".join([*_head(), *_profiles(found, profiles), *_shares(left, before), *_people(people)])


def _head() -> list[str]:
    return [
        "# From dose to mood: what the data say of each constant, and what a prediction hangs on",
        "",
        "Written by `ketaminder calibrate --sensitivity`; do not edit.",
        "",
    ]


def _profiles(found: Fit, profiles: Sequence[Profile]) -> list[str]:
    lines = [
        "## Profiles",
        "",
        f"Each constant is held at values up to {FAR:g} standard deviations of its prior to either side, all others "
        "being fitted again. Its own prior is taken away; those of the others stay. *Compatible with the data*: the "
        "likelihood falls by less than that of a 95% interval. *Open*: it does not fall so far as far as was looked. A "
        "constant that is open on both sides cannot be identified from the published trials that were read: its value "
        "is that of its prior.",
        "",
        "| constant | fitted | prior, 95% | compatible with the data | at most worse, log likelihood | |",
        "|---|---|---|---|---|---|",
    ]
    return [*lines, *(_profile(found, one) for one in profiles), ""]


def _profile(found: Fit, one: Profile) -> str:
    number = INDEX[one.name]
    ends = [PRIOR[number] + sign * 1.96 * PRIOR_SPREAD[number] for sign in (-1, 1)]
    fitted, low, high = (_said(one.name, float(value)) for value in (found.theta[number], *ends))
    span = " to ".join("open" if end is None else _said(one.name, end) for end in (one.low, one.high))
    open_ends = sum(end is None for end in (one.low, one.high))
    verdict = ("identified", "bounded on one side", "**not identified**")[open_ends]
    return f"| {one.name} | {fitted} | {low} to {high} | {span} | {one.worse.max():.1f} | {verdict} |"


def _said(name: str, value: float) -> str:
    """A constant whose name begins with `log_` as its exponential."""
    return f"{np.exp(value):.3g}" if name.startswith("log_") else f"{value:.2f}"


def _shares(left: Mapping[str, list[Share]], before: Mapping[str, list[Share]]) -> list[str]:
    lines = [
        "## What a prediction hangs on",
        "",
        "Sobol' indices (SALib, Saltelli's sample, "
        f"{SAMPLES} base samples, 95% intervals by bootstrap) of the relief that is predicted. *First*: the share of "
        "the variance that would go if the constant were known; *total*: the share that would stay if all others were. "
        "Constants vary as the fit left them, in the last column as before any data; independently, an assumption: the "
        "fit correlates some, and both of such a pair then show too large. What differs between trials and between "
        f"people is not in it. Below a total of {MATTERS:g} a constant is left out.",
        "",
        "| quantity | constant | first | total | total, before any data |",
        "|---|---|---|---|---|",
    ]
    for quantity, shares in left.items():
        earlier = {one.name: one for one in before[quantity]}
        lines += [_share(quantity, one, earlier[one.name]) for one in shares if one.total >= MATTERS]
    return [*lines, ""]


def _share(quantity: str, one: Share, earlier: Share) -> str:
    first, total = f"{one.first:.2f} ± {one.first_off:.2f}", f"{one.total:.2f} ± {one.total_off:.2f}"
    return f"| {quantity} | {one.name} | {first} | {total} | {earlier.total:.2f} ± {earlier.total_off:.2f} |"


def _people(people: Sequence[Found]) -> list[str]:
    lines = [
        "## How people differ, stage by stage",
        "",
        "A person's value at a stage is the typical one times a log-normal factor; what is shown is the spread of its "
        "log (0.7: within a factor of two either way in two thirds of people). Published standard deviations of rated "
        "depression scores are held against it, arm by arm and day by day: a stage of the drug adds nothing in a "
        "control arm. *Rest*, a share of the baseline, is what no stage explains. This is to first order: relief is "
        "bounded, and large spreads are not to be read as exact.",
        "",
        "| stage | estimate | compatible with the data | virtual patients | |",
        "|---|---|---|---|---|",
        f"| exposure | {SPREADS['exposure']:g} | not estimated | {SPREADS['exposure']:g} | the published population "
        "model; affinity and best dose act alike and cannot be told from it |",
    ]
    return [*lines, *map(_difference, people), ""]


def _difference(one: Found) -> str:
    low, high = ("open" if end is None else f"{end:.2f}" for end in (one.low, one.high))
    open_ends = sum(end is None for end in (one.low, one.high))
    one_side = "bounded below: taken at that bound" if one.high is None else "bounded above: the estimate"
    verdict = ("identified", one_side, "**not identified**: nobody differs")[open_ends]
    taken = f"{SPREADS[one.stage]:g}" if one.stage in SPREADS else "-"
    return f"| {one.stage} | {one.spread:.2f} | {low} to {high} | {taken} | {verdict} |"
