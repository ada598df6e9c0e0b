"""What was just done, said once on the page that follows."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KEPT = "done"
"""Where the session keeps the name of the address whose deed was done."""

DONE: Mapping[str, Promise] = {
    "register": _("The patient is registered."),
    "correct": _("The identity is corrected."),
    "merge": _("The charts are joined or separated as you said."),
    "note": _("The note is added."),
    "import_record": _("The record is imported."),
    "assess": _("The assessment is made and kept."),
    "override": _("Your decision is recorded beside the finding."),
    "consent": _("The consent is recorded."),
    "withdraw": _("The withdrawal is recorded."),
    "plan": _("The course is planned. It is not signed yet."),
    "sign": _("Your signature is recorded."),
    "close": _("The course is closed."),
    "book": _("The visit is booked."),
    "move": _("The visit is moved."),
    "stand": _("What became of the visit is recorded."),
    "sign_values": _("The limits are signed."),
    "sign_nurse_limit": _("The number is signed."),
    "sign_keeping": _("How records are kept is signed."),
    "emergency_review": _("The review is recorded."),
    "role": _("The role is changed."),
    "email": _("The address is recorded."),
}
"""Address of a deed -> its sentence, which names nobody: a session is no chart."""


def note_done(request: HttpRequest) -> None:
    """Keep that the deed of this address was done, for the next page."""
    match = request.resolver_match
    if match and match.url_name in DONE:
        request.session[KEPT] = match.url_name


def said_once(request: HttpRequest) -> str:
    """The sentence of what was just done; empty where nothing was, or where it was said already."""
    name = request.session.pop(KEPT, "") if KEPT in request.session else ""
    return str(DONE.get(name, ""))
