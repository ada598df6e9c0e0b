"""The frame around every page: one file for the chart, one of a folder of files, or a served page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from ketaminder.clinic import set_up


@dataclass(frozen=True, slots=True)
class NavLink:
    """One entry of the page's navigation. `here` marks the page that is open."""

    label: str
    href: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around a page.

    `demo` watermarks it; `standalone` makes one self-contained file; `home` is where its name leads, `evidence` where
    the rule book is; `name`, `role` and `clinic` say who acts where, on a served page, in which `time_zone`, and after
    `idle_seconds` without a sign of anybody it locks; `who` tells account and clinic apart from any others; `done` is
    what the reader has just done.
    """

    demo: bool
    standalone: bool = False
    home: str = ""
    evidence: str = ""
    links: tuple[NavLink, ...] = ()
    name: str = ""
    role: str = ""
    clinic: str = ""
    time_zone: str = ""
    idle_seconds: int = 0
    who: str = ""
    done: str = ""


def render(template: str, context: Mapping[str, object], shell: Shell, request: HttpRequest | None = None) -> str:
    """The page as text."""
    set_up()
    style = _style() if shell.standalone else ""
    frame = {
        "shell": shell,
        "demo": shell.demo,
        "style": mark_safe(style),  # noqa: S308 (our own file)
        "style_hash": mark_safe(_csp_hash(style)),  # noqa: S308
    }
    return render_to_string(template, {**context, **frame}, request)


@cache
def _style() -> str:
    return files("ketaminder.clinic").joinpath("static/clinic/clinic.css").read_text(encoding="utf-8")


def _csp_hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
