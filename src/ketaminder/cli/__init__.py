"""The door for shells: `ketaminder plan`, `assess`, `simulate` and the rest; `arguments.py` lists them.

Exit codes: 0 answered, whatever the clinical answer; 2 unreadable input, with nothing written; 1 a check found
something wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ketaminder.cli.arguments import parser
from ketaminder.terms import Refused


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except Refused as refusal:
        print(f"ketaminder: {refusal}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
