"""Which earlier trials count as adequate failures?"""

from __future__ import annotations

from collections.abc import Iterable

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always, plain
from ketaminder.rules.rule import Fires, all_rules, rule
from ketaminder.rules.situation import Situation
from ketaminder.rules.trials import Standing, Trial, ingredients
from ketaminder.terms import Indication, Message

NEEDS_FAILED_TRIALS = {
    Indication.TRD: "A-TRD-04",
    Indication.PANIC: "A-ANX-02",
    Indication.GAD: "A-ANX-02",
    Indication.SOCIAL_ANXIETY: "A-ANX-02",
    Indication.OCD: "A-OCD-02",
    Indication.PTSD: "A-PTSD-02",
}
"""Indication -> the rule that defers where too few trials have clearly failed."""

DEPRESSIVE = (Indication.TRD, Indication.ACUTE_SUICIDALITY, Indication.DEPRESSION, Indication.BIPOLAR_DEPRESSION)

WEEKS, IMPROVEMENT = "trial_weeks", "improvement_percent"
"""Of a trial that is recorded by itself, outside the list of earlier treatments."""

rule("A-ADQ-03")(always())
rule("A-ADQ-04")(always())


@rule("A-ADQ-01")
def counted_trials(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    trials = _of(situation, Standing.FAILED)
    if not trials:
        return _one_counted(situation, evidence)
    said = Message(
        "Counted: {trials}; each at least {weeks} weeks with under {improvement}% improvement.",
        trials=_listed(trials),
        weeks=plain(evidence["trial_weeks"].value),
        improvement=plain(evidence["improvement_percent"].value),
    )
    return Fires(said, ("prior_treatments",))


def _one_counted(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """One trial of which only its length and its improvement are recorded."""
    weeks, improvement = _known(situation, WEEKS), _known(situation, IMPROVEMENT)
    if weeks is None or improvement is None:
        return None
    if not (evidence["trial_weeks"].met_by(weeks) and evidence["improvement_percent"].met_by(improvement)):
        return None
    said = Message(
        "A trial of {weeks} weeks with {improvement}% improvement counts as adequate and failed.",
        weeks=plain(weeks),
        improvement=plain(improvement),
    )
    return Fires(said, (WEEKS, IMPROVEMENT))


def _known(situation: Situation, name: str) -> float | None:
    return situation.number(name) if situation.knows(name) else None


@rule("A-ADQ-02")
def trials_for_the_clinician(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """Of recorded treatments, fires only where the clinician's answer could change the count that is needed."""
    weeks = _known(situation, WEEKS)
    if weeks is not None and evidence["from_weeks"].met_by(weeks) and evidence["below_weeks"].met_by(weeks):
        said = Message(
            "A trial of {weeks} weeks is possibly adequate ({shortest} to under {longest} weeks), for the clinician to "
            "judge.",
            weeks=plain(weeks),
            shortest=plain(evidence["from_weeks"].value),
            longest=plain(evidence["below_weeks"].value),
        )
        return Fires(said, (WEEKS,))
    trials = _of(situation, Standing.ADJUDICATE)
    needs = NEEDS_FAILED_TRIALS.get(situation.case.indication) if situation.case.indication else None
    if not trials or needs is None or not all_rules()[needs](situation, situation.library.rules[needs]):
        return None
    said = Message(
        "Possibly adequate, for the clinician to judge: {trials} ({shortest} to under {longest} weeks, or improvement "
        "exactly at the limit).",
        trials=_listed(trials),
        shortest=plain(evidence["from_weeks"].value),
        longest=plain(evidence["below_weeks"].value),
    )
    return Fires(said, ("prior_treatments",))


@rule("A-ADQ-05")
def not_tolerated(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    trials = _of(situation, Standing.INTOLERANCE)
    if not trials:
        return None
    said = Message("Recorded as intolerance, not as a failed trial: {trials}.", trials=_listed(trials))
    return Fires(said, ("prior_treatments",))


@rule("X-STAGING-01")
def stage_of_resistance(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """What the structured record shows, counted; no staging points, and no verdict."""
    if not situation.is_for(*DEPRESSIVE) or not situation.knows("prior_treatments"):
        return None
    classes = situation.library.variables["on_oral_antidepressant"].classes
    failed = [trial for trial in situation.trials if trial.standing is Standing.FAILED]
    antidepressants = ingredients(failed, Standing.FAILED, classes)
    said = Message(
        "Failed after an adequate trial: {failed} antidepressants of {classes} classes, {episode} of them in this "
        "episode; other medicines: {others}. For the clinician to judge: {judge}. Not fully recorded: {incomplete}. "
        "Stopped for side effects: {intolerance}. Staging points are not computed.",
        failed=len(antidepressants),
        classes=len(frozenset().union(*(trial.classes & classes for trial in failed))),
        episode=plain(situation.number("failed_antidepressants_current_episode") or 0),
        others=sum(not trial.is_of(classes) for trial in failed),
        judge=len(_of(situation, Standing.ADJUDICATE)),
        incomplete=len(_of(situation, Standing.INCOMPLETE)),
        intolerance=len(_of(situation, Standing.INTOLERANCE)),
    )
    return Fires(said, ("prior_treatments",))


def _of(situation: Situation, standing: Standing) -> tuple[Trial, ...]:
    situation.fact("prior_treatments")
    return tuple(trial for trial in situation.trials if trial.standing is standing)


def _listed(trials: Iterable[Trial]) -> str:
    """Each trial with its completed weeks: never rounded up across a limit."""
    return ", ".join(
        f"{trial.treatment.drug} ({int(trial.treatment.weeks)} weeks)"
        if trial.treatment.weeks is not None
        else trial.treatment.drug
        for trial in trials
    )
