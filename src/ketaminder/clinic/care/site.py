"""The limits that a clinic signs for itself, checked by the rules: a criterion that was read is never loosened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.events import content_of, write
from ketaminder.clinic.events.site import NurseLimitSigned, SiteValuesSigned
from ketaminder.clinic.models import Event
from ketaminder.evidence import load
from ketaminder.rules.gates import sign
from ketaminder.terms import Product, Refused, Region


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


def signed_values(acting: Acting, product: Product) -> tuple[Event, SiteValuesSigned] | None:
    """The limits for a product that stand in the clinic, with the event that signed them."""
    signed = Event.objects.filter(clinic_id=acting.place, kind=SiteValuesSigned.kind).select_related("author")
    for event in signed.order_by("-number"):
        content = content_of(event)
        if isinstance(content, SiteValuesSigned) and content.product == product:
            return event, content
    return None
