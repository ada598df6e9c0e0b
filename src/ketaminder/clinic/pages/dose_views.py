"""How the answer to a question is drawn: over which hours, on which axis, with which panels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ketaminder.clinic.pages.charts import Scale, log_scale_for, scale_for
from ketaminder.clinic.pages.curves import HOURS, PANELS, TABLE_HOURS, Panel, plasma
from ketaminder.clinic.pages.published import Dosed, comparable
from ketaminder.pharmacology import Simulation
from ketaminder.pharmacology.kinetics import EXPOSURE_H
from ketaminder.pharmacology.observations import Arm
from ketaminder.pharmacology.question import Answer, Scenario
from ketaminder.terms import Refused

SESSION = Scale(4.0, (0.0, 1.0, 2.0, 3.0, 4.0))
SESSION_TABLE_H = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)


class View(StrEnum):
    """Ways of drawing the same numbers."""

    DAY = ""
    FIRST = "first"
    LOG = "log"


VIEWS: Mapping[View, Promise] = {
    View.DAY: _("all hours"),
    View.FIRST: _("first 4 hours"),
    View.LOG: _("logarithmic axis"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, the answer that is drawn, the study that is asked about, if one is, and how it is drawn."""

    scenario: Scenario
    chosen: Answer
    study: Dosed | None
    view: View

    @property
    def views(self) -> tuple[View, ...]:
        """The ways that there are: the first hours stand out of a day, not out of a course or of a study's hours."""
        return tuple(one for one in View if one is not View.FIRST or self.whole is HOURS)

    @property
    def whole(self) -> Scale:
        """A day; longer where a course is; of a study, to its last level."""
        if self.study and self.study.levels:
            return scale_for(max(point.hour for point in self.study.levels))
        end = max(dose.time_h + dose.duration_h for dose in self.scenario.doses) + EXPOSURE_H
        return HOURS if end < 25 or self.study else scale_for(end)

    @property
    def hours(self) -> Scale:
        return SESSION if self.view is View.FIRST else self.whole

    @property
    def table_hours(self) -> tuple[float, ...]:
        """The hours of the tables: of a study, those at which it published levels."""
        if self.study and self.study.levels:
            return tuple(sorted({point.hour for point in self.study.levels}))
        tables = {HOURS: TABLE_HOURS, SESSION: SESSION_TABLE_H}
        return tables.get(self.hours, tuple(self.hours.ticks[1:]))

    @property
    def key_under(self) -> bool:
        """Whether curves leave the key no room in the plot."""
        return self.view is View.LOG or self.hours is not HOURS

    @property
    def published(self) -> tuple[Arm, ...]:
        return self.study.arms if self.study else comparable(self.scenario, self.chosen)

    def scale(self, analyte: str, largest: float, at_the_end: float) -> Scale:
        """The vertical axis of a panel, by its largest value and its lowest at the end of the hours.

        A share of receptors stays linear.
        """
        return log_scale_for(largest, at_the_end) if self.view is View.LOG and analyte else scale_for(largest)

    def panels(self, simulation: Simulation) -> Iterator[tuple[str, Panel]]:
        """What is drawn of a simulation, analyte by analyte as far as the model reports them; occupancy has none."""
        for panel, name in zip(PANELS, (*simulation.leading, ""), strict=True):
            if not self.study and (not name or name in simulation.analytes):
                yield name, panel
        for name in self.study.analytes if self.study else ():
            if name in simulation.analytes:
                yield name, plasma(name)


def asked_of(scenario: Scenario, chosen: Answer, study: Dosed | None, view: str) -> Asked:
    """The question, to be drawn in the `view` of that name.

    Raises:
        Refused: no such view of it.
    """
    views = Asked(scenario, chosen, study, View.DAY).views
    if view not in views:
        raise Refused("view", view, f"one of {', '.join(filter(None, views))}, or none")
    return Asked(scenario, chosen, study, View(view))
