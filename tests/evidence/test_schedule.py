"""Published schedules: every dose cited and read, every rule they name at hand, and what is unsafe refused."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from shutil import copytree

import pytest

from ketaminder.evidence import Protocol, load
from ketaminder.evidence.library import Guidance
from ketaminder.evidence.schedule import read_protocols
from ketaminder.evidence.trial_words import READ
from ketaminder.terms import Grade, Product, Refused

LIBRARY = load()
EVERY = pytest.mark.parametrize("protocol", LIBRARY.protocols.values(), ids=LIBRARY.protocols)


@EVERY
def test_every_dose_and_every_phase_names_a_source_that_was_read(protocol: Protocol) -> None:
    for citations in [*(dose.citations for dose in protocol.doses), *(phase.citations for phase in protocol.phases)]:
        assert citations
        assert {citation.grade for citation in citations} <= READ


@EVERY
def test_every_rule_that_a_protocol_names_exists_and_speaks_of_its_product_and_region(protocol: Protocol) -> None:
    named = [LIBRARY.rules[id_] for ids in protocol.rules.values() for id_ in ids]
    assert [rule.id for rule in named if not rule.concerns(protocol.product)] == []
    for region in protocol.regions:
        assert [rule.id for rule in named if not rule.governs(region)] == []


@EVERY
def test_every_protocol_says_when_to_stop_and_refuses_home_use(protocol: Protocol) -> None:
    assert "G-STOP-01" in protocol.rules[Guidance.STOPPING]
    assert "E-HOME-01" in protocol.rules[Guidance.SAFEGUARDS]


@pytest.mark.parametrize("topic", [Guidance.MISSED, Guidance.RESTART, Guidance.REVIEW, Guidance.TECHNIQUE])
def test_every_label_schedule_carries_missed_session_restart_review_and_technique(topic: Guidance) -> None:
    nasal = [one for one in LIBRARY.protocols.values() if one.product is Product.ESKETAMINE_NASAL]
    assert [one.id for one in nasal if not one.rules.get(topic)] == []


@EVERY
def test_every_dose_is_given_in_some_phase_and_the_observation_rests_on_a_label(protocol: Protocol) -> None:
    given = {amount for phase in protocol.phases for amount in phase.amounts}
    assert {dose.amount for dose in protocol.doses} == given
    assert protocol.observation_min in ((120, None) if protocol.regions else (None,))


def test_no_schedule_was_read_for_sublingual_ketamine_or_the_swiss_label() -> None:
    protocols = LIBRARY.protocols.values()
    assert [one.id for one in protocols if one.product is Product.KETAMINE_SL] == []
    assert [one.id for one in protocols if "CH" in one.regions] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = copytree(str(files("ketaminder.evidence") / "protocols"), tmp_path / "protocols")
    return Path(copy)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('grade = "read in source"', f'grade = "{Grade.MEMORY}"', "no schedule rests on memory"),
        ('id = "RODR13"', 'id = "NOBODY"', "a source that sources.toml names"),
        ('unit = "mg/kg"', 'unit = "mg per kg"', "got 'mg per kg'"),
        ("amount = 0.5", "amount = -0.5", "a number above zero"),
        ("amounts = [0.5]", "amounts = [0.6]", "doses out of"),
        ('sources = ["RODR13"]', "sources = []", "one or more of RODR13"),
        ("from_week = 1", "from_week = 2", "weeks from 1 on, the last not before the first"),
        ("sessions_per_week = [1]", "sessions_per_week = [0]", "numbers above zero"),
        ('status = "off-label"', 'status = "off-label"\nmaximum = 3', "no entry of that name"),
        ('product = "ketamine_iv"', 'product = "ketamine_tea"', "got 'ketamine_tea'"),
    ],
)
def test_a_schedule_that_cannot_be_read_safely_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    path = folder / "ketamine_iv_ocd.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Refused, match=said):
        read_protocols(folder, LIBRARY.sources)
