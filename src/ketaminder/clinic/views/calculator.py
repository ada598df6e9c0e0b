"""The dose calculator: for a signed-in prescriber, within a protocol that the criteria permit. It suggests nothing."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.pages.forms import CalculatorForm
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.roles import May
from ketaminder.clinic.views.charts import opened_or_404
from ketaminder.clinic.views.deed import UNPROCESSABLE, posted
from ketaminder.clinic.views.frame import shell_for
from ketaminder.clinic.views.treatment import permitted
from ketaminder.evidence import load
from ketaminder.evidence.library import Guidance
from ketaminder.plan import Calculation, calculate
from ketaminder.terms import Refused

BESIDE_A_DOSE = (Guidance.TECHNIQUE, Guidance.WEIGHT, Guidance.TOLERABILITY)
"""What must be read beside a computed dose."""


@granted(May.CALCULATE_DOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def calculator(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponse:
    """Compute the dose that the prescriber names, with its arithmetic; refuse what lies outside the protocol."""
    chart = opened_or_404(request, acting, patient)
    offered = permitted(chart)
    form = CalculatorForm(posted(request), protocols=offered)
    answer = _calculated(form) if request.method == "POST" and form.is_valid() else None
    context = {
        "patient": chart.patient,
        "form": form,
        "none_permitted": not offered,
        "calculation": answer,
        "beside": _beside(answer) if answer else (),
    }
    page = render("clinic/calculator.html", context, shell_for(request, acting), request)
    return HttpResponse(page, status=UNPROCESSABLE if form.is_bound and answer is None else 200)


def _calculated(form: CalculatorForm) -> Calculation | None:
    try:
        return calculate(load().protocols[form.cleaned_data["protocol"]], form.request())
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _beside(calculation: Calculation) -> list[tuple[Guidance, list[object]]]:
    rules = load().rules
    by_topic = calculation.protocol.rules
    return [(topic, [rules[id_] for id_ in by_topic[topic]]) for topic in BESIDE_A_DOSE if topic in by_topic]
