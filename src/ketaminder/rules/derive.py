"""What follows from a record: the facts that rules read, recorded or derived, each with its origin."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from ketaminder.evidence import Library, Medicine, Variable
from ketaminder.rules.diagnoses import diagnosed
from ketaminder.rules.medicines import resolve
from ketaminder.rules.person import person
from ketaminder.rules.situation import Situation
from ketaminder.rules.trials import Standing, Trial, ingredients, trials_of
from ketaminder.terms import Case, Fact, Refused

T = TypeVar("T")

PERMITTING = frozenset({"on_ssri_or_snri", "on_oral_antidepressant", "mood_stabiliser", "crisis_assessment_documented"})
"""Flags whose truth permits: what was recorded stands. Of all others a true derivation outweighs a recorded no."""

COUNTS = (
    "adequate_failed_antidepressants",
    "adequate_failed_oral_antidepressants",
    "failed_antidepressants_current_episode",
)


def situation_of(case: Case, library: Library) -> Situation:
    """`case` with everything that follows from it.

    Raises:
        Refused: no product, a fact that no variable names, or a value that its variable does not allow.
    """
    if case.product is None:
        raise Refused("product", case.product, "the product to assess")
    facts = {name: fact for name, fact in case.facts.items() if _holds(library, name, fact)}
    medicines, unread = _medicines(case, library)
    trials = trials_of(case.prior_treatments or (), library)
    for derived in (_lists(case), diagnosed(case), _classes(case, library, medicines), _counts(case, library, trials)):
        facts = joined(facts, derived)
    if case.medications is not None and not unread:
        facts = joined(facts, _no_sedative(facts, medicines))
    if COUNTS[0] not in case.facts:
        facts = _including(facts)
    facts = person(case, facts, library)
    return Situation(case, facts, library, _ask_for(case, library), medicines, unread, trials)


def joined(recorded: Mapping[str, Fact], derived: Mapping[str, Fact]) -> dict[str, Fact]:
    """Recorded facts before derived ones, but a derived truth before a recorded no where truth adds caution."""
    stronger = {
        name: fact
        for name, fact in derived.items()
        if fact.value is True and name not in PERMITTING and name in recorded and not recorded[name].value
    }
    return {**derived, **recorded, **stronger}


def _holds(library: Library, name: str, fact: Fact) -> bool:
    """Whether the fact says anything: null does only where its variable gives null a meaning."""
    if name not in library.variables:
        raise Refused("fact", name, "a variable that evidence/variables.toml names")
    variable = library.variables[name]
    if fact.value is None:
        return bool(variable.none_means)
    _check(variable, fact)
    return True


def _check(variable: Variable, fact: Fact) -> None:
    value, where = fact.value, variable.label
    if variable.kind == "flag" and not isinstance(value, bool):
        raise Refused(where, value, "true or false")
    if variable.kind == "number" and not _is_amount(value):
        raise Refused(where, value, f"a number of zero or more{' in ' + variable.unit if variable.unit else ''}")
    if variable.choices and value not in variable.choices:
        raise Refused(where, value, f"one of {', '.join(variable.choices)}")


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _lists(case: Case) -> dict[str, Fact]:
    """Lists and choices of the record as facts in words; absent where nothing was recorded."""
    listed: dict[str, list[str] | None] = {
        "current_medications": _each(case.medications, lambda medication: medication.name),
        "prior_treatments": _each(case.prior_treatments, lambda treatment: treatment.drug),
        "psychotherapy": _each(case.psychotherapy, lambda therapy: f"{therapy.type} ({therapy.status})"),
        "region": [case.region.value] if case.region else None,
        "indication": [case.indication.value] if case.indication else None,
    }
    return {name: Fact(", ".join(words) or "none") for name, words in listed.items() if words is not None}


def _each(entries: tuple[T, ...] | None, words: Callable[[T], str]) -> list[str] | None:
    return None if entries is None else [words(entry) for entry in entries]


def _medicines(case: Case, library: Library) -> tuple[tuple[Medicine, ...], tuple[str, ...]]:
    """The ingredients of the medication list, and the names that no ingredient could be found for."""
    found: dict[str, Medicine] = {}
    unread: list[str] = []
    for medication in case.medications or ():
        medicines = resolve(library, medication.name, medication.rxcui, medication.atc)
        found |= {medicine.ingredient: medicine for medicine in medicines}
        if not medicines:
            unread.append(medication.name)
    return tuple(found[name] for name in sorted(found)), tuple(sorted(set(unread)))


def _classes(case: Case, library: Library, medicines: Iterable[Medicine]) -> dict[str, Fact]:
    """The flags that a recorded medication list decides."""
    if case.medications is None:
        return {}
    taken = frozenset().union(*(medicine.classes for medicine in medicines))
    return {
        name: Fact(not variable.classes.isdisjoint(taken), origin="medication list")
        for name, variable in library.variables.items()
        if variable.classes
    }


def _no_sedative(facts: Mapping[str, Fact], medicines: Iterable[Medicine]) -> dict[str, Fact]:
    """Without a benzodiazepine, its dose and time do not apply; the time counts for similar hypnotics too."""
    if facts["on_benzodiazepine"].value:
        return {}
    none = Fact(None, origin="medication list")
    hypnotic = any("z_drug" in medicine.classes for medicine in medicines)
    times = {} if hypnotic else {"hours_since_benzodiazepine": none}
    return {"lorazepam_equivalent_mg_per_day": none, **times}


def _counts(case: Case, library: Library, trials: tuple[Trial, ...]) -> dict[str, Fact]:
    """How many different antidepressants have clearly failed: in all, by mouth, and in this episode."""
    if case.prior_treatments is None:
        return {}
    classes = library.variables["on_oral_antidepressant"].classes
    failed = ingredients(trials, Standing.FAILED, classes)
    this_episode = [trial for trial in trials if trial.treatment.in_current_episode]
    in_episode = ingredients(this_episode, Standing.FAILED, classes)
    numbers = dict(zip(COUNTS, (failed, failed, in_episode), strict=True))
    return {name: Fact(len(names), origin="earlier treatments") for name, names in numbers.items()}


def _including(facts: dict[str, Fact]) -> dict[str, Fact]:
    """The count of all failures is at least each recorded count of some of them."""
    counts = [float(facts[name].value or 0) for name in COUNTS if name in facts]
    return {**facts, COUNTS[0]: Fact(max(counts), origin="earlier treatments")} if counts else facts


def _ask_for(case: Case, library: Library) -> dict[str, str]:
    """What to record where a derived fact is unknown."""
    from_list = [name for name, variable in library.variables.items() if variable.classes]
    if case.medications is None:
        from_list.append("lorazepam_equivalent_mg_per_day")
    return {
        **dict.fromkeys(from_list, "current_medications"),
        **dict.fromkeys(COUNTS, "prior_treatments"),
        "pregnant": "pregnancy_test",
    }
