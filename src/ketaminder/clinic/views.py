"""What each address answers."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ketaminder.clinic import pages, records
from ketaminder.clinic.dose_form import EXAMPLE, DoseForm
from ketaminder.clinic.models import ImportedRecord
from ketaminder.terms import Refused


@require_safe
def people(_: HttpRequest) -> HttpResponse:
    """Everybody whose record the clinic holds."""
    entries = [
        records.entry(record, records.today(), reverse("person", args=[record.id]))
        for record in ImportedRecord.objects.all()
    ]
    page = pages.people_page(
        entries,
        demo=settings.KETAMINDER_DEMO,
        standalone=False,
        evidence_href=reverse("evidence"),
        dose_href=_dose_href(),
    )
    return HttpResponse(page)


@require_safe
def person(_: HttpRequest, record: UUID) -> HttpResponse:
    """One person: the decision, its reasons and sources, the protocols, the curves."""
    row = get_object_or_404(ImportedRecord, pk=record)
    try:
        comparison = records.compared(row, records.today(), draw=settings.KETAMINDER_FORECASTS)
        page = pages.person_page(
            comparison,
            demo=settings.KETAMINDER_DEMO,
            standalone=False,
            forecasts=settings.KETAMINDER_FORECASTS,
            people_href=reverse("people"),
            evidence_href=reverse("evidence"),
            dose_href=_dose_href(),
        )
    except Refused as refusal:
        return _cannot_be_assessed(refusal)
    return HttpResponse(page)


@require_safe
def evidence(_: HttpRequest) -> HttpResponse:
    """The rule book: what is read when a case is examined."""
    page = pages.evidence_page(demo=settings.KETAMINDER_DEMO, standalone=False, people_href=reverse("people"))
    return HttpResponse(page)


@require_safe
def dose(request: HttpRequest) -> HttpResponse:
    """What one dose does. The address holds the question, and nothing that identifies anybody."""
    if not settings.KETAMINDER_FORECASTS:
        heading = gettext("Curves are switched off in this clinic")
        sentence = gettext("The operator switches them on after its own regulatory and clinical sign-off.")
        return _notice(heading, sentence, 403)
    form = DoseForm(request.GET or EXAMPLE)
    page = pages.dose_page(
        form,
        demo=settings.KETAMINDER_DEMO,
        people_href=reverse("people"),
        evidence_href=reverse("evidence"),
        dose_href=reverse("dose"),
    )
    return HttpResponse(page, status=200 if form.is_valid() else 422)


@require_safe
def health(_: HttpRequest) -> HttpResponse:
    """Whether the clinic answers and its rows can be read."""
    ImportedRecord.objects.exists()
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def _dose_href() -> str:
    """Where a dose can be followed; empty where curves are switched off."""
    return reverse("dose") if settings.KETAMINDER_FORECASTS else ""


def not_found(_: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django names it)
    heading = gettext("Nothing stands at this address")
    return _notice(heading, gettext("The record may belong to another clinic, or the address is incomplete."), 404)


def failed(_: HttpRequest) -> HttpResponse:
    heading = gettext("This page could not be made")
    return _notice(
        heading, gettext("Nothing was changed. Tell the operator of this clinic at what time it happened."), 500
    )


def _cannot_be_assessed(refusal: Refused) -> HttpResponse:
    heading = gettext("This record cannot be assessed")
    sentence = gettext("It says something that cannot be read safely, or lacks what an assessment starts from.")
    return _notice(heading, sentence, 422, detail=str(refusal))


def _notice(heading: str, sentence: str, status: int, detail: str = "") -> HttpResponse:
    page = pages.notice_page(
        heading, sentence, demo=settings.KETAMINDER_DEMO, people_href=reverse("people"), detail=detail
    )
    return HttpResponse(page, status=status)
