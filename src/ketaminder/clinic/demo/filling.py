"""Fills an empty database with both clinics: the same people, events and identifiers for a seed and a date."""

from __future__ import annotations

from datetime import date
from random import Random

from django.db import transaction

from ketaminder.clinic.demo.agenda import tell
from ketaminder.clinic.demo.house import houses
from ketaminder.clinic.demo.people import PEOPLE, SECOND_CLINIC
from ketaminder.clinic.demo.stories import story
from ketaminder.clinic.ids import drawn_from

SEED = 20_261_122
NOON = (11, 45)
"""When the day of the demonstration stands still, by the first clinic's own clock."""


@transaction.atomic
def fill(on: date, seed: int = SEED) -> None:
    """Let everything happen up to noon of a day."""
    with drawn_from(Random(seed)):
        first, second = houses(on)
        stories = [
            story(house, person, number, seed)
            for house, people in ((first, PEOPLE), (second, SECOND_CLINIC))
            for number, person in enumerate(people, start=1)
        ]
        tell(stories, first.moment(on, *NOON))
