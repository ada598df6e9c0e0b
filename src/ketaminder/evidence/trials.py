"""Published trials: one file a trial in, typed and checked trials out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ketaminder.evidence.entry import Entry
from ketaminder.evidence.trial import Flag, Population, Trial
from ketaminder.evidence.trial_design import design
from ketaminder.evidence.trial_outcomes import AdverseEvent, Baseline, Durability, Effect, Outcome, Relapse
from ketaminder.evidence.trial_words import Better, DurabilityUnit, Group, Measure, Record, Sign, Unit, ValueType
from ketaminder.terms import Citation, Grade, Refused, Source

IDENTIFIERS = ("doi", "pmid", "registry", "pmc")
NUMBERS = ("mean", "sd", "se", "response_rate", "remission_rate")
"""The parts of a row that may have been read to different degrees."""


@cache
def load_trials() -> Mapping[str, Trial]:
    """The trials that ship with Ketaminder, by id, read once.

    Raises:
        Refused: a file holds an unknown word or entry, or a number without its unit or grade.
    """
    return read_trials(files("ketaminder.evidence") / "trials")


def read_trials(folder: Traversable) -> dict[str, Trial]:
    """The trials in `folder`, by id, in the order of the file names; see `load_trials`."""
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    return {
        path.name.removesuffix(".toml"): trial(
            path.name.removesuffix(".toml"), tomllib.loads(path.read_text(encoding="utf-8"))
        )
        for path in paths
    }


def trial(id_: str, document: Mapping[str, Any]) -> Trial:
    """The trial of one file; see `load_trials`."""
    with Entry(id_, document) as row:
        source = _source(id_, row)
        read_in = row.texts("read_in")
        return Trial(
            source=source,
            record=row.word("record", Record),
            group=row.word("group", Group),
            condition=row.text("condition"),
            design_in_words=row.text("design"),
            drug=row.text("drug"),
            grade=row.word("grade", Grade),
            read_in=read_in,
            participants=_participants(row),
            population=_population(row.table("population")),
            outcomes=tuple(_outcome(one, source, read_in) for one in row.tables("outcomes")),
            baselines=tuple(map(_baseline, row.tables("baselines"))),
            durability=tuple(map(_durability, row.tables("durability"))),
            adverse_events=tuple(map(_adverse_event, row.tables("adverse_events"))),
            design=design(row.table("sim_design")) if row.has("sim_design") else None,
            dose=row.optional_text("dose"),
            route=row.optional_text("route"),
            duration=row.optional_text("duration"),
            schedule=row.optional_text("schedule"),
            co_treatment=row.optional_text("co_treatment"),
            note=row.optional_text("note"),
        )


def _source(id_: str, row: Entry) -> Source:
    year = row.count("year")
    citation = f"{row.text('authors')} {row.text('journal')} ({year})"
    with row.table("identifiers") as given:
        identifiers = {name: given.text(name) for name in IDENTIFIERS if given.has(name)}
    return Source(id_, citation, year, identifiers, "trial")


def _participants(row: Entry) -> dict[str, int]:
    with row.table("participants") as given:
        return {label: _above_zero(given, label) for label in given.names}


def _above_zero(entry: Entry, label: str) -> int:
    number = entry.count(label)
    if not number:
        raise entry.refused(label, number, "a number of people above zero")
    return number


def _population(entry: Entry) -> Population:
    with entry as row:
        return Population(
            grade=row.word("grade", Grade),
            diagnosis=row.text("diagnosis"),
            treatment_resistant=_flag(row, "treatment_resistant"),
            bipolar=_flag(row, "bipolar"),
            suicidal=_flag(row, "suicidal"),
            age_mean=row.by_name("age_mean"),
            age_sd=row.spread("age_sd"),
            percent_female=row.number("percent_female"),
            ancestry=row.optional_text("ancestry"),
            comorbid=row.optional_text("comorbid"),
            setting=row.optional_text("setting"),
            note=row.optional_text("note"),
        )


def _flag(row: Entry, key: str) -> Flag | None:
    if not row.has(key):
        return None
    given = row.take(key)
    if not isinstance(given, bool | str):
        raise row.refused(key, given, "true, false, or the paper's words")
    return given


def _outcome(entry: Entry, source: Source, read_in: tuple[str, ...]) -> Outcome:
    with entry as row:
        grade = row.word("grade", Grade)
        return _counted(
            row,
            Outcome(
                instrument=row.text("instrument"),
                arm=row.text("arm"),
                value_type=row.word("value_type", ValueType),
                unit=row.word("unit", Unit),
                citation=Citation(source, _locator(row, grade, read_in), grade),
                time_h=row.number("time_h"),
                mean=row.number("mean"),
                sd=row.spread("sd"),
                se=row.spread("se"),
                interval=row.interval("interval"),
                n=row.count("n"),
                rate_n=row.count("rate_n"),
                response_rate=row.fraction("response_rate"),
                remission_rate=row.fraction("remission_rate"),
                effects=tuple(map(_effect, row.tables("effects"))),
                better=row.optional_word("better", Better),
                derived=row.flag("derived"),
                grades=_grades(row),
                hours_from_parent_start=row.number("hours_from_parent_start"),
                note=row.optional_text("note"),
            ),
        )


def _locator(row: Entry, grade: Grade, read_in: tuple[str, ...]) -> str:
    """Where the row was read; where no place of its own is known, the documents in which the trial was read."""
    if row.has("locator"):
        return row.text("locator")
    if grade is Grade.MEMORY:
        return "recalled, not read"
    if not read_in:
        raise Refused(row.where, read_in, "a locator, or the documents in which the trial was read")
    return "; ".join(read_in)


def _grades(row: Entry) -> dict[str, Grade]:
    if not row.has("grades"):
        return {}
    with row.table("grades") as given:
        return {name: given.word(name, Grade) for name in NUMBERS if given.has(name)}


def _counted(row: Entry, outcome: Outcome) -> Outcome:
    """A mean or a rate that says what it is of; nothing that says nothing."""
    said = (outcome.mean, outcome.response_rate, outcome.remission_rate, outcome.effects or None, outcome.note or None)
    if all(one is None for one in said):
        raise row.refused("mean", None, "a mean, a rate, an effect, or a note in words")
    if outcome.mean is not None and outcome.unit is Unit.NONE:
        raise row.refused("unit", outcome.unit.value, "the unit of the mean")
    return outcome


def _effect(entry: Entry) -> Effect:
    with entry as row:
        return Effect(
            measure=row.word("measure", Measure),
            value=row.number("value"),
            interval=row.interval("interval"),
            p=row.optional_text("p"),
            favours_first_when=row.optional_word("favours_first_when", Sign),
            statement=row.optional_text("statement"),
        )


def _baseline(entry: Entry) -> Baseline:
    with entry as row:
        mean = row.number("mean")
        if mean is None:
            raise row.refused("mean", None, "the score with which the arm began")
        return Baseline(
            arm=row.text("arm"),
            instrument=row.text("instrument"),
            mean=mean,
            unit=row.word("unit", Unit),
            grade=row.word("grade", Grade),
            sd=row.spread("sd"),
            n=row.count("n"),
            derived=row.flag("derived"),
            note=row.optional_text("note"),
        )


def _durability(entry: Entry) -> Durability:
    with entry as row:
        return Durability(
            arm=row.text("arm"),
            statistic=row.text("statistic"),
            unit=row.word("unit", DurabilityUnit),
            grade=row.word("grade", Grade),
            value=row.number("value"),
            interval=row.interval("interval"),
            spread=row.interval("spread"),
            events=row.count("events"),
            weeks=row.number("weeks"),
            followed_days=row.number("followed_days"),
            relapse=_relapse(row.table("relapse")) if row.has("relapse") else None,
            note=row.optional_text("note"),
        )


def _relapse(entry: Entry) -> Relapse:
    with entry as row:
        n, chosen_h, share = row.count("n"), row.number("chosen_h"), row.fraction("share")
        visits_h, in_a_row = row.numbers("visits_h"), row.count("in_a_row")
        if n is None or chosen_h is None or share is None or in_a_row is None:
            raise row.refused("relapse", None, "n, chosen_h, share and in_a_row")
        if not visits_h or sorted(visits_h) != list(visits_h) or visits_h[0] <= chosen_h:
            raise row.refused("visits_h", visits_h, "hours, ascending, after chosen_h")
        remitted, points = row.flag("remitted"), row.number("points")
        return Relapse(n, chosen_h, remitted, visits_h, in_a_row, share, points, row.optional_text("assumed"))


def _adverse_event(entry: Entry) -> AdverseEvent:
    with entry as row:
        return AdverseEvent(
            event=row.text("event"),
            arm=row.text("arm"),
            grade=row.word("grade", Grade),
            rate=row.fraction("rate"),
            note=row.optional_text("note"),
        )
