"""The invented patients of the clinic's benchmark, and the fifty events of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from ketaminder.clinic.events.appointments import AppointmentBooked, AppointmentStood
from ketaminder.clinic.events.consents import ConsentGiven, Scope
from ketaminder.clinic.events.content import Content
from ketaminder.clinic.events.courses import CourseOpened, PlanMade, PlannedVisit
from ketaminder.clinic.events.decisions import Meaning, Signed
from ketaminder.clinic.events.patients import PatientRegistered
from ketaminder.clinic.events.records import AssessmentMade, FindingSaid, NoteWritten, RecordImported
from ketaminder.clinic.models import Standing
from ketaminder.clinic.models.documents import fingerprint

EVENTS, VISITS, APART_DAYS = 50, 12, 2
SYLLABLES = ("ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "ze")
Said = tuple[str, str, Content]
"""The name of an event's id, the name of its subject's id, what it says."""


@dataclass(frozen=True, slots=True)
class Place:
    """A clinic with who writes there, as text, since COPY and the chain both want that."""

    clinic: str
    physician: str
    nurse: str


@dataclass(slots=True)
class Sheet:
    """One patient: identifiers drawn once, and what the events have in common."""

    place: Place
    number: int
    ids: dict[str, str]
    name: str
    born: date


def names(rng: Random) -> str:
    """An invented name of made-up syllables."""
    return " ".join("".join(rng.choices(SYLLABLES, k=count)).capitalize() for count in (rng.randint(2, 3), 3))


def new_id(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def sheet(number: int, place: Place, seed: int) -> Sheet:
    rng = Random(seed * 1_000_003 + number)
    ids = {name: new_id(rng) for name in ("patient", "document", "course", "record", "assessment", "plan")}
    ids |= {f"visit{visit}": new_id(rng) for visit in range(VISITS)}
    return Sheet(place, number, ids, names(rng), date(1940 + rng.randrange(65), rng.randint(1, 12), rng.randint(1, 28)))


def course(begins: datetime, sheet: Sheet, letter: str, findings: tuple[FindingSaid, ...]) -> list[Said]:
    """Every event of one patient as (its id's name, its subject's name, its content), `EVENTS` of them."""
    ids = {name: UUID(text) for name, text in sheet.ids.items()}
    sex = ("female", "male")[sheet.number % 2]
    visits = tuple(
        PlannedVisit(
            number=n + 1, on=visit_at(begins, n).date(), phase="induction", lowest_dose_mg=56, highest_dose_mg=84
        )
        for n in range(VISITS)
    )
    told: list[Said] = [
        ("", "", PatientRegistered(identifier=f"P{sheet.number:06d}", name=sheet.name, birth_date=sheet.born, sex=sex)),
        ("record", "", RecordImported(document=ids["document"], sha256=fingerprint(letter), origin="case form")),
        (
            "assessment",
            "",
            AssessmentMade(
                record=ids["record"],
                on=begins.date(),
                region="US",
                product="esketamine_nasal",
                phase="start",
                indication="TRD",
                version="bench",
                evidence="bench",
                result="eligible",
                findings=findings,
                missing=(),
            ),
        ),
        (
            "",
            "",
            ConsentGiven(
                scope=Scope.TREATMENT, text_version="3", given_how="in writing", expires_on=None, recipient=""
            ),
        ),
        ("", "course", CourseOpened(indication="TRD", product="esketamine_nasal", assessment=ids["assessment"])),
        (
            "plan",
            "course",
            PlanMade(
                protocol="esketamine_trd_us",
                assessment=ids["assessment"],
                first_day=visits[0].on,
                visits=visits,
                discussed="Benefit and harm.",
            ),
        ),
        ("signature", "course", Signed(of=ids["plan"], digest="", meaning=Meaning.APPROVED, printed_name="Dr Bench")),
    ]
    for visit in range(VISITS):
        starts = visit_at(begins, visit)
        booked = AppointmentBooked(
            course=ids["course"],
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            room=f"Room {sheet.number % 40}",
            nurse=UUID(sheet.place.nurse),
            physician=UUID(sheet.place.physician),
            escort="sister",
        )
        told.append(("", f"visit{visit}", booked))
        told += [
            ("", f"visit{visit}", AppointmentStood(standing=word, reason=""))
            for word in (Standing.ARRIVED, Standing.FINISHED)
        ]
    while len(told) < EVENTS:
        told.append(("", "", NoteWritten(text=f"Note {len(told)}: tolerated well, went home with company.")))
    return told


def visit_at(begins: datetime, visit: int) -> datetime:
    """The visit lies between its booking and the next event but one."""
    return begins + timedelta(days=APART_DAYS * (7 + 3 * visit) + 1)
