"""Is there an indication that a label or this service covers?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import absent, always, equal, plain, totals_meeting, treating
from ketaminder.rules.diagnoses import PRIMARY
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import NotRecorded, Situation
from ketaminder.rules.trials import Standing, incomplete, ingredients
from ketaminder.terms import Indication, Message

NOT_COVERED = (Indication.DEPRESSION, Indication.OTHER)
DEPRESSIVE = (Indication.TRD, Indication.ACUTE_SUICIDALITY, Indication.DEPRESSION, Indication.BIPOLAR_DEPRESSION)
COUNT = "adequate_failed_antidepressants"
IN_THIS_EPISODE = "failed_antidepressants_current_episode"

rule("A-TRD-02")(treating(Indication.TRD, then=always()))
rule("A-TRD-05")(
    treating(Indication.TRD, then=absent("on_ssri_or_snri", "No SSRI or SNRI is among the current medicines."))
)
rule("A-TRD-07")(
    treating(
        Indication.TRD, then=absent("on_oral_antidepressant", "No oral antidepressant is among the current medicines.")
    )
)
rule("A-SI-05")(
    treating(
        Indication.ACUTE_SUICIDALITY,
        then=absent("on_oral_antidepressant", "No oral antidepressant is among the current medicines."),
    )
)
rule("A-COMORB-01")(treating(Indication.TRD, then=always()))
rule("A-REG-01")(always())
rule("A-JP-01")(
    equal("ancestry", "japanese", "Japanese ancestry: one trial found no separation from placebo; no dose rule.")
)
rule("A-ECT-01")(treating(*DEPRESSIVE, then=always()))


@rule("A-SEV-01")
def severe_enough_for_a_trial(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """By the scales that are recorded; the trials of acute suicidality had a level of their own."""
    return totals_meeting(
        situation,
        evidence,
        {"MADRS": ("MADRS", "MADRS_suicidality"), "IDS_C30": ("IDS_C30",)},
        "Severity meets the entry level of trials: {listed}.",
    )


@rule("A-TRD-01")
def resistant_to_oral_antidepressants(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    return _enough(situation, evidence, "adequate_failed_oral_antidepressants")


@rule("A-TRD-03")
def resistant_in_this_episode_on_ssri_or_snri(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    enough = _enough(situation, evidence, IN_THIS_EPISODE)
    return enough if enough and situation.flag("on_ssri_or_snri") else None


@rule("A-TRD-06")
def resistant_in_this_episode_on_antidepressant(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    enough = _enough(situation, evidence, IN_THIS_EPISODE)
    return enough if enough and situation.flag("on_oral_antidepressant") else None


@rule("A-SI-01", "A-SI-02")
def acutely_suicidal_on_antidepressant(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    if not situation.is_for(Indication.ACUTE_SUICIDALITY) or not situation.flag("on_oral_antidepressant"):
        return None
    said = Message("Acute suicidality in major depression is the indication, with an oral antidepressant.")
    return Fires(said, ("indication", "on_oral_antidepressant"))


@rule("A-SI-06")
def acutely_suicidal_without_psychosis(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """The Swiss indication names episodes without psychotic symptoms."""
    fires = acutely_suicidal_on_antidepressant(situation, evidence)
    return None if fires is None or situation.flag("psychotic_features") else fires


@rule("A-TRD-04")
def too_few_failed_trials(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    return _too_few(situation, evidence, COUNT)


@rule("X-ORAL-01")
def too_few_failed_oral_antidepressants(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    return _too_few_of_enough(situation, evidence, "adequate_failed_oral_antidepressants")


@rule("X-EPISODE-01")
def too_few_failures_in_this_episode(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    return _too_few_of_enough(situation, evidence, IN_THIS_EPISODE)


@rule("X-INDICATION-01")
def no_indication(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    if situation.case.indication is None:
        raise NotRecorded("indication")
    if not situation.is_for(*NOT_COVERED) or _resistant_in_all_but_name(situation):
        return None
    said = Message("The recorded indication is {indication}.", indication=situation.text("indication"))
    return Fires(said, ("indication",))


@rule("X-DIAGNOSIS-01")
def diagnosis_beside_the_indication(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """A label's indication needs the diagnosis that it names, and asks for one that is not recorded."""
    case = situation.case
    if case.indication not in PRIMARY:
        return None
    if situation.text("primary_diagnosis") == PRIMARY[case.indication]:
        return None
    said = Message(
        "The recorded diagnosis, {diagnosis}, is not what the indication, {indication}, treats.",
        diagnosis=_diagnosis_as_recorded(situation),
        indication=case.indication.value,
    )
    return Fires(said, ("primary_diagnosis", "indication"))


def _diagnosis_as_recorded(situation: Situation) -> str:
    """In the record's own words and code, unless the primary diagnosis was recorded by itself."""
    fact, diagnosis = situation.fact("primary_diagnosis"), situation.case.diagnosis
    words = " ".join(filter(None, (diagnosis.text, diagnosis.icd10)))
    return words if words and fact.origin == "diagnosis" else str(fact.value)


def _resistant_in_all_but_name(situation: Situation) -> bool:
    """Enough failed trials make a depression resistant where the product has no label that asks for the name."""
    if not situation.is_for(Indication.DEPRESSION) or situation.label_schedules():
        return False
    return not situation.library.rules["A-TRD-04"][COUNT].met_by(situation.number(COUNT) or 0)


def _enough(situation: Situation, evidence: RuleEvidence, count: str) -> Fires | None:
    if not situation.is_for(Indication.TRD):
        return None
    number = situation.number(count) or 0
    if not evidence[count].met_by(number):
        return None
    said = Message(
        "Failed after an adequate trial{when}: {count}{names}; at least {limit} are needed.",
        when=_when(count),
        count=plain(number),
        names=_named(situation, count),
        limit=plain(evidence[count].value),
    )
    return Fires(said, (count,))


def _too_few(situation: Situation, evidence: RuleEvidence, count: str) -> Fires | None:
    """Fires on what is clearly recorded, and asks for trials whose record is incomplete."""
    if not situation.is_for(Indication.TRD):
        return None
    number = situation.number(count) or 0
    if not evidence[count].met_by(number):
        return None
    said = Message(
        "Failed after an adequate trial{when}: {count}{names}, fewer than {limit}.{unclear}",
        when=_when(count),
        count=plain(number),
        names=_named(situation, count),
        limit=plain(evidence[count].value),
        unclear=_unclear(situation),
    )
    return Fires(said, (count,), ("prior_treatments",) if _unclear(situation) else ())


def _too_few_of_enough(situation: Situation, evidence: RuleEvidence, count: str) -> Fires | None:
    """Silent where A-TRD-04 already says that too few have failed in all."""
    in_all = situation.library.rules["A-TRD-04"]
    return None if _too_few(situation, in_all, COUNT) else _too_few(situation, evidence, count)


def _when(count: str) -> Message | str:
    return Message(" in this episode") if count == IN_THIS_EPISODE else ""


def _named(situation: Situation, count: str) -> str:
    """The medicines that are counted."""
    trials = [one for one in situation.trials if one.treatment.in_current_episode or count != IN_THIS_EPISODE]
    names = ingredients(trials, Standing.FAILED, _classes(situation))
    return f" ({', '.join(names)})" if names else ""


def _unclear(situation: Situation) -> Message | str:
    names = incomplete(situation.trials, _classes(situation))
    return Message(" Not fully recorded: {names}.", names=", ".join(names)) if names else ""


def _classes(situation: Situation) -> frozenset[str]:
    return situation.library.variables["on_oral_antidepressant"].classes
