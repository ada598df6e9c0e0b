"""The page on scoring lists every scale as its file has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ketaminder.outcomes import Scale, scales
from ketaminder.outcomes.context import read_context
from ketaminder.terms import Refused

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "scoring.md").read_text("utf-8")
ROWS = {line.split("`")[1]: line for line in PAGE.splitlines() if line.startswith("| `")}
SCALES = list(scales().values())


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_the_row_of_a_scale(scale: Scale) -> None:
    cells = [cell.strip() for cell in ROWS[scale.id].split("|")]
    total = f"{scale.total.lowest}-{scale.total.highest}" if scale.total else "none"
    better = "up" if scale.direction == "higher is better" else "down"
    assert cells[2:6] == [scale.measures, scale.rater, total, better]
    assert scale.item_text.startswith(cells[7])
    assert (cells[6] == "-") == (not any(bands.applied for bands in scale.bands))


def test_the_page_names_every_context() -> None:
    with pytest.raises(Refused) as refusal:
        read_context(SCALES[0], {"?": None})
    assert all(name in ROWS for name in refusal.value.required.removeprefix("one of ").split(", "))
