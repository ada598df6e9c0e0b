"""The demonstration's static pages: the six example records, one page a person, and the rule book."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ketaminder import evidence, examples, intake
from ketaminder.clinic import set_up
from ketaminder.terms import Refused

LIST = "index.html"
RULE_BOOK = "evidence.html"
MADE_BY = "<!-- made by ketaminder demo --once -->"
"""Ends every static page, so that a later run knows which files are its own to replace."""
DRAFT = ".ketaminder-draft-"


def once(directory: Path, on: date) -> None:
    """Write the list of people, one page a person and the rule book into `directory`, all of them or none.

    Raises:
        Refused: the directory holds something that this command did not write, or cannot be written.
    """
    _check_own(directory)
    pages = _static_pages(on)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _replace(directory, pages)
    except OSError as error:
        raise Refused("--once DIR", str(directory), f"a directory that can be written ({error.strerror})") from None


def _static_pages(on: date) -> dict[str, str]:
    """File name -> page."""
    from django.utils.translation import gettext

    from ketaminder.clinic.pages.candidate import Entry, evidence_page, name_of, people_page, person_page
    from ketaminder.clinic.pages.shell import NavLink, Shell
    from ketaminder.plan import compare

    entries, pages = [], {}
    set_up()
    links = (NavLink(gettext("Rule book"), RULE_BOOK),)
    shell = Shell(demo=True, standalone=True, home=LIST, evidence=RULE_BOOK, links=links)
    for name in examples.names():
        comparison = compare(intake.read(examples.text(name), on=on), evidence.load(), parts=False)
        pages[f"{name}.html"] = person_page(comparison, shell)
        entries.append(Entry(f"{name}.html", name_of(comparison.case), comparison.case, comparison.assessment))
    entries.sort(key=lambda entry: entry.name)
    pages[RULE_BOOK] = evidence_page(shell)
    return {**pages, LIST: people_page(entries, shell)}


def _check_own(directory: Path) -> None:
    if directory.exists() and not directory.is_dir():
        raise Refused("--once DIR", str(directory), "a directory")
    foreign = [path.name for path in directory.glob("*") if not (_is_own(path) or path.name.startswith(DRAFT))]
    if foreign:
        raise Refused("--once DIR", sorted(foreign)[0], f"{directory} empty, or holding only pages of an earlier run")


def _is_own(path: Path) -> bool:
    return path.suffix == ".html" and path.is_file() and path.read_bytes().rstrip().endswith(MADE_BY.encode())


def _replace(directory: Path, pages: Mapping[str, str]) -> None:
    """Write every page as a draft first; only whole ones take their place, the list last."""
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=directory))
    try:
        for name, page in pages.items():
            (draft / name).write_text(f"{page.rstrip()}\n{MADE_BY}\n", encoding="utf-8")
        for name in pages:
            (draft / name).replace(directory / name)
        for stale in {path.name for path in directory.glob("*.html")} - set(pages):
            (directory / stale).unlink()
    finally:
        for unfinished in directory.glob(f"{DRAFT}*"):
            shutil.rmtree(unfinished)
