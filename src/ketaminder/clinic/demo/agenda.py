"""Many stories at once, in the order of time: each is resumed when its next step is due."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Story = Iterator[datetime]
"""Yields when its next step happens; it is resumed then."""

ROOMS = ("Room 1", "Room 2", "Room 3", "Room 4")
STARTS = (time(8, 30), time(11, 0), time(13, 30), time(16, 0))
LENGTH = timedelta(hours=2, minutes=15)


def tell(stories: Iterable[Story], until: datetime) -> None:
    """Let every story happen up to a moment. Steps at one moment happen in the order of the stories."""
    due: list[tuple[datetime, int, Story]] = []
    for place, story in enumerate(stories):
        _wait(due, place, story)
    while due and due[0][0] <= until:
        _, place, story = heapq.heappop(due)
        _wait(due, place, story)


def _wait(due: list[tuple[datetime, int, Story]], place: int, story: Story) -> None:
    at = next(story, None)
    if at is not None:
        heapq.heappush(due, (at, place, story))


class Rooms:
    """Gives each visit of a day the next free room, one hour after the other."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._taken: Counter[date] = Counter()

    def next(self, day: date) -> tuple[datetime, int]:
        """The start of a visit on `day`, and the place of its room.

        Raises:
            IndexError: the day is full.
        """
        place = self._taken[day]
        self._taken[day] += 1
        return datetime.combine(day, STARTS[place // len(ROOMS)], self.zone), place % len(ROOMS)
