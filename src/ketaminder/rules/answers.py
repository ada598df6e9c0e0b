"""What each rule answers for a situation: fires, stays silent, or asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.rule import Fires, all_rules
from ketaminder.rules.situation import NotRecorded, Situation
from ketaminder.terms import Product, Refused, Region, Result

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


def answers_of(situation: Situation) -> Iterator[Answer]:
    """The answer of every rule that is asked here.

    Raises:
        Refused: no product.
    """
    case = situation.case
    if case.product is None:
        raise Refused("product", case.product, "the product to assess")
    for id_, evidence in situation.library.rules.items():
        role = role_of(evidence, case.region, case.product)
        if id_ not in COMPOSED and role is not None and evidence.in_force(case.on):
            yield answer_of(situation, evidence, role)


def answer_of(situation: Situation, evidence: RuleEvidence, role: Role) -> Answer:
    try:
        fires = all_rules()[evidence.id](situation, evidence)
    except NotRecorded as asked:
        return Answer(evidence, role, None, asked.variables)
    return Answer(evidence, role, fires, fires.asks if fires else ())


def asks(situation: Situation, answers: Iterable[Answer], when: str) -> dict[str, list[Answer]]:
    """The variables known at `when` that deciding rules could not do without, each with those rules."""
    asked: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.unknown and answer.strength.strength >= Result.PRECAUTIONS.strength:
            for name in answer.unknown:
                if situation.library.variables[name].when == when:
                    asked.setdefault(name, []).append(answer)
    return asked


def strongest(situation: Situation, answers: Iterable[Answer]) -> Result:
    """The result that the answers add up to: what fires, and what is missing, at most defer."""
    answers = list(answers)
    asking = (answer for by in asks(situation, answers, "assessment").values() for answer in by)
    return max(
        (
            Result.ELIGIBLE,
            *(answer.strength for answer in answers if answer.fires),
            *(weaker(answer.strength, Result.DEFER) for answer in asking),
        ),
        key=lambda verdict: verdict.strength,
    )
