"""DESIGN.toml in, a `Design` out: closed and strict; what it leaves open is assumed aloud."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from ketaminder.evidence.entry import Entry as Table
from ketaminder.outcomes.scales import scales
from ketaminder.pharmacology.acute import highest_intensity
from ketaminder.pharmacology.dosing import DEVICE_MG, nasal_devices
from ketaminder.terms import Dose as Administered
from ketaminder.terms import Drug, Refused, Route
from ketaminder.trials import doses
from ketaminder.trials.baselines import BEGAN, pooled
from ketaminder.trials.instruments import instrument
from ketaminder.trials.published import baseline_spread, published
from ketaminder.trials.study import KG, Dose, Given, Kind, Setting, Way
from ketaminder.trials.virtual.design import (
    Arm,
    Design,
    Entry,
    Leaving,
    Measure,
    Primary,
    Rater,
    Raters,
    Relapse,
    Rescue,
    Scores,
    Session,
    Standing,
)

MOST_PEOPLE, MOST_DOSES, MOST_VISITS = 2_000_000, 1000, 400


class Agent(StrEnum):
    """What a design can give."""

    KETAMINE = "ketamine"
    ESKETAMINE = "esketamine"
    PLACEBO = "placebo"
    MIDAZOLAM = "midazolam"
    ORAL = "oral antidepressant"
    ECT = "ECT"


class Unit(StrEnum):
    MG = "mg"
    MG_PER_KG = "mg/kg"


KINDS = {
    Agent.KETAMINE: Kind.KETAMINE,
    Agent.ESKETAMINE: Kind.KETAMINE,
    Agent.PLACEBO: Kind.PLACEBO,
    Agent.MIDAZOLAM: Kind.PSYCHOACTIVE,
    Agent.ORAL: Kind.ORAL,
    Agent.ECT: Kind.ECT,
}


def design(text: str) -> Design:
    """The design in `text`.

    Raises:
        Refused: it is no TOML of this form, or names something that the model does not know.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused("DESIGN.toml", text[:60], f"TOML ({error})") from None
    with Table("design", document) as row:
        return _design(row)


def _design(row: Table) -> Design:
    id_, title, condition = row.text("id"), row.text("title"), row.text("condition")
    weight, age = _above_zero(row, "weight_kg"), _above_zero(row, "age_years")
    of_weight = () if weight else (f"weight not stated: {KG:g} kg",)
    arms = tuple(_arm(one, weight or KG, age) for one in row.tables("arms"))
    if not arms or len({one.id for one in arms}) < len(arms):
        raise row.refused("arms", [one.id for one in arms], "one or more arms, each with an id of its own")
    people = sum(one.n for one in arms)
    setting = _setting(row.table("setting") if row.has("setting") else Table("setting", {}), condition, people)
    scores, of_scores = _scores(row, condition)
    raters, of_raters = _raters(row, setting)
    found = Design(
        id=id_,
        title=title,
        setting=replace(setting, withdrawal=row.has("entry")),
        scores=scores,
        arms=arms,
        visits_h=_visits(row),
        leaving=_leaving(row),
        raters=raters,
        rescue=_rescue(row.table("rescue")) if row.has("rescue") else None,
        entry=_entry(row.table("entry")) if row.has("entry") else None,
        relapse=_relapse(row.table("relapse")) if row.has("relapse") else None,
        assumed=(*of_weight, *of_scores, *of_raters),
    )
    if people > MOST_PEOPLE:
        raise row.refused("arms", people, f"at most {MOST_PEOPLE} people")
    return replace(found, primary=_primary(row.table("primary"), found) if row.has("primary") else None)


def _above_zero(row: Table, key: str) -> float | None:
    value = row.number(key)
    if value is not None and value <= 0:
        raise row.refused(key, value, "a number above zero")
    return value


def _setting(row: Table, condition: str, people: int) -> Setting:
    with row as flags:
        return Setting(
            condition=condition.lower(),
            open_label=flags.flag("open_label"),
            new_antidepressant=flags.flag("new_antidepressant"),
            suicidal_crisis=flags.flag("suicidal_crisis"),
            unmedicated=flags.flag("unmedicated"),
            bipolar=flags.flag("bipolar"),
            anaesthetised=flags.flag("anaesthetised"),
            people=people,
        )


def _scores(row: Table, condition: str) -> tuple[Scores, tuple[str, ...]]:
    """The scale and how people begin on it, and what of that was assumed."""
    name = row.text("scale")
    tool, known = instrument(name, condition), scales().get(name)
    if tool is None or known is None or known.total is None:
        raise row.refused("scale", name, "a scale with a total that the model knows, as MADRS, HAM-D17, Y-BOCS, CAPS-5")
    with row.table("baseline") if row.has("baseline") else Table("baseline", {}) as given:
        mean, sd, lowest = _above_zero(given, "mean"), given.spread("sd"), given.spread("lowest")
    assumed = []
    if mean is None:
        mean = pooled(published().values()).usual(name) or BEGAN * known.total.highest
        assumed.append(f"baseline not stated: {mean:.1f}, the usual one of published trials")
    if sd is None:
        sd = baseline_spread() * mean
        assumed.append(f"spread of the baseline not stated: {sd:.1f}, the usual one of published trials")
    highest = known.total.highest
    if not (lowest or 0.0) <= mean <= highest:
        raise row.refused("baseline", mean, f"a mean between the lowest that may enter and {highest:g}")
    return Scores(tool, highest, mean, sd, lowest or 1.0), tuple(assumed)


def _visits(row: Table) -> tuple[float, ...]:
    hours = row.numbers("visits_h")
    if not hours or len(hours) > MOST_VISITS or list(hours) != sorted(set(hours)) or hours[0] <= 0:
        raise row.refused("visits_h", list(hours), f"ascending hours above zero, at most {MOST_VISITS}")
    return hours


def _arm(entry: Table, weight: float, age: float | None) -> Arm:
    with entry as row:
        id_, n = row.text("id"), row.count("n")
        if not n:
            raise row.refused("n", n, "the people of the arm, one or more")
        treatments = [_treatment(one, weight) for one in row.tables("doses")]
    kinds = {kind for kind, *_ in treatments} or {Kind.PLACEBO}
    kind = Kind.KETAMINE if Kind.KETAMINE in kinds else sorted(kinds)[0]
    doses = sorted(dose for _, _, given, _ in treatments for dose in given)
    way = next((way for _, way, _, _ in treatments if way is not None), None)
    given = Given(
        id_,
        kind,
        way,
        tuple(one for one in doses if one.hour >= 0),
        tuple(one for one in doses if one.hour < 0),
        n,
        age,
    )
    sessions = sorted((one for *_, held in treatments for one in held), key=lambda one: one.hour)
    return Arm(given, n, tuple(sessions))


Treated = tuple[Kind, Way | None, tuple[Dose, ...], tuple[Session, ...]]


def _treatment(entry: Table, weight: float) -> Treated:
    with entry as row:
        agent = row.word("drug", Agent)
        kind = KINDS[agent]
        route = row.optional_word("route", Route)
        if kind is not Kind.KETAMINE:
            _check_comparator(row)
            return kind, doses.WAYS[route] if route else None, (), ()
        if route is None:
            raise row.refused("route", None, "the route of the dose")
        dose, unit, minutes = _above_zero(row, "dose"), row.word("unit", Unit), row.spread("minutes")
        if dose is None:
            raise row.refused("dose", None, "the amount")
        if route is Route.INTRAVENOUS and minutes is None:
            raise row.refused("minutes", None, "the minutes of the infusion")
        hours = _hours(row)
        one = doses.given(dose, unit, drug=Drug(agent.value), route=route, weight_kg=weight, minutes=minutes)
        amount_mg = dose * weight if unit is Unit.MG_PER_KG else dose
        intensity = highest_intensity(_administered(Drug(agent.value), route, amount_mg, minutes or 0.0))
        return (
            kind,
            doses.WAYS[route],
            tuple(replace(one, hour=hour) for hour in hours),
            tuple(Session(hour, intensity) for hour in hours if hour >= 0),
        )


def _check_comparator(row: Table) -> None:
    """What may be said of a drug that no model follows: read, so that a slip is refused, and not used."""
    row.number("dose")
    row.optional_word("unit", Unit)
    row.number("minutes")
    _hours(row)


def _administered(drug: Drug, route: Route, amount_mg: float, minutes: float) -> Sequence[Administered]:
    if route is Route.NASAL and drug is Drug.ESKETAMINE:
        if amount_mg % DEVICE_MG:
            raise Refused("dose", amount_mg, f"a whole number of {DEVICE_MG:g}-mg devices, in mg")
        return nasal_devices(amount_mg)
    return (Administered(drug, route, amount_mg, 0.0, minutes / 60),)


def _hours(row: Table) -> tuple[float, ...]:
    given = row.numbers("hours")
    start, every, count = row.number("start_h"), row.number("every_h"), row.count("count")
    if given:
        return given
    if every is None and count is None:
        return (start or 0.0,)
    if every is None or every <= 0 or not count or count > MOST_DOSES:
        raise row.refused("every_h", every, f"hours above zero, and a count up to {MOST_DOSES}")
    return tuple((start or 0.0) + every * place for place in range(count))


def _leaving(row: Table) -> Leaving:
    if not row.has("leaving"):
        return Leaving()
    with row.table("leaving") as given:
        factor = given.spread("unimproved_factor")
        return Leaving(given.fraction("per_week") or 0.0, 1.0 if factor is None else factor)


def _raters(row: Table, setting: Setting) -> tuple[Raters, tuple[str, ...]]:
    """Who rates, and what of that is not simulated."""
    if not row.has("raters"):
        return Raters(), ()
    with row.table("raters") as given:
        who, blind = given.optional_word("who", Rater), given.take("blind")
        if not isinstance(blind, bool):
            raise given.refused("blind", blind, "true or false: whether raters are kept blind to the arm")
    assumed = []
    if not blind and setting.open_label:
        assumed.append("raters who know the arm: what they add is part of the fitted size of open trials")
    if who is Rater.SITE:
        assumed.append("site raters: that they score candidates higher at entry is not simulated")
    return Raters(who, blind), tuple(assumed)


def _rescue(entry: Table) -> Rescue:
    with entry as row:
        return Rescue(row.number("from_h") or 0.0, row.fraction("relief_below") or 0.0)


def _entry(entry: Table) -> Entry:
    with entry as row:
        hours = row.numbers("hours")
        if not hours or list(hours) != sorted(set(hours)) or hours[-1] > 0:
            raise row.refused("hours", list(hours), "ascending hours, none above zero")
        return Entry(hours, row.word("requires", Standing))


def _relapse(entry: Table) -> Relapse:
    with entry as row:
        points, visits = row.number("points"), row.count("visits")
        if points is None or not visits:
            raise row.refused("points", points, "points at or above which a score counts, and visits in a row")
        return Relapse(points, visits)


def _primary(entry: Table, found: Design) -> Primary:
    with entry as row:
        arms = [one.id for one in found.arms]
        first, second = row.text("arm"), row.text("against")
        for one in (first, second):
            if one not in arms:
                raise row.refused("arm", one, f"one of {', '.join(arms)}")
        measure, hour = row.word("measure", Measure), row.number("hour")
        alpha = row.fraction("alpha")
    if measure is Measure.RELAPSE and found.relapse is None:
        raise Refused("design, primary", measure.value, "a [relapse] that says what counts as one")
    if hour is None:
        hour = found.visits_h[-1]
    if hour not in found.visits_h:
        raise Refused("design, primary, hour", hour, f"one of visits_h: {list(found.visits_h)}")
    return Primary(measure, first, second, hour, 0.05 if alpha is None else alpha)
