"""A server reads what every page needs before anybody asks for one."""

from __future__ import annotations

import gc

from ketaminder import evidence
from ketaminder.clinic.settled import settle


def test_the_evidence_is_read_and_set_aside_from_the_collector_of_garbage() -> None:
    try:
        settle()
        assert gc.get_freeze_count() > len(evidence.load().rules)
        alive = {id(one) for one in gc.get_objects()}
        assert not any(id(rule) in alive for rule in evidence.load().rules.values())
    finally:
        gc.unfreeze()
    assert gc.get_freeze_count() == 0
