"""What the hours of a session do, as `ketaminder simulate` says it where `acute` is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ketaminder.cli.documents import Document, rounded
from ketaminder.pharmacology import QUANTILES
from ketaminder.pharmacology.acute import TIMES_H, Course, courses
from ketaminder.pharmacology.acute_effects import NOT_AN_ALARM
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.question import Scenario
from ketaminder.terms import Citation, Message

EVERY = 5
"""Minutes between the points that are printed."""


def acute_document(scenario: Scenario) -> Document:
    """Dissociation, sedation, blood pressure and heart rate after the first session, for people of its covariates."""
    return {
        "session": "first",
        "times_h": _some(TIMES_H),
        "effects": [_effect(one) for one in courses(scenario.first_session)],
        "warning": str(NOT_AN_ALARM),
    }


def acute_lines(scenario: Scenario) -> Iterator[str]:
    """The same for the screen, one line an effect."""
    for one in courses(scenario.first_session):
        after = "" if one.resolved_h is None else f", a tenth of that at {one.resolved_h:.2f} h"
        yield f"{one.effect.name}: {one.peak:.3g} {one.effect.unit} at {one.at_h:.2f} h{after}"
    yield str(NOT_AN_ALARM)


def _effect(course: Course) -> Document:
    effect = course.effect
    return {
        "id": effect.id,
        "name": effect.name,
        "unit": effect.unit,
        "peak": rounded(course.peak),
        "at_h": rounded(course.at_h),
        "resolved_h": None if course.resolved_h is None else rounded(course.resolved_h),
        "typical": _some(course.typical),
        "bands": None if course.bands is None else _bands(course.bands),
        "grounds": [_cited(said, source) for said, source in effect.grounds],
        "other_sources": [_cited(said, source) for said, source in effect.ranges],
    }


def _bands(bands: Array) -> Document:
    return {f"p{100 * quantile:02.0f}": _some(row) for quantile, row in zip(QUANTILES, bands, strict=True)}


def _some(values: Array) -> list[float]:
    return [rounded(value) for value in np.asarray(values)[::EVERY].tolist()]


def _cited(said: Message, citation: Citation) -> Document:
    return {
        "text": str(said),
        "source": citation.source.citation,
        "locator": citation.locator,
        "grade": citation.grade,
    }
