"""Sheets with their whole expected answer, worked by hand from each scale's published rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ketaminder.cli.score import score_document
from ketaminder.outcomes import scales, score

FOLDER = Path(__file__).parent / "vectors"
VECTORS = [vector for path in sorted(FOLDER.glob("*.json")) for vector in json.loads(path.read_text("utf-8"))]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['scale']}: {vector['why']}")
def test_the_answer_is_the_one_worked_by_hand(vector: dict[str, Any]) -> None:
    answer = score_document(score(vector["scale"], vector["answers"], vector["context"]))
    basis, reason = answer.pop("basis", {}), answer.pop("reason", "")
    assert answer == vector["expect"]
    assert basis == vector.get("basis", basis)
    assert bool(reason) == (answer["status"] == "refused")


def test_every_scale_has_a_vector() -> None:
    assert {vector["scale"] for vector in VECTORS} == set(scales())


def test_every_vector_names_its_rule() -> None:
    assert all(vector["source"] and vector["why"] for vector in VECTORS)
