"""Bookings: no room twice, no nurse over the signed limit, no patient in two places."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ketaminder.clinic.care import appointments
from ketaminder.clinic.care.appointments import FOLLOWS, Slot
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.care.patients import merge
from ketaminder.clinic.care.site import sign_nurse_limit
from ketaminder.clinic.events import content_of
from ketaminder.clinic.events.appointments import AppointmentMoved
from ketaminder.clinic.models import Appointment, Event, Membership, Standing
from ketaminder.terms import Refused

from .ward import ANNA, AT, OTHER, Ward, patient, planned, slot, ward

ALL = list(Standing)


def book(one: Ward, told: UUID, when: Slot) -> UUID:
    return appointments.book(one.nurse, standing(one.nurse, told), when).thing


def move(one: Ward, told: UUID, visit: UUID, when: Slot, reason: str = "") -> UUID:
    return appointments.move(one.nurse, standing(one.nurse, told), visit, when, reason).thing


def test_a_booked_visit_stands_in_the_course(database: str) -> None:
    one = ward()
    told = planned(one.physician)
    book(one, told, slot(9, nurse=one.nurse))
    row = Appointment.objects.get()
    course = standing(one.nurse, told).open_course
    assert course is not None
    assert (row.patient_id, row.room, row.standing, row.course_id) == (told, "1", "booked", course[0].subject)


def test_a_room_is_not_booked_twice_at_a_time(database: str) -> None:
    one = ward()
    first, second = patient(one.nurse), patient(one.nurse, OTHER)
    book(one, first, slot(9, room="Blue"))
    for hour in (8, 9, 10.5):
        with pytest.raises(Refused, match="a room that is free then"):
            book(one, second, slot(hour, room=" blue "))
    book(one, second, slot(11, room="Blue"))
    assert Appointment.objects.count() == 2


def test_a_patient_is_not_in_two_rooms_not_even_under_a_merged_chart(database: str) -> None:
    one = ward()
    first, second = patient(one.nurse), patient(one.nurse, OTHER)
    book(one, first, slot(9, room="1"))
    book(one, second, slot(13, room="1"))
    merge(one.physician, first, second, "same passport")
    for hour in (10, 14):
        with pytest.raises(Refused, match="no other visit of the patient then"):
            book(one, first, slot(hour, room="2"))


def test_without_a_signed_limit_a_nurse_watches_one_room(database: str) -> None:
    one = ward()
    first, second = patient(one.nurse), patient(one.nurse, OTHER)
    book(one, first, slot(9, room="1", nurse=one.nurse))
    with pytest.raises(Refused, match="at most 1, as the clinic has signed"):
        book(one, second, slot(10, room="2", nurse=one.nurse))
    book(one, second, slot(10, room="2", nurse=one.other_nurse))


def test_a_nurse_watches_no_more_rooms_at_any_moment_than_signed(database: str) -> None:
    one = ward()
    sign_nurse_limit(one.physician, 2)
    people = [patient(one.nurse, replace(ANNA, identifier=f"B-{n}", name=f"Person{n}")) for n in range(4)]
    book(one, people[0], slot(9, 2, room="1", nurse=one.nurse))
    book(one, people[1], slot(11, 2, room="2", nurse=one.nurse))
    book(one, people[2], slot(9, 4, room="3", nurse=one.nurse))  # two at a time, never three
    for hour in (8.5, 10.5, 12):
        with pytest.raises(Refused, match="3 rooms at a time'; required: at most 2"):
            book(one, people[3], slot(hour, 1, room="4", nurse=one.nurse))
    book(one, people[3], slot(13, 1, room="4", nurse=one.nurse))


def test_the_last_signed_limit_counts_in_its_own_clinic_only(database: str) -> None:
    a, b = ward("Clinic A"), ward("Clinic B")
    sign_nurse_limit(a.physician, 3)
    sign_nurse_limit(a.physician, 2)
    assert (appointments.nurse_limit(a.nurse), appointments.nurse_limit(b.nurse)) == (2, 1)
    with pytest.raises(Refused, match="one or more"):
        sign_nurse_limit(a.physician, 0)


def test_only_who_works_here_in_that_role_now_is_booked(database: str) -> None:
    one, other = ward("Clinic A"), ward("Clinic B")
    told = patient(one.nurse)
    strangers = (other.nurse.account_id, one.physician.account_id, uuid4())
    for nurse in strangers:
        with pytest.raises(Refused, match="somebody who works here as nurse"):
            book(one, told, replace(slot(9), nurse=nurse))
    Membership.objects.filter(account_id=one.other_nurse.author).update(until=AT - timedelta(days=1))
    with pytest.raises(Refused, match="somebody who works here as nurse"):
        book(one, told, slot(9, nurse=one.other_nurse))


def test_a_visit_moves_while_it_is_booked_and_stays_its_patient_s(database: str) -> None:
    one = ward()
    first, second = patient(one.nurse), patient(one.nurse, OTHER)
    visit = book(one, first, slot(9))
    assert move(one, first, visit, slot(9.5)) == visit  # its own old place does not hinder it
    assert Appointment.objects.get().starts_at == slot(9.5).starts_at
    with pytest.raises(Refused, match="a visit of this patient that is still booked"):
        move(one, second, visit, slot(15))
    appointments.stand(one.nurse, visit, Standing.CANCELLED, "ill")
    with pytest.raises(Refused, match="still booked"):
        move(one, first, visit, slot(15))


def test_a_move_says_from_when_and_why_and_meets_the_same_limits_as_a_booking(database: str) -> None:
    one = ward()
    first, second = patient(one.nurse), patient(one.nurse, OTHER)
    visit = book(one, first, slot(9, room="1", nurse=one.nurse))
    book(one, second, slot(14, room="2", nurse=one.nurse))
    for other, said in ((slot(14.5, room="2"), "free then"), (slot(14.5, room="1", nurse=one.nurse), "at most 1")):
        with pytest.raises(Refused, match=said):
            move(one, first, visit, other)
    move(one, first, visit, slot(12, room="1", nurse=one.nurse), " the bus strikes ")
    last = Event.objects.filter(subject=visit).latest("number")
    told = content_of(last)
    assert isinstance(told, AppointmentMoved)
    assert (told.before, told.starts_at, told.reason) == (slot(9).starts_at, slot(12).starts_at, "the bus strikes")
    assert Appointment.objects.get(id=visit).starts_at == slot(12).starts_at


def test_a_moved_visit_stays_on_the_chart_for_which_it_was_booked(database: str) -> None:
    """So that charts that were merged by mistake take their own visits with them when they are separated."""
    one = ward()
    first, second = patient(one.nurse), patient(one.nurse, OTHER)
    visit = book(one, second, slot(13))
    merge(one.physician, first, second, "same passport")
    move(one, first, visit, slot(15))
    assert Appointment.objects.get(id=visit).patient_id == second


@pytest.mark.parametrize(("hour", "hours", "room"), [(9, 0, "1"), (9, -1, "1"), (9, 1, " ")])
def test_a_slot_has_a_length_and_a_room(hour: float, hours: float, room: str) -> None:
    with pytest.raises(Refused):
        slot(hour, hours, room=room)


@pytest.mark.parametrize("freed", [Standing.CANCELLED, Standing.MISSED])
def test_a_visit_that_does_not_happen_frees_its_room(database: str, freed: Standing) -> None:
    one = ward()
    first, second = patient(one.nurse), patient(one.nurse, OTHER)
    appointments.stand(one.nurse, book(one, first, slot(9)), freed)
    visit = book(one, second, slot(9))
    assert Appointment.objects.get(standing=Standing.BOOKED).id == visit


WAYS: dict[Standing, tuple[Standing, ...]] = {
    Standing.BOOKED: (),
    Standing.ARRIVED: (Standing.ARRIVED,),
    Standing.FINISHED: (Standing.ARRIVED, Standing.FINISHED),
    Standing.CANCELLED: (Standing.CANCELLED,),
    Standing.MISSED: (Standing.MISSED,),
}


def stand(one: Ward, visit: UUID, word: Standing) -> None:
    appointments.stand(one.nurse, visit, word)


@pytest.mark.parametrize("now", ALL)
def test_a_visit_becomes_only_what_may_follow(database: str, now: Standing) -> None:
    one = ward()
    visit = book(one, patient(one.nurse), slot(9))
    for word in WAYS[now]:
        stand(one, visit, word)
    events = Event.objects.count()
    for word in set(ALL) - set(FOLLOWS[now]):
        with pytest.raises(Refused, match=f"since the visit is {now}"):
            stand(one, visit, word)
    assert Event.objects.count() == events
    for word in FOLLOWS[now][:1]:
        stand(one, visit, word)
        assert Appointment.objects.get().standing == word


def test_another_clinic_s_visit_is_unknown(database: str) -> None:
    a, b = ward("Clinic A"), ward("Clinic B")
    theirs = patient(b.nurse)
    visit = book(b, theirs, slot(9))
    with pytest.raises(Refused, match="a visit of this clinic"):
        stand(a, visit, Standing.ARRIVED)
    with pytest.raises(Refused, match="a standing chart of this clinic"):
        appointments.book(a.nurse, standing(b.nurse, theirs), slot(12))
    assert not appointments.of_clinic(a.nurse).exists()
    book(a, patient(a.nurse), slot(9))  # the same room at the same time, in another house
