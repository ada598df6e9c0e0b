"""The report of a calibration: constants, fits, and every trial predicted by the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ketaminder.trials import BLOCK, Hypothesis, Scored, Summary, compared, informed, summary
from ketaminder.trials.calibration import Fit, Likelihood
from ketaminder.trials.chain import UNKNOWNS
from ketaminder.trials.observed import Observation, What

NOT_INFORMED = 0.3
"""A constant whose spread the data narrowed by less than this share rests on its prior."""
WANTED = (
    ("numbers within the 95% interval", "90 to 99%"),
    ("numbers within the 50% interval", "40 to 60%"),
    ("median absolute error of a MADRS mean", "at most 3.5 points"),
    ("mean interval score, of the pooled mean's", "at most 80%"),
    ("bias at 24 h", "within 2 points"),
    ("bias at 7 d", "within 2 points"),
)


def report(found: Fit, seen: Sequence[Observation], scored: Sequence[Scored]) -> str:
    """The page, in Markdown."""
    return "\n".join(
        [
            *_head(seen),
            *_validation(scored),
            *_constants(found),
            *_residuals(found, seen),
            *_relapses(found, seen),
            *_outside(scored),
        ]
    )


def _head(seen: Sequence[Observation]) -> list[str]:
    trials = len({one.study for one in seen})
    return [
        "# From dose to mood: what the chain was fitted to, and how well it predicts",
        "",
        "Written by `ketaminder calibrate`; do not edit. The chain is in `trials/chain.py`, the likelihood in",
        "`trials/calibration.py`. Nothing graded *from memory* is fitted to or scored against.",
        "",
        f"Fitted to {len(seen)} numbers of {trials} trials.",
        "",
    ]


def _validation(scored: Sequence[Scored]) -> list[str]:
    whole = summary(scored)
    apart = summary([one for one in scored if one.study != "escape_extension_trd4010"])
    lines = [
        "## Each trial predicted by a fit to the others",
        "",
        f"{whole.numbers} means and rates of {len({one.study for one in scored})} trials. The last column leaves out",
        "the extension of ESCAPE-TRD, whose 27 visits of one arm say nearly the same.",
        "",
        "| measure | wanted | reached | without the extension |",
        "|---|---|---|---|",
    ]
    for (name, wanted), all_of_them, fewer in zip(WANTED, _reached(whole), _reached(apart), strict=True):
        lines.append(f"| {name} | {wanted} | {all_of_them} | {fewer} |")
    lines += [
        "",
        f"The 95% interval of a MADRS mean of an arm of 50 or more is {whole.width_from_50:.1f} points wide on",
        "average. Bias is prediction less observation. The interval score is that of Gneiting and Raftery 2007; the",
        "pooled mean is that of the other trials of the same drug, route and day.",
        "",
    ]
    return lines


def _reached(one: Summary) -> list[str]:
    """In the order of `WANTED`."""
    return [
        f"{one.within_95:.1%}",
        f"{one.within_50:.1%}",
        f"{one.madrs_error:.2f}",
        f"{one.score / one.score_pooled:.0%}",
        f"{one.bias_24h:+.2f}",
        f"{one.bias_7d:+.2f}",
    ]


def _constants(found: Fit) -> list[str]:
    lines = [
        "## Constants",
        "",
        "All are fitted; none was measured. *Informed* says how much the data narrowed the prior; below",
        f"{NOT_INFORMED:.0%} a constant rests on its prior, which is an assumption.",
        "",
        "| constant | meaning | value (sd) | prior (sd) | informed |",
        "|---|---|---|---|---|",
    ]
    for number, one in enumerate(UNKNOWNS):
        sd, share = found.covariance[number, number] ** 0.5, informed(found, one.name)
        mark = f"{share:.0%}" if share >= NOT_INFORMED else f"{share:.0%}, prior"
        value, prior = f"{found.theta[number]:.2f} ({sd:.2f})", f"{one.prior:.2f} ({one.spread:.2f})"
        lines.append(f"| {one.name} | {one.meaning} | {value} | {prior} | {mark} |")
    return [*lines, ""]


def _residuals(found: Fit, seen: Sequence[Observation]) -> list[str]:
    expected = Likelihood(seen).relief(found.theta)
    lines = [
        "## Fitted means",
        "",
        "Relief: the share of the baseline score that is gone; of a difference, that between arms.",
        "",
        "| trial | instrument | arm | h | observed | fitted |",
        "|---|---|---|---|---|---|",
    ]
    for one, relief in zip(seen, expected, strict=True):
        if one.what is What.MEAN:
            place = f"{one.study} | {one.row.instrument} | {one.row.label} | {one.row.time_h:g}"
            lines.append(f"| {place} | {one.value:.2f} | {relief:.2f} |")
    return [*lines, ""]


def _relapses(found: Fit, seen: Sequence[Observation]) -> list[str]:
    lines = [
        "## Fitted relapses",
        "",
        "Of people who were well, the share who had relapsed by the last visit that counts. Fitted to, so no test.",
        "",
        "| trial | arm | chosen, h | until, h | n | observed | fitted |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in Likelihood(seen, found.hypothesis).relapses:
        said = float(one.expected(found.theta))
        place = f"{seen[one.number].study} | {seen[one.number].row.arm} | {one.hours[0]:g} | {one.hours[-1]:g}"
        lines.append(f"| {place} | {one.n:g} | {one.share:.2f} | {said:.2f} |")
    return [*lines, ""]


def _outside(scored: Sequence[Scored]) -> list[str]:
    lines = [
        "## Numbers outside their 95% interval",
        "",
        "| trial | instrument | arm | h | number | observed | predicted (95%) |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.study} | {one.instrument} | {one.arm} | {one.time_h:g} | {one.what.value} | {one.observed:g} | "
        f"{one.predicted.value:.2f} ({one.predicted.low:.2f} to {one.predicted.high:.2f}) |"
        for one in scored
        if not one.predicted.low <= one.observed <= one.predicted.high
    ]
    return [*lines, ""]


def rivals_report(scored: Mapping[Hypothesis, Sequence[Scored]]) -> str:
    """How the hypotheses predict trials that they were not fitted to, in Markdown."""
    lines = [
        "# Rival explanations",
        "",
        "Written by `ketaminder calibrate --rivals`; do not edit. Each is fitted to the same numbers with the same",
        "constants and priors, and predicts every trial by the others. *Gain* is how much better the first predicts a",
        "number: the mean difference of log density over trials, with its standard error. Within two of them nothing",
        "is decided.",
        "",
        "| hypothesis | median error, MADRS | within 95% | within 50% | interval score | gain of the first (se) |",
        "|---|---|---|---|---|---|",
    ]
    for one, found in scored.items():
        whole, (gain, error, trials) = summary(found), compared(scored[BLOCK], found)
        said = "-" if one is BLOCK else f"{gain:+.3f} ({error:.3f}), {trials} trials"
        numbers = f"{whole.madrs_error:.2f} | {whole.within_95:.1%} | {whole.within_50:.1%} | {whole.score:.1f}"
        lines.append(f"| {one.id}: {one.meaning} | {numbers} | {said} |")
    return "\n".join([*lines, "", *TELL_APART, ""])


TELL_APART = [
    "## What would tell them apart",
    "",
    "- **Block against metabolite**: esketamine against racemic ketamine at doses that block alike, and the same dose",
    "  swallowed and by vein. Metabolite says that the swallowed dose does as much; block says a fifth.",
    "- **Inverted U against saturation**: 0.5 against 2 mg/kg or more. Only block says that the larger dose does less.",
    "- **Expectancy against both**: dosing under anaesthesia, or a control that is felt as much. Expectancy says that",
    "  arms do not differ, as in Lii 2023, and that a dose that is not felt does nothing.",
]
