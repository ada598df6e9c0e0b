"""Whether the heads follow one another as they were sealed, and fit the chain. Pure: no row, no file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketaminder.clinic.audit.heads import Head, Line, Reason
from ketaminder.clinic.chain import BEFORE_FIRST


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit: what kind, at which entry (or line of the heads), and in words."""

    kind: str
    number: int
    said: str


def follow(lines: list[Line]) -> Iterator[Problem]:
    """What is wrong with the lines themselves: one that is no head, one taken out, moved or put in."""
    stands = {line.digest: line.number for line in lines}
    reached, before = 0, None
    for line in lines:
        said = _said_of(line, before, stands, reached)
        if said:
            yield Problem("head", line.number, f"line {line.number} of the heads: {said}")
        if line.head:
            reached = line.head.number if line.head.reason is Reason.RESTORE else max(reached, line.head.number)
        before = line


def against(head: Head, good: list[Head], seen: dict[int, str], last: int) -> Iterator[Problem]:
    """What the chain lacks of what a head says.

    Args:
        head: one that no later restore has overtaken.
        good: every signed head, in order.
        seen: the hashes of the entries that heads speak of, by number.
        last: the number of the last entry.
    """
    if head.number > last:
        gone = f"entries {last + 1} to {head.number}"
        backup = next((one for one in good if one.reason is Reason.BACKUP and one.number == last), None)
        if backup:
            said = f"{gone}: gone, since the database is the backup of {backup.at}; no restore is on record"
            yield Problem("old backup", last + 1, said)
        else:
            yield Problem("cut off", last + 1, f"{gone}: missing at the end, sealed {head.at}")
    elif seen.get(head.number) not in (head.hash, None):
        yield Problem("written anew", head.number, f"entry {head.number}: is not the one that was sealed {head.at}")
    elif head.number not in seen:
        yield Problem("deleted", head.number, f"entry {head.number}: sealed {head.at}, missing")


def _said_of(line: Line, before: Line | None, stands: dict[str, int], reached: int) -> str:
    """What is wrong with a line; empty where nothing is. `reached` is the furthest entry sealed in the lines above."""
    head = line.head
    if head is None:
        return "is no head signed with this key"
    if before is not None and before.head is None:
        return ""  # that line was changed, and is told as such
    if head.before is None:
        return _said_of_unchained(head, before.head if before else None, reached)
    if head.before != (before.digest if before else BEFORE_FIRST):
        return _out_of_place(head.before, stands)
    if head.reason is Reason.SCHEDULE and head.number < reached:
        return f"was sealed at entry {head.number}, after entry {reached} had been sealed"
    return ""


def _said_of_unchained(head: Head, before: Head | None, reached: int) -> str:
    """Of a head of the time before heads were chained: only its time and its number tell where it stood."""
    if before is not None and before.before is not None:
        return "was sealed before heads were chained, and was moved"
    backwards = head.reason is Reason.SCHEDULE and head.number < reached
    return "does not follow its predecessor" if backwards or (before and head.at < before.at) else ""


def _out_of_place(told: str, stands: dict[str, int]) -> str:
    if told == BEFORE_FIRST:
        return "was the first of its file when it was sealed"
    if told not in stands:
        return "the head that was sealed before it is missing"
    return f"was sealed after the head that is line {stands[told]}, and one of them was moved"
