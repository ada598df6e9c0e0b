"""`ketaminder protocols` and `ketaminder dose`: what they print of the published schedules."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pytest

from ketaminder.cli import main
from ketaminder.cli.dose import dose
from ketaminder.cli.protocols import protocols
from ketaminder.evidence import load
from ketaminder.terms import Indication, Product, Refused, Region


def listing(**given: object) -> argparse.Namespace:
    return argparse.Namespace(**{"id": None, "json": True, "region": None, "indication": None, "product": None} | given)


def asking(protocol: str, amount: float, unit: str, **given: object) -> argparse.Namespace:
    blank: dict[str, object] = dict.fromkeys(
        ("weight_kg", "height_cm", "sex", "concentration_mg_per_ml", "minutes", "diluted_to_ml", "session")
    )
    return argparse.Namespace(**{**blank, "protocol": protocol, "dose": amount, "unit": unit, "json": True} | given)


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_the_list_holds_every_schedule_with_sources_and_grade(capsys: pytest.CaptureFixture[str]) -> None:
    assert protocols(listing()) == 0
    rows = printed(capsys)
    assert [row["id"] for row in rows] == list(load().protocols)
    for row in rows:
        assert row["weakest_grade"] in ("read in source", "read in secondary source")
        assert all(one["sources"] for one in (*row["doses"], *row["phases"]))


def test_a_list_is_narrowed_by_region_indication_and_product(capsys: pytest.CaptureFixture[str]) -> None:
    protocols(listing(region=Region.EU, indication=Indication.TRD, product=Product.ESKETAMINE_NASAL))
    assert [row["id"] for row in printed(capsys)] == ["esketamine_trd_eu_from_65", "esketamine_trd_eu_under_65"]
    protocols(listing(region=Region.CH, product=Product.ESKETAMINE_NASAL))
    assert printed(capsys) == []


def test_the_list_says_when_nothing_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert protocols(listing(json=False, product=Product.KETAMINE_SL)) == 0
    assert capsys.readouterr().out == "No schedule of that kind was read.\n"


@pytest.mark.parametrize(
    "asked",
    [
        ["protocols", "--json", "--region", "EU", "--product", "esketamine_nasal"],
        ["protocols", "list", "--region", "EU", "--json", "--product", "esketamine_nasal"],
        ["protocols", "--json", "--region", "EU", "list", "--product", "esketamine_nasal"],
    ],
)
def test_options_stand_before_or_after_the_view(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(asked) == 0
    assert [row["id"] for row in printed(capsys)] == [
        "esketamine_emergency_eu_under_65",
        "esketamine_trd_eu_from_65",
        "esketamine_trd_eu_under_65",
    ]


@pytest.mark.parametrize("asked", [["--json", "show", "ketamine_iv_ocd"], ["show", "ketamine_iv_ocd", "--json"]])
def test_one_schedule_as_json(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["protocols", *asked]) == 0
    assert printed(capsys)["id"] == "ketamine_iv_ocd"


def test_one_schedule_shows_its_rules_and_says_what_was_recalled(capsys: pytest.CaptureFixture[str]) -> None:
    protocols(listing(id="ketamine_iv_trd", json=False))
    text = " ".join(capsys.readouterr().out.split())
    assert "Week 1 to 3, acute series: twice a week for 3 weeks, 6 infusions" in text
    assert "Stopping: No meaningful improvement after 4-6 infusions" in text
    assert "[E-IV-05] (unverified)" in text


def test_an_unknown_schedule_is_refused() -> None:
    with pytest.raises(Refused, match="PROTOCOL: got 'ketamine_tea'"):
        protocols(listing(id="ketamine_tea"))


def test_a_dose_prints_its_arithmetic(capsys: pytest.CaptureFixture[str]) -> None:
    """0.5 x 71 = 35.5 mg; / 10 = 3.55 mL; / 40 = 0.8875 mg/min; 3.55 / 40 x 60 = 5.325 mL/h."""
    assert (
        dose(asking("ketamine_iv_trd", 0.5, "mg/kg", weight_kg=71.0, concentration_mg_per_ml=10.0, minutes=40.0)) == 0
    )
    answer = printed(capsys)
    assert answer["total_mg"] == 35.5
    assert answer["volume"] == {"exact_mL": 3.55, "rounded_mL": 3.55, "holds_mg": 35.5}
    assert answer["infusion"] == {"minutes": 40, "mg_per_min": 0.8875, "mL_per_h": 5.325}
    assert answer["arithmetic"][0] == "0.5 mg/kg × 71 kg = 35.5 mg."
    assert [source["id"] for source in answer["sources"]] == ["ELEKTD", "ANDR17D"]
    assert "clinicians, who decide" in answer["notice"]


def test_a_dose_on_screen_stands_beside_its_weight_basis(capsys: pytest.CaptureFixture[str]) -> None:
    dose(asking("ketamine_iv_trd", 0.5, "mg/kg", weight_kg=71.0, json=False))
    text = " ".join(capsys.readouterr().out.split())
    assert "0.5 mg/kg × 71 kg = 35.5 mg." in text
    assert "Body weight: Trials dosed by actual body weight" in text


def test_a_dose_outside_the_protocol_is_refused() -> None:
    with pytest.raises(Refused, match="at most 84 mg"):
        dose(asking("esketamine_trd_us", 112.0, "mg"))
