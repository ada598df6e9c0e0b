"""The doors beside the password, for the sign-in page: the demonstration's, and single sign-on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template
from django.conf import settings

from ketaminder.clinic.accounts.demo_doors import DOORS, Door

register = template.Library()


@register.simple_tag
def demo_doors() -> Sequence[Door]:
    """The accounts that the demonstration offers; none outside it."""
    return DOORS if settings.KETAMINDER_DEMO else ()


@register.simple_tag
def sign_on_providers() -> Sequence[Mapping[str, object]]:
    """The providers of single sign-on that the operator named, each with `provider_id` and `name`."""
    providers: Sequence[Mapping[str, object]] = settings.KETAMINDER_OIDC
    return providers
