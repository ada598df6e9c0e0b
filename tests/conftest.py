"""What every test may ask for."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

RESULTS = Path(__file__).parents[1] / "docs" / "proofs"


class Proof:
    """A heavy proof: small in CI; with `--full` as large as it deserves, its dated result written to docs/proofs."""

    def __init__(self, full: bool) -> None:
        self.full = full

    def size(self, small: int, full: int) -> int:
        """How many cases to try."""
        return full if self.full else small

    def record(self, name: str, **results: object) -> None:
        """Keep what the full proof measured."""
        if not self.full:
            return
        RESULTS.mkdir(parents=True, exist_ok=True)
        about = {
            "proof": name,
            "date": datetime.now(UTC).date().isoformat(),
            "ketaminder": version("ketaminder"),
            "python": platform.python_version(),
        }
        path = RESULTS / f"{name}.json"
        path.write_text(json.dumps(about | results, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run heavy proofs at full size and write docs/proofs")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "proof" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.proof)


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Proof:
    return Proof(full=request.config.getoption("--full"))
