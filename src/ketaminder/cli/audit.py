"""`ketaminder audit`: make the key, seal the head of the chain, verify that the trail is whole."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ketaminder.cli.clinic import set_up, set_up_without_database
from ketaminder.cli.files import print_json
from ketaminder.terms import Refused

if TYPE_CHECKING:
    from ketaminder.clinic.audit.verify import Verified

HEADS, KEY = "KETAMINDER_HEADS", "KETAMINDER_HEAD_KEY"


def key(options: argparse.Namespace) -> int:
    """Make a key pair; the private one is readable by its owner alone."""
    set_up_without_database()
    from ketaminder.clinic.audit.heads import make_key, public_path

    make_key(options.out)
    print(f"{options.out} signs; {public_path(options.out)} verifies. Keep the first away from the database's machine.")
    return 0


def seal(_: argparse.Namespace) -> int:
    """Seal the head of the chain as it is now."""
    set_up()
    from django.utils import timezone

    from ketaminder.clinic.audit.heads import Reason, private_key, seal

    head = seal(_path(HEADS), private_key(_path(KEY)), Reason.SCHEDULE, timezone.now())
    print(f"sealed at entry {head.number}")
    return 0


def verify(options: argparse.Namespace) -> int:
    """Verify the trail; exit 1 where something does not fit."""
    set_up()
    from ketaminder.clinic.audit.heads import public_key
    from ketaminder.clinic.audit.verify import verify as verified

    sealed = _path(HEADS) if os.environ.get(HEADS) else None
    found = verified(sealed, public_key(_path(KEY)) if sealed else None)
    if options.json:
        print_json(_document(found, sealed))
    else:
        _show(found, sealed)
    return 0 if found.intact else 1


def _document(found: Verified, sealed: Path | None) -> dict[str, Any]:
    return {
        "intact": found.intact,
        "entries": found.entries,
        "events": found.events,
        "heads": found.heads if sealed else None,
        "restored_at": found.restored,
        "problems": [{"kind": one.kind, "number": one.number, "said": one.said} for one in found.problems],
    }


def _show(found: Verified, sealed: Path | None) -> None:
    print(f"{found.entries} entries, {found.events} events, {found.heads} heads read.")
    if sealed is None:
        print(f"Without {HEADS} an end that was cut off, or an old copy put back, cannot be seen.")
    for number in found.restored:
        print(f"A restore is on record at entry {number}.")
    for problem in found.problems:
        print(f"{problem.kind}: {problem.said}")
    print("The trail is whole." if found.intact else f"{len(found.problems)} do not fit.")


def _path(name: str) -> Path:
    given = os.environ.get(name, "")
    if not given:
        raise Refused(name, given, "the path of a file")
    return Path(given)
