"""The JSON documents of the commands: plain, sorted the same way every time, numbers to six significant digits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ketaminder import __version__
from ketaminder.pharmacology import QUANTILES, Analyte, Curve, Exposure, Occupancy, Simulation
from ketaminder.pharmacology.model import Array
from ketaminder.plan import Comparison, DoseOption, Option
from ketaminder.plan.timetable import Timetable
from ketaminder.terms import CandidateAssessment, Case, Citation, Finding, IfKnown, Message, MissingItem, Seen

NOTICE = (
    "Informs clinicians, who decide. Supervised care only; never self-treatment. "
    "Not a cleared or CE-marked medical device."
)
Document = dict[str, Any]
REPORTED = ("esketamine", "arketamine", "ketamine", "noresketamine", "norketamine")
"""The analytes of a scenario's answer, in this order."""


def assessment_document(case: Case, assessment: CandidateAssessment) -> Document:
    """What `ketaminder assess --json` prints."""
    return about(case) | judged(assessment) | {"assumed": texts(case.assumed), "notice": NOTICE}


def plan_document(comparison: Comparison) -> Document:
    """What `ketaminder plan --json` prints."""
    return assessment_document(comparison.case, comparison.assessment) | {
        "assessments": {product: judged(assessment) for product, assessment in sorted(comparison.assessments.items())},
        "protocols": [_option(option) for option in comparison.options],
        "no_schedule_read": texts(comparison.unread),
    }


def about(case: Case) -> Document:
    """Who, where and when the answer is about."""
    patient = case.patient
    return {
        "ketaminder": __version__,
        "on": case.on.isoformat(),
        "patient": {
            "id": patient.identifier,
            "age_years": patient.age_years,
            "sex": patient.sex,
            "weight_kg": patient.weight_kg,
        },
        "region": case.region,
        "product": case.product,
        "phase": case.phase,
        "indication": case.indication,
    }


def judged(assessment: CandidateAssessment) -> Document:
    """One candidate assessment."""
    return {
        "result": assessment.result,
        "findings": [_finding(finding) for finding in assessment.findings],
        "missing": [_missing(item) for item in assessment.missing],
        "lifted_by": texts(assessment.lifted_by),
        "to_check_on_the_day": [_missing(item) for item in assessment.to_check_on_the_day],
        "standing": [_finding(finding) for finding in assessment.standing],
        "if_all_known": _if_known(assessment.if_all_known),
    }


def texts(messages: Iterable[Message]) -> list[str]:
    """Each message as an English sentence."""
    return [str(message) for message in messages]


def _finding(finding: Finding) -> Document:
    return {
        "rule": finding.rule,
        "topic": finding.topic,
        "verdict": finding.verdict,
        "action": finding.action,
        "reason": str(finding.reason),
        "seen": [_seen(seen) for seen in finding.seen],
        "criteria": [
            {"id": criterion.id, "meaning": criterion.meaning, "is": str(criterion)} for criterion in finding.criteria
        ],
        "sources": [_citation(citation) for citation in finding.sources],
        "grade": finding.grade,
        "lifted_by": str(finding.lifted_by) if finding.lifted_by else None,
    }


def _seen(seen: Seen) -> Document:
    return {
        "variable": seen.variable,
        "label": seen.label,
        "value": seen.value,
        "unit": seen.unit,
        "observed_on": seen.observed_on.isoformat() if seen.observed_on else None,
        "origin": seen.origin,
    }


def _citation(citation: Citation) -> Document:
    source = citation.source
    return {
        "id": source.id,
        "citation": source.citation,
        "year": source.year,
        "identifiers": dict(source.identifiers),
        "locator": citation.locator,
        "grade": citation.grade,
    }


def _missing(item: MissingItem) -> Document:
    return {
        "variable": item.variable,
        "label": item.label,
        "ask": str(item.ask),
        "rules": list(item.rules),
        "if_known": _if_known(item.if_known),
    }


def _if_known(answer: IfKnown | None) -> Document | None:
    return {"result": answer.result, "said": str(answer.said)} if answer else None


def _option(option: Option) -> Document:
    protocol = option.protocol
    return {
        "id": protocol.id,
        "name": protocol.name,
        "product": protocol.product,
        "label_status": protocol.status,
        "status": option.status,
        "reasons": texts(option.reasons),
        "phases": [
            {
                "name": phase.name,
                "from_week": phase.from_week,
                "to_week": phase.to_week,
                "visits": phase.visits,
                "doses": phase.doses,
            }
            for phase in protocol.phases
        ],
        "monitoring": protocol.monitoring,
        "note": protocol.note,
        "sources": [_citation(citation) for citation in protocol.citations],
        "course": _course(option.timetable) if option.timetable else None,
        "not_drawn": str(option.not_drawn) if option.not_drawn else None,
        "doses": [_dose(dose) for dose in option.doses],
    }


def _course(timetable: Timetable) -> Document:
    return {
        "start": timetable.start.isoformat(),
        "visits": [
            {
                "number": visit.number,
                "on": visit.on.isoformat(),
                "week": visit.week,
                "phase": visit.phase,
                "lowest": rounded(visit.lowest),
                "highest": rounded(visit.highest),
            }
            for visit in timetable.visits
        ],
        "unit": timetable.unit,
        "lowest_total": rounded(timetable.lowest_total),
        "highest_total": rounded(timetable.highest_total),
        "hours": None if timetable.hours is None else rounded(timetable.hours),
        "time": str(timetable.time),
        "placing": str(timetable.placing),
        "then": [
            {
                "phase": one.phase,
                "from": one.from_date.isoformat(),
                "every_days": list(one.every_days),
                "visits": one.visits,
            }
            for one in timetable.continuations
        ],
    }


def _dose(dose: DoseOption) -> Document:
    return {
        "when": dose.when,
        "amount_mg": None if dose.amount_mg is None else rounded(dose.amount_mg),
        "arithmetic": str(dose.arithmetic),
        "ask": str(dose.ask) if dose.ask else None,
        "curves": _curves(dose.simulation) if dose.simulation else None,
    }


def _curves(simulation: Simulation) -> Document:
    return {
        "model": {"id": simulation.model.id, "title": simulation.model.title, "matrix": simulation.model.matrix},
        "virtual_people": simulation.people,
        "times_h": numbers(simulation.times_h),
        "analytes": {name: _analyte(analyte) for name, analyte in simulation.analytes.items()},
        "nmda_occupancy": [_occupancy(occupancy) for occupancy in simulation.occupancy],
        "assumed": texts(simulation.assumed),
        "warnings": texts(simulation.warnings),
        "sources": [{"id": source.id, "citation": source.citation} for source in simulation.sources],
    }


def _analyte(analyte: Analyte) -> Document:
    return {"unit": "ng/mL", **exposure_document(analyte.exposure), **curve_document(analyte.curve)}


def _occupancy(occupancy: Occupancy) -> Document:
    affinity = occupancy.affinity
    return {
        "affinity": affinity.label,
        "citation": affinity.citation.source.citation,
        "grade": affinity.citation.grade,
        "unit": "fraction",
        **curve_document(occupancy.curve),
    }


def curve_document(curve: Curve) -> Document:
    """The typical person and the quantiles of virtual people, at the hours of the simulation."""
    quantiles = {f"p{100 * quantile:02.0f}": numbers(curve.bands.at(quantile)) for quantile in QUANTILES}
    return {"typical": numbers(curve.typical), **quantiles}


def numbers(values: Array) -> list[float]:
    """`values`, (n,), to six significant digits each."""
    return [rounded(value) for value in values.tolist()]


def exposure_document(exposure: Exposure) -> Document:
    """Exposure in the first 24 h: ng/mL, h, ng.h/mL."""
    return {
        "cmax": rounded(exposure.cmax_ng_per_mL),
        "tmax_h": rounded(exposure.tmax_h),
        "auc_24h": rounded(exposure.auc_24h_ng_h_per_mL),
    }


def rounded(value: float) -> float:
    """`value` to six significant digits."""
    return float(f"{value:.6g}")
