"""May the patient leave?"""

from __future__ import annotations

from collections.abc import Iterator

from ketaminder.evidence import Library
from ketaminder.rules.conditions import plain
from ketaminder.rules.derive import situation_of
from ketaminder.rules.gates.answer import answer, asked, beyond_site, found, unsigned
from ketaminder.rules.gates.in_session import in_session
from ketaminder.rules.gates.site_values import SiteValues
from ketaminder.rules.situation import Situation
from ketaminder.terms import Case, Gate, GateAnswer, GateFinding, Message

READY, US_TIME, RACEMIC_TIME = "F-READY-01", "F-TIME-01", "F-TIME-03"
OBSERVED, AFTER_INFUSION = "observation_minutes", "minutes_after_infusion"
SCORE, BEFORE = "MOAAS", "pre_dose_MOAAS"
STABLE = "judged_clinically_stable"

MUST_BE_SO = {
    "dissociation_resolved": "Dissociation has not resolved.",
    "steady_gait": "The gait is not steady.",
    "nausea_controlled": "Nausea is not controlled.",
    "escort_present": "The escort is not present.",
    STABLE: "A clinician has not judged the patient clinically stable.",
}
MUST_NOT_BE = {"new_suicidal_crisis": "There is a new suicidal crisis."}

BASELINES = {
    "systolic_mmHg": (
        "pre_dose_systolic_mmHg",
        1,
        "Systolic {value} mmHg is above {before} mmHg before the dose: is it falling or near baseline?",
    ),
    "diastolic_mmHg": (
        "pre_dose_diastolic_mmHg",
        1,
        "Diastolic {value} mmHg is above {before} mmHg before the dose: is it falling or near baseline?",
    ),
    "spo2_percent": (
        "pre_dose_spo2_percent",
        -1,
        "Oxygen saturation {value}% is below {before}% before the dose: is it at baseline?",
    ),
}
"""Variable -> its value before the dose, the direction of concern (1: above), and the question to the clinician."""


def discharge(case: Case, library: Library, site: SiteValues | None) -> GateAnswer:
    """Judge readiness to leave: time, alertness, dissociation, values against baseline, gait, nausea, escort, crisis.

    Raises:
        Refused: no product, or a fact that cannot be read.
    """
    situation = situation_of(case, library)
    alarms = [one for one in in_session(case, library, site).findings if one.verdict is Gate.HOLD]
    findings = [*unsigned(case, site), *alarms, *_long_enough(situation, site), *_awake(situation)]
    return answer([*findings, *_checks(situation), *_against_baseline(situation)])


def _long_enough(situation: Situation, site: SiteValues | None) -> Iterator[GateFinding]:
    case, library = situation.case, situation.library
    for id_, verdict in ((US_TIME, Gate.HOLD), (RACEMIC_TIME, Gate.ASK)):
        evidence = library.rules[id_]
        if evidence.governs(case.region) and evidence.concerns(case.product):
            yield from _published(situation, id_, verdict)
    if not situation.knows(OBSERVED):
        yield from asked(library, (OBSERVED,), READY)
    if site is not None:
        signed = "Observed for {value} minutes, fewer than the site's {limit}."
        yield from beyond_site(situation, site, OBSERVED, OBSERVED, signed)
        after = "The infusion ended {value} minutes ago, fewer than the site's {limit}."
        yield from beyond_site(situation, site, AFTER_INFUSION, AFTER_INFUSION, after)


def _published(situation: Situation, id_: str, verdict: Gate) -> Iterator[GateFinding]:
    """A published time that has not passed; a recalled one asks and never holds by itself."""
    evidence = situation.library.rules[id_]
    sentences = {
        OBSERVED: "Observed for {value} minutes, fewer than {limit}.",
        AFTER_INFUSION: "The infusion ended {value} minutes ago, fewer than {limit}.",
    }
    for name, criterion in evidence.criteria.items():
        value = situation.number(name) if situation.knows(name) else None
        if value is not None and not criterion.met_by(value):
            said = Message(sentences[name], value=plain(value), limit=plain(criterion.value))
            yield found(situation, evidence, verdict, said, (name,), (criterion,))


def _awake(situation: Situation) -> Iterator[GateFinding]:
    """Fully awake, or as awake as before the dose."""
    evidence = situation.library.rules[READY]
    score = situation.number(SCORE) if situation.knows(SCORE) else None
    if score is None:
        yield from asked(situation.library, (SCORE,), READY)
        return
    before = situation.number(BEFORE) if situation.knows(BEFORE) else None
    if evidence[SCORE].met_by(score) or (before is not None and score >= before):
        return
    said = Message(
        "MOAA/S {value} is neither {limit} nor the score before the dose.",
        value=plain(score),
        limit=plain(evidence[SCORE].value),
    )
    yield found(situation, evidence, Gate.HOLD, said, (SCORE, BEFORE), (evidence[SCORE],))


def _checks(situation: Situation) -> Iterator[GateFinding]:
    evidence = situation.library.rules[READY]
    for wanted, sentences in ((True, MUST_BE_SO), (False, MUST_NOT_BE)):
        for name, sentence in sentences.items():
            if not situation.knows(name):
                yield from asked(situation.library, (name,), READY)
            elif situation.flag(name) is not wanted:
                yield found(situation, evidence, Gate.HOLD, Message(sentence), (name,))


def _against_baseline(situation: Situation) -> Iterator[GateFinding]:
    """No source read says how near is near: a value beyond its baseline goes to the clinician."""
    evidence = situation.library.rules[READY]
    for name, (baseline, direction, sentence) in BASELINES.items():
        unknown = [one for one in (name, baseline) if not situation.knows(one)]
        yield from asked(situation.library, unknown, READY)
        if unknown:
            continue
        value, before = situation.number(name) or 0, situation.number(baseline) or 0
        if direction * (value - before) > 0 and not _judged_stable(situation):
            said = Message(sentence, value=plain(value), before=plain(before))
            yield found(situation, evidence, Gate.ASK, said, (name, baseline))


def _judged_stable(situation: Situation) -> bool:
    return situation.knows(STABLE) and situation.flag(STABLE)
