"""Counts of people as they may be shown: no small one, and none that a total gives back.

Small cells are suppressed, and others beside them, so that what is hidden in a row, or in the whole table, is never one
cell alone nor fewer people together than the smallest count that is shown: who knows the totals learns no small count.
All hidden cells read alike, since it would give one away to say whether it is hidden for its own size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

Cell = tuple[str, str]
"""Row and column of a table."""

SUPPRESSED = "suppressed"


def suppressed(cells: Counter[Cell], smallest: int) -> dict[Cell, str]:
    """Every cell with its count, or `SUPPRESSED`, row by row.

    Args:
        cells: how many people each cell counts, one or more; each person in one cell.
        smallest: the smallest count that may be shown.
    """
    rows = sorted({row for row, _ in cells})
    groups = [[cell for cell in cells if cell[0] == row] for row in rows] + [list(cells)]
    hidden = {cell for cell, count in cells.items() if count < smallest}
    while more := next((cell for group in groups for cell in _to_hide(group, cells, hidden, smallest)), None):
        hidden.add(more)
    return {cell: SUPPRESSED if cell in hidden else str(cells[cell]) for cell in sorted(cells)}


def _to_hide(group: list[Cell], cells: Counter[Cell], hidden: set[Cell], smallest: int) -> Iterable[Cell]:
    """The smallest cell of a group that is still shown, where its total would give back what is hidden in it."""
    within = [cells[cell] for cell in group if cell in hidden]
    given_back = within and (len(within) == 1 or sum(within) < smallest)
    shown = sorted((cells[cell], cell) for cell in group if cell not in hidden)
    return [shown[0][1]] if given_back and shown else []
