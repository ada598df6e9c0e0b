"""The derived rows say what the events say: made anew after any deeds, they are the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care import appointments, courses, patients
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.care.cohort import agreed
from ketaminder.clinic.care.patients import Who
from ketaminder.clinic.events import write
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.derive import derive_again
from ketaminder.clinic.events.records import AssessmentMade
from ketaminder.clinic.models import Appointment, CohortMember, Event, Membership, Patient, SearchWord, Standing
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

from .ward import AT, Ward, slot, ward

NAMES = ("Zoë Łuk", "Bao Nguyễn", "किरण Rao", "O'Neil", "Zoe Luk")


@dataclass(frozen=True)
class Deed:
    """One deed of a random sequence: which, and numbers that choose its patient, other patient, time and name."""

    kind: str
    first: int
    second: int
    hour: int


def _register(one: Ward, told: list[UUID], deed: Deed) -> None:
    who = Who(f"A-{deed.hour % 8}", NAMES[deed.second % len(NAMES)], date(1980, 1, 1 + deed.first % 2))
    told.append(patients.register(one.nurse, who))


def _correct(one: Ward, told: list[UUID], deed: Deed) -> None:
    who = Who(f"A-{deed.hour % 8}", NAMES[deed.second % len(NAMES)], None, "male")
    patients.correct(one.nurse, _one(told, deed.first), who, "typing error")


def _merge(one: Ward, told: list[UUID], deed: Deed) -> None:
    patients.merge(one.physician, _one(told, deed.first), _one(told, deed.second), "same passport")


def _unmerge(one: Ward, told: list[UUID], deed: Deed) -> None:
    patients.unmerge(one.physician, _one(told, deed.first), _one(told, deed.second), "twins")


def _book(one: Ward, told: list[UUID], deed: Deed) -> None:
    chart = standing(one.nurse, _one(told, deed.first))
    when = slot(deed.hour, room=str(deed.second % 3))
    appointments.book(one.nurse, chart, replace(when, escort=NAMES[deed.second % len(NAMES)]))


def _move(one: Ward, told: list[UUID], deed: Deed) -> None:
    visits = list(Appointment.objects.order_by("starts_at", "id").values_list("id", "patient_id"))
    visit, patient = visits[deed.second % len(visits)]
    appointments.move(one.nurse, standing(one.nurse, patient), visit, slot(deed.hour + 0.5, room="2"))


def _stand(one: Ward, told: list[UUID], deed: Deed) -> None:
    visits = list(Appointment.objects.order_by("starts_at", "id").values_list("id", flat=True))
    appointments.stand(one.nurse, visits[deed.first % len(visits)], list(Standing)[deed.second % len(Standing)])


def _agree(one: Ward, told: list[UUID], deed: Deed) -> None:
    ends = AT.date() + timedelta(days=deed.hour - 5) if deed.second % 2 else None
    scope = Scope.TREATMENT if deed.second == 9 else Scope.RESEARCH
    chart = standing(one.nurse, _one(told, deed.first))
    courses.consent(one.nurse, chart, scope, text_version="1", given_how="in writing", expires_on=ends)


def _withdraw(one: Ward, told: list[UUID], deed: Deed) -> None:
    courses.withdraw(one.nurse, standing(one.nurse, _one(told, deed.first)), Scope.RESEARCH, "changed their mind")


def _assess(one: Ward, told: list[UUID], deed: Deed) -> None:
    made = AssessmentMade(
        record=UUID(int=0),
        on=AT.date(),
        region="US",
        product="ketamine_iv",
        phase="start",
        indication=NAMES[deed.second % len(NAMES)],
        version="",
        evidence="",
        result=f"result {deed.hour}",
        findings=(),
        missing=(),
    )
    chart = standing(one.physician, _one(told, deed.first))
    write(one.physician, made, patient=chart.patient.id, substance_use=deed.second % 3 == 0)


DEEDS: dict[str, Callable[[Ward, list[UUID], Deed], None]] = {
    "register": _register,
    "correct": _correct,
    "merge": _merge,
    "unmerge": _unmerge,
    "book": _book,
    "move": _move,
    "stand": _stand,
    "agree": _agree,
    "withdraw": _withdraw,
    "assess": _assess,
}
sequences = st.lists(
    st.builds(Deed, st.sampled_from([*DEEDS, "register", "book", "agree"]), *(st.integers(0, 9),) * 3),
    min_size=4,
    max_size=30,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
@given(deeds=sequences)
def test_the_rows_derived_again_are_the_rows_that_stood(database: str, deeds: Sequence[Deed]) -> None:
    try:
        with transaction.atomic():
            _done(ward(), deeds)
            stood = _rows()
            _check_cohort()
            assert derive_again() == Event.objects.count()
            assert _rows() == stood
            raise _Undone
    except _Undone:
        assert not Event.objects.exists()


def test_deriving_mends_rows_that_were_changed_behind_our_back(database: str) -> None:
    one, told = ward(), list[UUID]()
    for deed in (Deed("register", 0, 0, 0), Deed("register", 1, 1, 1), Deed("book", 0, 0, 9), Deed("merge", 0, 1, 0)):
        DEEDS[deed.kind](one, told, deed)
    stood = _rows()
    SearchWord.objects.all().delete()
    Patient.objects.update(name="Somebody else", merged_into=None)
    Appointment.objects.update(room="9", starts_at=slot(3).starts_at - timedelta(days=9))
    assert _rows() != stood
    derive_again()
    assert _rows() == stood


class _Undone(Exception):
    pass


def _done(one: Ward, deeds: Sequence[Deed]) -> None:
    """Do what can be done: a deed that is refused, or that has nothing to be done to, leaves nothing."""
    told: list[UUID] = []
    for deed in deeds:
        before = Event.objects.count()
        try:
            DEEDS[deed.kind](one, told, deed)
        except (Refused, ZeroDivisionError):
            assert Event.objects.count() == before


def _one(told: Sequence[UUID], chosen: int) -> UUID:
    return told[chosen % len(told)]


def _check_cohort() -> None:
    """The rows of the cohort are the people whose charts, read whole, say that they agreed; with what is said last."""
    member = Membership.objects.get(account__name="Nurse Bell")
    reader = Acting(member.account_id, "Nurse Bell", member.clinic_id, at=AT, role=Role.NURSE)
    charts = {one.patient.id: one for one in agreed(reader, Scope.RESEARCH, AssessmentMade)}
    found = {row.patient_id: row for row in CohortMember.objects.filter(until__gte=today())}
    assert found.keys() == charts.keys()
    for patient, row in found.items():
        made = charts[patient].assessment
        assert (row.indication, row.result) == ((made[1].indication, made[1].result) if made else ("", ""))


def _rows() -> list[object]:
    words = SearchWord.objects.order_by("patient_id", "word").values_list("clinic_id", "patient_id", "word")
    models = (Patient, Appointment, CohortMember)
    rows = (*(model.objects.order_by("pk").values() for model in models), words)
    return [list(found) for found in rows]
