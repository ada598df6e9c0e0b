"""The limits that a clinic signs for itself, checked by the rules: a criterion that was read is never loosened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.events import content_of, write
from ketaminder.clinic.events.site import KeepingSigned, NurseLimitSigned, SiteValuesSigned
from ketaminder.clinic.models import Event
from ketaminder.evidence import load
from ketaminder.rules.gates import sign
from ketaminder.terms import Product, Refused, Region

LONGEST_YEARS = 1000
"""The longest time of retention that is taken. A convention against slips of the keyboard."""

NOT_SIGNED = "nothing signed"
LEAST_CELL = 11
"""The smallest count that may ever be shown: 1 to 10 are suppressed (CMS cell size suppression policy). A clinic
may sign a larger one."""


def sign_values(acting: Acting, region: Region, product: Product, values: Mapping[str, float], on: date) -> Event:
    """Sign the limits for one product, whole.

    Raises:
        Refused: a value is unknown, missing, not above zero, or looser than a criterion that was read.
    """
    signed = sign(load(), region, product, values, acting.name, on)
    content = SiteValuesSigned(
        region=region, product=product, values=dict(signed.values), printed_name=signed.signed_by
    )
    return write(acting, content)


def sign_nurse_limit(acting: Acting, rooms: int) -> Event:
    """Sign how many rooms one nurse may watch at a time.

    Raises:
        Refused: none.
    """
    if rooms < 1:
        raise Refused("rooms", rooms, "one or more")
    return write(acting, NurseLimitSigned(rooms=rooms, printed_name=acting.name))


def sign_keeping(acting: Acting, retention_years: int | None, smallest_cell: int | None) -> Event:
    """Sign how long charts are kept, and the smallest count that research may be shown; None leaves one undecided.

    Raises:
        Refused: neither is given, a time under a year or beyond belief, or a count that a policy that was read would
            suppress.
    """
    if retention_years is None and smallest_cell is None:
        raise Refused("keeping", "nothing", "the years, the count, or both")
    if retention_years is not None and not 1 <= retention_years <= LONGEST_YEARS:
        raise Refused("years", retention_years, f"from one to {LONGEST_YEARS}")
    if smallest_cell is not None and smallest_cell < LEAST_CELL:
        raise Refused("count", smallest_cell, f"{LEAST_CELL} or more (CMS cell size suppression policy)")
    content = KeepingSigned(retention_years=retention_years, smallest_cell=smallest_cell, printed_name=acting.name)
    return write(acting, content)


def signed_keeping(acting: Acting) -> tuple[Event, KeepingSigned] | None:
    """What the clinic signed last of how long and how coarsely it keeps, with the event that says so."""
    signed = Event.objects.filter(clinic_id=acting.place, kind=KeepingSigned.kind).order_by("-number").first()
    content = content_of(signed) if signed else None
    return (signed, content) if signed and isinstance(content, KeepingSigned) else None


def retention_years(acting: Acting) -> int:
    """How many years after its last event a chart is kept.

    Raises:
        Refused: nobody has signed it.
    """
    return _signed_number(acting, "years of retention", lambda signed: signed.retention_years)


def smallest_cell(acting: Acting) -> int:
    """The smallest count of people that research may be shown.

    Raises:
        Refused: nobody has signed it.
    """
    return _signed_number(acting, "smallest count", lambda signed: signed.smallest_cell)


def _signed_number(acting: Acting, what: str, number_in: Callable[[KeepingSigned], int | None]) -> int:
    signed = signed_keeping(acting)
    number = number_in(signed[1]) if signed else None
    if number is None:
        raise Refused(what, NOT_SIGNED, "a number that a physician of the clinic signs in its settings")
    return number


def signed_values(acting: Acting, product: Product) -> tuple[Event, SiteValuesSigned] | None:
    """The limits for a product that stand in the clinic, with the event that signed them."""
    signed = Event.objects.filter(clinic_id=acting.place, kind=SiteValuesSigned.kind).select_related("author")
    for event in signed.order_by("-number"):
        content = content_of(event)
        if isinstance(content, SiteValuesSigned) and content.product == product:
            return event, content
    return None
