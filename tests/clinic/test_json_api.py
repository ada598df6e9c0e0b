"""What a machine is told as JSON: each answer as its OpenAPI document says, whatever is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ketaminder.clinic.roles import Role
from ketaminder.clinic.urls import urlpatterns

from .serving import serving

API = Path(__file__).parents[2] / "docs" / "reference" / "api.json"
OF_OUR_PAGES = {"/locked/here"}
"""What only the script of a page asks, signed in."""
EXHAUSTIVELY = ["--checks", "all", "--mode", "all", "--max-examples", "20", "--seed", "1", "--no-color"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("clinic"), ["ada"]) as url:
        yield url


def test_every_answer_is_as_documented_whatever_is_asked(address: str, tmp_path: Path) -> None:
    asked = [str(Path(sys.executable).with_name("schemathesis")), "run", str(API), "--url", address, *EXHAUSTIVELY]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: 2" in done.stdout, done.stdout


@pytest.mark.usefixtures("database")
def test_every_address_that_answers_json_is_documented(staff: Any) -> None:
    physician = staff.browser(Role.PHYSICIAN)
    plain = [f"/{route}" for one in urlpatterns if "<" not in (route := str(one.pattern))]
    assert len(plain) > 20
    json_ones = {at for at in plain if physician.get(at).headers.get("Content-Type") == "application/json"}
    assert json_ones - OF_OUR_PAGES == set(json.loads(API.read_text(encoding="utf-8"))["paths"])
