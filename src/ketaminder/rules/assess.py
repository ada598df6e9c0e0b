"""Candidate assessment: every rule asked, the strongest verdict wins, missing data defers."""

from __future__ import annotations

from ketaminder.evidence import Library, RuleEvidence
from ketaminder.rules.derive import situation_of
from ketaminder.rules.rule import Fires, RuleFunction, all_rules
from ketaminder.rules.situation import NotRecorded, Situation
from ketaminder.terms import CandidateAssessment, Case, Finding, Grade, Message, MissingItem, Result

DECIDING = {
    "exclude": Result.EXCLUDE,
    "defer": Result.DEFER,
    "specialist_review": Result.DEFER,
    "precaution": Result.PRECAUTIONS,
}
"""Action of a rule -> verdict of its finding; every other action informs and never decides."""


def assess(case: Case, library: Library) -> CandidateAssessment:
    """Judge `case` for its product and region on its date. A proposal for a clinician, who decides."""
    situation = situation_of(case, library)
    functions = all_rules()
    findings: list[Finding] = []
    unknown: dict[str, list[RuleEvidence]] = {}
    for id_, evidence in library.rules.items():
        if not (evidence.in_force(case.on) and evidence.concerns(case.product)):
            continue
        try:
            fired = functions[id_](situation, evidence)
        except NotRecorded as asked:
            for variable in asked.variables:
                unknown.setdefault(variable, []).append(evidence)
        else:
            if fired:
                findings.append(finding(situation, evidence, fired))
    missing = tuple(missing_item(library, variable, rules) for variable, rules in unknown.items())
    return CandidateAssessment(...)
