"""A trial as a document (JSON) in, a `Study` out: what cannot be read is refused, what is missing assumed aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ketaminder.terms import Refused
from ketaminder.trials.rows import Reader, Unclear, part
from ketaminder.trials.setting import OLD_YEARS, are_old, setting
from ketaminder.trials.study import Asked, Given, Study
from ketaminder.trials.treatments import kind, number, sessions, short, unsaid, way, whole
from ketaminder.trials.undesigned import NAMED, designed


def study(document: object) -> Study:
    """The study that `document`, one trial's object, describes.

    Raises:
        Refused: it is no object, has no outcomes, or a number is not one.
    """
    if not isinstance(document, Mapping):
        raise Refused("trial", short(document), "one JSON object")
    id_, outcomes = document.get("id"), document.get("outcomes")
    if not isinstance(id_, str) or not id_:
        raise Refused("id", id_, "the name of the trial, text")
    if not isinstance(outcomes, list):
        raise Refused("outcomes", short(outcomes), "a list of rows")
    design = part(document, "sim_design")
    if not design.get("arms"):
        design = {**design, **designed(document)}
    population = {**part(document, "population"), **part(design, "population")}
    arms = _arms(document, design, population)
    reader = Reader(document, design, population, arms)
    rows, refused = _rows(reader, outcomes)
    return Study(id_, setting(document, design, population), arms, rows, refused, reader.means())


def _rows(reader: Reader, outcomes: Sequence[object]) -> tuple[tuple[Asked, ...], dict[int, str]]:
    """The rows that can be followed, and of the others, by number, why not."""
    rows, refused = [], {}
    for place, row in enumerate(outcomes):
        if not isinstance(row, Mapping):
            raise Refused(f"outcomes[{place}]", short(row), "an object")
        try:
            rows.append(reader.row(place, row))
        except Unclear as unclear:
            refused[place] = str(unclear)
    return tuple(rows), refused


def _arms(document: Mapping[str, Any], design: Mapping[str, Any], population: Mapping[str, Any]) -> dict[str, Given]:
    """What every arm is given, by its id."""
    weight = population.get("weight_kg")
    weight_kg = None if isinstance(weight, Mapping) else number(weight, "weight_kg")
    before = sessions(part(design, "prior_exposure").get("treatments") or [], weight_kg)
    from_words = (NAMED,) if design.get("read_from_words") else ()
    found = {}
    for arm in design.get("arms") or []:
        if not isinstance(arm, Mapping) or not isinstance(arm.get("id"), str):
            raise Refused("sim_design.arms", short(arm), "objects with an id")
        treatments = [one for one in arm.get("treatments") or [] if isinstance(one, Mapping)]
        found[arm["id"]] = Given(
            id=arm["id"],
            kind=kind(arm, treatments),
            way=way(treatments),
            doses=sessions(treatments, weight_kg),
            before=before,
            n=whole(arm.get("n")),
            age_years=_age_years(arm["id"], document, population),
            assumed=(*unsaid(treatments), *from_words),
        )
    return found


def _age_years(arm: str, document: Mapping[str, Any], population: Mapping[str, Any]) -> float | None:
    """The mean age of the arm, else of all, else of the first arm; where there is none, as the words say."""
    ages = population.get("age_mean") or population.get("mean_age") or {}
    if isinstance(ages, Mapping):
        own = ages.get(arm, ages.get("all"))
        ages = next(iter(ages.values()), None) if own is None else own
    return number(ages, "age_mean") or (OLD_YEARS if are_old(document) else None)
