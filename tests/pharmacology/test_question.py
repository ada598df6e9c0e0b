"""Which models answer, in which order, and what they say beside the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ketaminder.pharmacology import infusion, nasal_devices
from ketaminder.pharmacology.question import Answer, Scenario, answers, claimants, spread
from ketaminder.pharmacology.validity import Sampling
from ketaminder.terms import Dose, Drug, Patient, Refused, Route, Sex

NOBODY = Patient("scenario")
K, S = Drug.KETAMINE, Drug.ESKETAMINE
HALF_MG_PER_KG = (infusion(K, 0.5, 70, 40),)


def asked(drug: Drug, route: Route, sampling: Sampling | None = None) -> list[str]:
    return [model.id for model, _ in claimants(drug, route, sampling)]


def said(given: Answer) -> str:
    return " ".join(str(message) for message in (*given.warnings, *given.assumed))


def test_who_is_asked_first() -> None:
    venous, arterial = Sampling.VENOUS, Sampling.ARTERIAL
    assert asked(K, Route.INTRAVENOUS)[0] == asked(K, Route.INTRAVENOUS, venous)[0] == "otto_2021"
    assert asked(K, Route.INTRAVENOUS, arterial)[:2] == ["simons_2022", "noppers_2011"]
    assert asked(S, Route.NASAL) == ["perez_ruixo_2021"]
    assert asked(S, Route.ORAL) == ["ashraf_2018", "perez_ruixo_2021"]
    assert asked(K, Route.ORAL) == ["bridge_venous", "ashraf_2018"]
    assert asked(S, Route.SUBLINGUAL)[0] == "simons_2022"
    assert asked(K, Route.SUBLINGUAL) == asked(K, Route.INTRAMUSCULAR) == ["bridge_venous"]


def test_a_bolus_is_asked_of_the_model_that_was_made_of_short_infusions() -> None:
    order = [model.id for model, _ in claimants(K, Route.INTRAVENOUS, Sampling.VENOUS, boluses=True)]
    assert order == ["ashraf_2018", "otto_2021", "bridge_venous", "clements_nimmo_1981", "kamp_2020_meta"]
    for minutes, first in ((0.0, "ashraf_2018"), (2.0, "ashraf_2018"), (5.0, "ashraf_2018"), (6.0, "otto_2021")):
        doses = (Dose(S, Route.INTRAVENOUS, 7.0, 0.0, minutes / 60),)
        assert answers(Scenario(doses, NOBODY, Sampling.VENOUS))[0].model.id == first
    then_an_infusion = (Dose(S, Route.INTRAVENOUS, 7.0), Dose(S, Route.INTRAVENOUS, 7.0, 0.0, 1.0))
    assert answers(Scenario(then_an_infusion, NOBODY))[0].model.id == "otto_2021"


def test_the_peak_of_a_bolus_is_not_the_dose_over_a_volume() -> None:
    """Ashraf 2018 has a central volume of 14.4 L: 10 mg at once would read 694 ng/mL; 296 were observed at 2 min."""
    first, *_ = answers(Scenario((Dose(K, Route.INTRAVENOUS, 10.0),), NOBODY, Sampling.VENOUS))
    peak = first.exposures["ketamine"]
    assert peak.tmax_h == pytest.approx(2 / 60)
    assert peak.cmax_ng_per_mL == pytest.approx(296, rel=0.02)
    assert "The peak of a bolus is given from 2 min after its end on" in said(first)
    assert "The peak of a bolus" not in said(answers(Scenario(HALF_MG_PER_KG, NOBODY))[0])


def test_what_is_injected_slowly_does_not_peak_above_what_is_injected_at_once() -> None:
    """The peak is that of 2 min after the end, so it falls with every minute that an injection takes."""
    found = [
        answers(Scenario((Dose(K, Route.INTRAVENOUS, 10.0, 0.0, minutes / 60),), NOBODY))[0].exposures["ketamine"]
        for minutes in (0.0, 0.5, 1.0, 2.0, 5.0)
    ]
    assert [peak.tmax_h * 60 for peak in found] == pytest.approx([2.0, 2.5, 3.0, 4.0, 7.0])
    peaks = [peak.cmax_ng_per_mL for peak in found]
    assert peaks == sorted(peaks, reverse=True)


def test_an_infusion_shorter_or_longer_than_those_analysed_is_flagged() -> None:
    outside = "min is outside what Otto 2021 analysed (30 min, and steps over 2 h)"
    for minutes, flagged in ((10.0, True), (30.0, False), (120.0, False), (180.0, True)):
        first, *_ = answers(Scenario((Dose(K, Route.INTRAVENOUS, 30.0, 0.0, minutes / 60),), NOBODY))
        assert (f"An infusion of {minutes:g} {outside}" in said(first)) == flagged


def test_a_question_that_no_model_claims_is_refused() -> None:
    with pytest.raises(Refused, match=r"route: got 'nasal'; required: a route by which a model of ketamine is known"):
        claimants(K, Route.NASAL)


def test_models_of_one_question_are_shown_with_their_spread() -> None:
    """Peaks by an independent implementation: Clements 177, Otto 160, Kamp 253, Ashraf 269, derived venous 235."""
    given = answers(Scenario(HALF_MG_PER_KG, NOBODY, Sampling.VENOUS))
    peaks = {one.model.id: one.exposures["ketamine"].cmax_ng_per_mL for one in given}
    assert peaks == pytest.approx(
        {"otto_2021": 160, "bridge_venous": 235, "clements_nimmo_1981": 177, "kamp_2020_meta": 253, "ashraf_2018": 269},
        rel=0.003,
    )
    found = spread(given)["ketamine"]
    assert found.models == 5
    assert found.cmax_fold == pytest.approx(269 / 160, rel=0.005)
    assert spread(given)["norketamine"].models == 3
    assert spread(given[:1]) == {}


def test_arterial_and_venous_are_never_mixed() -> None:
    for sampling in Sampling:
        given = answers(Scenario(HALF_MG_PER_KG, NOBODY, sampling))
        assert {one.claim.sampling for one in given} == {sampling}


def test_the_person_for_whom_a_model_is_printed_stands_in_aloud() -> None:
    first, *_ = answers(Scenario(HALF_MG_PER_KG, NOBODY))
    assert first.patient.weight_kg == 70.0
    assert "Body weight is not given: 70 kg assumed, for which Otto 2021 is printed." in said(first)
    assert "The sampling site is not given: venous blood assumed." in said(first)
    light, *_ = answers(Scenario(HALF_MG_PER_KG, Patient("scenario", weight_kg=55.0), Sampling.VENOUS))
    assert light.exposures["ketamine"].cmax_ng_per_mL > first.exposures["ketamine"].cmax_ng_per_mL
    assert "assumed, for which" not in said(light)
    assert "The sampling site" not in said(light)


def test_what_a_model_does_not_read_is_said() -> None:
    first, *_ = answers(Scenario(HALF_MG_PER_KG, Patient("scenario", age_years=30.0, sex=Sex.FEMALE)))
    assert "Age is given, and Otto 2021 does not read it." in said(first)
    assert "Sex is given, and Otto 2021 does not read it." in said(first)


def test_a_site_that_nobody_models_is_answered_with_the_other_and_says_so() -> None:
    first, *_ = answers(Scenario(nasal_devices(56), NOBODY, Sampling.ARTERIAL))
    assert first.claim.sampling is Sampling.VENOUS
    assert "No model here answers for arterial blood after nasal esketamine: this is venous blood." in said(first)


def test_a_dose_outside_the_analysed_ones_is_flagged_and_one_inside_is_not() -> None:
    """Otto 2021: up to 0.43 mg/kg S-ketamine, 62 mg racemate at 71.3 kg."""
    outside = "is outside what Otto 2021 analysed"
    first, *_ = answers(Scenario((Dose(K, Route.INTRAVENOUS, 100.0, 0.0, 1.0),), NOBODY))
    assert f"A dose of 100 mg {outside}" in said(first)
    assert outside not in said(answers(Scenario(HALF_MG_PER_KG, NOBODY))[0])


def test_what_a_day_adds_up_to_is_flagged_and_the_same_hour_of_the_next_day_is_another() -> None:
    """Otto 2021: up to 62 mg of the racemate. Twice 35 mg are 70 mg, within a day or not."""
    outside = "70 mg within 24 h are outside what Otto 2021 analysed"
    (once,) = HALF_MG_PER_KG
    for hour, flagged in ((1.0, True), (23.9, True), (24.0, False)):
        again = replace(once, time_h=hour)
        assert (outside in said(answers(Scenario((again, once), NOBODY))[0])) == flagged
    steps = tuple(Dose(K, Route.INTRAVENOUS, mg, hour, 1.0) for hour, mg in enumerate((20.0, 40.0, 80.0)))
    assert Scenario(steps, NOBODY).most_in_a_day_mg == 140


def test_devices_of_one_session_count_together_and_sessions_apart() -> None:
    assert Scenario(nasal_devices(84), NOBODY).first_total_mg == 84
    assert Scenario((*nasal_devices(56), *nasal_devices(84, time_h=72)), NOBODY).first_total_mg == 56


def test_an_age_outside_the_analysed_people_is_flagged() -> None:
    first, *_ = answers(Scenario(nasal_devices(56), Patient("scenario", age_years=16.0)))
    assert "Adults only: this person is 16 years old." in said(first)


def test_provisional_and_borrowed_inputs_say_so() -> None:
    for route, words in (
        (Route.INTRAMUSCULAR, "provisional"),
        (Route.SUBCUTANEOUS, "No subcutaneous parameter could be read"),
        (Route.SUBLINGUAL, "racemic wafer"),
    ):
        first, *_ = answers(Scenario((Dose(K, route, 25.0),), NOBODY))
        assert words in said(first)
        assert "Derived, not published" in said(first)


def test_the_r_half_is_not_mentioned_where_no_racemate_was_given() -> None:
    racemate, *_ = answers(Scenario(HALF_MG_PER_KG, NOBODY))
    esketamine, *_ = answers(Scenario((infusion(S, 0.4, 70, 40),), NOBODY))
    assert "The R half is derived" in said(racemate)
    assert "R half" not in said(esketamine)
    assert "R-ketamine clearance" not in said(esketamine)
