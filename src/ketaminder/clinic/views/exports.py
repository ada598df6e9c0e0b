"""One chart in open formats, for the physician who treats: to hand over, or to keep elsewhere."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.keeping.export import disclosable, packed
from ketaminder.clinic.pages.forms import ChartExportForm
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.roles import May
from ketaminder.clinic.views.charts import standing_or_404
from ketaminder.clinic.views.deed import UNPROCESSABLE, posted
from ketaminder.clinic.views.frame import shell_for


@granted(May.EXPORT_CHART, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def chart(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """Ask what is to be exported; download it.

    Records from a substance-use programme go only where the reader may see them, the patient's consent to their
    disclosure stands, and they are asked for.
    """
    row = standing_or_404(acting, patient).patient
    consent = disclosable(acting, patient) if acting.reads_substance_use else None
    form = ChartExportForm(posted(request), consent=consent)
    if request.method == "POST" and form.is_valid():
        asked = bool(form.cleaned_data.get("substance_use"))
        return _download(packed(acting, patient, substance_use=asked))
    context = {"patient": row, "form": form, "may_read": acting.reads_substance_use, "consent": consent}
    page = render("clinic/export_chart.html", context, shell_for(request, acting), request)
    return HttpResponse(page, status=UNPROCESSABLE if form.is_bound else 200)


def _download(archive: bytes) -> HttpResponse:
    """The archive under a name that says nothing of the patient."""
    headers = {"Content-Disposition": 'attachment; filename="chart.zip"'}
    return HttpResponse(archive, content_type="application/zip", headers=headers)
