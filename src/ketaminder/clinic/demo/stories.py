"""What happens to one invented person, step by step. Each step is a deed of care, refused like anybody's."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from ketaminder import examples
from ketaminder.clinic.care import assessments, courses, decisions, patients
from ketaminder.clinic.care.chart import Chart, standing
from ketaminder.clinic.care.patients import Who
from ketaminder.clinic.demo import records
from ketaminder.clinic.demo.agenda import Story
from ketaminder.clinic.demo.courses import Course, after_signing, first_day
from ketaminder.clinic.demo.house import House, at
from ketaminder.clinic.demo.people import Person, Stage
from ketaminder.clinic.events import content_of
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.courses import PlanMade
from ketaminder.clinic.events.decisions import Meaning
from ketaminder.clinic.events.records import AssessmentMade
from ketaminder.terms import Result

TEXT = "2026-1"
"""The version of the consent text that everybody read."""
ASSESSED_ONLY = (Stage.DEFERRED, Stage.OVERRIDDEN, Stage.EXCLUDED, Stage.ASSESSED, Stage.WITHHELD)
"""Stages that end with an assessment."""
CONSENTED_ONLY = (Stage.CONSENTED, Stage.DUPLICATE)
MAY_GO_ON = (Result.ELIGIBLE, Result.PRECAUTIONS)
OVERRIDDEN = "Measured once, after stairs; the home readings of two weeks are lower. To be measured again at rest."
DISCUSSED = "Expected benefit, dissociation, sedation, blood pressure, no driving that day, other ways of treatment."


@dataclass(slots=True)
class Told:
    """One person as the story goes on. `chart` is as it was first opened: every deed reads it afresh."""

    house: House
    person: Person
    number: int
    rng: Random
    text: str
    who: Who
    chart: Chart | None = None
    result: str = ""

    @property
    def begun(self) -> Chart:
        """The chart.

        Raises:
            LookupError: nobody has registered the person yet.
        """
        if self.chart is None:
            raise LookupError(self.who.name)
        return self.chart

    def moment(self, day: date, hour: int) -> datetime:
        """An hour of the house's clock, some minutes past it for each person."""
        return self.house.moment(day, hour, self.number % 60)


def story(house: House, person: Person, number: int, seed: int) -> Story:
    """Registered, recorded, assessed, consented, planned, treated: as far as the stage goes and the rules let it."""
    rng = Random(f"{seed}-{house.clinic.name}-{number}")
    start = first_day(house.on, person, number, rng)
    text, who = _identity(person, number, start - timedelta(days=20), rng)
    told = Told(house, person, number, rng, text, who)
    yield from _registered(told, start - timedelta(days=21))
    if person.stage is Stage.REGISTERED:
        return
    yield from _assessed(told, start - timedelta(days=20))
    if person.stage in ASSESSED_ONLY or told.result not in MAY_GO_ON:
        yield from _left_there(told, start - timedelta(days=13))
        return
    yield from _agreed(told, start - timedelta(days=9))
    if person.stage not in CONSENTED_ONLY:
        yield from _planned(told, start)


def _identity(person: Person, number: int, on: date, rng: Random) -> tuple[str, Who]:
    """The record and what it says of who the person is."""
    identifier = f"EX-{number:04d}"
    if person.example:
        text = examples.text(person.example)
        resources = [one["resource"] for one in json.loads(text)["entry"]]
        born = next(one["birthDate"] for one in resources if one["resourceType"] == "Patient")
        return text, Who(identifier, person.name, date.fromisoformat(born), person.sex)
    born = date(on.year - rng.randint(23, 63), rng.randint(1, 12), rng.randint(1, 28))
    spoiled = records.SPOILED.get(person.stage)
    change = spoiled[number % len(spoiled)] if spoiled else {}
    text = records.text(records.form(person, born, on, rng, **change))
    return text, Who(identifier, f"{person.name} (synthetic)", born, person.sex)


def _registered(told: Told, day: date) -> Story:
    moment = told.moment(day, 9)
    yield moment
    nurse = at(told.house.nurses[0], moment)
    patient = patients.register(nurse, told.who)
    told.chart = standing(nurse, patient)
    if told.person.stage is Stage.DUPLICATE:
        yield from _registered_twice(told, moment)


def _registered_twice(told: Told, first: datetime) -> Story:
    """Registered a second time without the accents, noticed a day later, merged."""
    yield first + timedelta(hours=2)
    nurse, kept = at(told.house.nurses[1], first + timedelta(hours=2)), told.begun.patient.id
    plain = told.who.name.replace("ū", "u").replace("ė", "e")
    again = replace(told.who, identifier=f"{told.who.identifier}-B", name=plain)
    other = patients.register(nurse, again, different_from=frozenset({kept}))
    yield first + timedelta(hours=25)
    physician = at(told.house.physician, first + timedelta(hours=25))
    patients.merge(physician, kept, other, "Same passport, registered twice on one day.")


def _assessed(told: Told, day: date) -> Story:
    moment = told.moment(day, 15)
    yield moment
    origin = "electronic record" if told.person.example else "case form"
    assessments.receive(at(told.house.nurses[0], moment), told.begun.patient.id, told.text, origin=origin, on=day)
    moment = told.moment(day + timedelta(days=5), 16)
    yield moment
    _assess(told, moment)


def _assess(told: Told, moment: datetime) -> None:
    physician, on = at(told.house.physician, moment), moment.astimezone(told.house.rooms.zone).date()
    content = content_of(assessments.make(physician, told.begun, on=on, region=told.house.region))
    if isinstance(content, AssessmentMade):
        told.result = content.result


def _left_there(told: Told, day: date) -> Story:
    """What else is done for those who are not treated."""
    if told.person.stage is Stage.OVERRIDDEN:
        yield told.moment(day, 14)
        _override(told, told.moment(day, 14))
    if told.person.stage is Stage.WITHHELD:
        yield told.moment(day, 10)
        _withheld(told, told.moment(day, 10))


def _override(told: Told, moment: datetime) -> None:
    physician = at(told.house.physician, moment)
    assessment = standing(physician, told.begun.patient.id).assessment
    deferring = [one.rule for one in assessment[1].findings if one.verdict == Result.DEFER] if assessment else []
    for rule in deferring[:1]:
        decisions.override(physician, told.begun, assessment[0].id, rule, OVERRIDDEN)  # type: ignore[index]


def _withheld(told: Told, moment: datetime) -> None:
    """A substance-use programme sends its record, which is assessed by who may read it."""
    physician, on = at(told.house.physician, moment), moment.date()
    theirs = {**json.loads(told.text), "history": ["Programme completed; no use since, by its own records."]}
    assessments.receive(
        physician,
        told.begun.patient.id,
        records.text(theirs),
        origin="substance-use programme",
        on=on,
        substance_use=True,
    )
    _assess(told, moment)
    recipient = "the insurer, for this claim only"
    courses.consent(
        physician, told.begun, Scope.SUBSTANCE_USE, text_version=TEXT, given_how="in writing", recipient=recipient
    )


def _agreed(told: Told, day: date) -> Story:
    moment = told.moment(day, 11)
    yield moment
    for scope in (Scope.TREATMENT, Scope.RESEARCH) if told.number % 4 else (Scope.TREATMENT,):
        nurse = at(told.house.nurses[0], moment)
        courses.consent(nurse, told.begun, scope, text_version=TEXT, given_how="in writing")


def _planned(told: Told, start: date) -> Story:
    moment = told.moment(start - timedelta(days=7), 13)
    yield moment
    physician = at(told.house.physician, moment)
    protocol = told.person.protocol or records.PROTOCOLS[told.person.indication]
    event = courses.plan(physician, told.begun, protocol, start, DISCUSSED)
    content = content_of(event)
    if told.person.stage is Stage.UNSIGNED or not isinstance(content, PlanMade):
        return
    decisions.sign(physician, told.begun, event.id, event.digest, Meaning.APPROVED)
    yield from after_signing(Course(told.house, told.person, told.begun, told.rng, content, _baseline(told)))


def _baseline(told: Told) -> int:
    """The total before the course; an example's own record may have none: then the middle of what is usual."""
    if told.person.example:
        return sum(records.CONDITIONS[told.person.indication].points) // 2
    return records.baseline(json.loads(told.text), told.person.indication)
