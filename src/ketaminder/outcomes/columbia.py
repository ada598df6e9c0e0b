"""The Columbia screener: the level of ideation and the risk that the triage sheet gives to it. There is no total.

A yes is never dropped: an answer to a question that the sheet would have skipped still counts.
"""

from __future__ import annotations

from ketaminder.outcomes.sheet import Sheet

IDEATION = ("q1", "q2", "q3", "q4", "q5")


def highest_ideation(sheet: Sheet) -> int | None:
    """The highest question 1 to 5 answered yes; 0 when all that were asked are no, None when that is not known."""
    levels = [level for level, name in enumerate(IDEATION, start=1) if _yes(sheet, name)]
    if levels:
        return max(levels)
    return None if set(IDEATION) & set(sheet.missing) else 0


def risk(sheet: Sheet) -> str | None:
    """High, moderate, low or none; on an incomplete sheet only high is known, all else is None."""
    if _yes(sheet, "q4") or _yes(sheet, "q5") or _yes(sheet, "q6_recent"):
        return "high"
    if sheet.missing:
        return None
    if _yes(sheet, "q3") or _yes(sheet, "q6"):
        return "moderate"
    return "low" if _yes(sheet, "q1") or _yes(sheet, "q2") else "none"


def _yes(sheet: Sheet, name: str) -> bool:
    return sheet.answers.get(name) == "yes"
