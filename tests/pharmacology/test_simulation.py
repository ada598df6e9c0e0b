"""The entry point: one person, one dose or course, everything that stands beside the curves."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from ketaminder.pharmacology import Population, Simulation, for_product, infusion, nasal_devices, simulate
from ketaminder.pharmacology.changing import Change
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.population import virtual_people
from ketaminder.terms import Ancestry, Dose, Drug, Patient, Product, Refused, Route

NASAL, *_ = for_product(Product.ESKETAMINE_NASAL)
INTRAVENOUS, *_ = for_product(Product.KETAMINE_IV)
HOURS = np.linspace(0, 24, 97)
SOMEBODY = Patient("x", age_years=45.0, weight_kg=70.0, ancestry=Ancestry.CAUCASIAN)


def nasal(total_mg: float = 56, seed: int = 1, times: object = HOURS) -> Simulation:
    return simulate(NASAL, SOMEBODY, nasal_devices(total_mg), np.asarray(times), Population(50, seed))


def racemic(patient: Patient = SOMEBODY) -> Simulation:
    return simulate(INTRAVENOUS, patient, [infusion(Drug.KETAMINE, 0.5, 70, 40)], HOURS, Population(50, 1))


def bytes_of(simulation: Simulation) -> bytes:
    curves = [analyte.curve for analyte in simulation.analytes.values()]
    curves += [occupancy.curve for occupancy in simulation.occupancy]
    return b"".join(curve.typical.tobytes() + curve.bands.values.tobytes() for curve in curves)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_bands() -> None:
    assert bytes_of(nasal(seed=1)) == bytes_of(nasal(seed=1))
    assert bytes_of(nasal(seed=1)) != bytes_of(nasal(seed=2))


def test_the_analytes_of_a_nasal_dose_and_of_a_racemic_infusion() -> None:
    assert set(nasal().analytes) == {"esketamine", "noresketamine"}
    assert set(racemic().analytes) == {
        "esketamine",
        "arketamine",
        "ketamine",
        "noresketamine",
        "norarketamine",
        "norketamine",
    }


def test_total_ketamine_is_the_sum_of_its_enantiomers() -> None:
    found = {name: analyte.curve.typical for name, analyte in racemic().analytes.items()}
    assert np.array_equal(found["ketamine"], found["esketamine"] + found["arketamine"])
    assert found["arketamine"][-1] > found["esketamine"][-1]  # slower clearance


def test_both_enantiomers_differ_alike_between_people() -> None:
    """One person's V1 applies to both: just after a bolus both enantiomers of everybody are exactly alike."""
    people = virtual_people(INTRAVENOUS, SOMEBODY, 20, np.random.default_rng(3))
    bolus = Dose(Drug.KETAMINE, Route.INTRAVENOUS, 35.0)
    found = follow(INTRAVENOUS, people, [bolus], np.array([0.0])).concentrations()
    assert np.array_equal(found["esketamine"], found["arketamine"])
    assert found["esketamine"].std() > 0


def test_bands_lie_in_order_and_around_the_typical_person() -> None:
    for analyte in nasal().analytes.values():
        assert (np.diff(analyte.curve.bands.values, axis=0) >= 0).all()
        low, high = analyte.curve.bands.at(0.05), analyte.curve.bands.at(0.95)
        assert (low[1:] < analyte.curve.typical[1:]).all()
        assert (analyte.curve.typical[1:] < high[1:]).all()


def test_exposures_do_not_depend_on_the_times_asked_for() -> None:
    fine, coarse = nasal(times=HOURS), nasal(times=[0.0, 7.0])
    for name, analyte in fine.analytes.items():
        assert coarse.analytes[name].exposure == analyte.exposure


@pytest.mark.parametrize("simulation", [nasal(), racemic()], ids=["nasal", "racemic"])
def test_a_peak_is_above_its_neighbours_and_the_area_that_of_a_fine_trapezoid(simulation: Simulation) -> None:
    grid = np.linspace(0, 24, 14_401)
    fine = simulate(simulation.model, SOMEBODY, simulation.doses, grid, Population(1, 1))
    for name, analyte in simulation.analytes.items():
        curve = fine.analytes[name].curve.typical
        assert analyte.exposure.cmax_ng_per_mL == pytest.approx(float(curve.max()), rel=1e-6)
        assert analyte.exposure.cmax_ng_per_mL >= float(curve.max()) * (1 - 1e-11)
        assert analyte.exposure.tmax_h == pytest.approx(float(grid[curve.argmax()]), abs=0.003)
        assert analyte.exposure.auc_24h_ng_h_per_mL == pytest.approx(float(np.trapezoid(curve, grid)), rel=1e-5)


def test_the_exposure_is_that_of_the_first_24_hours() -> None:
    twice = simulate(NASAL, SOMEBODY, [*nasal_devices(56), *nasal_devices(84, time_h=72)], HOURS, Population(1, 1))
    assert twice.analytes["esketamine"].exposure == nasal().analytes["esketamine"].exposure


def test_mass_is_conserved_through_every_route_of_every_model() -> None:
    doses = [
        *nasal_devices(84),
        Dose(Drug.ESKETAMINE, Route.ORAL, 84.0, 30.0),
        Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, 28.0, 40.0, 0.6),
    ]
    people = virtual_people(NASAL, SOMEBODY, 100, np.random.default_rng(5))
    (copy,) = follow(NASAL, people, doses, np.linspace(0, 60, 601)).copies
    assert copy[1].schedule.given_mg == pytest.approx(84 + 84 + 28, rel=1e-12)
    assert np.abs(copy[1].balance_mg()).max() <= 1e-9 * (84 + 84 + 28)
    assert copy[1].mg.min() >= 0
    people = virtual_people(INTRAVENOUS, SOMEBODY, 100, np.random.default_rng(5))
    infused = follow(INTRAVENOUS, people, [infusion(Drug.KETAMINE, 0.5, 70, 40)], HOURS)
    assert np.abs(sum(amounts.balance_mg() for _, amounts in infused.copies)).max() <= 1e-9 * 35
    assert sum(amounts.schedule.given_mg[0] for _, amounts in infused.copies) == pytest.approx(35.0)


def test_occupancy_is_offered_under_both_affinity_sets_and_disputed_aloud() -> None:
    simulation = nasal()
    shaffer, ebert = simulation.occupancy
    assert (shaffer.affinity.id, ebert.affinity.id) == ("shaffer-2014", "ebert-1997")
    assert (shaffer.curve.typical[1:] < ebert.curve.typical[1:]).all()
    assert (shaffer.typical_in_vitro[1:] < shaffer.curve.typical[1:]).all()
    said = [str(message) for message in simulation.warnings]
    assert any("an estimate from rat affinity, not a measurement" in sentence for sentence in said)
    assert any(
        "0.55 to 0.57 by the label, 0.70 in Ashraf 2018, and 0.35 with human albumin" in sentence for sentence in said
    )


def test_the_conflicts_and_limits_of_the_model_stand_beside_its_curves() -> None:
    said = " ".join(str(message) for message in nasal().warnings)
    assert "1.38 to 1.56 times the one that the same paper prints" in said
    assert "Not for arterial peaks" in " ".join(str(message) for message in racemic().warnings)


def test_the_nasal_model_warns_when_it_is_used_for_an_infusion() -> None:
    given = [infusion(Drug.ESKETAMINE, 0.4, 70, 40)]
    simulation = simulate(NASAL, SOMEBODY, given, HOURS, Population(5, 1))
    assert [str(message)[:30] for message in simulation.outside_validity] == ["Not for intravenous peaks: thi"]


def test_what_was_assumed_and_who_said_so() -> None:
    simulation = simulate(NASAL, Patient("x"), nasal_devices(28), HOURS, Population(5, 1))
    assert str(simulation.assumed[0]).startswith("Age is not recorded: 45 years assumed")
    assert simulation.sources[0].id == "perez-ruixo-2021"
    assert {"shaffer-2014", "ebert-1997"} <= {source.id for source in simulation.sources}
    assert all(source.citation for source in simulation.sources)


def test_a_missing_weight_is_asked_for_and_draws_no_curve() -> None:
    with pytest.raises(Refused, match=r"body weight: got None"):
        racemic(Patient("x", age_years=45.0))


def test_no_dose_and_two_drugs_are_refused() -> None:
    with pytest.raises(Refused, match=r"doses: got .*; required: one or more doses of one drug"):
        simulate(NASAL, SOMEBODY, [], HOURS, Population(5, 1))
    both = [Dose(drug, Route.INTRAVENOUS, 10.0) for drug in Drug]
    with pytest.raises(Refused, match=r"doses: got .*; required: one or more doses of one drug"):
        simulate(INTRAVENOUS, SOMEBODY, both, HOURS, Population(5, 1))


def test_unsorted_times_are_refused() -> None:
    with pytest.raises(Refused, match=r"output times"):
        nasal(times=[1.0, 0.0])


def test_doses_may_come_in_any_order() -> None:
    devices = nasal_devices(84)
    turned = simulate(NASAL, SOMEBODY, devices[::-1], HOURS, Population(50, 1))
    assert bytes_of(turned) == bytes_of(nasal(84))


@pytest.mark.parametrize(
    "changes", [(), (Change(10.0, weight_kg=60.0),)], ids=["the same throughout", "lighter from 10 h"]
)
def test_people_followed_some_hours_at_a_time_have_the_same_bands(
    monkeypatch: pytest.MonkeyPatch, changes: tuple[Change, ...]
) -> None:
    """Pieces of three hours, of one hour, and of all."""
    dose = infusion(Drug.KETAMINE, 0.5, 70, 40)
    found = []
    for at_once in (10**9, 50 * 3, 1):
        monkeypatch.setattr("ketaminder.pharmacology.banded.AT_ONCE", at_once)
        monkeypatch.setattr("ketaminder.pharmacology.banded.CHANGING_AT_ONCE", at_once)
        found.append(simulate(INTRAVENOUS, SOMEBODY, [dose], HOURS, Population(50, 1), changes=changes))
    for other in found[1:]:
        for one, same in zip(found[0].analytes.values(), other.analytes.values(), strict=True):
            assert same.curve.bands.values == pytest.approx(one.curve.bands.values, rel=1e-12)
        for one_, same_ in zip(found[0].occupancy, other.occupancy, strict=True):
            assert same_.curve.bands.values == pytest.approx(one_.curve.bands.values, rel=1e-12)


def test_the_memory_of_bands_does_not_grow_with_people() -> None:
    """Ten times as many people, who have ten times as many curves, take less than half as much again at their most."""
    dose, hours = infusion(Drug.KETAMINE, 0.5, 70, 40), np.linspace(0, 96, 1000)

    def most(people: int) -> int:
        tracemalloc.start()
        simulate(INTRAVENOUS, SOMEBODY, [dose], hours, Population(people, 1))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    assert most(10_000) < 1.5 * most(1000)
