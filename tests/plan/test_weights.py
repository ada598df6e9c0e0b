"""A dose by actual and by ideal weight, by hand: an inch is 2.54 cm; Devine's base is 50 or 45.5 kg at 60 inches."""

from __future__ import annotations

import json

import pytest

from ketaminder.cli import main
from ketaminder.evidence import load
from ketaminder.evidence.body_weight import ideal_weight
from ketaminder.plan import BothWeights, Measured, both_weights
from ketaminder.terms import Grade, Refused, Sex

LIBRARY = load()
INFUSION, INJECTION = LIBRARY.protocols["ketamine_iv_trd"], LIBRARY.protocols["ketamine_sc_trd"]


def both(weight_kg: float, height_cm: float, sex: Sex | None) -> BothWeights | None:
    return both_weights(INFUSION, 0.5, Measured(weight_kg, height_cm, sex), LIBRARY)


def test_a_man_by_hand() -> None:
    """180 cm = 70.866 inches: 50 + 2.3 x 10.866 = 74.992 kg; half of it is 37.496 mg, and 110 / 1.8^2 = 33.95."""
    found = both(110, 180, Sex.MALE)
    assert found is not None
    assert found.mass_index == pytest.approx(33.951, abs=0.001)
    assert found.ideal_kg == pytest.approx(74.992, abs=0.001)
    assert found.actual_mg == 55
    assert found.ideal_mg == pytest.approx(37.496, abs=0.001)
    assert str(found.said) == (
        "Body mass index 34.0 kg/m2 (>= 30 kg/m2): by ideal weight 0.5 mg/kg × 75.0 kg = 37.5 mg, 17.5 mg less than by "
        "actual weight (55.0 mg), which the trials used; the prescriber decides."
    )


def test_a_woman_by_hand() -> None:
    """165 cm = 64.961 inches: 45.5 + 2.3 x 4.961 = 56.910 kg."""
    found = both(90, 165, Sex.FEMALE)
    assert found is not None
    assert found.ideal_kg == pytest.approx(56.910, abs=0.001)


@pytest.mark.parametrize(("weight_kg", "shown"), [(119.6, False), (120, True), (120.4, True)])
def test_both_weights_show_from_the_limit_on(weight_kg: float, shown: bool) -> None:
    """At 200 cm the index is a quarter of the weight: 29.9, 30 and 30.1."""
    assert (both(weight_kg, 200, Sex.MALE) is not None) is shown


@pytest.mark.parametrize(("height_cm", "sex"), [(152.3, Sex.MALE), (180, None), (180, Sex.OTHER)])
def test_the_formula_says_nothing_below_sixty_inches_or_without_a_sex(height_cm: float, sex: Sex | None) -> None:
    """60 inches are 152.4 cm."""
    found = both(110, height_cm, sex)
    assert found is not None
    assert (found.ideal_kg, found.ideal_mg) == (None, None)
    assert "no ideal weight for this sex and height" in str(found.said)


def test_no_rule_asks_for_both_by_another_route() -> None:
    assert both_weights(INJECTION, 0.5, Measured(110, 180, Sex.MALE), LIBRARY) is None


@pytest.mark.parametrize("height_cm", [1.8, 99, 251])
def test_a_height_that_cannot_be_is_refused(height_cm: float) -> None:
    with pytest.raises(Refused, match="required: the measured height, 100 to 250 cm"):
        both(110, height_cm, Sex.MALE)


def test_infusions_go_by_the_weight_of_their_trials_and_what_was_not_read_is_not_said() -> None:
    weighed = {one.id: one.weight_basis for one in LIBRARY.protocols.values() if one.unit == "mg/kg"}
    assert {id_ for id_, basis in weighed.items() if basis == "actual"} == {id_ for id_ in weighed if "_iv_" in id_}
    assert {basis for id_, basis in weighed.items() if "_iv_" not in id_} == {""}
    assert ideal_weight().citation.grade is Grade.SECONDARY


def test_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["dose", "ketamine_iv_trd", "--dose", "0.5", "--unit", "mg/kg", "--weight-kg", "110"]
    assert main([*asked, "--height-cm", "180", "--sex", "male", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["weight_basis"], printed["total_mg"]) == ("actual", 55)
    assert printed["by_both_weights"]["ideal_mg"] == pytest.approx(37.496, abs=0.001)
    assert main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["by_both_weights"] is None
    assert main(["protocols", "show", "ketamine_iv_trd"]) == 0
    assert "Per kilogram of actual body weight." in capsys.readouterr().out
    assert main(["protocols", "show", "ketamine_sc_trd"]) == 0
    assert "which weight was not read" in capsys.readouterr().out
