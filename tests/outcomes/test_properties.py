"""What holds for any sheet whatever: drawn sheets, not chosen ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketaminder.outcomes import Scale, Status, scales, score
from ketaminder.outcomes.scale import Items

from .sheets import RANGES

SCALES = [scale for scale in scales().values() if scale.items]
SUMMED = [scale for scale in SCALES if scale.total]
OPEN_TOP = 100
few = settings(max_examples=20, deadline=None)  # for each of the forty scales
many = settings(max_examples=200, deadline=None)


def answer(block: Items, coding: str) -> st.SearchStrategy[Any]:
    bounds = block.bounds(coding)
    numbers = [] if bounds is None else [st.integers(bounds[0], OPEN_TOP if bounds[1] is None else bounds[1])]
    return st.one_of(*numbers, *([st.sampled_from(block.words)] if block.words else []))


@st.composite
def sheets(draw: st.DrawFn, scale: Scale, complete: bool) -> dict[str, Any]:
    """A readable sheet; when not `complete`, any answer may be missing."""
    coding = str(RANGES[scale.id].context.get("coding", ""))
    sheet: dict[str, Any] = {}
    for block in scale.items:
        one = answer(block, coding) if complete else st.none() | answer(block, coding)
        if block.array:
            size = 3 if block.open_ended else len(block.names)
            sheet[block.array] = draw(st.lists(one, min_size=size, max_size=size))
            continue
        for name in block.names if block.need != "one" else block.names[:1]:
            sheet[name] = draw(one)
    return sheet


@pytest.mark.parametrize("scale", SUMMED, ids=lambda scale: scale.id)
@few
@given(data=st.data())
def test_a_complete_sheet_totals_within_the_published_range(scale: Scale, data: st.DataObject) -> None:
    found = score(scale.id, data.draw(sheets(scale, complete=True)), RANGES[scale.id].context)
    if found.status is Status.NO_TOTAL:
        assert scale.id == "SDS"
        return
    assert scale.total is not None
    assert found.total is not None
    assert found.status is Status.SCORED
    assert scale.total.lowest <= found.total <= scale.total.highest
    for part in scale.subscales:
        assert part.lowest <= found.subscales[part.name] <= part.highest


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
@few
@given(data=st.data(), policy=st.sampled_from(["strict", "prorate"]))
def test_an_incomplete_sheet_has_no_total_unless_it_says_prorated(
    scale: Scale, data: st.DataObject, policy: str
) -> None:
    context = {**RANGES[scale.id].context, "policy": policy}
    found = score(scale.id, data.draw(sheets(scale, complete=False)), context)
    if found.missing and found.total is not None:
        assert scale.proration is not None
        assert "PRORATED" in found.flags
        assert len(found.missing) <= scale.proration.most_missing
    elif found.missing:
        assert (found.status, found.total, found.band) == (Status.INCOMPLETE, None, None)
    else:
        assert "PRORATED" not in found.flags


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
@few
@given(data=st.data())
def test_order_of_answers_changes_nothing(scale: Scale, data: st.DataObject) -> None:
    sheet = data.draw(sheets(scale, complete=False))
    shuffled = dict(data.draw(st.permutations(list(sheet.items()))))
    assert score(scale.id, shuffled, RANGES[scale.id].context) == score(scale.id, sheet, RANGES[scale.id].context)


@many
@given(answers=st.lists(st.sampled_from(["yes", "no"]), min_size=10, max_size=10), turned=st.integers(1, 10))
def test_a_yes_more_adds_a_point_except_on_the_reversed_item(answers: list[str], turned: int) -> None:
    sheet = {str(number): word for number, word in enumerate(answers, start=1)}
    no, yes = (score("DAST-10", {**sheet, str(turned): word}).total for word in ("no", "yes"))
    assert no is not None
    assert yes == no + (-1 if turned == 3 else 1)


@many
@given(
    wrong=st.one_of(st.floats(), st.booleans(), st.text(), st.lists(st.integers()), st.integers(max_value=-1)),
    place=st.integers(1, 10),
)
def test_whatever_is_no_answer_is_refused_and_quoted(wrong: object, place: int) -> None:
    found = score("MADRS", {str(number): 0 for number in range(1, 11)} | {str(place): wrong})
    assert found.status is Status.REFUSED
    assert found.error is not None
    assert found.error.item == str(place)
    assert (found.total, found.flags) == (None, ())
