"""Static files are served from their folder, and nothing else is."""

from __future__ import annotations

from django.test import Client

from ketaminder.clinic.settled import TEMPLATES

STYLE = TEMPLATES.parent / "static" / "clinic" / "clinic.css"


def test_a_file_is_served_as_it_lies_in_its_folder() -> None:
    answer = Client().get("/static/clinic/clinic.css", secure=True)
    assert answer.status_code == 200
    assert answer.content == STYLE.read_bytes()
    assert answer["Content-Length"] == str(STYLE.stat().st_size)


def test_nothing_outside_the_folder_is_served() -> None:
    beside = "settings.py"
    for path in (f"../{beside}", f"clinic/../../{beside}", f"%2e%2e/{beside}", f"..%2f{beside}", "/etc/passwd"):
        answer = Client().get(f"/static/{path}", secure=True)
        assert answer.status_code in (302, 404), path
        assert b"SECRET" not in answer.content
        assert b"root:" not in answer.content
