"""Whole populations: what is drawn has the weighted figures of the survey's records, taken apart from our table.

National Health and Nutrition Examination Survey, August 2021 to August 2023, adults with a weight, examination weights.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ketaminder.pharmacology import Population, discover, simulate
from ketaminder.pharmacology.adults import People, draw, known_adults
from ketaminder.pharmacology.population import QUANTILES
from ketaminder.terms import Ancestry, Dose, Drug, Grade, Patient, Refused, Route, Sex

MANY = 40_000
ADULTS = known_adults()["us_adults"]
ANYBODY = Patient("anybody")


def drawn(known: Patient = ANYBODY, people: int = MANY) -> People:
    return draw(ADULTS, known, people, np.random.default_rng(3))


def who(found: People, sex: Sex, ancestry: Ancestry | None = None) -> NDArray[np.bool_]:
    return np.array([one.sex is sex and ancestry in (None, one.ancestry) for one in found.groups])


@pytest.mark.parametrize(
    ("sex", "ancestry", "mean_kg", "p05", "p50", "p95", "age"),
    [
        (Sex.FEMALE, None, 77.8, 50.4, 73.5, 118.9, 48.5),
        (Sex.MALE, None, 90.1, 60.9, 86.5, 132.1, 47.7),
        (Sex.FEMALE, Ancestry.CAUCASIAN, 78.3, 51.4, 74.2, 118.6, 51.1),
        (Sex.MALE, Ancestry.CAUCASIAN, 91.9, 63.4, 87.9, 133.2, 49.9),
        (Sex.FEMALE, Ancestry.ASIAN_NON_JAPANESE, 59.7, 45.1, 58.6, 79.9, 42.2),
        (Sex.MALE, Ancestry.OTHER, 89.5, 58.4, 85.8, 132.9, 44.3),
    ],
)
def test_weight_and_age_of_the_survey(
    sex: Sex, ancestry: Ancestry | None, mean_kg: float, p05: float, p50: float, p95: float, age: float
) -> None:
    """Weight is taken as log-normal: means to 1.5%, quantiles to 5%. Ages were recorded in whole years."""
    found = drawn()
    here = who(found, sex, ancestry)
    weights = found.weight_kg[here]
    assert weights.mean() == pytest.approx(mean_kg, rel=0.015)
    assert np.quantile(weights, [0.05, 0.5, 0.95]) == pytest.approx([p05, p50, p95], rel=0.05)
    assert found.age_years[here].mean() == pytest.approx(age + 0.5, abs=1.0)


def test_means_that_the_survey_published_earlier() -> None:
    """NCHS, 2015-2016: men 89.8 kg, women 77.4 kg (197.9 and 170.6 lb), 20 years and over. Another survey: 2%."""
    found = drawn()
    assert found.weight_kg[who(found, Sex.MALE)].mean() == pytest.approx(89.8, rel=0.02)
    assert found.weight_kg[who(found, Sex.FEMALE)].mean() == pytest.approx(77.4, rel=0.02)


def test_shares_of_sex_and_of_everybody() -> None:
    """51.2% of the survey's adults are women; the shares of the table add up to one."""
    assert who(drawn(), Sex.FEMALE).mean() == pytest.approx(0.512, abs=0.01)
    assert sum(one.share for one in ADULTS.groups) == pytest.approx(1, abs=1e-3)
    assert ADULTS.citation.grade is Grade.SECONDARY


def test_covariates_hang_together() -> None:
    """Men weigh more, Asian people less; without this, weight would not depend on sex and ancestry."""
    found = drawn()
    male = who(found, Sex.MALE)
    assert np.corrcoef(male, found.weight_kg)[0, 1] == pytest.approx(0.27, abs=0.03)
    asian = who(found, Sex.FEMALE, Ancestry.ASIAN_NON_JAPANESE) | who(found, Sex.MALE, Ancestry.ASIAN_NON_JAPANESE)
    assert found.weight_kg[asian].mean() < 0.85 * found.weight_kg[~asian].mean()


def test_what_is_known_is_shared_by_everybody() -> None:
    found = drawn(Patient("her", age_years=33.0, sex=Sex.FEMALE, ancestry=Ancestry.CAUCASIAN), 500)
    assert (found.age_years == 33.0).all()
    assert who(found, Sex.FEMALE, Ancestry.CAUCASIAN).all()
    assert np.unique(found.weight_kg).size == 500


def test_a_known_weight_makes_the_likelier_sex_likelier() -> None:
    """Of the survey's adults of 52 to 58 kg 81% are women, of those of 115 to 125 kg 39%.

    A log-normal weight has fewer very heavy women than the survey: 6% are allowed.
    """
    for weight, women in ((55.0, 0.81), (120.0, 0.39)):
        found = drawn(Patient("somebody", weight_kg=weight), 4000)
        assert who(found, Sex.FEMALE).mean() == pytest.approx(women, abs=0.06)


def test_the_oldest_age_stands_for_all_above_it() -> None:
    assert (drawn(Patient("old", age_years=85.0), 100).age_years == 85.0).all()
    assert drawn().age_years.max() == 80.0


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (Patient("child", age_years=12.0), "got '12 years'; required: somebody who is among the adults"),
        (
            Patient("jp", ancestry=Ancestry.JAPANESE),
            "got 'japanese'; required: .* asian_non_japanese, caucasian, other",
        ),
    ],
)
def test_somebody_whom_the_survey_does_not_know_is_refused(known: Patient, said: str) -> None:
    with pytest.raises(Refused, match=said):
        drawn(known, 10)


def test_people_who_differ_in_weight_give_wider_bands_than_people_of_one_weight() -> None:
    otto = next(one for one in discover() if one.id == "otto_2021")
    dose = Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, 14.0, 0.0, 2 / 3)
    patient, times = Patient("somebody", weight_kg=80.0), np.array([0.0, 2 / 3])
    alike = simulate(otto, patient, [dose], times, Population(2000, 5)).analytes["esketamine"].curve.bands
    differ = (
        simulate(otto, patient, [dose], times, Population(2000, 5, (ADULTS, ANYBODY)))
        .analytes["esketamine"]
        .curve.bands
    )
    assert differ.at(0.95)[1] / differ.at(0.05)[1] > 1.1 * alike.at(0.95)[1] / alike.at(0.05)[1]


def test_people_outside_what_the_model_analysed_are_counted() -> None:
    """Otto 2021: 53.6 to 88.3 kg; more than a third of these adults weigh more."""
    otto = next(one for one in discover() if one.id == "otto_2021")
    dose = Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, 14.0, 0.0, 2 / 3)
    patient = Patient("somebody", weight_kg=70.0)
    found = simulate(otto, patient, [dose], np.array([1.0]), Population(1000, 5, (ADULTS, ANYBODY)))
    (said,) = [str(one) for one in found.outside_validity if "virtual people" in str(one)]
    assert said.startswith("Body weight: ")
    assert found.covariates is not None
    outside = int(((found.covariates.weight_kg < 53.6) | (found.covariates.weight_kg > 88.3)).sum())
    assert f"Body weight: {outside} of 1000 virtual people lie outside what Otto 2021 analysed." == said
    assert outside > 333


def test_every_first_model_follows_people_who_differ() -> None:
    """Nasal esketamine releases what is swallowed over a time that the paper does not vary."""
    nasal = next(one for one in discover() if one.id == "perez_ruixo_2021")
    dose = Dose(Drug.ESKETAMINE, Route.NASAL, 28.0)
    found = simulate(nasal, ANYBODY, [dose], np.array([0.5, 24.0]), Population(50, 5, (ADULTS, ANYBODY)))
    bands = found.analytes["esketamine"].curve.bands
    assert bands.at(0.05)[0] < bands.at(0.95)[0]
    assert np.isfinite(bands.values).all()


def test_a_model_without_differences_follows_people_of_all_weights() -> None:
    """Domino 1982, 0.063 L/kg: just after a bolus of 35 mg somebody has 35 / (0.063 x kg) mg/L, and no band of one."""
    domino = next(one for one in discover() if one.id == "domino_1982")
    dose = Dose(Drug.KETAMINE, Route.INTRAVENOUS, 35.0)
    found = simulate(
        domino, Patient("x", weight_kg=70.0), [dose], np.array([0.0]), Population(500, 5, (ADULTS, ANYBODY))
    )
    assert found.covariates is not None
    ng_per_mL = 1000 * 35 / (0.063 * found.covariates.weight_kg)
    bands = found.analytes["ketamine"].curve.bands
    assert bands.values[:, 0] == pytest.approx(np.quantile(ng_per_mL, QUANTILES), rel=1e-9)
    assert found.analytes["ketamine"].curve.typical[0] == pytest.approx(1000 * 35 / (0.063 * 70), rel=1e-9)
