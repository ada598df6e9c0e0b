"""Static files are served as they lie on the disk, also where an upgrade replaces one under the running server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from django.contrib.staticfiles import finders
from django.test import Client


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.STATICFILES_DIRS = [tmp_path]
    cast(Any, finders.get_finder).cache_clear()
    yield tmp_path
    cast(Any, finders.get_finder).cache_clear()


def test_a_file_that_was_replaced_is_served_whole_and_under_a_new_tag(folder: Path) -> None:
    style = folder / "replaced.css"
    style.write_text("p {}")
    client = Client()
    first = client.get("/static/replaced.css", secure=True)
    style.write_text("p { color: black }")
    second = client.get("/static/replaced.css", secure=True, headers={"if-none-match": first["ETag"]})
    assert (first.content, second.content) == (b"p {}", b"p { color: black }")
    assert (first["Content-Length"], second["Content-Length"]) == ("4", "18")
    assert first["ETag"] != second["ETag"]


def test_nothing_outside_the_folders_is_served(folder: Path) -> None:
    (folder.parent / "beside.txt").write_text("secret")
    for path in ("../beside.txt", "%2e%2e/beside.txt", "..%2fbeside.txt", "/etc/passwd"):
        answer = Client().get(f"/static/{path}", secure=True)
        assert answer.status_code in (302, 404), path
        assert b"secret" not in answer.content
