"""The evidence and what a dose does: nothing here is about anybody."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.pages import candidate
from ketaminder.clinic.pages.dose_form import EXAMPLE, DoseForm, StudyForm
from ketaminder.clinic.roles import May
from ketaminder.clinic.views.frame import notice, shell_for


@granted(May.READ_EVIDENCE)
@require_safe
def evidence(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The rule book: what is read when a case is examined."""
    return HttpResponse(candidate.evidence_page(shell_for(request, acting)))


@granted(May.READ_EVIDENCE)
@require_safe
def dose(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What one dose, or a published study, does. The address holds the question, and nothing about anybody."""
    if not settings.KETAMINDER_FORECASTS:
        heading = gettext("Curves are switched off in this clinic")
        sentence = gettext("The operator switches them on after its own regulatory and clinical sign-off.")
        return notice(request, heading, sentence, 403, acting=acting)
    form = StudyForm(request.GET, label_suffix="") if "study" in request.GET else _dose_form(request)
    page = candidate.dose_page(form, shell_for(request, acting))
    return HttpResponse(page, status=200 if form.is_valid() else 422)


def _dose_form(request: HttpRequest) -> DoseForm:
    return DoseForm(request.GET or EXAMPLE, label_suffix="")
