"""A chart erased by law: nothing of the person is left in the file, and the trail is whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from ketaminder import examples
from ketaminder.clinic.audit.verify import verify
from ketaminder.clinic.care import appointments, assessments, patients
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.care.site import sign_keeping
from ketaminder.clinic.events import write
from ketaminder.clinic.events.derive import derive_again
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.keeping.erase import Ground, erase, expired, older_than, overwrite, years_before
from ketaminder.clinic.models import Appointment, Entry, Event, Patient, SearchWord
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

pytestmark = pytest.mark.encrypted

TRACES = ("Xanthippa", "Quixote", "LH-7431", "Cousin Ferdinand", "secret sorrow", "1984-02-29")


@pytest.fixture
def patient(staff: Any) -> Any:
    """A chart with an identity, a record, notes, a visit, and a duplicate merged into it."""
    acting = staff.acting(Role.PHYSICIAN)
    made = patients.register(acting, patients.Who("LH-7431", "Xanthippa Quixote", date(1984, 2, 29), "female"))
    assessments.receive(acting, made, examples.text("ptsd"), origin="Quixote.json", on=date(2026, 11, 27))
    write(acting, NoteWritten(text="a secret sorrow"), patient=made)
    start = datetime(2026, 12, 1, 9, tzinfo=UTC)
    slot = appointments.Slot(start, start + timedelta(hours=1), "Room 1", None, escort="Cousin Ferdinand")
    appointments.book(acting, standing(acting, made), slot)
    twin = patients.register(acting, patients.Who("LH-7432", "Xanthippa Q", None, "female"))
    write(acting, NoteWritten(text="another secret sorrow"), patient=twin)
    patients.merge(acting, made, twin, "same passport")
    patients.register(acting, patients.Who("LH-2", "Otto Berg", None, "male"))
    return made


def raw() -> bytes:
    path = Path(connection.settings_dict["NAME"])
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def test_nothing_of_the_person_is_left_and_the_trail_is_whole(staff: Any, patient: Any) -> None:
    before = Event.objects.count()
    erased = erase(staff.acting(Role.ADMINISTRATOR), patient, Ground.REQUEST)
    assert erased == before - 1
    assert verify().intact
    assert Event.objects.count() == before
    assert Event.objects.exclude(salt="").count() == 1
    row = Patient.objects.get(id=patient)
    assert (row.name, row.birth_date, row.erased_at is None) == ("erased", None, False)
    assert not SearchWord.objects.filter(word__startswith="xanth").exists()
    assert not Appointment.objects.exists()
    assert patients.of_clinic(staff.acting(Role.PHYSICIAN)).count() == 1
    grounds = set(Entry.objects.filter(action="event erased").values_list("detail", flat=True))
    assert grounds == {'{"ground":"the patient asked for it"}'}


def test_the_file_itself_has_forgotten(staff: Any, database: str, patient: Any) -> None:
    if database == "postgresql":
        pytest.skip("PostgreSQL's files are the server's; what VACUUM FULL does is in the docs")
    assert [trace.encode() in raw() for trace in TRACES[:5]] == [database == "sqlite"] * 5, "encrypted files show none"
    erase(staff.acting(Role.ADMINISTRATOR), patient, Ground.ORDER)
    overwrite()
    left = raw()
    assert [trace for trace in TRACES if trace.encode() in left] == []


def test_deriving_again_does_not_bring_it_back(staff: Any, patient: Any) -> None:
    erase(staff.acting(Role.ADMINISTRATOR), patient, Ground.ORDER)
    derive_again()
    assert Patient.objects.filter(erased_at=None).count() == 1
    assert Patient.objects.get(id=patient).name == "erased"


def test_only_a_standing_chart_of_the_own_clinic(staff: Any, patient: Any) -> None:
    with pytest.raises(Refused, match="a standing chart"):
        erase(staff.acting_elsewhere, patient, Ground.REQUEST)
    erase(staff.acting(Role.ADMINISTRATOR), patient, Ground.REQUEST)
    with pytest.raises(Refused, match="a standing chart"):
        erase(staff.acting(Role.ADMINISTRATOR), patient, Ground.REQUEST)


def test_which_charts_are_older_than_is_kept(staff: Any, patient: Any) -> None:
    acting = staff.acting(Role.ADMINISTRATOR)
    long_ago = timezone.now() - timedelta(days=4000)
    old = patients.register(acting, patients.Who("LH-3", "Olga Old", None, "female"))
    assert not older_than(acting, long_ago).exists()
    assert {one.id for one in older_than(acting, timezone.now() + timedelta(days=1))} >= {old, patient}


def written_then(monkeypatch: pytest.MonkeyPatch, moment: datetime, write: Callable[[], Any]) -> Any:
    """What `write` gives, done at a moment of the past."""
    with monkeypatch.context() as past:
        past.setattr(timezone, "now", lambda: moment)
        return write()


def test_retention_ends_after_the_years_that_are_signed(
    staff: Any, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eleven, nine and eleven years ago, the last with a duplicate written in since; ten are signed."""
    acting, administrator, now = staff.acting(Role.PHYSICIAN), staff.acting(Role.ADMINISTRATOR), timezone.now()

    def chart(number: str, years: int) -> Any:
        who = patients.Who(number, f"Person {number}", None, "female")
        return written_then(monkeypatch, years_before(now, years), lambda: patients.register(acting, who))

    old, spoken_for, young = chart("LH-11", 11), chart("LH-12", 11), chart("LH-9", 9)
    twin = chart("LH-13", 2)
    written_then(
        monkeypatch, years_before(now, 2), lambda: patients.merge(acting, spoken_for, twin, "the same passport")
    )
    with pytest.raises(Refused, match="years of retention: got 'nothing signed'"):
        expired(administrator)
    with pytest.raises(Refused, match="nothing signed"):
        erase(administrator, old, Ground.RETENTION)
    sign_keeping(acting, 10, None)
    assert [one.id for one in expired(administrator)] == [old]
    for kept in (young, spoken_for):
        with pytest.raises(Refused, match="older than the 10 years that are signed"):
            erase(administrator, kept, Ground.RETENTION)
    assert erase(administrator, old, Ground.RETENTION) == 1
    assert not expired(administrator).exists()


def test_years_before_a_leap_day() -> None:
    assert years_before(datetime(2024, 2, 29, 9, tzinfo=UTC), 1) == datetime(2023, 2, 28, 9, tzinfo=UTC)
    assert years_before(datetime(2024, 2, 29, 9, tzinfo=UTC), 4) == datetime(2020, 2, 29, 9, tzinfo=UTC)
