"""One answer sheet, one score: refused, incomplete, scored, or a scale that has no total."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from ketaminder.outcomes import columbia
from ketaminder.outcomes.change import ChangeValue, change
from ketaminder.outcomes.context import read_context
from ketaminder.outcomes.flags import raised
from ketaminder.outcomes.scale import BandSet, Cited, Scale, round_half_up
from ketaminder.outcomes.scales import find
from ketaminder.outcomes.sheet import NOT_APPLICABLE, AnswerError, Sheet, read_sheet
from ketaminder.terms import Grade

PRORATED = "PRORATED"


class Status(StrEnum):
    """What became of the sheet."""

    SCORED = "scored"
    INCOMPLETE = "incomplete"
    NO_TOTAL = "no_total"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SheetError:
    """Why a sheet was refused: the code, the item, and a sentence that quotes the answer."""

    code: str
    item: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one sheet says. None: the scale has no such thing, or the sheet does not allow it.

    `band` is a label of the set `bands`; `flags` are sorted by name; `missing` is in sheet order; `basis` names each
    part of the answer that rests on a recalled, unverified rule, with its grade.
    """

    scale: Scale
    status: Status
    total: int | None = None
    band: str | None = None
    bands: BandSet | None = None
    maximum: int | None = None
    mean: float | None = None
    subscales: Mapping[str, int] = field(default_factory=dict)
    change: Mapping[str, ChangeValue] = field(default_factory=dict)
    profile: str | None = None
    highest_ideation: int | None = None
    risk: str | None = None
    flags: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    basis: Mapping[str, Grade] = field(default_factory=dict)
    error: SheetError | None = None


def score(scale_id: str, answers: Mapping[str, object], context: Mapping[str, object] | None = None) -> Score:
    """The score of one sheet.

    Args:
        scale_id: the scale's id exactly, such as "MOAA/S".
        answers: by item number or name; None or absent is missing.
        context: what the scale reads beside its answers; see `context.py`.

    Raises:
        Refused: no scale of that id, or a context that cannot be read. An unreadable answer does not raise: it gives a
            score with the status "refused".
    """
    scale = find(scale_id)
    known = read_context(scale, context or {})
    try:
        sheet = read_sheet(scale, answers, known)
    except AnswerError as error:
        return Score(scale=scale, status=Status.REFUSED, error=SheetError(error.code, error.item, error.reason))
    return METHODS[scale.method](sheet)


def _summed(sheet: Sheet) -> Score:
    incomplete = sheet.missing and not _may_prorate(sheet)
    if incomplete or NOT_APPLICABLE in sheet.answers.values():
        return _without_total(sheet)
    total = _prorated(sheet) if sheet.missing else _sum(sheet)
    scale, flags = sheet.scale, raised(sheet, total)
    bands = _bands(sheet)
    baseline = sheet.context.get("baseline")
    return Score(
        scale=scale,
        status=Status.SCORED,
        total=total,
        band=bands.label(total) if bands else None,
        bands=bands,
        maximum=_maximum(sheet),
        mean=_mean(sheet, total),
        subscales=_subscales(sheet),
        change=change(scale, total, baseline) if isinstance(baseline, int) else {},
        flags=tuple(sorted([flag.name for flag in flags] + ([PRORATED] if sheet.missing else []))),
        missing=sheet.missing,
        basis=_basis(sheet, bands, changed=isinstance(baseline, int)),
    )


def _without_total(sheet: Sheet) -> Score:
    """An incomplete sheet, or a complete one whose scale gives no total."""
    flags = raised(sheet, None)
    return Score(
        scale=sheet.scale,
        status=Status.INCOMPLETE if sheet.missing else Status.NO_TOTAL,
        subscales={} if sheet.missing or sheet.scale.method == "sum" else _subscales(sheet),
        flags=tuple(flag.name for flag in flags),
        missing=sheet.missing,
        basis=_recalled((flag.name, flag) for flag in flags) if sheet.missing else _basis(sheet),
    )


def _several_sums(sheet: Sheet) -> Score:
    """Sums that stand side by side and may never be added to each other."""
    judged = _without_total(sheet)
    return judged if sheet.missing else replace(judged, status=Status.SCORED)


def _profile(sheet: Sheet) -> Score:
    """The answers side by side, which may never be added."""
    digits = "".join(str(points) for points in sheet.counted.values())
    return replace(_without_total(sheet), profile=None if sheet.missing else digits)


def _columbia(sheet: Sheet) -> Score:
    risk = columbia.risk(sheet)
    judged = _several_sums(sheet)
    rule = [("risk", sheet.scale.risks[risk])] if risk else []
    return replace(
        judged,
        highest_ideation=columbia.highest_ideation(sheet),
        risk=risk,
        basis={**judged.basis, **_recalled(rule)},
    )


METHODS: Mapping[str, Callable[[Sheet], Score]] = {
    "sum": _summed,
    "several sums": _several_sums,
    "no total": _without_total,
    "profile": _profile,
    "columbia": _columbia,
}


def _sum(sheet: Sheet) -> int:
    """The points of all items; of a group named in `highest_of`, only its highest."""
    points = sheet.counted
    grouped = {name for group in sheet.scale.highest_of for name in group}
    total = sum(value for name, value in points.items() if name not in grouped)
    total += sum(max(points[name] for name in group if name in points) for group in sheet.scale.highest_of)
    return total if sheet.scale.ceiling is None else min(total, sheet.scale.ceiling)


def _may_prorate(sheet: Sheet) -> bool:
    rule = sheet.scale.proration
    if rule is None or len(sheet.missing) > rule.most_missing:
        return False
    return not rule.on_request or sheet.context["policy"] == "prorate"


def _prorated(sheet: Sheet) -> int:
    """All items at the mean of the answered ones, rounded half up."""
    points = sheet.counted
    items = len(points) + len(sheet.missing)
    return int(round_half_up(Fraction(items * sum(points.values()), len(points))))


def _bands(sheet: Sheet) -> BandSet | None:
    """The set of bands that applies in this context."""
    for bands in sheet.scale.bands:
        if bands.applied and all(sheet.context[name] == value for name, value in bands.when.items()):
            return bands
    return None


def _maximum(sheet: Sheet) -> int | None:
    """The highest total in this context, where the context decides it."""
    total = sheet.scale.total
    if total is None or not total.varies:
        return None
    bounds = [(b, b.bounds(sheet.context.get("coding"))) for b in sheet.scale.items if sheet.asked(b)]
    return sum(len(block.names) * bound[1] for block, bound in bounds if bound is not None and bound[1] is not None)


def _mean(sheet: Sheet, total: int) -> float | None:
    decimals = sheet.scale.mean_decimals
    return None if decimals is None else float(round_half_up(Fraction(total, len(sheet.counted)), decimals))


def _subscales(sheet: Sheet) -> dict[str, int]:
    """The sum of each subscale whose items are all answered."""
    return {
        part.name: sum(sheet.points[name] for name in part.items)
        for part in sheet.scale.subscales
        if all(name in sheet.answers for name in part.items)
    }


def _basis(sheet: Sheet, bands: BandSet | None = None, *, changed: bool = False) -> dict[str, Grade]:
    """The recalled parts of the answer to a complete or prorated sheet."""
    scale = sheet.scale
    parts: list[tuple[str, Cited]] = [("items", block) for block in scale.items if block.need != "none"]
    parts += [("scoring", scale.scoring), *(("subscales", part) for part in scale.subscales)]
    parts += [("band", bands)] if bands else []
    parts += [(flag.name, flag) for flag in scale.flags]
    parts += [("proration", scale.proration)] if sheet.missing and scale.proration else []
    parts += [(definition.name, definition) for definition in scale.changes if changed and definition.printed]
    return _recalled(parts)


def _recalled(parts: Iterable[tuple[str, Cited]]) -> dict[str, Grade]:
    return {name: Grade.MEMORY for name, part in parts if part.recalled}
