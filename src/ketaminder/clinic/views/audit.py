"""The audit trail as the auditor reads it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.models import Account, Entry
from ketaminder.clinic.pages.forms import DeedForm, date_field, words_of
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.roles import May
from ketaminder.clinic.views.frame import shell_for

PER_PAGE = 50


class TrailForm(DeedForm):
    """Which entries to show."""

    action = forms.ChoiceField(label=_("What"), required=False, choices=lambda: words_of(Action, str(_("everything"))))
    account = forms.UUIDField(label=_("Account"), required=False)
    patient = forms.UUIDField(label=_("Chart"), required=False)
    since = date_field(_("From"), required=False)
    until = date_field(_("To"), required=False)


@granted(May.READ_AUDIT)
@require_safe
def trail(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The entries of the clinic, newest first. Reading them is an entry too."""
    form = TrailForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    with transaction.atomic():
        append(acting, Action.AUDIT_READ, detail={"filtered_by": sorted(key for key, value in wanted.items() if value)})
    page = Paginator(_entries(acting, wanted), PER_PAGE).get_page(request.GET.get("page"))
    names: dict[UUID | None, str] = dict(
        Account.objects.filter(id__in={one.account_id for one in page}).values_list("id", "name")
    )
    context = {
        "form": form,
        "page": page,
        "asked": [(name, value) for name, value in request.GET.items() if name in form.fields],
        "rows": [(one, names.get(one.account_id, "")) for one in page],
    }
    return HttpResponse(render("clinic/audit.html", context, shell_for(request, acting), request))


def _entries(acting: Acting, wanted: dict[str, Any]) -> QuerySet[Entry]:
    columns = {"action": "action", "account": "account_id", "patient": "patient_id"}
    columns |= {"since": "at__date__gte", "until": "at__date__lte"}
    chosen = {columns[name]: value for name, value in wanted.items() if value}
    return Entry.objects.filter(clinic_id=acting.place, **chosen).order_by("-number")
