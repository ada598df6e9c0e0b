"""Earlier treatments read as trials: which were adequate and failed, which need the clinician, which are incomplete."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ketaminder.evidence import Library, Medicine, RuleEvidence
from ketaminder.rules.medicines import resolve
from ketaminder.terms import PriorTreatment

WELL_TOLERATED = re.compile(
    r"\b(?:no|without|few|minimal) (?:significant )?(?:side.effects?|adverse (?:effect|event)s?|tolerability \w+)\b"
    r"|\b(?:well tolerated|good tolerability)\b"
)
"""Said of a trial that was not stopped for side effects."""

NOT_TOLERATED = (
    "intoler",
    "not tolerat",
    "not be tolerat",
    "n't tolerat",
    "unable to tolerat",
    "poorly tolerat",
    "badly tolerat",
    "poor tolerab",
    "tolerability",
    "side effect",
    "side-effect",
    "adverse",
    "allerg",
)
UNFINISHED = ("ongoing", "on-going", "continuing", "still taking", "being optimised", "being optimized")
FAILED = (
    "non-respon",
    "nonrespon",
    "non respon",
    "no respon",
    "no benefit",
    "no effect",
    "no change",
    "no help",
    "no improvement",
    "no relief",
    "no remission",
    "non-remi",
    "not respond",
    "not remit",
    "not effective",
    "not help",
    "n't help",
    "not work",
    "n't work",
    "not improve",
    "unchanged",
    "unresponsive",
    "lack of effect",
    "lack of efficacy",
    "lack of response",
    "without benefit",
    "without effect",
    "without improvement",
    "without remission",
    "without response",
)
PARTLY = ("partial", "poor", "inadequate", "insufficient", "minimal", "fail", "ineffective", "little effect")
WORKED = ("respon", "remission", "remitt", "recover", "effective")


class Standing(StrEnum):
    """What an earlier trial counts as."""

    FAILED = "adequate and failed"
    ADJUDICATE = "for the clinician to judge"
    INCOMPLETE = "not fully recorded"
    INTOLERANCE = "stopped for side effects"
    NOT_COUNTED = "not a failed adequate trial"


@dataclass(frozen=True, slots=True)
class Trial:
    """One earlier treatment, its medicines, and what it counts as. `medicines` is empty where none could be read."""

    treatment: PriorTreatment
    medicines: tuple[Medicine, ...]
    standing: Standing

    @property
    def classes(self) -> frozenset[str]:
        return frozenset().union(*(medicine.classes for medicine in self.medicines))

    def is_of(self, classes: Iterable[str]) -> bool:
        return not self.classes.isdisjoint(classes)

    def named(self, classes: frozenset[str]) -> str:
        """The medicines of `classes` as one name: what only augments them makes no other treatment of it."""
        return " + ".join(sorted(medicine.ingredient for medicine in self.medicines if medicine.classes & classes))


def trials_of(treatments: Iterable[PriorTreatment], library: Library) -> tuple[Trial, ...]:
    """Each treatment judged by the criteria of A-ADQ-01 and A-ADQ-02."""
    return tuple(_trial(treatment, library) for treatment in treatments)


def _trial(treatment: PriorTreatment, library: Library) -> Trial:
    medicines = resolve(library, treatment.drug, treatment.rxcui)
    standing = standing_of(treatment, library.rules["A-ADQ-01"], library.rules["A-ADQ-02"])
    if not medicines and standing in (Standing.FAILED, Standing.ADJUDICATE):
        standing = Standing.INCOMPLETE
    return Trial(treatment, medicines, standing)


def standing_of(treatment: PriorTreatment, adequate: RuleEvidence, adjudicated: RuleEvidence) -> Standing:
    """What one trial counts as, by duration, improvement and outcome."""
    outcome = _outcome(treatment.outcome)
    if outcome is not None and outcome is not Standing.FAILED:
        return outcome
    weeks, improvement = treatment.weeks, treatment.improvement_percent
    if weeks is not None and not adjudicated["from_weeks"].met_by(weeks):
        return Standing.NOT_COUNTED
    limit = adequate["improvement_percent"]
    if improvement is not None and not (limit.met_by(improvement) or improvement == limit.value):
        return Standing.NOT_COUNTED
    if weeks is None or improvement is None or outcome is None:
        return Standing.INCOMPLETE
    long_enough, too_short = adequate["trial_weeks"].met_by(weeks), adjudicated["below_weeks"].met_by(weeks)
    clear = long_enough and not too_short and limit.met_by(improvement)
    return Standing.FAILED if clear else Standing.ADJUDICATE


def _outcome(text: str) -> Standing | None:
    """The standing that the recorded outcome alone gives; None where it says nothing that can be read."""
    said = WELL_TOLERATED.sub("", text.lower())
    for phrases, standing in (
        (NOT_TOLERATED, Standing.INTOLERANCE),
        (UNFINISHED, Standing.NOT_COUNTED),
        (FAILED, Standing.FAILED),
        (PARTLY, Standing.FAILED),
        (WORKED, Standing.NOT_COUNTED),
    ):
        if any(phrase in said for phrase in phrases):
            return standing
    return None


def ingredients(trials: Iterable[Trial], standing: Standing, classes: Iterable[str]) -> tuple[str, ...]:
    """The different medicines of `classes` whose trial has `standing`, each once, in order."""
    wanted = frozenset(classes)
    counted = (trial for trial in trials if trial.standing is standing and trial.is_of(wanted))
    return tuple(dict.fromkeys(trial.named(wanted) for trial in counted))


def incomplete(trials: Iterable[Trial], classes: Iterable[str]) -> tuple[str, ...]:
    """The trials, by the name recorded, that could count if they were fully recorded."""
    wanted = frozenset(classes)
    open_ = (trial for trial in trials if trial.standing is Standing.INCOMPLETE)
    return tuple(dict.fromkeys(trial.treatment.drug for trial in open_ if not trial.classes or trial.is_of(wanted)))
