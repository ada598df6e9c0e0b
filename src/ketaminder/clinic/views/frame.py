"""The frame of a served page: who acts where, and the addresses open to that role."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from ketaminder.clinic.accounts.presence import acting_in, is_locked
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.pages.candidate import notice_page
from ketaminder.clinic.pages.labels import WORDS
from ketaminder.clinic.pages.shell import NavLink, Shell
from ketaminder.clinic.roles import May
from ketaminder.clinic.views.done import said_once

ROOMS = (
    (May.SEE_BOARD, "board", "Today"),
    (May.FIND_PATIENT, "patients", "Patients"),
    (May.SEE_COHORT, "cohort", "Cohort"),
    (May.ADMINISTER_ACCOUNTS, "accounts", "Accounts"),
    (May.SEE_VISITS, "visits", "Visits"),
    (May.READ_AUDIT, "audit", "Audit trail"),
    (May.REVIEW_EMERGENCY, "emergencies", "Emergencies"),
    (May.SEE_SETTINGS, "settings", "Settings"),
    (May.READ_EVIDENCE, "dose", "What a dose does"),
    (May.READ_EVIDENCE, "evidence", "Rule book"),
)
"""What opens an address of the navigation, its name, and its words."""


def rooms_of(acting: Acting) -> list[tuple[str, str]]:
    """Name and words of the addresses that the role opens here."""
    return [
        (name, words)
        for need, name, words in ROOMS
        if acting.may(need) and (name != "dose" or settings.KETAMINDER_FORECASTS)
    ]


def shell_for(request: HttpRequest, acting: Acting | None = None) -> Shell:
    """The frame of the page that answers `request`."""
    if acting is None or acting.role is None:
        return Shell(demo=settings.KETAMINDER_DEMO, home=reverse("home"))
    match = request.resolver_match
    here = match.url_name if match else ""
    return Shell(
        demo=settings.KETAMINDER_DEMO,
        home=reverse("home"),
        evidence=reverse("evidence"),
        links=tuple(NavLink(gettext(words), reverse(name), name == here) for name, words in rooms_of(acting)),
        name=acting.name,
        role=str(WORDS[acting.role]),
        clinic=acting.clinic_name,
        time_zone=acting.time_zone,
        idle_seconds=settings.KETAMINDER_IDLE_SECONDS,
        who=acting.who,
        done=said_once(request),
    )


def shell(request: HttpRequest) -> dict[str, object]:
    """The frame for pages that others compose, such as those of signing in."""
    return {"shell": SimpleLazyObject(lambda: shell_for(request, _whoever(request))), "demo": settings.KETAMINDER_DEMO}


def _whoever(request: HttpRequest) -> Acting | None:
    """Who is signed in and at the screen; None for anybody else."""
    present = request.user.is_authenticated and not is_locked(request)
    return acting_in(request) if present else None


def notice(
    request: HttpRequest, heading: str, sentence: str, status: int, *, acting: Acting | None = None, detail: str = ""
) -> HttpResponse:
    """A page that says one thing."""
    return HttpResponse(notice_page(heading, sentence, shell_for(request, acting), detail), status=status)
