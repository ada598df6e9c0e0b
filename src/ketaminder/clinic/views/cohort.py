"""The researcher's page: the clinic's cohort in counts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.keeping.cohort import Cohort, cohort
from ketaminder.clinic.keeping.suppression import SUPPRESSED
from ketaminder.clinic.pages.history import protocol_name
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.roles import May
from ketaminder.clinic.templatetags.clinic import word
from ketaminder.clinic.views.frame import shell_for
from ketaminder.terms import Refused

Table = tuple[str, str, list[tuple[str, str]]]
"""Name, heading, and the words and count of each row."""


@granted(May.SEE_COHORT)
@require_safe
def summary(request: HttpRequest, acting: Acting) -> HttpResponse:
    """How many people agreed to research, by age, sex, result and protocol. Where nobody signed how, no count."""
    try:
        found = cohort(acting)
    except Refused:
        found = None
    context = {"cohort": found, "tables": _tables(found) if found else [], "suppressed": SUPPRESSED}
    return HttpResponse(render("clinic/cohort.html", context, shell_for(request, acting), request))


def _tables(found: Cohort) -> list[Table]:
    headings = {
        "age": _("By age in years"),
        "sex": _("By sex"),
        "result": _("By indication and result of the last assessment"),
        "protocol": _("By protocol last planned"),
    }
    return [(name, headings[name], _rows(name, found)) for name in found.tables]


def _rows(name: str, found: Cohort) -> list[tuple[str, str]]:
    told = protocol_name if name == "protocol" else word
    cells = found.tables[name].items()
    return [
        (": ".join(filter(None, (word(row), _known(column) or told(column)))), shown) for (row, column), shown in cells
    ]


def _known(column: str) -> str:
    """The words of a cell that stands for nothing recorded."""
    return {"none planned": _("none planned"), "not assessed": _("not assessed")}.get(column, "")
