"""Small counts of people: never shown, and never had back from a total."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketaminder.clinic.keeping.suppression import SUPPRESSED, Cell, suppressed

CELLS = st.dictionaries(
    st.tuples(st.sampled_from(("ocd", "ptsd")), st.sampled_from(("defer", "eligible", "exclude"))),
    st.integers(1, 40),
    min_size=1,
)
ROWS = [
    ("all are large", {"ad": 11, "ae": 40}, {}),
    ("a small one takes the next smallest with it", {"ad": 3, "ae": 40, "ax": 12}, {"ad", "ax"}),
    ("two of one person each take a third", {"ad": 1, "ae": 1, "ax": 12, "ay": 30}, {"ad", "ae", "ax"}),
    ("two small ones that are eleven together suffice", {"ad": 5, "ae": 6, "ax": 12}, {"ad", "ae"}),
    ("a row that is one small cell takes a cell of another, and that its neighbour", {"ad": 4, "bd": 20, "be": 30},
     {"ad", "bd", "be"}),
    ("a row of few people hides in another", {"ad": 2, "ae": 3, "bd": 20, "be": 15}, {"ad", "ae", "be", "bd"}),
    ("nothing can be done for a table of one cell but to hide it", {"ad": 4}, {"ad"}),
]  # fmt: skip
"""Situation, counts by row and column (a letter each), and which are hidden where 11 is the smallest; by hand."""


@pytest.mark.parametrize(("situation", "counts", "hidden"), ROWS, ids=[row[0] for row in ROWS])
def test_what_is_hidden(situation: str, counts: dict[str, int], hidden: set[str]) -> None:
    shown = suppressed(Counter({(cell[0], cell[1]): count for cell, count in counts.items()}), 11)
    assert {row + column for (row, column), text in shown.items() if text == SUPPRESSED} == set(hidden)
    assert all(text == str(counts[row + column]) for (row, column), text in shown.items() if text != SUPPRESSED)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(cells=CELLS, smallest=st.integers(11, 25))
def test_a_small_count_is_never_shown(cells: dict[Cell, int], smallest: int) -> None:
    shown = suppressed(Counter(cells), smallest)
    assert set(shown) == set(cells)
    assert all(text == SUPPRESSED or int(text) == cells[cell] >= smallest for cell, text in shown.items())


@given(cells=st.dictionaries(st.tuples(st.just("one"), st.sampled_from("abcd")), st.integers(1, 16), min_size=2))
def test_no_small_count_follows_from_what_is_shown_and_the_total(cells: dict[Cell, int]) -> None:
    """Tries every way in which the hidden cells could make up what is missing from the total."""
    shown = suppressed(Counter(cells), 11)
    hidden = [cell for cell, text in shown.items() if text == SUPPRESSED]
    if not hidden:
        return
    missing = sum(cells.values()) - sum(int(text) for text in shown.values() if text != SUPPRESSED)
    ways = [way for way in product(range(1, 17), repeat=len(hidden)) if sum(way) == missing]
    for place, cell in enumerate(hidden):
        possible = {way[place] for way in ways}
        everything_is_hidden = len(hidden) == len(cells)
        assert len(possible) > 1 or cells[cell] >= 11 or everything_is_hidden
