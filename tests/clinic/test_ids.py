"""Identifiers and salts are the system's randomness, but where the demonstration draws its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random

from ketaminder.clinic.ids import drawn_from, new_id, new_salt


def test_ids_are_random_uuids_and_salts_256_bits() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {one.version for one in ids} == {4}
    assert {len(bytes.fromhex(new_salt())) for _ in range(100)} == {32}


def test_the_same_generator_gives_the_same_ids_within_its_context_only() -> None:
    drawn = []
    for _ in range(2):
        with drawn_from(Random(7)):
            drawn.append((new_id(), new_salt()))
    assert drawn[0] == drawn[1]
    assert (new_id(), new_salt()) != drawn[0]


def test_another_thread_never_draws_from_it() -> None:
    with drawn_from(Random(7)), ThreadPoolExecutor(1) as other:
        here, there = new_id(), other.submit(new_id).result()
    with drawn_from(Random(7)):
        assert new_id() == here
        assert new_id() != there
