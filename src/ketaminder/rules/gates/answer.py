"""How a gate puts its findings together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ketaminder.evidence import Library, RuleEvidence
from ketaminder.rules.conditions import plain
from ketaminder.rules.gates.site_values import SiteValues
from ketaminder.rules.situation import Situation
from ketaminder.terms import Case, Criterion, Finding, Gate, GateAnswer, GateFinding, Grade, Message

SITE = "site values"


def answer(findings: Iterable[GateFinding]) -> GateAnswer:
    return GateAnswer(tuple(sorted(findings, key=lambda one: -one.verdict.strength)))


def found(
    situation: Situation,
    evidence: RuleEvidence,
    verdict: Gate,
    reason: Message,
    seen: Sequence[str] = (),
    criteria: Sequence[Criterion] = (),
) -> GateFinding:
    """A finding on the authority of a rule."""
    values = tuple(situation.seen(name) for name in seen if situation.knows(name))
    return GateFinding(verdict, evidence.id, reason, values, tuple(criteria), evidence.citations, _grade(evidence))


def of_site(situation: Situation, verdict: Gate, reason: Message, seen: str, limit: Criterion) -> GateFinding:
    """A finding on the authority of the limit that the site's physician signed."""
    return GateFinding(verdict, SITE, reason, (situation.seen(seen),), (limit,))


def carried(finding: Finding, verdict: Gate) -> GateFinding:
    """A finding of the candidate assessment as this gate reads it."""
    return GateFinding(
        verdict, finding.rule, finding.reason, finding.seen, finding.criteria, finding.sources, finding.grade
    )


def asked(library: Library, names: Iterable[str], by: str) -> Iterator[GateFinding]:
    """One finding for each sentence that asks for what is not recorded."""
    sentences = dict.fromkeys(library.variables[name].ask for name in names)
    return (GateFinding(Gate.ASK, by, Message(sentence)) for sentence in sentences)


def unsigned(case: Case, site: SiteValues | None) -> Iterator[GateFinding]:
    """No session starts without limits that were signed for this product and region."""
    if site is None:
        yield GateFinding(Gate.ASK, SITE, Message("The responsible physician signs the site's limits first."))
    elif (site.region, site.product) != (case.region, case.product):
        yield GateFinding(Gate.ASK, SITE, Message("The signed limits are for another product or region."))


def beyond_site(
    situation: Situation, site: SiteValues, variable: str, name: str, sentence: str
) -> Iterator[GateFinding]:
    """A hold where `variable` is known and stands beyond the signed limit `name`."""
    limit = site.limit(situation.library.site_values[name])
    value = situation.number(variable) if situation.knows(variable) else None
    if limit is None or value is None or not limit.met_by(value):
        return
    yield of_site(
        situation, Gate.HOLD, Message(sentence, value=plain(value), limit=plain(limit.value)), variable, limit
    )


def _grade(evidence: RuleEvidence) -> Grade:
    """What rests in part on memory is shown as unverified."""
    return Grade.MEMORY if evidence.weakest_grade is Grade.MEMORY else evidence.grade
