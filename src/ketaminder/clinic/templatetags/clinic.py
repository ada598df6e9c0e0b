"""How values read on a page: sentences translated, words labelled, numbers rounded for reading."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext

from ketaminder.clinic.pages.labels import WORDS
from ketaminder.evidence.library import ProtocolPhase, RuleEvidence, SiteValue, Strength
from ketaminder.evidence.rule_book import ACTIONS
from ketaminder.evidence.strength import in_one_line
from ketaminder.terms import Criterion, Grade, Message

register = template.Library()
Listed = TypeVar("Listed")


def said(text: str) -> str:
    """Our own words in the reader's language: a page holds thousands, and a catalogue is asked once for each."""
    return _translated(get_language(), text)


@lru_cache(maxsize=16_384)
def _translated(_language: str | None, text: str) -> str:
    return gettext(text)


@lru_cache(maxsize=4096)
def _worded(_language: str | None, value: str) -> str:
    return str(WORDS.get(value) or gettext(value))


def _dated(when: date, form: str) -> str:
    """A moment is not kept: two that are equal may lie on different days of their zones."""
    return date_format(when, form) if isinstance(when, datetime) else _day(get_language(), when, form)


@lru_cache(maxsize=16_384)
def _day(_language: str | None, when: date, form: str) -> str:
    return date_format(when, form)


@lru_cache(maxsize=256)
def _graded(_language: str | None, how: Grade) -> SafeString:
    style = "unverified" if how is Grade.MEMORY else "grade"
    return format_html('<span class="{}">{}</span>', style, word(how))


def forget_words() -> None:
    """Ask the catalogues anew, where they were changed in a running process."""
    for kept in (_translated, _worded, _day, _graded):
        kept.cache_clear()


@register.filter
def message(sentence: Message | None) -> str:
    """The sentence in the reader's language, its values too where they are words."""
    if sentence is None:
        return ""
    return said(sentence.text).format(**{name: _value(value) for name, value in sentence.values.items()})


@register.filter
def word(value: StrEnum | str | None) -> str:
    """A word of our vocabulary as the reader's language writes it."""
    return "" if value is None else _worded(get_language(), str(value))


@register.filter
def words(values: Iterable[StrEnum]) -> str:
    """Several words of our vocabulary, always in the same order."""
    return ", ".join(word(value) for value in sorted(values))


@register.filter
def grade(how: Grade) -> SafeString:
    """How a number was read; *unverified* stands out."""
    return _graded(get_language(), how)


@register.filter
def prose(text: str) -> str:
    """A sentence or label of the evidence in the reader's language."""
    return said(text) if text else ""


@register.filter
def reading(value: object) -> str:
    """A recorded value: yes or no for a flag, a number to three decimals at most."""
    if value is None:
        return gettext("none")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return f"{round(value, 3):.10g}" if isinstance(value, int | float) else word(str(value))


@register.filter
def number(value: float | None) -> str:
    """A computed number to three significant figures; what would be lost in zeros is written as below 0.001."""
    if value is None:
        return "–"
    if 0 < abs(value) < 0.001:
        return "< 0.001"
    places = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:.{places}f}".rstrip("0").rstrip(".") if places else f"{value:.0f}"


@register.filter
def to(low: float, high: float) -> str:
    """A range as print writes it; one number where both ends read the same."""
    first, last = number(low), number(high)
    return first if first == last else f"{first}–{last}"


@register.filter
def day(when: date | None) -> str:
    return "" if when is None else _dated(when, "j F Y")


@register.filter
def short_day(when: date) -> str:
    """A date for a narrow column."""
    return _dated(when, "j M Y")


@register.filter
def moment(when: datetime) -> str:
    """A day and a time to the minute."""
    return date_format(localtime(when), "j M Y H:i")


@register.filter
def detail(canonical: str) -> str:
    """What an audit entry adds, as words: names and values; the kind of an entry needs no name."""
    told: dict[str, object] = json.loads(canonical)
    named = {name: "" if name == "kind" else f"{name.replace('_', ' ')}: " for name in told}
    return "; ".join(f"{named[name]}{_listed(value)}" for name, value in told.items() if value != [])


@register.filter
def clock(when: datetime) -> str:
    """A time of day, in the zone that it carries."""
    return when.strftime("%H:%M")


@register.filter
def item(mapping: Mapping[str, Listed], name: str) -> Listed | None:
    return mapping.get(name)


@register.filter
def label(value: SiteValue | None) -> str:
    return prose(value.label) if value else ""


@register.filter
def unit(value: SiteValue | None) -> str:
    return value.unit if value else ""


@register.filter
def whole(value: float) -> str:
    return f"{value:.0f}"


@register.filter
def fixed(value: float) -> str:
    """A length in a drawing: one decimal, whatever the reader's language writes."""
    return f"{value:.1f}"


@register.filter
def fixed_two(value: float) -> str:
    """A volume as it is drawn up: hundredths of a millilitre."""
    return f"{value:.2f}"


@register.filter
def add_to(value: float, offset: float) -> str:
    """A length in a drawing, moved by `offset`."""
    return f"{value + offset:.1f}"


@register.filter
def threshold(criterion: Criterion) -> str:
    """A criterion's comparator, value and unit, with the signs that print uses."""
    sign = {">=": "≥", "<=": "≤", "==": "="}.get(criterion.comparator, criterion.comparator)
    return f"{sign} {criterion.value:g} {prose(criterion.unit)}".rstrip()


@register.filter
def action(rule: RuleEvidence) -> str:
    """What a rule does where it fires."""
    return gettext(ACTIONS[rule.action])


@register.filter
def weeks(phase: ProtocolPhase) -> str:
    """When a phase of a protocol lies, and its name."""
    name = gettext(phase.name)
    if phase.to_week is None:
        return gettext("From week {first}, {name}").format(first=phase.from_week, name=name)
    if phase.to_week == phase.from_week:
        return gettext("Week {first}, {name}").format(first=phase.from_week, name=name)
    return gettext("Weeks {first} to {last}, {name}").format(first=phase.from_week, last=phase.to_week, name=name)


@register.filter
def one_line(strength: Strength) -> str:
    """The strength of evidence in one sentence."""
    return message(in_one_line(strength))


def _listed(value: object) -> str:
    return ", ".join(map(_listed, value)) if isinstance(value, list) else word(str(value))


def _value(value: object) -> object:
    if isinstance(value, Message):
        return message(value)
    return word(value) if isinstance(value, str) else value
