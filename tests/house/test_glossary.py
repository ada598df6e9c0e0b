"""One vocabulary: every noun of the code is in the glossary, and the glossary names no noun that is gone."""

from __future__ import annotations

import re
from pathlib import Path

from ketaminder import terms

GLOSSARY = (Path(__file__).parents[2] / "GLOSSARY.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"\(`(\w+)`\)", GLOSSARY))
NOUNS = {
    name
    for name, thing in vars(terms).items()
    if isinstance(thing, type) and thing.__module__.startswith(terms.__name__)
}


def test_every_noun_of_the_code_is_in_the_glossary() -> None:
    assert NOUNS - NAMED == set()


def test_the_glossary_names_no_noun_that_is_gone() -> None:
    assert NAMED - NOUNS == set()
