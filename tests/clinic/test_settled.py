"""A server reads what every page needs before anybody asks for one."""

from __future__ import annotations

import gc
from unittest.mock import patch

from django.template import Template
from django.template.loader import get_template

from ketaminder import evidence
from ketaminder.clinic.settled import TEMPLATES, settle


def test_the_evidence_is_read_and_set_aside_from_the_collector_of_garbage() -> None:
    try:
        settle()
        assert gc.get_freeze_count() > len(evidence.load().rules)
        alive = {id(one) for one in gc.get_objects()}
        assert not any(id(rule) in alive for rule in evidence.load().rules.values())
    finally:
        gc.unfreeze()
    assert gc.get_freeze_count() == 0


def test_every_template_is_compiled_before_a_page_asks_for_it() -> None:
    try:
        settle()
        with patch.object(Template, "compile_nodelist", side_effect=AssertionError("compiled for a page")):
            for template in TEMPLATES.rglob("*.html"):
                get_template(str(template.relative_to(TEMPLATES)))
    finally:
        gc.unfreeze()
