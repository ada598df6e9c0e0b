"""The design block of a trial's file: arms, treatments and times as a simulation can run them."""

from __future__ import annotations

from ketaminder.evidence.entry import Entry
from ketaminder.evidence.trial_arms import Arm, Concomitant, Contrast, Design, DosingRule, Stratum, Treatment
from ketaminder.evidence.trial_words import Agent, DoseUnit, Role, Use, Way
from ketaminder.terms import Grade


def design(entry: Entry) -> Design:
    """The design in `entry`, closed: a contrast must name arms of the design, a label at most one arm."""
    with entry as row:
        arms = tuple(map(_arm, row.tables("arms")))
        _require_one_arm_a_label(row, arms)
        ids = {arm.id for arm in arms}
        return Design(
            grade=row.word("grade", Grade),
            time_zero=row.text("time_zero"),
            crossover=row.flag("crossover"),
            arms=arms,
            use=row.word("use", Use),
            use_note=row.optional_text("use_note"),
            contrasts=tuple(_contrast(one, ids) for one in row.tables("contrasts")),
            concomitant=tuple(map(_concomitant, row.tables("concomitant"))),
            prior_exposure=tuple(map(_treatment, row.tables("prior_exposure"))),
            prior_exposure_note=row.optional_text("prior_exposure_note"),
            survival=tuple(map(_stratum, row.tables("survival"))),
            pooled=row.flag("pooled"),
            assumed=row.texts("assumed"),
        )


def _require_one_arm_a_label(row: Entry, arms: tuple[Arm, ...]) -> None:
    labels = [label for arm in arms for label in arm.outcome_labels]
    for label in labels:
        if labels.count(label) > 1:
            raise row.refused("outcome_labels", label, "each label under one arm")


def _arm(entry: Entry) -> Arm:
    with entry as row:
        return Arm(
            id=row.text("id"),
            role=row.word("role", Role),
            treatments=tuple(map(_treatment, row.tables("treatments"))),
            outcome_labels=row.texts("outcome_labels"),
            n=row.count("n"),
        )


def _treatment(entry: Entry) -> Treatment:
    with entry as row:
        treatment = Treatment(
            drug=row.word("drug", Agent),
            route=row.word("route", Way),
            dose=row.number("dose"),
            unit=row.optional_word("unit", DoseUnit),
            times_h=row.numbers("times_h"),
            rule=_rule(row.table("rule")) if row.has("rule") else None,
            duration_h=row.spread("duration_h"),
            dose_range=row.interval("dose_range"),
            alt_every_h=row.number("alt_every_h"),
            alt_from_h=row.number("alt_from_h"),
            share_at_84=row.by_name("share_at_84"),
        )
        if treatment.dose is not None and treatment.unit is None:
            raise row.refused("unit", None, "the unit of the dose")
        if list(treatment.times_h) != sorted(treatment.times_h):
            raise row.refused("times_h", treatment.times_h, "times in ascending order, in hours")
        return treatment


def _rule(entry: Entry) -> DosingRule:
    with entry as row:
        return DosingRule(row.number("start_h"), row.number("every_h"), row.count("count"))


def _contrast(entry: Entry, ids: set[str]) -> Contrast:
    with entry as row:
        contrast = Contrast(row.text("label"), row.text("first"), row.text("second"))
        for arm in (contrast.first, contrast.second):
            if arm not in ids:
                raise row.refused("contrast", arm, f"one of {', '.join(sorted(ids))}")
        return contrast


def _concomitant(entry: Entry) -> Concomitant:
    with entry as row:
        return Concomitant(
            drug=row.text("drug"),
            arms=row.text("arms"),
            route=row.text("route"),
            rule=_rule(row.table("rule")),
            note=row.text("note"),
            dose_mg=row.number("dose_mg"),
            mg_by_week=_titration(row),
        )


def _titration(row: Entry) -> dict[str, tuple[float, ...]]:
    if not row.has("mg_by_week"):
        return {}
    with row.table("mg_by_week") as drugs:
        return {drug: drugs.numbers(drug) for drug in drugs.names}


def _stratum(entry: Entry) -> Stratum:
    with entry as row:
        n = row.count("n")
        if n is None:
            raise row.refused("n", None, "the people of the stratum")
        return Stratum(
            stratum=row.text("stratum"),
            arm=row.text("arm"),
            n=n,
            events=row.count("events"),
            median_days=row.number("median_days"),
            median_interval=row.interval("median_interval"),
        )
