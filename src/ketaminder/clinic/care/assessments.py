"""Records in, candidate assessments out: made from a record that is kept, by evidence that is named, replayable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from ketaminder import __version__, evidence, intake
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.chart import Chart, afresh
from ketaminder.clinic.care.patients import of_clinic
from ketaminder.clinic.events import content_of, write
from ketaminder.clinic.events.records import AssessmentMade, FindingSaid, RecordImported
from ketaminder.clinic.models import Document, Event
from ketaminder.rules import assess
from ketaminder.terms import CandidateAssessment, Case, Phase, Product, Refused, Region, Sex


@dataclass(frozen=True, slots=True)
class Replay:
    """An assessment made again from the same record on the same day.

    `same_evidence` says whether the evidence is still the one that was used, `same_result` whether the answer is.
    """

    now: CandidateAssessment
    same_evidence: bool
    same_result: bool


@transaction.atomic
def receive(acting: Acting, patient: UUID, text: str, *, origin: str, on: date, substance_use: bool = False) -> Event:
    """Keep a FHIR Bundle or case form exactly as it is, provided that it can be read.

    Raises:
        Refused: it cannot, or the clinic has no such chart; nothing is kept.
    """
    if not of_clinic(acting).filter(id=patient, merged_into=None).exists():
        raise Refused("patient", str(patient), "a standing chart of this clinic")
    intake.read(text, on=on)
    document = Document.keep(text, patient=patient)
    content = RecordImported(document=document.id, sha256=document.sha256, origin=origin)
    return write(acting, content, patient=patient, substance_use=substance_use)


def check_person(acting: Acting, patient: UUID, text: str, on: date) -> None:
    """Compare who a record is about with whose chart it is; what either leaves open is not compared.

    Raises:
        Refused: birth date or sex differ, or the record cannot be read.
    """
    chart, said = of_clinic(acting).filter(id=patient).first(), intake.read(text, on=on).patient
    if chart is None:
        return
    known = (chart.birth_date, said.birth_date), (chart.sex if chart.sex in set(Sex) else None, said.sex)
    if any(None not in pair and pair[0] != pair[1] for pair in known):
        whose = f"{said.name}, {said.sex or 'sex unknown'}, born {said.birth_date or 'on an unknown day'}"
        raise Refused("person", whose, f"a record of somebody {chart.sex}, born {chart.birth_date}")


def case_of(record: RecordImported, on: date, chosen: tuple[Region | None, Product | None, Phase | None]) -> Case:
    """The case that a kept record makes on a day.

    Raises:
        Refused: the document was changed behind our back, was erased, or cannot be read.
    """
    document = Document.objects.filter(id=record.document).first()
    if document is None or document.sha256 != record.sha256 or not document.intact:
        raise Refused(f"document {record.document}", record.sha256, "a document with the fingerprint taken at import")
    region, product, phase = chosen
    return intake.read(document.text, on=on, region=region, product=product, phase=phase)


@transaction.atomic
def make(
    acting: Acting,
    chart: Chart,
    *,
    on: date,
    region: Region | None = None,
    product: Product | None = None,
    phase: Phase | None = None,
) -> Event:
    """Assess the candidate on the last record of the chart, and keep the answer with what it was made of.

    What a record on substance use says is as protected in the assessment as in the record.

    Raises:
        Refused: no record was imported, the newest is withheld from the author, or it gives no assessment.
    """
    chart = afresh(acting, chart)
    if chart.hides(RecordImported, after=chart.record[0] if chart.record else None):
        raise Refused("record", "withheld", "somebody who may read the newest record, one on substance use")
    if chart.record is None:
        raise Refused("record", None, "an imported record or a case form")
    event, record = chart.record
    case = case_of(record, on, (region, product, phase))
    content = _content(event, case, assess(case, evidence.load()))
    return write(acting, content, patient=chart.patient.id, substance_use=event.substance_use)


def assessed(made: AssessmentMade) -> Case:
    """The case that an assessment was made of.

    Raises:
        Refused: its record was changed behind our back, was erased, or cannot be read.
    """
    region = Region(made.region) if made.region else None
    return case_of(record_of(made), made.on, (region, Product(made.product), Phase(made.phase)))


def replay(made: AssessmentMade) -> Replay:
    """Make an assessment again from what it was made of, with the evidence that is in force now."""
    return replayed(made, assess(assessed(made), evidence.load()))


def replayed(made: AssessmentMade, now: CandidateAssessment) -> Replay:
    """How an assessment compares with the one that the same case has `now`."""
    same = [(one.rule, one.verdict) for one in made.findings] == [(one.rule, one.verdict) for one in now.findings]
    return Replay(now, made.evidence == evidence.fingerprint(), same and now.result == made.result)


def record_of(made: AssessmentMade) -> RecordImported:
    content = content_of(Event.objects.get(pk=made.record))
    if not isinstance(content, RecordImported):
        raise Refused("record", str(made.record), "the event that imported a record")
    return content


def _content(record: Event, case: Case, assessment: CandidateAssessment) -> AssessmentMade:
    return AssessmentMade(
        record=record.id,
        on=case.on,
        region=case.region or "",
        product=case.product or "",
        phase=case.phase,
        indication=case.indication or "",
        version=__version__,
        evidence=evidence.fingerprint(),
        result=assessment.result,
        findings=tuple(
            FindingSaid(rule=one.rule, verdict=one.verdict, reason=str(one.reason)) for one in assessment.findings
        ),
        missing=tuple(str(item.ask) for item in assessment.missing),
    )
