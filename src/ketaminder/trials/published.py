"""The published trials that ship in `evidence`, as studies: only what was read, never what was recalled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from statistics import median
from typing import Any

from ketaminder.evidence.trial import Trial
from ketaminder.evidence.trial_arms import Arm, Treatment
from ketaminder.evidence.trial_outcomes import Baseline, Outcome, Relapse
from ketaminder.evidence.trial_words import READ, Measure, Record, Use
from ketaminder.evidence.trials import load_trials
from ketaminder.terms import Refused
from ketaminder.trials.document import study
from ketaminder.trials.study import Study


def published() -> dict[str, Study]:
    """Every trial with a design, by id."""
    trials = load_trials().values()
    return {one.id: _study(one) for one in trials if one.record is Record.TRIAL and one.design is not None}


def pooled_curves() -> dict[str, Study]:
    """Curves over time of people pooled from several trials, by id.

    They are fitted to, since the trials themselves print few days, and never predicted. Nobody was in a crisis for
    being counted among those with ideation, and the trials behind them are of the usual size.
    """
    pools = {one.id: one for one in load_trials().values() if one.design is not None and one.design.pooled}
    found = {id_: _study(one) for id_, one in pools.items()}
    return {
        id_: replace(one, setting=replace(one.setting, people=None, suicidal_crisis=False))
        for id_, one in found.items()
    }


def calibrates() -> frozenset[str]:
    """Trials that a model may be fitted to."""
    return frozenset(one.id for one in load_trials().values() if one.design and one.design.use is Use.CALIBRATE)


@cache
def baseline_spread() -> float:
    """How baselines spread between people who enter a trial, as a share of their mean: the median over read arms."""
    read = [one for trial in load_trials().values() for one in trial.baselines if one.grade in READ and one.sd]
    return median((one.sd or 0.0) / one.mean for one in read)


def _study(trial: Trial) -> Study:
    return replace(study(document(trial)), relapses=tuple(_relapses(trial)))


def _relapses(trial: Trial) -> Iterator[tuple[str, Relapse]]:
    """What was read of relapses, with the id of the arm."""
    for one in trial.durability:
        if one.relapse is None or one.grade not in READ:
            continue
        arm = trial.design.arm_of(one.arm) if trial.design else None
        if arm is None:
            raise Refused("durability", one.arm, "the label of an arm of the design")
        yield arm.id, one.relapse


def document(trial: Trial) -> dict[str, Any]:
    """One trial in the form in which a trial to be predicted is given; what was only recalled is null."""
    design = trial.design
    if design is None:
        raise Refused("design", None, "a trial with a design")
    population = trial.population
    baselines = [_baseline(one) for one in trial.baselines if one.grade in READ]
    return {
        "id": trial.id,
        "indication": trial.condition,
        "indication_group": trial.group.value,
        "design": trial.design_in_words,
        "co_treatment": trial.co_treatment,
        "schedule": trial.schedule,
        "n_per_arm": dict(trial.participants),
        "population": {
            "suicidal": population.suicidal,
            "bipolar": population.bipolar,
            "age_mean": dict(population.age_mean),
            "baseline": baselines,
        },
        "outcomes": [_row(one) for one in trial.outcomes],
        "sim_design": {
            "crossover": design.crossover,
            "time_zero": design.time_zero,
            "arms": [_arm(one) for one in design.arms],
            "contrasts": [{"label": one.label, "first": one.first, "second": one.second} for one in design.contrasts],
            "concomitant": [{"drug": one.drug, "note": one.note} for one in design.concomitant],
            "prior_exposure": {"treatments": [_treatment(one) for one in design.prior_exposure]},
        },
    }


def _baseline(one: Baseline) -> Mapping[str, Any]:
    return {"arm": one.arm, "instrument": one.instrument, "mean": one.mean, "sd": one.sd}


def _arm(arm: Arm) -> Mapping[str, Any]:
    return {
        "id": arm.id,
        "role": arm.role.value,
        "n": arm.n,
        "treatments": [_treatment(one) for one in arm.treatments],
        "outcome_labels": list(arm.outcome_labels),
    }


def _treatment(one: Treatment) -> Mapping[str, Any]:
    rule = one.rule and {"start_h": one.rule.start_h, "every_h": one.rule.every_h, "count": one.rule.count}
    return {
        "drug": one.drug.value,
        "route": one.route.value,
        "dose": one.dose,
        "unit": one.unit.value if one.unit else None,
        "times_h": list(one.times_h),
        "duration_h": one.duration_h,
        "rule": rule,
    }


def _row(one: Outcome) -> Mapping[str, Any]:
    mean = one.mean if one.was_read("mean") else None
    return {
        "instrument": one.instrument,
        "arm": one.arm,
        "timepoint_hours": one.time_h,
        "value_type": one.value_type.value,
        "mean": mean,
        "sd": one.sd if mean is not None else None,
        "se": one.se if mean is not None else None,
        "ci": [one.interval.low, one.interval.high] if one.interval and mean is not None else None,
        "n": one.n,
        "rate_n": one.rate_n,
        "response_rate": one.response_rate if one.was_read("response_rate") else None,
        "remission_rate": one.remission_rate if one.was_read("remission_rate") else None,
        "effect_size": _effect(one) if one.was_read("effects") else None,
    }


def _effect(one: Outcome) -> Mapping[str, Any] | None:
    """Cohen's d of two arms, where it stands with its interval and its sign was said."""
    for effect in one.effects:
        if effect.measure is Measure.D and effect.interval and effect.favours_first_when:
            interval = [effect.interval.low, effect.interval.high]
            return {"d": effect.value, "ci": interval, "favours_first_when": effect.favours_first_when.value}
    return None
