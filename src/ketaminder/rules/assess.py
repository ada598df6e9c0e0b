"""Candidate assessment: every rule asked, the strongest verdict wins, missing data defers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from ketaminder.evidence import Library, RuleEvidence
from ketaminder.rules.derive import situation_of
from ketaminder.rules.rule import Fires, all_rules
from ketaminder.rules.situation import NotRecorded, Situation
from ketaminder.terms import CandidateAssessment, Case, Finding, Message, MissingItem, Product, Refused, Region, Result

DECIDING = {
    "exclude": Result.EXCLUDE,
    "defer": Result.DEFER,
    "specialist_review": Result.DEFER,
    "stop": Result.DEFER,
    "precaution": Result.PRECAUTIONS,
    "eligible_criterion": Result.ELIGIBLE,
}
"""Action of a rule -> verdict of its finding; every other action informs and never decides."""

SILENT_ELSEWHERE = frozenset({"record", "monitor", "report"})
"""Actions for which another region's rule is not shown: its duties are not this clinic's."""

SILENT_KINDS = frozenset({"convention", "guideline"})

MISSING, NEAREST, ORDER, HUMAN = "X-MISSING-01", "X-NEAREST-01", "X-ORDER-01", "X-HUMAN-01"
COMPOSED = frozenset({MISSING, NEAREST, ORDER, HUMAN})
"""Rules that no function judges: their findings are put together from what the others found."""


class Role(StrEnum):
    """Why a rule is asked: it governs here, it is the nearest that was read, or it is another region's."""

    GOVERNS = "governs"
    NEAREST = "nearest"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule answered: a reason, or variables that it could not do without, or both, or neither."""

    evidence: RuleEvidence
    role: Role
    fires: Fires | None
    unknown: tuple[str, ...]

    @property
    def strength(self) -> Result:
        """The verdict that the answer carries: its own where it governs, at most defer where it stands in."""
        own = DECIDING.get(self.evidence.action, Result.INFORM)
        if self.role is Role.ELSEWHERE:
            return Result.INFORM
        return own if self.role is Role.GOVERNS else weaker(own, Result.DEFER)


def assess(case: Case, library: Library) -> CandidateAssessment:
    """Judge `case` for its product and region on its date. A proposal for a clinician, who decides.

    Raises:
        Refused: no product, or a fact that cannot be read.
    """
    situation = situation_of(case, library)
    answers = list(_answers(situation))
    missing = _missing(situation, answers)
    findings = [*_findings(situation, answers), *_missing_finding(situation, answers, missing)]
    findings += _how_decided(situation, {finding.verdict for finding in findings})
    findings.sort(key=lambda finding: -finding.verdict.strength)
    return CandidateAssessment(
        result=max((Result.ELIGIBLE, *(finding.verdict for finding in findings)), key=lambda verdict: verdict.strength),
        findings=tuple(findings),
        missing=missing,
        to_check_on_the_day=_on_the_day(situation, answers),
    )


def _how_decided(situation: Situation, verdicts: set[Result]) -> Iterator[Finding]:
    """The conventions by which the result was reached, each where it was used."""
    used = {
        ORDER: len(verdicts & {Result.EXCLUDE, Result.DEFER, Result.PRECAUTIONS}) > 1,
        HUMAN: Result.EXCLUDE in verdicts,
    }
    for id_, applies in used.items():
        if applies:
            evidence = situation.library.rules[id_]
            fires = Fires(Message("{statement}", statement=Message(evidence.statement)))
            yield _finding(situation, evidence, fires, Result.INFORM, fires.reason)


def weaker(one: Result, other: Result) -> Result:
    return min(one, other, key=lambda verdict: verdict.strength)


def role_of(evidence: RuleEvidence, region: Region | None, product: Product) -> Role | None:
    """Why the rule is asked for this region and product; None where it is not."""
    if evidence.is_nearest_for(region, product):
        return Role.NEAREST
    if not evidence.concerns(product):
        return None
    if evidence.governs(region):
        return Role.GOVERNS
    silent = evidence.action in SILENT_ELSEWHERE or evidence.kind in SILENT_KINDS
    return None if silent else Role.ELSEWHERE


def _answers(situation: Situation) -> Iterator[Answer]:
    case, functions = situation.case, all_rules()
    if case.product is None:
        raise Refused("product", case.product, "the product to assess")
    for id_, evidence in situation.library.rules.items():
        role = role_of(evidence, case.region, case.product)
        if id_ in COMPOSED or role is None or not evidence.in_force(case.on):
            continue
        try:
            fires = functions[id_](situation, evidence)
        except NotRecorded as asked:
            yield Answer(evidence, role, None, asked.variables)
        else:
            yield Answer(evidence, role, fires, fires.asks if fires else ())


def _findings(situation: Situation, answers: Iterable[Answer]) -> Iterator[Finding]:
    for answer in answers:
        if answer.fires is None:
            continue
        if answer.role is Role.GOVERNS:
            yield _finding(situation, answer.evidence, answer.fires, answer.strength, answer.fires.reason)
        elif answer.role is Role.ELSEWHERE:
            reason = _of_another_region(answer.evidence, answer.fires)
            yield _finding(situation, answer.evidence, answer.fires, Result.INFORM, reason)
        else:
            yield _nearest(situation, answer, answer.fires)
            yield _finding(situation, answer.evidence, answer.fires, Result.INFORM, answer.fires.reason)


def _finding(situation: Situation, evidence: RuleEvidence, fires: Fires, verdict: Result, reason: Message) -> Finding:
    return Finding(
        rule=evidence.id,
        topic=evidence.topic,
        verdict=verdict,
        action=evidence.action,
        reason=reason,
        seen=tuple(situation.seen(name) for name in fires.seen if situation.knows(name)),
        criteria=tuple(evidence.criteria.values()),
        sources=evidence.citations,
        grade=evidence.grade,
        lifted_by=_lifted_by(evidence, verdict),
    )


def _of_another_region(evidence: RuleEvidence, fires: Fires) -> Message:
    regions = ", ".join(sorted(evidence.regions))
    return Message("{regions} rule, information here: {reason}", regions=regions, reason=fires.reason)


def _nearest(situation: Situation, answer: Answer, fires: Fires) -> Finding:
    """A value that is abnormal by the nearest criterion read, where none was read for this product and region."""
    convention = situation.library.rules[NEAREST]
    reason = Message(
        "{reason} No criterion was read for this product and region; the nearest is {rule}.",
        reason=fires.reason,
        rule=answer.evidence.id,
    )
    found = _finding(situation, answer.evidence, fires, answer.strength, reason)
    lifted_by = found.lifted_by or _lifted_by(convention, answer.strength)
    sources = (*found.sources, *convention.citations)
    return replace(
        found, rule=NEAREST, action=convention.action, sources=sources, grade=convention.grade, lifted_by=lifted_by
    )


def _lifted_by(evidence: RuleEvidence, verdict: Result) -> Message | None:
    return Message(evidence.lifted_by) if evidence.lifted_by and verdict is Result.DEFER else None


def _asks(situation: Situation, answers: Iterable[Answer], when: str, weakest: Result) -> dict[str, list[Answer]]:
    """The variables that rules at least as strong as `weakest` could not do without, each with those rules."""
    asked: dict[str, list[Answer]] = {}
    for answer in answers:
        for name in answer.unknown:
            if situation.library.variables[name].when == when and answer.strength.strength >= weakest.strength:
                asked.setdefault(name, []).append(answer)
    return asked


def _items(situation: Situation, asked: dict[str, list[Answer]]) -> tuple[MissingItem, ...]:
    variables = situation.library.variables
    return tuple(
        MissingItem(
            name, variables[name].label, Message(variables[name].ask), tuple(answer.evidence.id for answer in by)
        )
        for name, by in asked.items()
    )


def _missing(situation: Situation, answers: list[Answer]) -> tuple[MissingItem, ...]:
    return _items(situation, _asks(situation, answers, "assessment", Result.PRECAUTIONS))


def _on_the_day(situation: Situation, answers: list[Answer]) -> tuple[MissingItem, ...]:
    return _items(situation, _asks(situation, answers, "session day", Result.PRECAUTIONS))


def _missing_finding(
    situation: Situation, answers: list[Answer], missing: tuple[MissingItem, ...]
) -> Iterator[Finding]:
    """One finding for all that is missing, as strong as the strongest rule that asked, at most defer."""
    if not missing:
        return
    asked = _asks(situation, answers, "assessment", Result.PRECAUTIONS)
    strongest = max((answer.strength for by in asked.values() for answer in by), key=lambda verdict: verdict.strength)
    labels = ", ".join(dict.fromkeys(item.label for item in missing))
    fires = Fires(Message("Not recorded: {labels}.", labels=labels))
    evidence = situation.library.rules[MISSING]
    yield _finding(situation, evidence, fires, weaker(strongest, Result.DEFER), fires.reason)
