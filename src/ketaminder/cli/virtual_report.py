"""The report of a virtual trial, in Markdown."""

from __future__ import annotations

from ketaminder import __version__
from ketaminder.trials.expected import Interval
from ketaminder.trials.virtual import Key, Run, Summary

NOTICE = "Virtual patients. It says what a trial might measure; it says nothing about one person, and doses nobody."
AT_VISITS = ("score", "change", "response", "remission")


def report(asked: Run, found: Summary) -> str:
    """The page: how it was run, scores, rates and comparisons at every visit, and what is said of the whole trial."""
    lines = [f"# {found.design.title}", "", NOTICE, "", *_how(asked, found), *_power(found), *_visits(found)]
    return "\n".join([*lines, *_differences(found), *_whole(found), *_assumed(found)])


def _how(asked: Run, found: Summary) -> list[str]:
    constants = "as fitted" if asked.fixed else "drawn anew for every trial from what is known of them"
    return [
        f"Design `{asked.design.id}`, seed {asked.seed}, {found.replicates} trials of {asked.design.people} people, "
        f"constants {constants}; Ketaminder {__version__}. Values are means over trials (of medians, the median), in "
        "brackets the interval that holds 95 of 100 trials.",
        "",
        "![Scores](scores.svg)",
        *(["", "![Relapse](relapse.svg)"] if asked.design.relapse else []),
        "",
    ]


def _power(found: Summary) -> list[str]:
    asked, one = found.design.primary, found.power
    if asked is None or one is None:
        return []
    return [
        f"**Primary comparison**: {asked.measure.value}, {asked.arm} against {asked.against}, at {asked.hour:g} h. It "
        f"favours {asked.arm} at {asked.alpha:g} in {one.share:.2f} ({one.low:.2f} to {one.high:.2f}) of trials.",
        "",
    ]


def _visits(found: Summary) -> list[str]:
    lines = [
        "## At every visit",
        "",
        "| arm | h | " + " | ".join(AT_VISITS) + " |",
        "|---" * (len(AT_VISITS) + 2) + "|",
    ]
    for arm in found.design.arms:
        for hour in found.design.visits_h:
            said = [_text(found.numbers.get(Key(name, arm.id, None, hour)), name) for name in AT_VISITS]
            lines.append(f"| {arm.id} | {hour:g} | " + " | ".join(said) + " |")
    return [*lines, ""]


def _differences(found: Summary) -> list[str]:
    rows = [(key, one) for key, one in found.numbers.items() if key.measure == "difference"]
    if not rows:
        return []
    lines = ["## Differences of change", "", "| arm | against | h | points |", "|---|---|---|---|"]
    return [
        *lines,
        *(f"| {key.arm} | {key.against} | {key.hour:g} | {_text(one, 'change')} |" for key, one in rows),
        "",
    ]


def _whole(found: Summary) -> list[str]:
    lines = ["## Of the whole trial", "", "| arm | measure | value |", "|---|---|---|"]
    for key, one in found.numbers.items():
        if key.hour is None:
            name = key.arm if key.against is None else f"{key.arm} against {key.against}"
            lines.append(f"| {name} | {key.measure} | {_text(one, key.measure)} |")
    return [*lines, ""]


def _assumed(found: Summary) -> list[str]:
    if not found.design.assumed:
        return []
    return ["## Assumed", "", *(f"- {text}" for text in found.design.assumed), ""]


def _text(one: Interval | None, measure: str) -> str:
    if one is None:
        return "-"
    digits = 1 if measure in ("score", "change") or "days" in measure or "mmHg" in measure else 2

    def said(value: float) -> str:
        return f"{value:.{digits}f}" if abs(value) < float("inf") else "not reached"

    return f"{said(one.value)} ({said(one.low)} to {said(one.high)})"
