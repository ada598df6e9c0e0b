"""The door for shells: `ketaminder plan`, `assess`, `simulate` and the rest; `arguments.py` lists them.

Exit codes: 0 answered, whatever the clinical answer; 2 unreadable input, with nothing written; 1 a check found
something wrong.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence

from ketaminder.cli.arguments import parser
from ketaminder.terms import Refused

UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(arguments)
    _make_printable()
    try:
        code = int(options.run(options))
        if sys.stdout is not None:
            sys.stdout.flush()
    except Refused as refusal:
        return _refused(refusal)
    except BrokenPipeError:
        _leave_unprinted()
        return 0
    except OSError as error:
        if error.errno not in UNWRITABLE or error.filename is not None:
            raise
        _leave_unprinted()
        return _refused(Refused("standard output", "the answer", f"a place that can be written ({error.strerror})"))
    return code


def _refused(refusal: Refused) -> int:
    print(f"ketaminder: {refusal}", file=sys.stderr)
    return 2


def _make_printable() -> None:
    """A terminal that lacks a sign shows a question mark; one that says it has no columns is taken to say nothing."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if os.environ.get("COLUMNS") == "0":
        del os.environ["COLUMNS"]


def _leave_unprinted() -> None:
    """Let what was not printed yet go nowhere, so that the end of the process says nothing of it again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
