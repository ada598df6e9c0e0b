"""The forms of a visit: booked, and moved while it is booked. Times are the clinic's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from ketaminder.clinic.care.appointments import Slot
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.models import Appointment
from ketaminder.clinic.pages.forms import DeedForm, date_field
from ketaminder.clinic.pages.quoting import not_over


class BookingForm(DeedForm):
    """When, where and with whom. Times are the clinic's own."""

    fields_of: ClassVar[Mapping[str, str]] = {
        "room": "room",
        "nurse": "nurse",
        "ends at": "minutes",
        "physician": "physician",
    }

    on = date_field(_("Day"))
    time = forms.TimeField(
        label=_("Begins"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), input_formats=["%H:%M"]
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=12 * 60)
    room = forms.CharField(label=_("Room"), max_length=60)
    nurse = forms.ChoiceField(label=_("Session nurse"), required=False)
    physician = forms.ChoiceField(label=_("Physician"), required=False)
    escort = forms.CharField(label=_("Who takes the patient home"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        zone: str,
        nurses: Iterable[tuple[str, str]],
        physicians: Iterable[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.zone = ZoneInfo(zone)
        nobody = [("", str(_("not yet known")))]
        self.fields["nurse"].choices = [*nobody, *nurses]  # type: ignore[attr-defined]
        self.fields["physician"].choices = [*nobody, *physicians]  # type: ignore[attr-defined]

    def clean_on(self) -> date | None:
        return not_over(self.cleaned_data["on"], today())

    def slot(self) -> Slot:
        said = self.cleaned_data
        start = datetime.combine(said["on"], said["time"], self.zone).astimezone(UTC)
        return Slot(
            starts_at=start,
            ends_at=start + timedelta(minutes=said["minutes"]),
            room=said["room"],
            nurse=said["nurse"] or None,
            physician=said["physician"] or None,
            escort=said["escort"],
        )

    @staticmethod
    def as_booked(visit: Appointment) -> dict[str, object]:
        """What a booked visit says, field by field."""
        start = localtime(visit.starts_at)
        return {
            "on": start.date(),
            "time": start.time(),
            "minutes": int((visit.ends_at - visit.starts_at).total_seconds() // 60),
            "room": visit.room,
            "nurse": visit.nurse_id,
            "physician": visit.physician_id,
            "escort": visit.escort,
        }


class MoveForm(BookingForm):
    """A booked visit arranged anew, and why, where there is more to say than that it moves."""

    reason = forms.CharField(label=_("Why it moves, if that is to be told"), max_length=500, required=False)
