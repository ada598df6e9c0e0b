"""Words and numbers as a reader sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

import pytest
from django.core.management import call_command

from ketaminder.clinic.pages.courses import SHOWN
from ketaminder.clinic.pages.labels import WORDS
from ketaminder.clinic.templatetags.clinic import day, grade, message, number, reading, threshold, to, word, words
from ketaminder.plan import Status
from ketaminder.terms import Ancestry, Criterion, Grade, Indication, Message, Phase, Product, Region, Result, Sex


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (161.73, "162"),
        (72.64, "72.6"),
        (1.5342, "1.53"),
        (0.66667, "0.667"),
        (0.0, "0"),
        (12.0, "12"),
        (0.5, "0.5"),
        (None, "–"),
        (0.00042, "< 0.001"),
    ],
)
def test_a_number_is_written_to_three_figures(value: float | None, written: str) -> None:
    assert number(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(True, "yes"), (False, "no"), (None, "none"), (152, "152"), (3.25, "3.25"), (30 / 30.4375, "0.986")],
)
def test_a_recorded_value_reads_as_a_clinician_writes_it(value: bool | float | None, written: str) -> None:
    assert reading(value) == written


@pytest.mark.parametrize("vocabulary", [Ancestry, Grade, Indication, Phase, Product, Region, Result, Sex, Status])
def test_every_word_of_the_vocabulary_has_a_label(vocabulary: type[StrEnum]) -> None:
    assert [one for one in vocabulary if str(one) not in WORDS] == []


def test_every_topic_of_a_course_has_a_label() -> None:
    assert [topic for topic in SHOWN if str(topic) not in WORDS] == []


@pytest.mark.parametrize(
    ("comparator", "written"),
    [(">=", "≥ 2.5 mg"), ("<=", "≤ 2.5 mg"), ("==", "= 2.5 mg"), (">", "> 2.5 mg"), ("<", "< 2.5 mg")],
)
def test_a_criterion_is_written_with_the_signs_of_print(comparator: str, written: str) -> None:
    assert threshold(Criterion("C", "dose", comparator, 2.5, "mg")) == written


def test_a_recalled_value_is_marked_unverified() -> None:
    assert grade(Grade.MEMORY) == '<span class="unverified">unverified</span>'
    assert grade(Grade.SOURCE) == '<span class="grade">read in source</span>'


def test_a_range_is_written_once_where_both_ends_read_the_same() -> None:
    assert to(56.0, 84.0) == "56–84"
    assert to(28.9, 28.9) == "28.9"


def test_several_words_stand_in_one_order() -> None:
    assert words(frozenset({Region.US, Region.EU})) == "European Union, United States"


def test_a_sentence_is_written_with_its_values() -> None:
    sentence = Message(
        "Systolic {systolic_mmHg} mmHg under the label of {region}.", systolic_mmHg=152, region=Region.US
    )
    assert message(sentence) == "Systolic 152 mmHg under the label of United States."
    assert word(Product.KETAMINE_IV) == "ketamine, intravenous"
    assert day(date(2026, 11, 22)) == "22 November 2026"


def test_messages_are_collected_from_rules_pages_and_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "locale").mkdir()
    (tmp_path / "rules.py").write_text('Message("Systolic {value} mmHg is above {limit} mmHg.", value=1, limit=2)\n')
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["de"], verbosity=0)
    collected = (tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    assert 'msgid "Systolic {value} mmHg is above {limit} mmHg."' in collected
    assert "Nasal esketamine for treatment-resistant depression, US label" in collected
    assert "Defer until the physician decides" in collected
    assert 'msgid "Dementia or delirium is recorded."' in collected
    assert 'msgid "Systolic {value} mmHg is at or above {limit} mmHg."' in collected
    assert "What follows from a record" not in collected, "a docstring is no sentence of a page"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["locale", "rules.py"]


def test_two_equal_moments_on_different_days_of_their_zones_stay_apart() -> None:
    late = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    there = late.astimezone(timezone(timedelta(hours=1)))
    assert late == there
    assert [day(late), day(there), day(late)] == ["29 November 2026", "30 November 2026", "29 November 2026"]
