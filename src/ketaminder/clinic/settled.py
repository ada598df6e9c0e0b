"""What every page reads, read before the first is asked for, and out of the way of the collector of garbage."""

from __future__ import annotations

import gc
from pathlib import Path

from django.template.loader import get_template
from django.urls import get_resolver

from ketaminder import evidence
from ketaminder.pharmacology import discover
from ketaminder.rules import all_rules

TEMPLATES = Path(__file__).parent / "templates"


def settle() -> None:
    """Read addresses, templates, evidence, rules and models, which stay as they are as long as the process lives.

    The collector goes through all that lives, a tenth of a second each time, in the middle of somebody's page. What is
    set aside here it does not look at again.
    """
    _ = get_resolver().url_patterns
    for template in TEMPLATES.rglob("*.html"):
        get_template(str(template.relative_to(TEMPLATES)))
    evidence.load()
    all_rules()
    discover()
    gc.collect()
    gc.freeze()
