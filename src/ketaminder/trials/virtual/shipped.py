"""Designs that ship: those of `designs/`, and every published trial with a design, as it was run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ketaminder.evidence.trial_arms import Arm as PublishedArm
from ketaminder.evidence.trial_arms import Treatment
from ketaminder.evidence.trial_words import Agent, DoseUnit, Way
from ketaminder.evidence.trials import load_trials
from ketaminder.outcomes.scales import scales
from ketaminder.pharmacology.acute import highest_intensity
from ketaminder.pharmacology.dosing import DEVICE_MG, nasal_devices
from ketaminder.terms import Dose, Drug, Refused, Route
from ketaminder.trials.instruments import instrument
from ketaminder.trials.observed import Baselines, pooled
from ketaminder.trials.published import baseline_spread, published
from ketaminder.trials.study import KG, Asked, Study
from ketaminder.trials.virtual.design import Arm, Design, Scores, Session
from ketaminder.trials.virtual.reading import design as read

ROUTES = {
    Way.INFUSION: Route.INTRAVENOUS,
    Way.INTRANASAL: Route.NASAL,
    Way.SUBCUTANEOUS: Route.SUBCUTANEOUS,
    Way.INTRAMUSCULAR: Route.INTRAMUSCULAR,
    Way.ORAL: Route.ORAL,
}
"""An extended-release tablet has no model here, and so no acute effects."""
DRUGS = {Agent.KETAMINE: Drug.KETAMINE, Agent.ESKETAMINE: Drug.ESKETAMINE}
INFUSION_H = 40 / 60
"""Where a publication does not say how long an infusion was: that of most."""


@cache
def texts() -> Mapping[str, str]:
    """The designs of `designs/` as they are written, by id."""
    folder = files("ketaminder.trials.virtual") / "designs"
    return {
        path.name.removesuffix(".toml"): path.read_text("utf-8")
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".toml")
    }


def named(id_: str) -> Design:
    """The design `id_`: one of `designs/`, or a published trial.

    Raises:
        Refused: none of that name, or a trial whose design or scale cannot be followed.
    """
    if id_ in texts():
        return read(texts()[id_])
    if id_ in published():
        return of_published(id_)
    raise Refused("design", id_, f"one of {', '.join((*texts(), *published()))}")


def can_run() -> list[str]:
    """The published trials that can be run as they were."""
    return [id_ for id_, one in published().items() if _scale_of(one) and not one.setting.withdrawal and _rows(one)]


def of_published(id_: str) -> Design:
    """A published trial as a design: its arms, doses, baseline and visits, on the scale of most of its means.

    Raises:
        Refused: none of its means is on a scale that can be followed, or it randomised people by how they did.
    """
    study, trial = published()[id_], load_trials()[id_]
    name = _scale_of(study)
    if name is None or study.setting.withdrawal or trial.design is None:
        raise Refused("trial", id_, f"one of {', '.join(can_run())}")
    assumed: list[str] = []
    rows = [row for row in _rows(study) if row.instrument == name]
    arms = tuple(
        Arm(study.arms[arm.id], _people(arm, rows, assumed), _sessions(arm, assumed)) for arm in trial.design.arms
    )
    hours = tuple(sorted({row.time_h for row in rows if row.time_h > 0}))
    scores = _scores(study, rows, name, pooled(published().values()), assumed)
    return Design(id_, trial.source.citation, study.setting, scores, arms, hours, assumed=tuple(assumed))


def _rows(study: Study) -> list[Asked]:
    """Means of single arms on scales that have a range."""
    return [
        row
        for row in study.rows
        if row.against is None and row.mean is not None and row.time_h > 0 and row.instrument in scales()
    ]


def _scale_of(study: Study) -> str | None:
    found = Counter(row.instrument for row in _rows(study) if instrument(row.instrument, study.setting.condition))
    return found.most_common(1)[0][0] if found else None


def _scores(study: Study, rows: list[Asked], name: str, baselines: Baselines, assumed: list[str]) -> Scores:
    tool, total = instrument(name, study.setting.condition), scales()[name].total
    if tool is None or total is None:
        raise Refused("scale", name, "a scale with a total")
    given = baselines.of(rows[0])
    mean, stated = given or (0.6 * total.highest, False)
    if not stated:
        assumed.append(f"baseline not stated: {mean:.1f}")
    sd = next((row.baseline_sd for row in rows if row.baseline_sd), None)
    if sd is None:
        sd = baseline_spread() * mean
        assumed.append(f"spread of the baseline not stated: {sd:.1f}")
    return Scores(tool, total.highest, mean, sd, 1.0)


def _people(arm: PublishedArm, rows: list[Asked], assumed: list[str]) -> int:
    stated = arm.n or max((row.n or 0 for row in rows if row.arm == arm.id), default=0)
    if stated:
        return stated
    assumed.append(f"people of {arm.id} not stated: 20")
    return 20


def _sessions(arm: PublishedArm, assumed: list[str]) -> tuple[Session, ...]:
    found = [one for treatment in arm.treatments for one in _of_treatment(treatment, assumed)]
    return tuple(sorted(found, key=lambda one: one.hour))


def _of_treatment(one: Treatment, assumed: list[str]) -> list[Session]:
    if one.drug not in DRUGS:
        return []
    if one.route not in ROUTES or one.dose is None:
        assumed.append(f"no acute effects of {one.drug.value} by {one.route.value}: no model, or no dose")
        return []
    drug, route = DRUGS[one.drug], ROUTES[one.route]
    amount = one.dose * KG if one.unit is DoseUnit.MG_PER_KG else one.dose
    if drug is Drug.ESKETAMINE and route is Route.NASAL:
        doses = nasal_devices(DEVICE_MG * max(1, round(amount / DEVICE_MG)))
    else:
        duration = (one.duration_h or INFUSION_H) if route is Route.INTRAVENOUS else 0.0
        doses = (Dose(drug, route, amount, 0.0, duration),)
    try:
        intensity = highest_intensity(doses)
    except Refused as refused:
        assumed.append(f"no acute effects: {refused}")
        return []
    return [Session(hour, intensity) for hour in one.times_h if hour >= 0]
