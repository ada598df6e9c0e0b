"""The heads follow one another: one taken out, moved, put in or changed is found at its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ketaminder.clinic.audit import heads
from ketaminder.clinic.audit.heads import Reason
from ketaminder.clinic.audit.verify import Verified, verify
from ketaminder.clinic.care import patients
from ketaminder.clinic.events import write
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.models import Entry
from ketaminder.clinic.roles import Role

AT = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
MISSING = "the head that was sealed before it is missing"
FIRST = "was the first of its file when it was sealed"


class Kept:
    """A chain of five entries, and five heads: one after each entry."""

    def __init__(self, acting: Any, path: Path) -> None:
        self.path, self.key, self.hours = path, Ed25519PrivateKey.generate(), 0
        patient = patients.register(acting, patients.Who("LH-1", "Zoë Berg", None, "female"))
        self.seal()
        for number in range(4):
            write(acting, NoteWritten(text=f"note {number}"), patient=patient)
            self.seal()

    def seal(self, reason: Reason = Reason.SCHEDULE) -> None:
        self.hours += 1
        heads.seal(self.path, self.key, reason, AT + timedelta(hours=self.hours))

    def verify(self) -> Verified:
        return verify(self.path, self.key.public_key())

    @property
    def lines(self) -> list[str]:
        return self.path.read_text().splitlines()

    @lines.setter
    def lines(self, lines: list[str]) -> None:
        self.path.write_text("".join(f"{line}\n" for line in lines))

    def signed_by_hand(self, number: int, reason: str = "schedule", **more: str) -> str:
        """A line made of nothing of ours but the key: what is signed is JSON with sorted keys and no spaces."""
        content = {"at": f"2026-11-27T0{number}:30:00.000000+00:00", "number": number, "reason": reason, **more}
        content["hash"] = Entry.objects.get(number=number).hash
        signature = self.key.sign(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hex()
        return json.dumps(content | {"signature": signature}, sort_keys=True, separators=(",", ":"))


@pytest.fixture
def kept(staff: Any, tmp_path: Path) -> Kept:
    made = Kept(staff.acting(Role.PHYSICIAN), tmp_path / "heads")
    assert made.verify().intact
    return made


def told(found: Verified) -> list[tuple[int, str]]:
    """Line and words of each problem, each of which is one of the heads."""
    assert {one.kind for one in found.problems} <= {"head"}
    return [(one.number, one.said.split(" of the heads: ")[1]) for one in found.problems]


def test_each_head_carries_the_sha_256_of_the_line_before(kept: Kept) -> None:
    carried = [json.loads(line)["before"] for line in kept.lines]
    assert carried == ["0" * 64, *(sha256(line.encode()).hexdigest() for line in kept.lines[:-1])]


@pytest.mark.parametrize("line", [1, 2, 3, 4])
def test_a_head_that_was_taken_out(kept: Kept, line: int) -> None:
    kept.lines = kept.lines[: line - 1] + kept.lines[line:]
    assert told(kept.verify()) == [(line, MISSING)]


def test_all_but_the_last_taken_out(kept: Kept) -> None:
    kept.lines = kept.lines[-1:]
    assert told(kept.verify()) == [(1, MISSING)]


def test_two_heads_that_changed_places(kept: Kept) -> None:
    first, second, third, fourth, fifth = kept.lines
    kept.lines = [first, third, second, fourth, fifth]
    moved = "was sealed after the head that is line {}, and one of them was moved"
    assert told(kept.verify()) == [(2, moved.format(3)), (3, moved.format(1)), (4, moved.format(2))]


def test_a_head_that_stands_twice_and_a_file_that_begins_anew(kept: Kept) -> None:
    whole = kept.lines
    kept.lines = [*whole[:3], whole[2], *whole[3:]]
    assert [line for line, _ in told(kept.verify())] == [4]
    kept.lines = [*whole, whole[0]]
    assert told(kept.verify()) == [(6, FIRST)]


def test_a_head_of_another_file_put_in(kept: Kept) -> None:
    whole = kept.lines
    kept.lines = whole[:2]
    kept.seal()
    foreign = kept.lines[-1]
    kept.lines = [*whole[:3], foreign, *whole[3:]]
    assert [line for line, _ in told(kept.verify())] == [4, 5]


@pytest.mark.parametrize("line", [1, 3, 5])
def test_a_head_that_was_changed_is_told_once(kept: Kept, line: int) -> None:
    kept.lines = [text.replace("schedule", "restore") if n == line else text for n, text in enumerate(kept.lines, 1)]
    assert told(kept.verify()) == [(line, "is no head signed with this key")]


def test_heads_taken_off_the_end_are_seen_only_by_a_copy_kept_elsewhere(kept: Kept) -> None:
    kept.lines = kept.lines[:3]
    assert kept.verify().intact


def test_what_a_crash_cut_short_is_ended_and_told_and_spoils_no_later_head(kept: Kept) -> None:
    kept.path.write_text(kept.path.read_text() + kept.lines[-1][:100])
    kept.seal()
    assert len(kept.lines) == 7
    assert told(kept.verify()) == [(6, "is no head signed with this key")]


def test_a_backup_may_end_where_the_chain_was_when_it_began(kept: Kept) -> None:
    before = sha256(kept.lines[-1].encode()).hexdigest()
    kept.lines = [*kept.lines, kept.signed_by_hand(3, "backup", before=before)]
    kept.seal()
    assert kept.verify().intact


def test_a_head_sealed_while_the_end_was_gone(kept: Kept) -> None:
    before = sha256(kept.lines[-1].encode()).hexdigest()
    kept.lines = [*kept.lines, kept.signed_by_hand(3, before=before)]
    assert told(kept.verify()) == [(6, "was sealed at entry 3, after entry 5 had been sealed")]


def test_heads_of_the_time_before_they_were_chained_are_read_and_chained_to(kept: Kept) -> None:
    old = [kept.signed_by_hand(number) for number in (1, 2, 3)]
    kept.lines = old
    kept.seal()
    kept.seal()
    whole = kept.lines
    assert (kept.verify().intact, kept.verify().heads) == (True, 5)
    assert json.loads(whole[3])["before"] == sha256(old[2].encode()).hexdigest()
    kept.lines = [*old[:2], *whole[3:]]
    assert told(kept.verify()) == [(3, MISSING)]
    kept.lines = [*whole, old[1]]
    assert told(kept.verify()) == [(6, "was sealed before heads were chained, and was moved")]
    kept.lines = [old[1], old[0], old[2]]
    assert told(kept.verify()) == [(2, "does not follow its predecessor")]


@pytest.mark.parametrize("harm", [lambda line: "{}", lambda line: line[:-3], lambda line: f"[{line}]", lambda line: ""])
def test_what_is_no_head_at_all(kept: Kept, harm: Callable[[str], str]) -> None:
    kept.lines = [*kept.lines[:4], harm(kept.lines[4])]
    assert told(kept.verify()) == [(5, "is no head signed with this key")]
