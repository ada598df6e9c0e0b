"""Signatures and overrides: a named clinician's own, bound to what was read."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.chart import Chart, afresh
from ketaminder.clinic.events import write
from ketaminder.clinic.events.decisions import FindingOverridden, Meaning, Signed
from ketaminder.clinic.events.records import AssessmentMade
from ketaminder.clinic.models import Event
from ketaminder.terms import Refused, Result

OVERRIDABLE = (Result.DEFER, Result.PRECAUTIONS)
"""The verdicts that a clinician may decide against."""


@transaction.atomic
def sign(acting: Acting, chart: Chart, of: UUID, digest: str, meaning: Meaning) -> Event:
    """Sign an event of the chart as it was read.

    Args:
        acting: who signs, freshly authenticated.
        chart: the chart that the event belongs to.
        of: the event.
        digest: its digest as the page showed it to the signer.
        meaning: what the signature says.

    Raises:
        Refused: the chart has no such event, it is a signature itself, or it is not what the signer read.
    """
    chart = afresh(acting, chart)
    signed = next((one for one in chart.told if one.event.id == of and not isinstance(one.content, Signed)), None)
    if signed is None or signed.corrected:
        raise Refused("event to sign", str(of), "a standing event of this chart")
    if signed.event.digest != digest:
        raise Refused("event to sign", digest, "the digest of the event as it stands: read it again before signing")
    content = Signed(of=of, digest=digest, meaning=meaning, printed_name=acting.name)
    return write(
        acting,
        content,
        patient=chart.patient.id,
        subject=signed.event.subject,
        substance_use=signed.event.substance_use,
    )


@transaction.atomic
def override(acting: Acting, chart: Chart, assessment: UUID, rule: str, reason: str) -> Event:
    """Decide against a finding, with reason. The finding stays, and with it what it forbids.

    Raises:
        Refused: no such finding, no reason, or an exclusion.
    """
    chart = afresh(acting, chart)
    made = next(((event, content) for event, content in chart.every(AssessmentMade) if event.id == assessment), None)
    finding = next((one for one in made[1].findings if one.rule == rule), None) if made else None
    if made is None or finding is None:
        raise Refused("finding", rule, "a finding of this assessment")
    if finding.verdict not in OVERRIDABLE:
        raise Refused("finding", f"{rule}: {finding.verdict}", "a finding that defers or warns; an exclusion stands")
    if not reason.strip():
        raise Refused("reason", reason, "why, in words")
    content = FindingOverridden(assessment=assessment, rule=rule, verdict=finding.verdict, reason=reason.strip())
    return write(acting, content, patient=chart.patient.id, substance_use=made[0].substance_use)
