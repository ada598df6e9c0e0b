"""Designs that ship: those of `designs/`, and every published trial with a design, as it was run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
from ketaminder.trials.baselines import BEGAN, Baselines, pooled
from ketaminder.trials.doses import USUAL_MINUTES
from ketaminder.trials.instruments import instrument
from ketaminder.trials.published import baseline_spread, published
from ketaminder.trials.study import KG, PEOPLE, Asked, Study
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
INFUSION_H = USUAL_MINUTES / 60
"""Where a publication does not say how long an infusion was: that of most."""

Assumed = tuple[str, ...]
"""What the publication does not state, in words."""


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
    rows = [row for row in _rows(study) if row.instrument == name]
    arms, of_arms = zip(*(_arm(study, arm, rows) for arm in trial.design.arms), strict=True)
    hours = tuple(sorted({row.time_h for row in rows if row.time_h > 0}))
    scores, of_scores = _scores(study, rows, pooled(published().values()))
    assumed = (*(one for said in of_arms for one in said), *of_scores)
    return Design(id_, trial.source.citation, study.setting, scores, arms, hours, assumed=assumed)


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


def _scores(study: Study, rows: Sequence[Asked], baselines: Baselines) -> tuple[Scores, Assumed]:
    """The scale of `rows`, all on one, and how people begin on it."""
    name = rows[0].instrument
    tool, total = instrument(name, study.setting.condition), scales()[name].total
    if tool is None or total is None:
        raise Refused("scale", name, "a scale with a total")
    mean, stated = baselines.of(rows[0]) or (BEGAN * total.highest, False)
    said = [] if stated else [f"baseline not stated: {mean:.1f}"]
    sd = next((row.baseline_sd for row in rows if row.baseline_sd), None)
    if sd is None:
        sd = baseline_spread() * mean
        said.append(f"spread of the baseline not stated: {sd:.1f}")
    return Scores(tool, total.highest, mean, sd, 1.0), tuple(said)


def _arm(study: Study, arm: PublishedArm, rows: Sequence[Asked]) -> tuple[Arm, Assumed]:
    stated = arm.n or max((row.n or 0 for row in rows if row.arm == arm.id), default=0)
    of_people = () if stated else (f"people of {arm.id} not stated: {PEOPLE}",)
    followed = [_sessions(one) for one in arm.treatments]
    sessions = sorted((session for found, _ in followed for session in found), key=lambda one: one.hour)
    of_sessions = [said for _, assumed in followed for said in assumed]
    return Arm(study.arms[arm.id], stated or PEOPLE, tuple(sessions)), (*of_people, *of_sessions)


def _sessions(one: Treatment) -> tuple[tuple[Session, ...], Assumed]:
    """The sessions from time zero on; none, and why, where no acute effects can be followed."""
    if one.drug not in DRUGS:
        return (), ()
    if one.route not in ROUTES or one.dose is None:
        return (), (f"no acute effects of {one.drug.value} by {one.route.value}: no model, or no dose",)
    try:
        intensity = highest_intensity(_doses(DRUGS[one.drug], ROUTES[one.route], one.dose, one))
    except Refused as refused:
        return (), (f"no acute effects: {refused}",)
    return tuple(Session(hour, intensity) for hour in one.times_h if hour >= 0), ()


def _doses(drug: Drug, route: Route, dose: float, one: Treatment) -> tuple[Dose, ...]:
    """One session's doses in a body of `KG`; by the nose in the nearest number of devices."""
    amount_mg = dose * KG if one.unit is DoseUnit.MG_PER_KG else dose
    if drug is Drug.ESKETAMINE and route is Route.NASAL:
        return nasal_devices(DEVICE_MG * max(1, round(amount_mg / DEVICE_MG)))
    duration_h = (one.duration_h or INFUSION_H) if route is Route.INTRAVENOUS else 0.0
    return (Dose(drug, route, amount_mg, 0.0, duration_h),)
