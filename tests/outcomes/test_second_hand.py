"""Any complete sheet gets the score that a second hand computes: few sheets here, thousands a scale with `--full`."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketaminder.cli.score import score_document
from ketaminder.outcomes import score

from .second_hand import BY_HAND, Context, Sheet
from .sheets import RANGES


def earlier(name: str, lowest: int, highest: int) -> st.SearchStrategy[Context]:
    """No earlier total, or one under `name`."""
    return st.just({}) | st.integers(lowest, highest).map(lambda total: {name: total})


CONTEXTS: dict[str, st.SearchStrategy[Context]] = {
    "AUDIT-C": st.sampled_from([{}, {"sex": "male"}, {"sex": "female"}, {"sex": None}]),
    "CADSS-23": earlier("predose", 0, 10),
    "MADRS": earlier("baseline", 1, 60),
    "MOAA/S": earlier("predose", 0, 5),
    "WSAS": st.sampled_from([{}, {"work_applicable": False}, {"work_applicable": True}]),
    "Y-BOCS": earlier("baseline", 1, 40),
}
WIDER = {"duration_months": 40, "failed_drugs": 15, "16b": 3}
"""Items whose own range goes beyond what the highest sheet shows."""


@st.composite
def sheets(draw: st.DrawFn, scale_id: str) -> tuple[Sheet, Context]:
    """A complete sheet: every item at its lowest, at its highest, or anywhere between."""
    sheet: Sheet = {}
    for name, top in RANGES[scale_id].highest.items():
        low, high = RANGES[scale_id].lowest.get(name, 0), WIDER.get(name, top)
        assert isinstance(low, int)
        assert isinstance(high, int)
        sheet[name] = draw(st.integers(low, high) | st.sampled_from([low, high]))
    return sheet, draw(CONTEXTS.get(scale_id, st.just({})))


def test_complete_sheets(proof: Any) -> None:
    tried = {scale_id: agreed(scale_id, proof.size(20, 2_000)) for scale_id in BY_HAND}
    proof.record("scores-by-a-second-hand", tried=tried)


def agreed(scale_id: str, sheets_tried: int) -> int:
    """How many sheets of one scale got the answer of the second hand: all that were tried, or this fails."""
    tried = 0

    @settings(deadline=None, max_examples=sheets_tried, suppress_health_check=list(HealthCheck))
    @given(sheets(scale_id))
    def agree(drawn: tuple[Sheet, Context]) -> None:
        nonlocal tried
        sheet, context = drawn
        answer = score_document(score(scale_id, sheet, context))
        by_hand = BY_HAND[scale_id](sheet, context)
        assert answer["status"] == "scored"
        assert {name: answer.get(name) for name in by_hand} == by_hand, (scale_id, sheet, context)
        tried += 1

    agree()
    return tried
