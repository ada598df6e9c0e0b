"""Whether the clinic answers: for the machine that watches it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketaminder.clinic.accounts.gate import open_to_all
from ketaminder.clinic.models import Clinic


@open_to_all
@require_safe
def health(_: HttpRequest) -> HttpResponse:
    """Whether the clinic answers and its rows can be read."""
    Clinic.objects.exists()
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
