"""The dose calculator, worked by hand; whatever a protocol does not permit is refused in its words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaminder.evidence import load
from ketaminder.plan import Request, calculate
from ketaminder.terms import Refused

PROTOCOLS = load().protocols
INFUSION = PROTOCOLS["ketamine_iv_trd"]
SPRAY = PROTOCOLS["esketamine_trd_us"]
INJECTION = PROTOCOLS["ketamine_sc_trd"]


def test_an_infusion_by_hand() -> None:
    """0.5 mg/kg x 71 kg = 35.5 mg; at 10 mg/mL 3.55 mL; over 40 min 0.8875 mg/min and 3.55 / (40/60) = 5.325 mL/h."""
    answer = calculate(INFUSION, Request(0.5, "mg/kg", weight_kg=71, concentration_mg_per_mL=10, minutes=40))
    assert answer.total_mg == pytest.approx(35.5)
    assert answer.volume is not None
    assert answer.volume.rounded_mL == pytest.approx(3.55)
    assert answer.infusion is not None
    assert answer.infusion.mg_per_min == pytest.approx(0.8875)
    assert answer.infusion.mL_per_h == pytest.approx(5.325)
    assert [str(step) for step in answer.arithmetic] == [
        "0.5 mg/kg × 71 kg = 35.5 mg.",
        "35.5 mg ÷ 10 mg/mL = 3.55 mL; rounded to the nearest 0.01 mL: 3.55 mL, which holds 35.5 mg "
        "(+0.00% of the dose).",
        "35.5 mg ÷ 40 min = 0.8875 mg/min.",
        "3.55 mL ÷ 40 min × 60 = 5.325 mL/h.",
    ]


def test_a_diluted_infusion_by_hand() -> None:
    """100 mL over 40 min is 150 mL/h, whatever was drawn up."""
    asked = Request(0.5, "mg/kg", weight_kg=71, concentration_mg_per_mL=50, diluted_to_mL=100)
    answer = calculate(INFUSION, asked)
    assert answer.infusion is not None
    assert answer.infusion.mL_per_h == pytest.approx(150)


def test_rounding_is_said() -> None:
    """0.5 x 70.7 = 35.35 mg; at 50 mg/mL 0.707 mL; 0.71 mL holds 35.5 mg, 0.42% more."""
    answer = calculate(INFUSION, Request(0.5, "mg/kg", weight_kg=70.7, concentration_mg_per_mL=50))
    assert "0.707 mL; rounded to the nearest 0.01 mL: 0.71 mL, which holds 35.5 mg (+0.42% of the dose)." in str(
        answer.arithmetic[1]
    )


def test_devices_by_hand() -> None:
    answer = calculate(SPRAY, Request(84, "mg"))
    assert (answer.devices, answer.total_mg) == (3, 84)
    assert [str(step) for step in answer.arithmetic] == ["3 × 28 mg = 84 mg, devices 5 min apart."]
    assert (answer.volume, answer.infusion) == (None, None)


def test_an_injection_has_a_volume_and_no_rate() -> None:
    """0.9 mg/kg x 80 kg = 72 mg; at 50 mg/mL 1.44 mL."""
    answer = calculate(INJECTION, Request(0.9, "mg/kg", weight_kg=80, concentration_mg_per_mL=50))
    assert answer.volume is not None
    assert answer.volume.rounded_mL == pytest.approx(1.44)
    assert answer.infusion is None


def test_every_answer_cites_its_dose() -> None:
    answer = calculate(INFUSION, Request(0.5, "mg/kg", weight_kg=71))
    assert [citation.source.id for citation in answer.citations] == ["ELEKTD", "ANDR17D"]


@given(
    weight_kg=st.floats(25, 350),
    concentration=st.floats(1, 100),
    amount=st.sampled_from([dose.amount for dose in INJECTION.doses]),
)
def test_volume_times_concentration_is_the_dose(weight_kg: float, concentration: float, amount: float) -> None:
    asked = Request(amount, "mg/kg", weight_kg=weight_kg, concentration_mg_per_mL=concentration)
    answer = calculate(INJECTION, asked)
    assert answer.volume is not None
    assert answer.volume.exact_mL * concentration == pytest.approx(amount * weight_kg)
    assert abs(answer.volume.rounded_mL - answer.volume.exact_mL) <= 0.005 + 1e-9
    assert answer.volume.holds_mg == pytest.approx(answer.volume.rounded_mL * concentration)


@given(weight_kg=st.floats(25, 350))
def test_rate_times_minutes_is_the_dose(weight_kg: float) -> None:
    answer = calculate(INFUSION, Request(0.5, "mg/kg", weight_kg=weight_kg))
    assert answer.infusion is not None
    assert answer.infusion.mg_per_min * 40 == pytest.approx(answer.total_mg)


@pytest.mark.parametrize(
    ("id_", "asked", "said"),
    [
        ("ketamine_iv_trd", Request(1, "mg/kg", weight_kg=71), "dose: got '1 mg/kg'; required: at most 0.5 mg/kg; "),
        ("ketamine_iv_trd", Request(0.4, "mg/kg", weight_kg=71), "permits 0.5 mg/kg"),
        ("ketamine_iv_trd", Request(-0.5, "mg/kg", weight_kg=71), "got -0.5; required: a number above zero"),
        ("ketamine_iv_trd", Request(0, "mg/kg", weight_kg=71), "got 0; required: a number above zero"),
        ("ketamine_iv_trd", Request(float("nan"), "mg/kg", weight_kg=71), "got nan"),
        ("ketamine_iv_trd", Request(float("inf"), "mg/kg", weight_kg=71), "got inf"),
        ("ketamine_iv_trd", Request(35, "mg", weight_kg=71), "got '35 mg'; required: a dose in mg/kg"),
        ("ketamine_iv_trd", Request(0.5, "g/kg", weight_kg=71), "got '0.5 g/kg'"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg"), "weight: got None; required: the measured body weight"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=-71), "got -71"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=710), "got 710; required: the measured body weight, 25"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=float("nan")), "got nan"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=71, minutes=20), "infusion time: got 20; required: 40 min"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=71, minutes=float("nan")), "infusion time: got nan"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=71, concentration_mg_per_mL=0), "concentration: got 0"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=71, concentration_mg_per_mL=-1), "concentration: got -1"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=71, concentration_mg_per_mL=float("nan")), "got nan"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=71, concentration_mg_per_mL=1e9), "0.1 to 200 mg/mL"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=71, concentration_mg_per_mL=1e-9), "0.1 to 200 mg/mL"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=71, diluted_to_mL=1e9), "up to 1000, in mL"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=71, diluted_to_mL=0), "diluted volume: got 0"),
        ("ketamine_iv_trd", Request(0.5, "mg/kg", weight_kg=71, diluted_to_mL=float("nan")), "diluted volume: got nan"),
        (
            "ketamine_iv_trd",
            Request(0.5, "mg/kg", weight_kg=71, concentration_mg_per_mL=10, diluted_to_mL=3),
            "diluted volume: got 3; required: at least the 3.55 mL drawn up",
        ),
        ("ketamine_sc_trd", Request(0.5, "mg/kg", weight_kg=71, minutes=40), "none: this protocol gives no infusion"),
        (
            "ketamine_sc_trd",
            Request(0.5, "mg/kg", weight_kg=71, diluted_to_mL=50),
            "none: this protocol gives no infusion",
        ),
        ("esketamine_trd_us", Request(84, "mg", weight_kg=-3), "weight: got -3"),
        ("esketamine_trd_us", Request(112, "mg"), "at most 84 mg; 'Nasal esketamine"),
        ("esketamine_trd_us", Request(28, "mg"), "permits 56 or 84 mg"),
        ("esketamine_trd_us", Request(56, "mg", concentration_mg_per_mL=140), "none: a nasal device holds 28 mg"),
        ("ketamine_oral_er_trd", Request(120, "mg"), "a protocol outside trials"),
    ],
)
def test_what_lies_outside_a_protocol_is_refused_in_its_words(id_: str, asked: Request, said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)):
        calculate(PROTOCOLS[id_], asked)


@pytest.mark.parametrize(
    ("id_", "amount", "session", "said"),
    [
        ("esketamine_trd_us", 84, 1, "dose of session 1: got '84 mg'; required: 56 mg there"),
        ("esketamine_trd_eu_from_65", 84, 2, "got '84 mg'; required: 28 to 56 mg there"),
        ("esketamine_trd_us", 56, 0, "session: got 0"),
        ("esketamine_suicidality_us", 56, 1, "got '56 mg'; required: 84 mg there"),
        ("esketamine_suicidality_us", 84, 9, "session: got 9; required: a session of the course, 1 to 8"),
    ],
)
def test_a_dose_too_early_or_too_late_is_refused(id_: str, amount: float, session: int, said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)):
        calculate(PROTOCOLS[id_], Request(amount, "mg", session=session))


@pytest.mark.parametrize(("amount", "session"), [(56, 1), (84, 2), (56, 12), (84, 40)])
def test_a_dose_in_its_place_is_computed(amount: float, session: int) -> None:
    assert calculate(SPRAY, Request(amount, "mg", session=session)).total_mg == amount
