"""Every published protocol held against one person: permitted, held, asking or not permitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ketaminder.evidence import Library, Protocol
from ketaminder.plan.doses import DoseOption, Drawing, dose_options
from ketaminder.plan.models import not_drawn
from ketaminder.plan.timetable import Timetable, timetable
from ketaminder.rules import assess
from ketaminder.terms import CandidateAssessment, Case, Message, Product, Refused, Result


class Status(StrEnum):
    """What the rules leave of a protocol for this person today."""

    PERMITTED = "permitted"
    HELD = "held"
    ASK = "ask"
    NOT_PERMITTED = "not permitted"


@dataclass(frozen=True, slots=True)
class Option:
    """One protocol for one person: its status, why, its doses and its course. Both are empty if it is not permitted.

    `not_drawn` says why its doses have no curve.
    """

    protocol: Protocol
    status: Status
    reasons: tuple[Message, ...]
    doses: tuple[DoseOption, ...] = ()
    timetable: Timetable | None = None
    not_drawn: Message | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The plan page of one person: the assessment of each product, and every protocol beside it.

    `unread` names the products for which no schedule was read for this indication and region.
    """

    case: Case
    assessments: Mapping[Product, CandidateAssessment]
    options: tuple[Option, ...]
    unread: tuple[Message, ...] = ()

    @property
    def assessment(self) -> CandidateAssessment:
        """The assessment of the product that the case is about."""
        if self.case.product is None or self.case.product not in self.assessments:
            raise Refused("product", self.case.product, f"one of {', '.join(self.assessments)}")
        return self.assessments[self.case.product]


def compare(
    case: Case,
    library: Library,
    *,
    people: int = 1000,
    draw: bool = True,
    parts: bool = True,
    start: date | None = None,
) -> Comparison:
    """Hold every protocol of `library` against `case`.

    Args:
        case: the person on a date.
        library: the evidence.
        people: virtual people around this person from whom the bands are drawn.
        draw: False leaves the curves out.
        parts: False leaves out the curves of a racemate's enantiomers, whose sums are drawn.
        start: the date of a first session; the date of the case unless given.

    Returns:
        Options ordered permitted, held, asking, not permitted; within a status in the order of the library.
    """
    published = {protocol.product for protocol in library.protocols.values()}
    assessments = {
        product: assess(replace(case, product=product), library)
        for product in Product
        if product in published or product is case.product
    }
    drawing = Drawing(people, parts) if draw else None
    options = [
        _option(case, protocol, assessments[protocol.product], drawing, start or case.on)
        for protocol in library.protocols.values()
    ]
    ranked = sorted(options, key=lambda option: list(Status).index(option.status))
    return Comparison(case, assessments, tuple(ranked), tuple(_unread(case, library)))


def _option(
    case: Case, protocol: Protocol, assessment: CandidateAssessment, drawing: Drawing | None, start: date
) -> Option:
    barred = _outside(case, protocol)
    if barred:
        return Option(protocol, Status.NOT_PERMITTED, barred)
    if assessment.result is Result.EXCLUDE:
        return Option(protocol, Status.NOT_PERMITTED, _reasons(assessment, Result.EXCLUDE))
    doses = dose_options(case, protocol, drawing)
    status, reasons = _judged(protocol, assessment, tuple(dict.fromkeys(dose.ask for dose in doses if dose.ask)))
    course = timetable(protocol, start, case.patient.weight_kg, case.phase)
    return Option(protocol, status, reasons, doses, course, not_drawn(protocol))


def _judged(
    protocol: Protocol, assessment: CandidateAssessment, asks: tuple[Message, ...]
) -> tuple[Status, tuple[Message, ...]]:
    trial = (Message(protocol.only_in_a_trial),) if protocol.only_in_a_trial else ()
    if assessment.result is Result.DEFER:
        return Status.HELD, (*trial, *assessment.lifted_by, *asks)
    if trial:
        return Status.HELD, (*trial, *asks)
    if asks:
        return Status.ASK, asks
    return Status.PERMITTED, _reasons(assessment, Result.PRECAUTIONS)


def _unread(case: Case, library: Library) -> Iterator[Message]:
    """The products without a schedule for this indication under this region's label."""
    for product in Product:
        offered = [one for one in library.protocols.values() if one.product is product]
        if all(_other_indication(case, one) or _other_region(case, one) for one in offered):
            yield Message(
                "No schedule of {product} was read for {indication}, label of {region}.",
                product=product.replace("_", " "),
                indication=case.indication or "an indication that is not recorded",
                region=case.region or "a region that is not recorded",
            )


def _reasons(assessment: CandidateAssessment, verdict: Result) -> tuple[Message, ...]:
    return tuple(finding.reason for finding in assessment.findings if finding.verdict is verdict)


def _outside(case: Case, protocol: Protocol) -> tuple[Message, ...]:
    """Why the protocol is not for this person at all; empty where it is."""
    checks = (
        _other_indication(case, protocol),
        _other_region(case, protocol),
        _other_age(case, protocol),
        _other_phase(case, protocol),
    )
    return tuple(reason for reason in checks if reason)


def _other_indication(case: Case, protocol: Protocol) -> Message | None:
    if case.indication in protocol.indications:
        return None
    meant = ", ".join(sorted(protocol.indications))
    return Message(
        "Published for {meant}; recorded here: {indication}.", meant=meant, indication=case.indication or "none"
    )


def _other_region(case: Case, protocol: Protocol) -> Message | None:
    if not protocol.regions or case.region in protocol.regions:
        return None
    labels = ", ".join(sorted(protocol.regions))
    if case.region is None:
        return Message("Belongs to the label of {labels}; the region of treatment is not recorded.", labels=labels)
    return Message(
        "Belongs to the label of {labels}; the label of {region} governs here.", labels=labels, region=case.region
    )


def _other_age(case: Case, protocol: Protocol) -> Message | None:
    age = case.patient.age_years
    if age is None:
        return None
    if age < protocol.from_age:
        return Message("Published from {limit} years; this person is {age:.0f}.", limit=protocol.from_age, age=age)
    if protocol.below_age is not None and age >= protocol.below_age:
        return Message("Published below {limit} years; this person is {age:.0f}.", limit=protocol.below_age, age=age)
    return None


def _other_phase(case: Case, protocol: Protocol) -> Message | None:
    if protocol.remaining(case.phase):
        return None
    return Message(
        "Published as {meant} only; phase recorded here: {phase}.",
        meant=", ".join(phase.name for phase in protocol.phases),
        phase=case.phase,
    )
