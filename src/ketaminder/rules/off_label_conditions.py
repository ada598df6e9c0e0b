"""Is the use off-label, and are its conditions met?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always, plain, present
from ketaminder.rules.medicines import words
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.rules.trials import Standing, ingredients
from ketaminder.terms import Message, Psychotherapy

PANIC = "panic"
ANXIETY = (PANIC, "GAD", "social_anxiety")
FIRST_LINE_ANXIETY = frozenset({"ssri", "snri"})
SEROTONIN_REUPTAKE_INHIBITORS = frozenset({"ssri", "sri"})
FIRST_LINE_PTSD = ("paroxetine", "sertraline", "venlafaxine")

COGNITIVE_BEHAVIOURAL = (
    "CBT",
    "cognitive behavioural",
    "cognitive behavioral",
    "cognitive behaviour",
    "cognitive behavior",
)
EXPOSURE_RESPONSE_PREVENTION = ("ERP", "exposure and response prevention")
TRAUMA_FOCUSED = ("PE", "CPT", "EMDR", "trauma focused", "prolonged exposure", "cognitive processing", "TF CBT")

rule("A-BD-01")(present("bipolar_disorder", "Bipolar disorder is recorded. {statement}"))
rule("A-PSY-01")(always())


@rule("A-OFF-01")
def off_label(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """Off-label is what no label schedule, in any region, gives for this product and indication."""
    if any(situation.case.indication in schedule.indications for schedule in situation.label_schedules()):
        return None
    said = Message("Off-label use: record the reason, alternatives tried, a second opinion and specific consent.")
    return Fires(said, ("indication",) if situation.knows("indication") else ())


@rule("A-ANX-01")
def anxiety_evidence(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    return _evidence_is_small(situation, evidence, *ANXIETY)


@rule("A-ANX-03")
def subcutaneous_anxiety_evidence(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """Panic disorder was not studied."""
    return _evidence_is_small(situation, evidence, *(name for name in ANXIETY if name != PANIC))


@rule("A-OCD-01")
def ocd_evidence(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    return _evidence_is_small(situation, evidence, "OCD")


@rule("A-PTSD-01")
def ptsd_evidence(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    return _evidence_is_small(situation, evidence, "PTSD")


@rule("A-BD-02")
def bipolar_within_conditions(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    if not situation.flag("bipolar_disorder") or not _within(situation, evidence):
        return None
    said = Message(
        "YMRS {ymrs} is at most {limit} and a mood stabiliser or antimanic medicine is in place ({medicines}).",
        ymrs=plain(situation.number("YMRS") or 0),
        limit=plain(evidence["YMRS"].value),
        medicines=situation.named("mood_stabiliser"),
    )
    return Fires(said, ("bipolar_disorder", "YMRS", "mood_stabiliser"))


@rule("X-BIPOLAR-01")
def bipolar_outside_conditions(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """Silent in a manic or mixed state, which A-BD-03 defers."""
    conditions = situation.library.rules["A-BD-02"]
    if not situation.flag("bipolar_disorder") or situation.flag("current_mania_or_mixed"):
        return None
    if _within(situation, conditions):
        return None
    said = Message(
        "Bipolar disorder is recorded, but YMRS is not at most {limit}, or neither a mood stabiliser nor an antimanic "
        "medicine is in place.",
        limit=plain(conditions["YMRS"].value),
    )
    return Fires(said, ("bipolar_disorder", "YMRS", "mood_stabiliser"))


@rule("A-ANX-02")
def anxiety_first_line(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    if not _is(situation, *ANXIETY):
        return None
    tried = _failed(situation, FIRST_LINE_ANXIETY)
    therapy = completed(situation, COGNITIVE_BEHAVIOURAL)
    return _unless(evidence["adequate_trials"].met_by(len(tried)) and therapy, tried, therapy)


@rule("A-OCD-02")
def ocd_first_line(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    if not _is(situation, "OCD"):
        return None
    situation.fact("prior_treatments")
    long = (trial for trial in situation.trials if evidence["trial_weeks"].met_by(trial.treatment.weeks or 0))
    tried = ingredients(long, Standing.FAILED, SEROTONIN_REUPTAKE_INHIBITORS)
    therapy = completed(situation, EXPOSURE_RESPONSE_PREVENTION)
    return _unless(evidence["adequate_trials"].met_by(len(tried)) and therapy, tried, therapy)


@rule("A-PTSD-02")
def ptsd_first_line(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    if not _is(situation, "PTSD"):
        return None
    tried = tuple(name for name in _failed(situation, FIRST_LINE_ANXIETY) if name in FIRST_LINE_PTSD)
    therapy = completed(situation, TRAUMA_FOCUSED)
    return _unless(bool(tried) and therapy, tried, therapy)


def completed(situation: Situation, names: tuple[str, ...]) -> bool:
    """Whether a course of one of the treatments `names` is recorded as completed, with at least one session."""
    situation.fact("psychotherapy")
    return any(_counts(therapy, names) for therapy in situation.case.psychotherapy or ())


def _counts(therapy: Psychotherapy, names: tuple[str, ...]) -> bool:
    said = " ".join(words(therapy.type))
    named = any(f" {' '.join(words(name))} " in f" {said} " for name in names)
    return named and therapy.status.lower() == "completed" and therapy.sessions != 0


def _is(situation: Situation, *diagnoses: str) -> bool:
    return situation.knows("primary_diagnosis") and situation.text("primary_diagnosis") in diagnoses


def _evidence_is_small(situation: Situation, evidence: RuleEvidence, *diagnoses: str) -> Fires | None:
    if not _is(situation, *diagnoses):
        return None
    return Fires(Message("{statement}", statement=Message(evidence.statement)), ("primary_diagnosis",))


def _within(situation: Situation, conditions: RuleEvidence) -> bool:
    return conditions["YMRS"].met_by(situation.number("YMRS") or 0) and situation.flag("mood_stabiliser")


def _failed(situation: Situation, classes: frozenset[str]) -> tuple[str, ...]:
    situation.fact("prior_treatments")
    return ingredients(situation.trials, Standing.FAILED, classes)


def _unless(first_line_done: bool, tried: tuple[str, ...], therapy: bool) -> Fires | None:
    if first_line_done:
        return None
    said = Message(
        "First-line treatment is incomplete. Failed adequate trials: {tried}; psychological treatment completed: "
        "{therapy}.",
        tried=", ".join(tried) or Message("none"),
        therapy=Message("yes") if therapy else Message("no"),
    )
    return Fires(said, ("primary_diagnosis", "prior_treatments", "psychotherapy"))
