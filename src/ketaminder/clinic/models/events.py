"""Clinical state as events: who recorded what, when it was recorded and when it was observed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models

from ketaminder.clinic.chain import canonical, digest_of, moment
from ketaminder.clinic.models.accounts import Account, Clinic
from ketaminder.clinic.models.append_only import AppendOnly, AppendOnlyRows


@dataclass(frozen=True, slots=True)
class Stated:
    """All that the digest of an event covers."""

    id: str
    number: int
    kind: str
    clinic: str
    patient: str
    subject: str
    author: str
    role: str
    device: str
    recorded_at: str
    observed_at: str
    corrects: str
    substance_use: bool
    body: str


class Events(AppendOnlyRows["Event"]):
    def of(self, patient: UUID) -> Events:
        """A patient's events in the order in which they were recorded."""
        return self.filter(patient_id=patient).order_by("number")


class Event(AppendOnly):
    """One clinical fact, decision or deed. It stands; a later event may correct it by naming it.

    `number` is that of its audit entry. `body` is the canonical JSON of its content (see `ketaminder.clinic.events`);
    body and salt are empty once erased by law, and the entry that says so names the event.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=60)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient_id = models.UUIDField(null=True)
    subject = models.UUIDField(null=True)
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    device = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField()
    observed_at = models.DateTimeField()
    corrects = models.UUIDField(null=True)
    substance_use = models.BooleanField(default=False)
    body = models.TextField()
    salt = models.CharField(max_length=64)

    objects = Events.as_manager()  # type: ignore[misc]

    class Meta(AppendOnly.Meta):
        ordering = ("number",)
        indexes: ClassVar = [
            models.Index(fields=["patient_id", "number"], name="event_of_patient"),
            models.Index(fields=["clinic", "kind", "number"], name="event_of_kind"),
            models.Index(fields=["subject", "number"], name="event_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def chart(self) -> UUID:
        """The patient whose chart this event belongs to.

        Raises:
            ValueError: it belongs to the clinic alone.
        """
        if self.patient_id is None:
            raise ValueError(f"{self} belongs to no patient")
        return self.patient_id

    @property
    def thing(self) -> UUID:
        """The course, appointment or other thing that it is about.

        Raises:
            ValueError: none.
        """
        if self.subject is None:
            raise ValueError(f"{self} is about no thing of its own")
        return self.subject

    @property
    def erased(self) -> bool:
        return not self.salt

    @property
    def digest(self) -> str:
        """The salted digest of everything that this event states. Meaningless once it is erased."""
        stated = Stated(
            id=str(self.id),
            number=self.number,
            kind=self.kind,
            clinic=str(self.clinic_id),
            patient=str(self.patient_id or ""),
            subject=str(self.subject or ""),
            author=str(self.author_id),
            role=self.role,
            device=self.device,
            recorded_at=moment(self.recorded_at),
            observed_at=moment(self.observed_at),
            corrects=str(self.corrects or ""),
            substance_use=self.substance_use,
            body=self.body,
        )
        return digest_of(canonical(asdict(stated)), self.salt)
