"""A signed course as it goes on: visits booked, come to, missed; totals as our simulator has them; the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from ketaminder.clinic.care import appointments, courses
from ketaminder.clinic.care.appointments import Slot
from ketaminder.clinic.care.chart import Chart
from ketaminder.clinic.demo.agenda import LENGTH, ROOMS, Story
from ketaminder.clinic.demo.house import House, at
from ketaminder.clinic.demo.people import OCD, SOCIAL, Person, Stage
from ketaminder.clinic.demo.simulated import Fared, fared
from ketaminder.clinic.events import write
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.courses import PlanMade
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.models import Standing
from ketaminder.evidence import load

ENDED = (Stage.RESPONDED, Stage.NOT_RESPONDED)
HELPED = {Stage.RESPONDED: True, Stage.NOT_RESPONDED: False, Stage.OPTIMISATION: True, Stage.MAINTENANCE: True}
"""Stages in which it must have helped, or not: nobody goes on past induction without benefit."""
ONE_SESSION = (OCD, SOCIAL)
"""Conditions whose published schedule is one session."""
WEEK = timedelta(days=7)
EVERY_VISITS = 4
"""A total is written down once in so many visits."""
MISSED, WITHDRAWN = 2, 3
"""Places of a visit that is missed, and of the one before which consent is withdrawn."""
ESCORTS = ("sister", "husband", "mother", "friend", "neighbour", "son", "taxi of the clinic, with a carer")


@dataclass(frozen=True, slots=True)
class Course:
    """A signed plan of one person, the total before it, and the chance by which it goes on."""

    house: House
    person: Person
    chart: Chart
    rng: Random
    plan: PlanMade
    baseline: int

    @property
    def days(self) -> list[date]:
        """The days of the plan, and every week after it for those in maintenance."""
        planned = [visit.on for visit in self.plan.visits]
        if self.person.stage is not Stage.MAINTENANCE:
            return planned
        return [*planned, *(planned[-1] + WEEK * more for more in range(1, 9))]

    def simulated(self) -> Fared:
        days = [(day - self.plan.first_day).days for day in self.days]
        responds = HELPED.get(self.person.stage)
        seed = self.rng.randrange(1_000_000)
        return fared(
            self.person.indication, load().protocols[self.plan.protocol], self.baseline, days, seed, responds=responds
        )


def first_day(on: date, person: Person, number: int, rng: Random) -> date:
    """The first session, so that on the day of the demonstration the person is in the stage.

    Where a course goes on, two of three people have a visit that day: day 0, 3, 7, 10 … of a published plan.
    """
    twice_a_week = (0, 3, 7, 10, 14, 17, 21, 24)
    earlier = int(number % 3 == 0)
    ago = {
        Stage.INDUCTION: earlier + (0 if person.indication in ONE_SESSION else rng.choice(twice_a_week)),
        Stage.MISSED: earlier + rng.choice((10, 14, 17)),
        Stage.OPTIMISATION: earlier + rng.choice((28, 35, 42, 49)),
        Stage.MAINTENANCE: earlier + rng.choice((63, 70, 77)),
        Stage.WITHDRAWN: 15,
        Stage.PLANNED: -rng.randint(1, 6),
        Stage.UNSIGNED: -rng.randint(3, 6),
        Stage.CONSENTED: -rng.randint(2, 8),
        Stage.DUPLICATE: -rng.randint(2, 8),
        Stage.RESPONDED: rng.randint(70, 110),
        Stage.NOT_RESPONDED: rng.randint(70, 110),
    }
    return on - timedelta(days=ago.get(person.stage, rng.randint(-10, 4)))


def after_signing(course: Course) -> Story:
    """Every visit of the course in turn, up to its end."""
    totals = course.simulated()
    moment = course.house.moment(course.plan.first_day - timedelta(days=7), 14, 30)
    for place, day in enumerate(course.days):
        yield moment
        visit, begins = _booked(course, moment, day)
        if course.person.stage is Stage.WITHDRAWN and place == WITHDRAWN:
            yield from _withdrawn(course, visit, begins - timedelta(days=1))
            return
        if course.person.stage is Stage.MISSED and (place == MISSED or day == course.house.on):
            yield begins + timedelta(minutes=45)
            _stand(
                course, visit, begins + timedelta(minutes=45), Standing.MISSED, "Did not come; reached by telephone."
            )
            moment = begins + timedelta(hours=1)
            continue
        yield from _come(course, visit, begins)
        moment = begins + LENGTH + timedelta(minutes=5)
        if place % EVERY_VISITS == EVERY_VISITS - 1:
            _note(course, moment, f"{totals.scale} {totals.after[place]}; {totals.baseline} before the course.")
    if course.person.stage in ENDED:
        yield from _ended(course, totals, moment + timedelta(days=1))


def _booked(course: Course, moment: datetime, day: date) -> tuple[UUID, datetime]:
    begins, room = course.house.rooms.next(day)
    begins = begins.astimezone(UTC)
    slot = Slot(
        begins,
        begins + LENGTH,
        ROOMS[room],
        course.house.nurse_of(room),
        course.house.physician.account_id,
        course.rng.choice(ESCORTS),
    )
    nurse = at(course.house.nurses[0], moment)
    return appointments.book(nurse, course.chart, slot).thing, begins


def _come(course: Course, visit: UUID, begins: datetime) -> Story:
    arrives = begins + timedelta(minutes=course.rng.randint(-12, 9))
    yield arrives
    _stand(course, visit, arrives, Standing.ARRIVED)
    yield begins + LENGTH
    _stand(course, visit, begins + LENGTH, Standing.FINISHED)


def _stand(course: Course, visit: UUID, moment: datetime, standing: Standing, reason: str = "") -> None:
    appointments.stand(at(course.house.nurses[0], moment), visit, standing, reason)


def _note(course: Course, moment: datetime, text: str) -> None:
    write(at(course.house.nurses[0], moment), NoteWritten(text=text), patient=course.chart.patient.id)


def _withdrawn(course: Course, visit: UUID, moment: datetime) -> Story:
    yield moment
    nurse, physician = at(course.house.nurses[0], moment), at(course.house.physician, moment)
    courses.withdraw(nurse, course.chart, Scope.TREATMENT, "Does not want the dissociation again.")
    _stand(course, visit, moment, Standing.CANCELLED, "Consent was withdrawn.")
    courses.close(physician, course.chart, "The patient withdrew consent.", "As before.")


def _ended(course: Course, totals: Fared, moment: datetime) -> Story:
    yield moment
    physician = at(course.house.physician, moment)
    word = "Response" if totals.responded else "No response"
    outcome = f"{word}: {totals.scale} {totals.baseline} before, {totals.after[-1]} after the last session."
    courses.close(physician, course.chart, "The planned course is completed.", outcome)
