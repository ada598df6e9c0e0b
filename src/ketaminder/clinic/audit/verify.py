"""Whether the trail is whole: every entry, every event and document it speaks of, and every head ever sealed.

Reads in the order of numbers and keeps little in memory, however long the trail is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ketaminder.clinic.audit import heads
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.heads import Line, Reason
from ketaminder.clinic.audit.sealed import Problem, against, follow
from ketaminder.clinic.audit.snapshot import one_moment
from ketaminder.clinic.chain import BEFORE_FIRST
from ketaminder.clinic.models import Document, Entry, Event

CHUNK = 2000
RECEIVED = "record imported"
"""The kind of event that receives a document."""
GENESIS = (0, BEFORE_FIRST)


@dataclass
class Verified:
    """What a verification read and found. `restored` are the numbers at which a restore is on record."""

    entries: int = 0
    events: int = 0
    heads: int = 0
    problems: list[Problem] = field(default_factory=list)
    restored: list[int] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.problems


def verify(heads_at: Path | None = None, key: Ed25519PublicKey | None = None) -> Verified:
    """Read the whole trail, and the heads where they are kept.

    Args:
        heads_at: the file of sealed heads; None leaves a cut-off end undetected, and says nothing about it.
        key: the public key of the heads.
    """
    found = Verified()
    sealed = list(heads.read(heads_at, key)) if heads_at and key else []
    wanted = {line.head.number for line in sealed if line.head}
    seen = dict([GENESIS])
    with one_moment():
        last = _walk(found, wanted, seen)
        _check_events(found)
        _check_documents(found)
    _check_heads(found, sealed, seen, last)
    found.problems.sort(key=lambda problem: problem.number)
    return found


def _walk(found: Verified, wanted: set[int], seen: dict[int, str]) -> int:
    """Follow the chain from entry to entry; keep the hashes at the numbers that heads speak of. The last number."""
    number, previous = GENESIS
    for entry in Entry.objects.order_by("number").iterator(chunk_size=CHUNK):
        found.problems += _misplaced(entry, number, previous)
        number, previous = entry.number, entry.hash
        found.entries += 1
        if number in wanted:
            seen[number] = entry.hash
    return number


def _misplaced(entry: Entry, number: int, previous: str) -> Iterator[Problem]:
    """What is wrong with an entry, or with the one before it, whose number and hash are given."""
    if entry.number != number + 1:
        gone = f"entry {number + 1}" if entry.number == number + 2 else f"entries {number + 1} to {entry.number - 1}"
        yield Problem("deleted", number + 1, f"{gone}: missing")
    elif entry.link.hash == entry.hash and entry.previous != previous:
        yield Problem("edited", number, f"entry {number}: is not the one that entry {entry.number} was chained to")
    if entry.link.hash != entry.hash:
        yield _moved_or_edited(entry)


def _moved_or_edited(entry: Entry) -> Problem:
    """An entry whose hash does not fit: moved from another place, or changed where it stands."""
    before = Entry.objects.filter(hash=entry.previous).first() if entry.previous != BEFORE_FIRST else None
    stood = before.number + 1 if before else 1
    if entry.previous != BEFORE_FIRST and before is not None and stood != entry.number:
        said = f"entry {entry.number}: stood elsewhere when it was written, and was moved"
        return Problem("moved", entry.number, said)
    return Problem("edited", entry.number, f"entry {entry.number}: was changed after it was written")


def _check_events(found: Verified) -> None:
    """Every event written is there as it was written, and none is there that was not."""
    erased = set(Entry.objects.filter(action=Action.EVENT_ERASED).values_list("subject", flat=True))
    entries = Entry.objects.filter(action=Action.EVENT_WRITTEN).order_by("number").iterator(chunk_size=CHUNK)
    events = Event.objects.order_by("number").iterator(chunk_size=CHUNK)
    for entry, event in _by_number(entries, events):
        if entry is None and event is not None:
            found.problems.append(Problem("inserted", event.number, f"event {event.id}: no entry speaks of it"))
        elif entry is not None and event is None:
            found.problems.append(Problem("deleted", entry.number, f"event {entry.subject}: missing"))
        elif entry is not None and event is not None:
            found.events += 1
            found.problems += _unlike(entry, event, erased)


def _by_number(entries: Iterator[Entry], events: Iterator[Event]) -> Iterator[tuple[Entry | None, Event | None]]:
    """Entries beside the events of the same number; one of them None where the other stands alone."""
    entry, event = next(entries, None), next(events, None)
    while entry or event:
        if entry and (event is None or entry.number < event.number):
            yield entry, None
            entry = next(entries, None)
        elif event and (entry is None or event.number < entry.number):
            yield None, event
            event = next(events, None)
        else:
            yield entry, event
            entry, event = next(entries, None), next(events, None)


def _unlike(entry: Entry, event: Event, erased: set[str]) -> Iterator[Problem]:
    if str(event.id) != entry.subject:
        yield Problem("moved", entry.number, f"event {event.id}: stands where event {entry.subject} was written")
    elif event.erased and str(event.id) not in erased:
        yield Problem(
            "emptied", entry.number, f"event {event.id}: its content is gone, and no entry says that it was erased"
        )
    elif not event.erased and event.digest != entry.digest:
        yield Problem("edited", entry.number, f"event {event.id}: was changed after it was written")


def _check_documents(found: Verified) -> None:
    """Every document that an event received is there with the fingerprint that the event names, and no other is."""
    erased = set(Entry.objects.filter(action=Action.DOCUMENT_ERASED).values_list("subject", flat=True))
    named: set[str] = set()
    received = Event.objects.filter(kind=RECEIVED).exclude(salt="").order_by("number")
    for event in received.iterator(chunk_size=CHUNK):
        found.problems += _unlike_received(event, named)
    known = named | erased
    for document in Document.objects.order_by("id").iterator(chunk_size=100):
        if str(document.id) in erased and document.text:
            said = f"document {document.id}: holds a text, though it was erased"
            found.problems.append(Problem("inserted", 0, said))
        elif str(document.id) not in known:
            found.problems.append(Problem("inserted", 0, f"document {document.id}: no event received it"))


def _unlike_received(event: Event, named: set[str]) -> Iterator[Problem]:
    """What is wrong with the document that an event received; its id is added to those named."""
    try:
        told = json.loads(event.body)
        id_, fingerprint = UUID(told["document"]), told["sha256"]
    except (ValueError, KeyError, TypeError):
        return  # the event itself was changed, and is told as such
    named.add(str(id_))
    document = Document.objects.filter(id=id_).first()
    if document is None:
        yield Problem("deleted", event.number, f"document {id_}: missing")
    elif not document.intact or document.sha256 != fingerprint:
        yield Problem("edited", event.number, f"document {id_}: was changed after it was received")


def _check_heads(found: Verified, lines: list[Line], seen: dict[int, str], last: int) -> None:
    """Every head follows the one before it and fits the chain, but for what a restore on record has lost."""
    found.heads = len(lines)
    good = [line.head for line in lines if line.head]
    found.problems += follow(lines)
    found.restored = [head.number for head in good if head.reason is Reason.RESTORE]
    for position, head in enumerate(good):
        kept_to = min((later.number for later in good[position + 1 :] if later.reason is Reason.RESTORE), default=None)
        if kept_to is None or head.number <= kept_to:
            found.problems += against(head, good, seen, last)
