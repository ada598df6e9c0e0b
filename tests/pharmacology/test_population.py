"""Virtual people differ as the paper says, around this person."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ketaminder.pharmacology import for_product
from ketaminder.pharmacology.population import (
    QUANTILES,
    bands,
    covariates,
    outside_validity,
    typical_person,
    virtual_people,
)
from ketaminder.terms import Ancestry, Patient, Product, Refused

NASAL, *_ = for_product(Product.ESKETAMINE_NASAL)
INTRAVENOUS, *_ = for_product(Product.KETAMINE_IV)
MANY = 40_000


def test_nasal_covariates_by_hand() -> None:
    """Japanese, 70 years: FRn 0.54 x 1.34, kel 1.11 x 0.36, CLn 38 x 0.81, Qh 151 - 2.19 x 10."""
    found = typical_person(NASAL, Patient("j", age_years=70.0, ancestry=Ancestry.JAPANESE))
    named = {name: float(found[name][0]) for name in ("FRn", "kel", "CLn", "Qh", "Vc")}
    assert named == pytest.approx({"FRn": 0.7236, "kel": 0.3996, "CLn": 30.78, "Qh": 129.1, "Vc": 192.0})


def test_weight_scaling_by_hand() -> None:
    """100 kg: V1 133 x 100/70 = 190, CL 95.2 x (100/70)^0.75 = 124.4; the slow volume stays 187."""
    found = typical_person(INTRAVENOUS, Patient("w", weight_kg=100.0))
    named = {name: float(found[name][0]) for name in ("V1", "CL", "V2")}
    assert named == pytest.approx({"V1": 190.0, "CL": 124.398, "V2": 187.0}, rel=1e-5)


def test_a_coefficient_of_variation_of_27_5_percent() -> None:
    """Log-normal: SD of the log is sqrt(ln(1 + 0.275^2)) = 0.2700; the median stays 192 L."""
    volumes = virtual_people(NASAL, Patient("x"), MANY, np.random.default_rng(1))["Vc"]
    assert np.log(volumes).std() == pytest.approx(0.2700, rel=0.02)
    assert np.median(volumes) == pytest.approx(192, rel=0.01)


def test_the_absorbed_share_differs_on_the_logit_scale_and_stays_a_share() -> None:
    """SD of the logit 0.708, median 0.54; for Japanese people median 0.7236, and nobody above one."""
    shares = virtual_people(NASAL, Patient("x"), MANY, np.random.default_rng(1))["FRn"]
    assert np.log(shares / (1 - shares)).std() == pytest.approx(0.708, rel=0.02)
    assert np.median(shares) == pytest.approx(0.54, rel=0.01)
    japanese = virtual_people(NASAL, Patient("x", ancestry=Ancestry.JAPANESE), MANY, np.random.default_rng(1))["FRn"]
    assert np.median(japanese) == pytest.approx(0.7236, rel=0.01)
    assert japanese.max() < 1


def test_otto_blocks_are_correlated() -> None:
    """Correlation of log V1 and log CL: 0.02261 / sqrt(0.084177 x 0.026048) = 0.483; between blocks none."""
    people = virtual_people(INTRAVENOUS, Patient("x", weight_kg=70.0), MANY, np.random.default_rng(1))
    logs = np.log([people["V1"], people["CL"], people["Vn"], people["CLn"]])
    expected = np.zeros((4, 4))
    expected[:2, :2] = [[0.084177, 0.02261], [0.02261, 0.026048]]
    expected[2:, 2:] = [[0.040426, 0.04456], [0.04456, 0.10319]]
    assert np.cov(logs) == pytest.approx(expected, rel=0.03, abs=0.001)


def test_what_the_paper_does_not_vary_is_the_same_for_everybody() -> None:
    people = virtual_people(NASAL, Patient("x"), 10, np.random.default_rng(1))
    assert people["kmet"].tolist() == [2.77]


def test_bands_are_quantiles_over_people() -> None:
    """0, 1 ... 100: quantiles 5, 25, 50, 75, 95."""
    found = bands(np.arange(101.0)[:, None])
    assert found.values[:, 0].tolist() == [5.0, 25.0, 50.0, 75.0, 95.0]
    assert [float(found.at(quantile)[0]) for quantile in QUANTILES] == [5.0, 25.0, 50.0, 75.0, 95.0]


def test_unknown_age_and_ancestry_are_assumed_aloud() -> None:
    _, assumed = covariates(NASAL, Patient("x"))
    assert [str(message) for message in assumed] == [
        "Age is not recorded: 45 years assumed, the reference person of Perez-Ruixo 2021.",
        "Ancestry is not recorded: Caucasian assumed, the reference person of Perez-Ruixo 2021.",
    ]


def test_a_missing_weight_is_asked_for() -> None:
    with pytest.raises(
        Refused, match=r"body weight: got None; required: a recorded body weight in kg: Otto 2021 scales"
    ):
        typical_person(INTRAVENOUS, Patient("x", age_years=40.0))


@pytest.mark.parametrize("weight", [0.0, -70.0, math.nan])
def test_a_weight_that_cannot_be_is_refused(weight: float) -> None:
    with pytest.raises(Refused, match=r"body weight: got .*; required: a number above zero, in kg"):
        typical_person(INTRAVENOUS, Patient("x", weight_kg=weight))


def test_nobody_is_refused() -> None:
    with pytest.raises(Refused, match=r"virtual people: got 0; required: one or more"):
        virtual_people(NASAL, Patient("x"), 0, np.random.default_rng(1))


def test_who_lies_outside_the_analysed_people() -> None:
    """Otto: 23.0 (3.6) and 23.6 (5.1) years, so up to 33.8; 68.0 (7.2) and 71.3 (8.5) kg, so 53.6 to 88.3."""
    assert outside_validity(INTRAVENOUS, Patient("x", age_years=33.0, weight_kg=88.0)) == ()
    said = [str(message) for message in outside_validity(INTRAVENOUS, Patient("x", age_years=45.0, weight_kg=90.0))]
    assert said == [
        "Age 45 years is outside what Otto 2021 analysed "
        "(mean (SD) 23 (3.6) and 23.6 (5.1) years; two SD either side).",
        "Body weight 90 kg is outside what Otto 2021 analysed "
        "(mean (SD) 68 (7.2) and 71.3 (8.5) kg; two SD either side).",
    ]


def test_a_minor_is_outside_every_model() -> None:
    said = [str(message) for message in outside_validity(NASAL, Patient("x", age_years=17.0))]
    assert said == [
        "Adults only: this person is 17 years old.",
        "Age 17 years is outside what Perez-Ruixo 2021 analysed (18-86 years, Table 2).",
    ]


@pytest.mark.parametrize("people", [1, 2, 7, 1000])
def test_bands_are_those_of_numpy(people: int) -> None:
    values = np.random.default_rng(people).lognormal(size=(people, 5))
    assert bands(values).values == pytest.approx(np.quantile(values, QUANTILES, axis=0), rel=1e-14)


def test_a_person_without_a_value_is_not_left_out_of_a_band_in_silence() -> None:
    values = np.arange(20.0).reshape(10, 2)
    values[3, 1] = np.nan
    found = bands(values).values
    assert np.isnan(found[:, 1]).all()
    assert np.isfinite(found[:, 0]).all()
