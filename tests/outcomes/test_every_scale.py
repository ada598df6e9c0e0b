"""What holds for every scale: both ends of its range, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ketaminder.outcomes import Score, Status, scales, score

from .sheets import RANGES, Answers, Range

PRORATES_UNASKED = {"WHODAS-2.0-12"}
ONE_IS_ENOUGH = {"CGI-S/CGI-I/PGI": {"cgi_s", "cgi_i", "pgi_i"}, "QIDS-SR16": {"6", "7", "8", "9"}}
WORDS_ONLY = {"ATHF-SF", "C-SSRS-SCREENER", "DAST-10", "MGH-ATRQ", "TAPS"}
WITHOUT_UPPER_END = {"DSST": {"correct"}, "MSM": {"duration_months", "failed_drugs"}, "MoCA": {"schooling_years"}}
OPEN_LISTS = {"ATHF-SF", "MGH-ATRQ"}
# Items whose own range is wider than the two ends of the total show: 0 or 3 for not assessed, years of schooling.
NOT_AT_THE_ENDS = {"cgi_s": (-1, 8), "cgi_i": (-1, 8), "pgi_i": (-1, 8), "16b": (-1, 4), "schooling_years": (-1, 0)}
NOT_WHOLE: tuple[object, ...] = (1.5, 1.0, True, False, "1", "", "0-3", [1], {}, float("nan"))
Cell = tuple[str, int | None]


def cells(scale_id: str) -> Iterator[Cell]:
    """Name and, inside a list, place of every single answer of the highest sheet."""
    for name, value in RANGES[scale_id].highest.items():
        if isinstance(value, list):
            yield from ((name, place) for place in range(len(value)))
        else:
            yield name, None


def answer_in(sheet: Answers, cell: Cell) -> object:
    """The answer in that place; a list of trials may be shorter at the lower end."""
    name, place = cell
    value = sheet.get(name)
    return value[min(place or 0, len(value) - 1)] if isinstance(value, list) else value


def outside(scale_id: str, cell: Cell) -> tuple[int, int]:
    """The whole numbers just below and just above one item's range; for an item answered in words any will do."""
    if cell[0] in NOT_AT_THE_ENDS:
        return NOT_AT_THE_ENDS[cell[0]]
    lowest, highest = (answer_in(sheet, cell) for sheet in (RANGES[scale_id].lowest, RANGES[scale_id].highest))
    return lowest - 1 if isinstance(lowest, int) else -1, highest + 1 if isinstance(highest, int) else 1


def with_answer(ends: Range, name: str, place: int | None, value: object) -> Answers:
    """The highest sheet with one answer replaced."""
    if place is None:
        return {**ends.highest, name: value}
    listed = list(ends.highest[name])  # type: ignore[call-overload]
    listed[place] = value
    return {**ends.highest, name: listed}


def scored(scale_id: str, answers: Answers) -> Score:
    return score(scale_id, answers, RANGES[scale_id].context)


def item(name: str, place: int | None) -> str:
    return name if place is None else f"{name}.{place + 1}"


def test_the_table_holds_every_scale() -> None:
    assert set(RANGES) == set(scales())


@pytest.mark.parametrize("scale_id", RANGES)
def test_lowest_and_highest_sheet_give_the_published_ends(scale_id: str) -> None:
    ends = RANGES[scale_id]
    assert scored(scale_id, ends.lowest).total == ends.lowest_total
    assert scored(scale_id, ends.highest).total == ends.highest_total


@pytest.mark.parametrize("scale_id", [name for name in RANGES if name != "KSET"])
def test_an_empty_sheet_is_incomplete_and_says_what_is_missing(scale_id: str) -> None:
    empty = scored(scale_id, {})
    assert (empty.status, empty.total, empty.band) == (Status.INCOMPLETE, None, None)
    assert empty.missing


@pytest.mark.parametrize("scale_id", [name for name in RANGES if name not in OPEN_LISTS])
def test_one_missing_answer_leaves_no_total(scale_id: str) -> None:
    for name, place in cells(scale_id):
        if name in ONE_IS_ENOUGH.get(scale_id, ()):
            continue
        sheet = scored(scale_id, with_answer(RANGES[scale_id], name, place, None))
        if scale_id in PRORATES_UNASKED:
            assert sheet.flags == ("PRORATED",)
        else:
            assert (sheet.status, sheet.total) == (Status.INCOMPLETE, None)
        assert {"16b": "16a/16b"}.get(name, item(name, place)) in sheet.missing


@pytest.mark.parametrize("scale_id", RANGES)
def test_an_answer_one_step_outside_the_range_is_refused(scale_id: str) -> None:
    for cell in cells(scale_id):
        below, above = outside(scale_id, cell)
        refused(scale_id, cell, below, "OUT_OF_RANGE")
        if cell[0] not in WITHOUT_UPPER_END.get(scale_id, ()):
            refused(scale_id, cell, above, "OUT_OF_RANGE")


@pytest.mark.parametrize("scale_id", RANGES)
def test_an_answer_that_is_no_whole_number_is_refused(scale_id: str) -> None:
    for cell in cells(scale_id):
        for value in NOT_WHOLE:
            refused(scale_id, cell, value, "OUT_OF_RANGE" if scale_id in WORDS_ONLY else "NOT_INTEGER")


def refused(scale_id: str, cell: Cell, value: object, code: str) -> None:
    """Assert that this one answer is refused, by code and item, in a sentence that quotes it."""
    sheet = scored(scale_id, with_answer(RANGES[scale_id], *cell, value))
    assert (sheet.status, sheet.total, sheet.flags) == (Status.REFUSED, None, ())
    assert sheet.error is not None
    assert (sheet.error.code, sheet.error.item) == (code, item(*cell))
    assert repr(value) in sheet.error.reason
    assert "required:" in sheet.error.reason


@pytest.mark.parametrize("scale_id", RANGES)
def test_an_unknown_item_is_refused(scale_id: str) -> None:
    sheet = scored(scale_id, {**RANGES[scale_id].highest, "99": 0})
    assert sheet.status is Status.REFUSED
    assert sheet.error is not None
    assert (sheet.error.code, sheet.error.item) == ("UNKNOWN_ITEM", "99")
    assert scale_id in sheet.error.reason


@pytest.mark.parametrize("scale_id", RANGES)
def test_an_unknown_item_is_refused_even_without_an_answer(scale_id: str) -> None:
    assert scored(scale_id, {"99": None}).status is Status.REFUSED


@pytest.mark.parametrize("scale_id", RANGES)
def test_order_of_answers_changes_nothing(scale_id: str) -> None:
    ends = RANGES[scale_id]
    assert scored(scale_id, dict(reversed(ends.highest.items()))) == scored(scale_id, ends.highest)
