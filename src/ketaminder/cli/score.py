"""`ketaminder score`: one answer sheet of one rating scale. It reads item numbers and prints no item wording."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from ketaminder import outcomes
from ketaminder.cli.files import print_json, read_text
from ketaminder.outcomes import Score, Status
from ketaminder.outcomes.scale import Cited
from ketaminder.terms import Refused

Document = dict[str, object]


def score(options: argparse.Namespace) -> int:
    """Score the sheet in `options.file` ("-": standard input) by `options.scale`.

    A refused sheet is an answer, not a failure.

    Raises:
        Refused: an unknown scale, or a file that cannot be read.
    """
    answers, context = read_sheet_file(options.file)
    result = outcomes.score(options.scale, answers, context)
    if options.json:
        print_json(score_document(result))
    else:
        print("\n".join(_lines(result)))
    return 0


def score_document(result: Score) -> Document:
    """What `ketaminder score --json` prints: only what the scale has and the sheet allows."""
    document: Document = {"status": result.status, "total": result.total}
    if result.error:
        error = {"code": result.error.code, "item": result.error.item}
        return document | {"error": error, "reason": result.error.reason}
    optional = {
        "band": result.band,
        "max": result.maximum,
        "composite": result.mean,
        "subscales": dict(result.subscales),
        "change": dict(result.change),
        "profile": result.profile,
    }
    document |= {name: value for name, value in optional.items() if value not in (None, {})}
    if result.scale.risks:
        document |= {"highest_ideation": result.highest_ideation, "risk": result.risk}
    document["flags"] = list(result.flags)
    if result.missing or result.scale.risks:
        document["missing"] = list(result.missing)
    return document | ({"basis": dict(result.basis)} if result.basis else {})


def read_sheet_file(file: Path) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Answers and context of a sheet file: `{"answers": {...}, "context": {...}}`.

    Raises:
        Refused: the file cannot be read, is not such a document, or names an item twice.
    """
    document = _object("FILE", _json(file))
    for name in document:
        if name not in ("answers", "context"):
            raise Refused("FILE", name, '"answers" and "context" only')
    if "answers" not in document:
        raise Refused("FILE", sorted(document), 'the answers by item number under "answers"')
    context = document.get("context")
    return _object("answers", document["answers"]), {} if context is None else _object("context", context)


def _json(file: Path) -> object:
    text = read_text(file)
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates)
    except Refused:
        raise
    except (ValueError, RecursionError) as error:
        raise Refused("FILE", text, f"a JSON document ({error})") from None


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document: dict[str, object] = {}
    for name, value in pairs:
        if name in document:
            raise Refused("FILE", name, "each name once")
        document[name] = value
    return document


def _object(where: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Refused(where, value, 'an object, such as {"answers": {"1": 0}}')
    return value


def _lines(result: Score) -> Iterator[str]:
    """What the terminal shows: the answer first, then why, each line with its source below it."""
    scale = result.scale
    yield f"{scale.id}: {_headline(result)}"
    if result.error:
        yield f"{result.error.code}. {result.error.reason}"
        return
    if result.missing:
        yield from _cited(f"Missing: {', '.join(result.missing)}. {scale.missing.text}", scale.missing)
    for flag in scale.flags:
        if flag.name in result.flags:
            yield from _cited(f"{flag.name}: {flag.meaning}", flag)
    for part in scale.subscales:
        if part.name in result.subscales:
            yield from _cited(f"{part.name}: {result.subscales[part.name]} of {part.highest}", part)
    yield from _changes(result)
    if result.bands:
        yield from _cited(f"Bands: {result.bands.name}", result.bands)
    if result.risk:
        yield from _cited(f"Risk {result.risk}: {scale.risks[result.risk].text}", scale.risks[result.risk])
    yield from _cited(f"Scored by: {scale.scoring.text}", scale.scoring)
    for known in scale.validity:
        yield from _cited(f"Validity: {known.text}", known)
    yield from (f"Unverified: {part} ({grade})" for part, grade in result.basis.items())


def _changes(result: Score) -> Iterator[str]:
    if not result.change:
        return
    yield f"Fall from baseline, %: {_said(result.change['pct_reduction'])}"
    for definition in result.scale.changes:
        if definition.printed:
            answer = _said(result.change[definition.name])
            yield from _cited(f"{definition.criterion.meaning} ({definition.criterion}): {answer}", definition)


def _said(value: float | bool | None) -> str:
    if value is None:
        return "not known"
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value:g}"


def _cited(line: str, part: Cited) -> Iterator[str]:
    yield line
    yield from (f"    {c.source.citation}: {c.locator} ({c.grade})" for c in part.citations)


def _headline(result: Score) -> str:
    if result.risk:
        return f"{result.status}; risk {result.risk}, highest ideation {result.highest_ideation}"
    if result.status is not Status.SCORED or result.total is None:
        return f"{result.status.replace('_', ' ')}{f'; profile {result.profile}' if result.profile else ''}"
    total = result.scale.total
    highest = result.maximum or (total.highest if total else None)
    words = [f"{result.total} of {highest}", *([result.band.replace("_", " ")] if result.band else [])]
    return f"{', '.join(words)} ({result.scale.direction})"
