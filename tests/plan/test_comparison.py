"""Protocols held against a person: which remain, which wait, which ask, and what is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from ketaminder import examples, intake
from ketaminder.evidence import load
from ketaminder.plan import Comparison, Option, Status, compare
from ketaminder.plan.doses import TIMES_H
from ketaminder.terms import Case, Indication, Phase, Product, Refused, Region, Result

ON = date(2026, 11, 1)
FEW = 20
"""Enough virtual people to draw a band; the bands themselves are tested in pharmacology."""


def person(name: str) -> Case:
    return intake.read(examples.text(name), on=ON)


def without(case: Case, *facts: str) -> Case:
    return replace(case, facts={name: fact for name, fact in case.facts.items() if name not in facts})


def option(comparison: Comparison, id_: str) -> Option:
    return next(option for option in comparison.options if option.protocol.id == id_)


@pytest.fixture(scope="module")
def resistant() -> Comparison:
    return compare(person("treatment_resistant_depression"), load(), people=FEW)


def test_a_person_who_meets_the_us_label_keeps_the_us_protocol_and_off_label_ketamine(resistant: Comparison) -> None:
    permitted = {option.protocol.id for option in resistant.options if option.status is Status.PERMITTED}
    assert permitted == {
        "esketamine_trd_us",
        "ketamine_iv_trd",
        "ketamine_iv_trd_three_a_week",
        "ketamine_sc_trd",
    }


def test_a_tablet_that_only_a_trial_gives_is_held_and_not_drawn(resistant: Comparison) -> None:
    tablet = option(resistant, "ketamine_oral_er_trd")
    assert tablet.status is Status.HELD
    assert str(tablet.reasons[0]) == "The tablet is investigational: no other oral form has these doses."
    assert all(dose.simulation is None for dose in tablet.doses)
    assert str(tablet.not_drawn).startswith("No curve: no pharmacokinetic model here follows Extended-release")


def test_products_without_a_read_schedule_are_named(resistant: Comparison) -> None:
    assert [str(one) for one in resistant.unread] == [
        "No schedule of ketamine im was read for TRD, label of US.",
        "No schedule of ketamine sl was read for TRD, label of US.",
    ]


def test_no_swiss_esketamine_schedule_was_read() -> None:
    case = replace(person("treatment_resistant_depression"), region=Region.CH)
    comparison = compare(case, load(), draw=False)
    assert "No schedule of esketamine nasal was read for TRD, label of CH." in [str(one) for one in comparison.unread]
    nasal = [one for one in comparison.options if one.protocol.product is Product.ESKETAMINE_NASAL]
    assert all(one.status is Status.NOT_PERMITTED for one in nasal)


def test_the_course_begins_on_the_date_of_the_case_unless_another_is_given(resistant: Comparison) -> None:
    nasal = option(resistant, "esketamine_trd_us")
    assert nasal.timetable is not None
    assert nasal.timetable.visits[0].on == ON
    later = compare(person("treatment_resistant_depression"), load(), draw=False, start=date(2026, 12, 1))
    moved = option(later, "esketamine_trd_us").timetable
    assert moved is not None
    assert moved.visits[0].on == date(2026, 12, 1)


def in_phase(phase: Phase, name: str = "treatment_resistant_depression") -> Comparison:
    return compare(replace(person(name), phase=phase), load(), draw=False)


def test_in_maintenance_no_first_day_and_no_finished_phase_is_shown() -> None:
    nasal = option(in_phase(Phase.MAINTENANCE), "esketamine_trd_us")
    assert [(dose.when, dose.amount_mg) for dose in nasal.doses] == [
        ("once a week or every 2 weeks, the least frequent that keeps the benefit", 56),
        ("once a week or every 2 weeks, the least frequent that keeps the benefit", 84),
    ]
    assert nasal.timetable is not None
    assert nasal.timetable.visits == ()
    assert str(nasal.timetable.time) == "At least 2 h of observation a visit."
    assert [(one.from_date, one.every_days) for one in nasal.timetable.continuations] == [(ON, (7, 14))]


def test_in_optimisation_the_weekly_visits_begin_now() -> None:
    nasal = option(in_phase(Phase.OPTIMISATION), "esketamine_trd_us")
    assert nasal.timetable is not None
    # Weeks 5 to 8 once a week; eight sessions of induction came before.
    assert [(visit.number, visit.week) for visit in nasal.timetable.visits] == [(9, 5), (10, 6), (11, 7), (12, 8)]
    assert nasal.timetable.visits[0].on == ON
    assert nasal.timetable.continuations[0].from_date == date(2026, 11, 29)  # four weeks later


def test_a_course_that_has_ended_is_not_permitted_in_maintenance() -> None:
    for name, id_, published in (
        ("suicidal_ideation", "esketamine_suicidality_us", "acute treatment"),
        ("ocd", "ketamine_iv_ocd", "acute series"),
    ):
        ended = option(in_phase(Phase.MAINTENANCE, name), id_)
        assert ended.status is Status.NOT_PERMITTED
        assert [str(reason) for reason in ended.reasons] == [
            f"Published as {published} only; phase recorded here: maintenance."
        ]


@pytest.mark.parametrize("phase", [Phase.START, Phase.INDUCTION])
def test_maintenance_of_responders_is_not_offered_before_an_induction(phase: Phase) -> None:
    kept = option(in_phase(phase, "social_anxiety"), "ketamine_sc_anxiety_maintenance")
    assert kept.status is Status.NOT_PERMITTED
    assert str(kept.reasons[0]).startswith("Published as maintenance only; phase recorded here: ")


def test_maintenance_of_responders_is_offered_in_maintenance() -> None:
    kept = option(in_phase(Phase.MAINTENANCE, "social_anxiety"), "ketamine_sc_anxiety_maintenance")
    assert kept.status is not Status.NOT_PERMITTED
    assert kept.timetable is not None
    assert len(kept.timetable.visits) == 26  # twice a week for 13 weeks


def test_every_other_protocol_says_why_not(resistant: Comparison) -> None:
    assert len(resistant.options) == len(load().protocols)
    for one in resistant.options:
        if one.status is Status.NOT_PERMITTED:
            assert one.reasons
            assert not one.doses
    eu = option(resistant, "esketamine_trd_eu_under_65")
    assert [str(reason) for reason in eu.reasons] == ["Belongs to the label of EU, UK; the label of US governs here."]


def test_devices_and_infusion_are_computed_with_their_arithmetic_shown(resistant: Comparison) -> None:
    nasal = option(resistant, "esketamine_trd_us")
    assert [dose.amount_mg for dose in nasal.doses] == [56, 84]
    assert str(nasal.doses[1].arithmetic) == "3 × 28 mg = 84 mg, devices 5 min apart."
    infusion = option(resistant, "ketamine_iv_trd").doses[0]
    # 156 lb x 0.45359237 kg/lb = 70.76041 kg; x 0.5 mg/kg = 35.3802 mg.
    assert infusion.amount_mg == pytest.approx(156 * 0.45359237 * 0.5, rel=1e-12)
    assert str(infusion.arithmetic) == "0.5 mg/kg × 70.76 kg = 35.4 mg over 40 min."


def test_every_curve_of_a_comparison_stands_on_one_time_axis(resistant: Comparison) -> None:
    drawn = [dose.simulation for one in resistant.options for dose in one.doses]
    assert any(simulation is not None for simulation in drawn)
    for simulation in filter(None, drawn):
        assert simulation.times_h[0] == 0
        assert simulation.times_h[-1] == 24
        assert np.array_equal(simulation.times_h, TIMES_H)


def test_without_a_weight_the_infusion_asks_and_is_not_drawn_while_the_spray_goes_on() -> None:
    case = person("treatment_resistant_depression")
    case = replace(case, patient=replace(case.patient, weight_kg=None))
    comparison = compare(case, load(), people=FEW)
    infusion, nasal = option(comparison, "ketamine_iv_trd"), option(comparison, "esketamine_trd_us")
    assert infusion.status is Status.ASK
    assert [str(reason) for reason in infusion.reasons] == ["Record the measured body weight, in kg."]
    assert infusion.doses[0].amount_mg is None
    assert infusion.doses[0].simulation is None
    assert nasal.status is Status.PERMITTED
    assert all(dose.simulation for dose in nasal.doses)


def test_without_a_blood_pressure_every_protocol_waits_and_names_what_to_record() -> None:
    case = without(person("treatment_resistant_depression"), "systolic_mmHg", "diastolic_mmHg")
    comparison = compare(case, load(), people=FEW)
    assert comparison.assessment.result is Result.DEFER
    nasal = option(comparison, "esketamine_trd_us")
    assert nasal.status is Status.HELD
    assert any("blood pressure" in str(reason).lower() for reason in nasal.reasons)
    assert not any(one.status is Status.PERMITTED for one in comparison.options)


def test_an_excluded_person_is_shown_no_dose_and_no_curve() -> None:
    case = person("treatment_resistant_depression")
    aneurysm = replace(case.facts["aneurysmal_vascular_disease"], value=True)
    comparison = compare(
        replace(case, facts={**case.facts, "aneurysmal_vascular_disease": aneurysm}), load(), people=FEW
    )
    assert comparison.assessment.result is Result.EXCLUDE
    assert all(one.status is Status.NOT_PERMITTED and not one.doses for one in comparison.options)


@pytest.mark.parametrize(("age", "protocol"), [(64, "esketamine_trd_eu_under_65"), (65, "esketamine_trd_eu_from_65")])
def test_the_eu_schedule_turns_on_the_65th_birthday(age: int, protocol: str) -> None:
    case = person("treatment_resistant_depression")
    case = replace(case, region=Region.EU, patient=replace(case.patient, age_years=age))
    comparison = compare(case, load(), people=FEW)
    remaining = {one.protocol.id for one in comparison.options if one.status is not Status.NOT_PERMITTED}
    assert remaining & {"esketamine_trd_eu_under_65", "esketamine_trd_eu_from_65"} == {protocol}


def test_an_unknown_region_asks_before_any_label_applies() -> None:
    comparison = compare(replace(person("treatment_resistant_depression"), region=None), load(), people=FEW)
    assert not any(one.status is Status.PERMITTED for one in comparison.options)
    assert comparison.assessment.result is Result.DEFER


def test_no_protocol_is_offered_where_none_was_read() -> None:
    case = replace(person("social_anxiety"), indication=Indication.PANIC)
    comparison = compare(case, load(), people=FEW)
    assert all(one.status is Status.NOT_PERMITTED for one in comparison.options)


def test_curves_can_be_left_out() -> None:
    comparison = compare(person("treatment_resistant_depression"), load(), draw=False)
    doses = [dose for one in comparison.options for dose in one.doses]
    assert doses
    assert all(dose.amount_mg is not None and dose.simulation is None for dose in doses)


def test_a_comparison_without_a_product_has_no_assessment_of_its_own() -> None:
    comparison = compare(replace(person("ocd"), product=None), load(), draw=False)
    assert set(comparison.assessments) == {one.product for one in load().protocols.values()}
    with pytest.raises(Refused, match="product: got None"):
        _ = comparison.assessment


def test_the_same_person_twice_gives_the_same_curves() -> None:
    first, second = (compare(person("ocd"), load(), people=FEW) for _ in range(2))
    one, other = (option(each, "ketamine_iv_ocd").doses[0].simulation for each in (first, second))
    assert one is not None
    assert other is not None
    assert np.array_equal(one.analytes["ketamine"].curve.bands.values, other.analytes["ketamine"].curve.bands.values)
