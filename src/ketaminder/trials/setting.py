"""What surrounds the doses of a trial, as the words of its document (JSON) say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ketaminder.trials.rows import part
from ketaminder.trials.study import Setting

OPEN, BLIND = r"open|retrospective|naturalistic|chart|observational|single.arm", r"double-blind|triple"
NEW_ANTIDEPRESSANT = r"newly|new (oral|ssri|antidep|dulox)|started|optimi[sz]ed"
KETAMINE_ALONE = r"free|monotherapy"
UNMEDICATED = (
    r"(drug|medication|psychotropic|antidepressant)-?.free|unmedicated|washout|wash-out|^none(?! stated)|monotherapy"
)
CRISIS = r"suicid(al|e) (ideation and intent|risk|attempt)|imminent"
ANAESTHESIA = r"general an(a)?esthesia"
WITHDRAWAL = r"withdrawal|discontinuation|relapse prevention"
OLD = r"age (\d\d) and over|aged? 65|elderly|older adults|late-life"
OLD_YEARS = 70.0
"""The mean age that is taken where no age is stated and the words say that people are old: a convention."""


def setting(document: Mapping[str, Any], design: Mapping[str, Any], population: Mapping[str, Any]) -> Setting:
    """What surrounds the doses: `design` and `population` are those of `document`."""
    words = _text(document, "design", "co_treatment", "indication", "indication_group", "schedule")
    all_words = f"{words} {_concomitant(design)}"
    return Setting(
        condition=_text(document, "indication", "indication_group"),
        open_label=_say(words, OPEN) and not _say(words, BLIND),
        new_antidepressant=_say(all_words, NEW_ANTIDEPRESSANT) and not _say(words, KETAMINE_ALONE),
        unmedicated=_say(_text(document, "co_treatment"), UNMEDICATED),
        suicidal_crisis=population.get("suicidal") is True or _say(words, CRISIS),
        bipolar=population.get("bipolar") is True or "bipolar depression" in words,
        anaesthetised=_say(all_words, ANAESTHESIA),
        withdrawal=_say(words, WITHDRAWAL),
        crossover=bool(design.get("crossover")) or "crossover" in words,
        people=_people(document, design),
    )


def are_old(document: Mapping[str, Any]) -> bool:
    """Whether the words say that people are old."""
    return _say(_text(document, "indication", "design"), OLD)


def _text(document: Mapping[str, Any], *keys: str) -> str:
    return " ".join(str(document.get(key) or "") for key in keys).lower()


def _say(words: str, pattern: str) -> bool:
    return re.search(pattern, words) is not None


def _concomitant(design: Mapping[str, Any]) -> str:
    """The drugs that are given besides, and what is noted of them."""
    given = [one for one in design.get("concomitant") or [] if isinstance(one, Mapping)]
    return " ".join(f"{one.get('drug', '')} {one.get('note', '')}" for one in given).lower()


def _people(document: Mapping[str, Any], design: Mapping[str, Any]) -> int | None:
    """How many people all arms of the design have, else the largest number that is stated."""
    arms = [one.get("n") for one in design.get("arms") or [] if isinstance(one, Mapping)]
    stated = [n for n in part(document, "n_per_arm").values() if isinstance(n, int | float)]
    return int(sum(n for n in arms if isinstance(n, int | float)) or max(stated, default=0)) or None
