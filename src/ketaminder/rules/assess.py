"""Candidate assessment: every rule asked, the strongest verdict wins, missing data defers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ketaminder.evidence import Library, RuleEvidence
from ketaminder.rules.answers import HUMAN, MISSING, NEAREST, ORDER, Answer, Role, answers_of, asks, strongest, weaker
from ketaminder.rules.derive import situation_of
from ketaminder.rules.if_known import each_if_known, if_all_known
from ketaminder.rules.rule import Fires
from ketaminder.rules.situation import Situation
from ketaminder.terms import CandidateAssessment, Case, Finding, Message, MissingItem, Result

STANDING = frozenset({"X-STATUS-01", "X-STRENGTH-01"})
"""The findings that say what kind of use this is; they decide nothing."""


def assess(case: Case, library: Library) -> CandidateAssessment:
    """Judge `case` for its product and region on its date. A proposal for a clinician, who decides.

    Raises:
        Refused: no product, or a fact that cannot be read.
    """
    situation = situation_of(case, library)
    answers = list(answers_of(situation))
    missing = _missing(situation, answers)
    findings = [*_findings(situation, answers), *_missing_finding(situation, answers, missing)]
    findings += _how_decided(situation, {finding.verdict for finding in findings})
    findings.sort(key=lambda finding: -finding.verdict.strength)
    return CandidateAssessment(
        result=strongest(situation, answers),
        findings=tuple(findings),
        missing=missing,
        to_check_on_the_day=_on_the_day(situation, answers),
        if_all_known=if_all_known(situation, answers, missing),
        standing=tuple(finding for finding in findings if finding.rule in STANDING),
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
        sources=fires.citations or evidence.citations,
        grade=fires.grade or evidence.grade,
        lifted_by=_lifted_by(evidence, verdict),
    )


def _of_another_region(evidence: RuleEvidence, fires: Fires) -> Message:
    regions = ", ".join(sorted(evidence.regions))
    return Message("{regions} rule, information here: {reason}", regions=regions, reason=fires.reason)


def _nearest(situation: Situation, answer: Answer, fires: Fires) -> Finding:
    """A value that is abnormal by the nearest criterion read, where none was read for this product and region."""
    convention = situation.library.rules[NEAREST]
    reason = Message(
        "{reason} No criterion was read for this product and region; the nearest one read is: {topic}.",
        reason=fires.reason,
        topic=answer.evidence.topic,
    )
    found = _finding(situation, answer.evidence, fires, answer.strength, reason)
    lifted_by = found.lifted_by or _lifted_by(convention, answer.strength)
    sources = (*found.sources, *convention.citations)
    return replace(
        found, rule=NEAREST, action=convention.action, sources=sources, grade=convention.grade, lifted_by=lifted_by
    )


def _lifted_by(evidence: RuleEvidence, verdict: Result) -> Message | None:
    return Message(evidence.lifted_by) if evidence.lifted_by and verdict is Result.DEFER else None


def _items(situation: Situation, asked: dict[str, list[Answer]]) -> tuple[MissingItem, ...]:
    variables = situation.library.variables
    return tuple(
        MissingItem(
            name, variables[name].label, Message(variables[name].ask), tuple(answer.evidence.id for answer in by)
        )
        for name, by in asked.items()
    )


def _missing(situation: Situation, answers: list[Answer]) -> tuple[MissingItem, ...]:
    return each_if_known(situation, answers, _items(situation, asks(situation, answers, "assessment")))


def _on_the_day(situation: Situation, answers: list[Answer]) -> tuple[MissingItem, ...]:
    return _items(situation, asks(situation, answers, "session day"))


def _missing_finding(
    situation: Situation, answers: list[Answer], missing: tuple[MissingItem, ...]
) -> Iterator[Finding]:
    """One finding for all that is missing, as strong as the strongest rule that asked, at most defer."""
    if not missing:
        return
    asked = asks(situation, answers, "assessment")
    strongest = max((answer.strength for by in asked.values() for answer in by), key=lambda verdict: verdict.strength)
    labels = ", ".join(dict.fromkeys(item.label for item in missing))
    fires = Fires(Message("Not recorded: {labels}.", labels=labels))
    evidence = situation.library.rules[MISSING]
    yield _finding(situation, evidence, fires, weaker(strongest, Result.DEFER), fires.reason)
