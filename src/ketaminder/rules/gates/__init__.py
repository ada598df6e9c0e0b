"""What may happen next at a session: gates before the dose, in the room, at the door and between sessions.

Each gate is a pure function of a case whose facts are the session's observations, the evidence, and the limits that the
responsible physician signed. What is missing asks; nothing proceeds unseen.
"""

from ketaminder.rules.gates.continuation import continuation
from ketaminder.rules.gates.discharge import discharge
from ketaminder.rules.gates.due import Due, due
from ketaminder.rules.gates.in_session import in_session, next_device
from ketaminder.rules.gates.pre_dose import pre_dose
from ketaminder.rules.gates.site_values import SiteValues, StartingPoint, sign, starting_points

__all__ = [
    "Due",
    "SiteValues",
    "StartingPoint",
    "continuation",
    "discharge",
    "due",
    "in_session",
    "next_device",
    "pre_dose",
    "sign",
    "starting_points",
]
