"""What each command does. Rooms are imported where they are needed, so that a command starts fast."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from ketaminder.terms import Case, Refused


def assess(options: argparse.Namespace) -> int:
    """`ketaminder assess`: the candidate assessment of one case, for one product."""
    from ketaminder import evidence, rules
    from ketaminder.cli import documents, screen

    case = _read(options)
    assessment = rules.assess(case, evidence.load())
    if options.json:
        _print_json(documents.assessment_document(case, assessment))
    else:
        screen.show_assessment(case, assessment, everything=options.all)
    return 0


def plan(options: argparse.Namespace) -> int:
    """`ketaminder plan`: the assessment, the protocols that remain, and the curves of each."""
    from ketaminder import evidence
    from ketaminder.cli import documents, screen
    from ketaminder.plan import compare

    comparison = compare(_read(options), evidence.load())
    if options.html:
        from ketaminder.clinic.pages import person_page

        _write(options.html, person_page(comparison, demo=comparison.case.synthetic, standalone=True))
    if options.json:
        _print_json(documents.plan_document(comparison))
    else:
        screen.show_plan(comparison, everything=options.all)
    return 0


def demo(options: argparse.Namespace) -> int:
    """`ketaminder demo`: the demonstration clinic, served on this machine or written as static pages."""
    from ketaminder.clinic import demo as demonstration

    on = options.on or today()
    if options.once:
        demonstration.once(options.once, on)
    else:
        demonstration.serve(options.port, on=on)
    return 0


def evidence(options: argparse.Namespace) -> int:
    """`ketaminder evidence`: the cited criteria, to read and to review."""
    from ketaminder.cli import evidence as views

    return views.evidence(options)


def score(options: argparse.Namespace) -> int:
    """`ketaminder score`: one answer sheet of one rating scale."""
    from ketaminder.cli import score as scoring

    return scoring.score(options)


def _read(options: argparse.Namespace) -> Case:
    from ketaminder import intake

    return intake.read(
        _text(options.file),
        on=options.on or today(),
        region=options.region,
        product=options.product,
        phase=options.phase,
    )


def _text(file: Path) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise Refused("FILE", str(file), f"a file that can be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise Refused("FILE", str(file), f"text in UTF-8 (byte {error.start} is not)") from None


def today() -> date:
    return datetime.now(UTC).astimezone().date()


def _print_json(document: Mapping[str, object]) -> None:
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1))


def _write(out: Path, page: str) -> None:
    """Write `page` whole or not at all."""
    draft = out.with_name(f".{out.name}.draft")
    try:
        draft.write_text(page, encoding="utf-8")
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Refused("--html OUT", str(out), f"a file that can be written ({error.strerror})") from None
