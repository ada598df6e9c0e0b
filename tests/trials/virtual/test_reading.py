"""Designs as text: closed, strict, and what they leave open is said."""

from __future__ import annotations

import pytest

from ketaminder.pharmacology.acute import highest_intensity
from ketaminder.pharmacology.dosing import nasal_devices
from ketaminder.terms import Refused
from ketaminder.trials.study import Dose, Kind, Way
from ketaminder.trials.virtual import design
from ketaminder.trials.virtual.shipped import can_run, named, texts

from .designs import PRIMARY, one_dose


def test_a_design_says_what_it_says() -> None:
    found = design(one_dose(30, PRIMARY.format(measure="response")))
    ketamine, midazolam = found.arms
    assert (ketamine.given.kind, ketamine.given.way) == (Kind.KETAMINE, Way.INTRAVENOUS)
    assert ketamine.given.doses == (Dose(0.0, 0.5, 0.5),)
    assert [one.intensity for one in ketamine.sessions] == [pytest.approx(1.0, rel=1e-12)]
    assert (midazolam.given.kind, midazolam.given.doses, midazolam.sessions) == (Kind.PSYCHOACTIVE, (), ())
    assert found.people == 60
    assert found.setting.people == 60
    assert found.scores.highest == 60
    assert found.assumed == ("weight not stated: 70 kg",)


def test_a_dose_by_the_nose_repeats_as_the_rule_says() -> None:
    text = one_dose().replace(
        'doses = [{ drug = "ketamine", route = "intravenous", dose = 0.5, unit = "mg/kg", minutes = 40 }]',
        'doses = [{ drug = "esketamine", route = "nasal", dose = 84, unit = "mg", every_h = 84, count = 3 }]',
    )
    arm = design(text).arms[0]
    assert [one.hour for one in arm.given.doses] == [0.0, 84.0, 168.0]
    assert arm.sessions[0].intensity == pytest.approx(highest_intensity(nasal_devices(84.0)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('scale = "MADRS"', 'scale = "CADSS-23"', "CADSS-23"),
        ('scale = "MADRS"', 'scale = "nonsense"', "nonsense"),
        ("visits_h = [24, 168]", "visits_h = [168, 24]", "ascending"),
        ("visits_h = [24, 168]", "visits_h = []", "ascending"),
        ("visits_h = [24, 168]", "visits_h = [-1]", "above zero"),
        ("mean = 32", "mean = -1", "above zero"),
        ("mean = 32", "mean = 61", "60"),
        ("n = 60", "n = 0", "people of the arm"),
        ("dose = 0.5", "dose = -0.5", "above zero"),
        ("dose = 0.5, ", "", "amount"),
        (", minutes = 40", "", "minutes"),
        ('unit = "mg/kg"', 'unit = "grams"', "grams"),
        ('drug = "ketamine"', 'drug = "ketamin"', "ketamin"),
        ('route = "intravenous", dose', 'route = "rectal", dose', "rectal"),
        ('id = "midazolam"', 'id = "ketamine"', "id of its own"),
        ('title = "One dose"', 'title = "One dose"\nunheard = 1', "unheard"),
        ('id = "one-dose"', "id = ", "TOML"),
        ("n = 60", "n = 1500000", "at most"),
    ],
)
def test_what_cannot_be_read_is_quoted(old: str, new: str, said: str) -> None:
    text = one_dose()
    assert old in text
    with pytest.raises(Refused, match=said.replace("(", r"\(")):
        design(text.replace(old, new))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (PRIMARY.format(measure="relapse"), "relapse"),
        (PRIMARY.format(measure="change").replace("hour = 24", "hour = 25"), "visits_h"),
        (PRIMARY.format(measure="change").replace('against = "midazolam"', 'against = "saline"'), "saline"),
        ('[entry]\nhours = [24]\nrequires = "remission"\n', "above zero"),
        ('[entry]\nhours = [0]\nrequires = "bliss"\n', "bliss"),
        ("[relapse]\npoints = 22\nvisits = 0\n", "visits in a row"),
        ("[leaving]\nper_week = 1.5\n", "fraction"),
    ],
)
def test_what_does_not_fit_the_rest_is_refused(more: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        design(one_dose(20, more))


def test_half_a_device_is_refused() -> None:
    text = one_dose().replace(
        'doses = [{ drug = "ketamine", route = "intravenous", dose = 0.5, unit = "mg/kg", minutes = 40 }]',
        'doses = [{ drug = "esketamine", route = "nasal", dose = 40, unit = "mg" }]',
    )
    with pytest.raises(Refused, match="28-mg"):
        design(text)


@pytest.mark.parametrize("id_", list(texts()))
def test_what_ships_can_be_read(id_: str) -> None:
    assert named(id_).id == id_


@pytest.mark.parametrize("id_", can_run())
def test_published_trials_are_designs(id_: str) -> None:
    found = named(id_)
    assert found.arms
    assert found.visits_h


def test_published_trials_keep_their_arms() -> None:
    """Janik 2025: 56 mg, 84 mg and placebo, twice a week for four weeks."""
    found = named("trd4005_janik2025")
    doses = {arm.id: len(arm.given.doses) for arm in found.arms}
    assert doses == {"56 mg": 8, "84 mg": 8, "placebo": 0}


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(Refused, match="single_infusion"):
        named("nowhere")


def test_a_withdrawal_trial_is_no_design_of_its_own() -> None:
    with pytest.raises(Refused):
        named("sustain1_2019")
