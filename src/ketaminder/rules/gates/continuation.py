"""Does the course go on?"""

from __future__ import annotations

from collections.abc import Iterator

from ketaminder.evidence import Library
from ketaminder.rules.continuation import STOPS
from ketaminder.rules.derive import situation_of
from ketaminder.rules.gates.answer import answer, asked, found
from ketaminder.rules.rule import all_rules
from ketaminder.rules.situation import NotRecorded, Situation
from ketaminder.terms import Case, Gate, GateAnswer, GateFinding, Phase, Product

READ = {"E-ESK-07": Gate.HOLD, "E-IV-05": Gate.HOLD, "G-STOP-01": Gate.HOLD, "G-REL-01": Gate.ASK}
"""Rule -> what it does to a course: a stop waits for the physician, a recalled sign of relapse asks."""

ALWAYS_ASKED = ("serious_adverse_event", "misuse_or_diversion", "consent_withdrawn", "MADRS")


def continuation(case: Case, library: Library) -> GateAnswer:
    """Judge a running course: benefit after induction, reasons to stop, signs of relapse.

    Raises:
        Refused: no product, or a fact that cannot be read.
    """
    situation = situation_of(case, library)
    if case.phase is Phase.START:
        return answer(())
    unknown = [name for name in (*_counted(case), *ALWAYS_ASKED, *STOPS) if not situation.knows(name)]
    return answer([*_stops(situation), *asked(library, dict.fromkeys(unknown), "G-REEVAL-01")])


def _counted(case: Case) -> tuple[str, ...]:
    """How far the course has come, in the measure that its product is judged by."""
    if case.product is Product.ESKETAMINE_NASAL:
        return ("week",)
    return ("infusions_without_response",) if case.product is Product.KETAMINE_IV else ()


def _stops(situation: Situation) -> Iterator[GateFinding]:
    for id_, verdict in READ.items():
        evidence = situation.library.rules[id_]
        if not evidence.concerns(situation.case.product):
            continue
        try:
            fires = all_rules()[id_](situation, evidence)
        except NotRecorded:
            continue
        if fires:
            yield found(situation, evidence, verdict, fires.reason, fires.seen, tuple(evidence.criteria.values()))
