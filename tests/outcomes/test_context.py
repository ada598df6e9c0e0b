"""What the clinic says beside the answers: read exactly, or refused."""

from __future__ import annotations

import pytest

from ketaminder.outcomes import score
from ketaminder.terms import Refused

from .sheets import items


@pytest.mark.parametrize(
    ("scale_id", "context", "required"),
    [
        ("MADRS", {"baseline": 61}, "a whole number from 0 to 60"),
        ("MADRS", {"baseline": 30.0}, "a whole number from 0 to 60"),
        ("MADRS", {"baseline": True}, "a whole number from 0 to 60"),
        ("MADRS", {"baseline": "30"}, "a whole number from 0 to 60"),
        ("MOAA/S", {"predose": 6}, "a whole number from 0 to 5"),
        ("CADSS-23", {"predose": -1}, "a whole number from 0 to 92"),
        ("PHQ-9", {"policy": "guess"}, "one of strict, prorate"),
        ("AUDIT-C", {"sex": "F"}, "one of female, male, other"),
        ("PDSS", {"agoraphobia": "yes"}, "true or false"),
        ("WSAS", {"work_applicable": 0}, "true or false"),
        ("WHODAS-2.0-12", {"coding": "1-4"}, "one of 0-4, 1-5"),
        ("WHODAS-2.0-12", {}, "one of 0-4, 1-5"),
        ("VAS-DISSOCIATION", {}, "one of 0-10, 0-100"),
        ("MADRS", {"base_line": 30}, "one of agoraphobia, baseline"),
    ],
)
def test_a_context_that_cannot_be_read_is_refused(scale_id: str, context: dict[str, object], required: str) -> None:
    with pytest.raises(Refused, match=r"got .*; required: ") as refusal:
        score(scale_id, {}, context)
    assert required in str(refusal.value)


def test_a_context_of_another_scale_is_left_aside() -> None:
    assert score("GAD-7", items(7, 1), {"predose": 5, "baseline": 20}) == score("GAD-7", items(7, 1))


def test_an_unknown_scale_is_refused_and_the_scales_are_named() -> None:
    with pytest.raises(Refused, match=r"got 'madrs'; required: one of ALDRETE, .*MADRS"):
        score("madrs", {})


def test_sex_recorded_as_other_takes_the_lower_cut() -> None:
    assert score("AUDIT-C", items(3, 1), {"sex": "other"}).flags == ("AUDITC_POSITIVE", "SEX_UNKNOWN_LOWER_CUT")
