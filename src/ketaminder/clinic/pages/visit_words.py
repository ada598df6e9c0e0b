"""What may be said of a visit next, in the words of its buttons."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ketaminder.clinic.care.appointments import FOLLOWS
from ketaminder.clinic.models import Appointment, Standing

TAKEN_BACK: Mapping[tuple[Standing, Standing], Promise] = {
    (Standing.ARRIVED, Standing.BOOKED): _("Not here yet"),
    (Standing.FINISHED, Standing.ARRIVED): _("Still here"),
}
"""From what a visit is to what it was: a slip of the finger is said to be one."""


SAID: Mapping[Standing, Promise] = {
    Standing.ARRIVED: _("Arrived"),
    Standing.FINISHED: _("Finished"),
    Standing.CANCELLED: _("Cancel"),
    Standing.MISSED: _("Missed"),
}
"""The words of a button, which must not be read as what the visit is already."""


def follows(visit: Appointment, *, ahead: bool = False) -> list[tuple[Standing, str, str]]:
    """What a visit may become, each with its words and the style of its button; of one `ahead`, only cancelled."""
    now = Standing(visit.standing)
    allowed = [one for one in FOLLOWS[now] if not ahead or one is Standing.CANCELLED]
    return [_said(one, TAKEN_BACK.get((now, one))) for one in allowed]


def _said(follows: Standing, back: Promise | None) -> tuple[Standing, str, str]:
    return (follows, str(back), "plain") if back else (follows, str(SAID[follows]), "quiet")
