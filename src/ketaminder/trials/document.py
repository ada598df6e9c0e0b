"""A trial as a document (JSON) in, a `Study` out: what cannot be read is refused, what is missing assumed aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ketaminder.terms import Refused
from ketaminder.trials.rows import Reader, Unclear, part
from ketaminder.trials.study import Given, Setting, Study
from ketaminder.trials.treatments import kind, number, sessions, short, unsaid, way, whole
from ketaminder.trials.undesigned import NAMED, designed


def study(document: object) -> Study:
    """The study that `document`, one trial's object, describes.

    Raises:
        Refused: it is no object, has no outcomes, or a number is not one.
    """
    if not isinstance(document, Mapping):
        raise Refused("trial", short(document), "one JSON object")
    id_ = document.get("id")
    if not isinstance(id_, str) or not id_:
        raise Refused("id", id_, "the name of the trial, text")
    outcomes = document.get("outcomes")
    if not isinstance(outcomes, list):
        raise Refused("outcomes", short(outcomes), "a list of rows")
    design = document.get("sim_design") or {}
    if not isinstance(design, Mapping):
        raise Refused("sim_design", short(design), "an object")
    if not design.get("arms"):
        design = {**design, **designed(document)}
    population = {**part(document, "population"), **part(design, "population")}
    arms = _arms(document, design, population)
    reader = Reader(document, design, population, arms)
    rows, refused = [], {}
    for place, row in enumerate(outcomes):
        if not isinstance(row, Mapping):
            raise Refused(f"outcomes[{place}]", short(row), "an object")
        try:
            rows.append(reader.row(place, row))
        except Unclear as unclear:
            refused[place] = str(unclear)
    return Study(id_, _setting(document, design, population), arms, tuple(rows), refused, reader.means())


def _text(document: Mapping[str, Any], *keys: str) -> str:
    return " ".join(str(document.get(key) or "") for key in keys).lower()


UNMEDICATED = (
    r"(drug|medication|psychotropic|antidepressant)-?.free|unmedicated|washout|wash-out|^none(?! stated)|monotherapy"
)


def _setting(document: Mapping[str, Any], design: Mapping[str, Any], population: Mapping[str, Any]) -> Setting:
    words = _text(document, "design", "co_treatment", "indication", "indication_group", "schedule")
    drugs = " ".join(
        str(one.get("drug", "")) + " " + str(one.get("note", ""))
        for one in design.get("concomitant") or []
        if isinstance(one, Mapping)
    ).lower()
    people = [value for value in part(document, "n_per_arm").values() if isinstance(value, int | float)]
    named = [one.get("n") for one in design.get("arms") or [] if isinstance(one, Mapping)]
    total = sum(n for n in named if isinstance(n, int | float)) or (max(people) if people else 0)
    return Setting(
        condition=_text(document, "indication", "indication_group"),
        open_label=bool(re.search(r"open|retrospective|naturalistic|chart|observational|single.arm", words))
        and not re.search(r"double-blind|triple", words),
        new_antidepressant=bool(
            re.search(r"newly|new (oral|ssri|antidep|dulox)|started|optimi[sz]ed", drugs + " " + words)
        )
        and not re.search(r"free|monotherapy", words),
        unmedicated=bool(re.search(UNMEDICATED, str(document.get("co_treatment") or "").lower())),
        suicidal_crisis=population.get("suicidal") is True
        or bool(re.search(r"suicid(al|e) (ideation and intent|risk|attempt)|imminent", words)),
        bipolar=population.get("bipolar") is True or "bipolar depression" in words,
        anaesthetised=bool(re.search(r"general an(a)?esthesia", words + " " + drugs)),
        withdrawal=bool(re.search(r"withdrawal|discontinuation|relapse prevention", words)),
        crossover=bool(design.get("crossover")) or "crossover" in words,
        people=int(total) or None,
    )


def _arms(document: Mapping[str, Any], design: Mapping[str, Any], population: Mapping[str, Any]) -> dict[str, Given]:
    weight = (
        number(population.get("weight_kg"), "weight_kg")
        if not isinstance(population.get("weight_kg"), Mapping)
        else None
    )
    before = sessions(part(design, "prior_exposure").get("treatments") or [], weight)
    ages = population.get("age_mean") or population.get("mean_age") or {}
    found = {}
    for arm in design.get("arms") or []:
        if not isinstance(arm, Mapping) or not isinstance(arm.get("id"), str):
            raise Refused("sim_design.arms", short(arm), "objects with an id")
        treatments = [one for one in arm.get("treatments") or [] if isinstance(one, Mapping)]
        age = ages.get(arm["id"], ages.get("all")) if isinstance(ages, Mapping) else ages
        if age is None and isinstance(ages, Mapping) and ages:
            age = next(iter(ages.values()))
        words = _text(document, "indication", "design")
        old = re.search(r"age (\d\d) and over|aged? 65|elderly|older adults|late-life", words)
        found[arm["id"]] = Given(
            arm["id"],
            kind(arm, treatments),
            way(treatments),
            sessions(treatments, weight),
            before,
            whole(arm.get("n")),
            number(age, "age_mean") or (70.0 if old else None),
            (*unsaid(treatments), *((NAMED,) if design.get("read_from_words") else ())),
        )
    return found
