"""Is the patient safe now, and may the next device be given?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ketaminder.evidence import Library
from ketaminder.rules.conditions import plain
from ketaminder.rules.derive import situation_of
from ketaminder.rules.gates.answer import answer, asked, beyond_site, found, unsigned
from ketaminder.rules.gates.site_values import SiteValues
from ketaminder.rules.situation import Situation
from ketaminder.terms import Case, Gate, GateAnswer, GateFinding, Message

OBSERVED = ("systolic_mmHg", "diastolic_mmHg", "spo2_percent", "MOAAS")
DEVICES = "minutes_between_devices"
ALARMS = {
    "systolic_mmHg": (
        ("urgent_systolic_mmHg", "Systolic {value} mmHg is at or above {limit} mmHg: urgent evaluation."),
        ("alarm_systolic_mmHg", "Systolic {value} mmHg is at or above {limit} mmHg: call the physician."),
    ),
    "diastolic_mmHg": (
        ("urgent_diastolic_mmHg", "Diastolic {value} mmHg is at or above {limit} mmHg: urgent evaluation."),
        ("alarm_diastolic_mmHg", "Diastolic {value} mmHg is at or above {limit} mmHg: call the physician."),
    ),
    "spo2_percent": (
        ("urgent_spo2_percent", "Oxygen saturation {value}% is below {limit}%: urgent evaluation."),
        ("alarm_spo2_percent", "Oxygen saturation {value}% is below {limit}%: call the physician."),
    ),
}
"""Variable -> the site's limits for it and what to say, the most urgent first."""


def in_session(case: Case, library: Library, site: SiteValues | None) -> GateAnswer:
    """Judge one observation after a dose against the signed limits and the published scores.

    Raises:
        Refused: no product, or a fact that cannot be read.
    """
    situation = situation_of(case, library)
    unknown = [name for name in OBSERVED if not situation.knows(name)]
    findings = [*unsigned(case, site), *asked(library, unknown, "F-BP-03"), *_emergency(situation), *_scores(situation)]
    return answer([*findings, *(_alarms(situation, site) if site is not None else ())])


def next_device(case: Case, library: Library) -> GateAnswer:
    """May the next device be given: long enough after the one before (E-ESK-01).

    Raises:
        Refused: no product, or a fact that cannot be read.
    """
    situation, evidence = situation_of(case, library), library.rules["E-ESK-01"]
    minutes = situation.number(DEVICES) if situation.knows(DEVICES) else None
    if minutes is None:
        return answer(asked(library, (DEVICES,), evidence.id))
    rest = evidence[DEVICES]
    if rest.met_by(minutes):
        return answer(())
    said = Message(
        "The previous device was given {value} minutes ago, fewer than {limit}.",
        value=plain(minutes),
        limit=plain(rest.value),
    )
    return answer([found(situation, evidence, Gate.HOLD, said, (DEVICES,), (rest,))])


def _alarms(situation: Situation, site: SiteValues) -> Iterator[GateFinding]:
    """For each value the most urgent limit that it has reached."""
    for variable, limits in ALARMS.items():
        reached = (one for name, said in limits for one in beyond_site(situation, site, variable, name, said))
        yield from islice(reached, 1)


def _emergency(situation: Situation) -> Iterator[GateFinding]:
    name, evidence = "hypertensive_emergency_signs", situation.library.rules["B-BP-07"]
    if situation.knows(name) and situation.flag(name):
        said = Message("Signs of a hypertensive emergency: immediate emergency care.")
        yield found(situation, evidence, Gate.HOLD, said, (name,))


def _scores(situation: Situation) -> Iterator[GateFinding]:
    """Deep sedation holds; marked dissociation asks for a look at the patient."""
    for name, id_, verdict, sentence in (
        (
            "MOAAS",
            "F-SED-01",
            Gate.HOLD,
            "MOAA/S {value} is below {limit}: stop dosing, check the airway, call the physician.",
        ),
        (
            "CADSS",
            "F-DISS-01",
            Gate.ASK,
            "A CADSS total of {value} is above {limit}: reassure; if distress does not settle, the physician reviews.",
        ),
    ):
        evidence = situation.library.rules[id_]
        value = situation.number(name) if situation.knows(name) else None
        if value is not None and evidence[name].met_by(value):
            said = Message(sentence, value=plain(value), limit=plain(evidence[name].value))
            yield found(situation, evidence, verdict, said, (name,), (evidence[name],))
