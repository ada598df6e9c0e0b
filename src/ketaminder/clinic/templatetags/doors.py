"""The doors of the demonstration, for the sign-in page."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.conf import settings

from ketaminder.clinic.accounts.demo_doors import DOORS, Door

register = template.Library()


@register.simple_tag
def demo_doors() -> Sequence[Door]:
    """The accounts that the demonstration offers; none outside it."""
    return DOORS if settings.KETAMINDER_DEMO else ()
