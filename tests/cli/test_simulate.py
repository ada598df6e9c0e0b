"""`ketaminder simulate` and `ketaminder models`, by their functions: documents, refusals, the plot."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from ketaminder.cli.models import models
from ketaminder.cli.scenario import KEYS
from ketaminder.cli.simulate import simulate
from ketaminder.pharmacology import discover
from ketaminder.terms import Refused

INFUSION = {"drug": "ketamine", "route": "intravenous", "dose_mg": 35, "duration_min": 40}
NASAL = {"drug": "esketamine", "route": "nasal", "dose_mg": 56}
ORAL = {"drug": "ketamine", "route": "oral", "dose_mg": 25}


class Door:
    """The command on a scenario in a file."""

    def __init__(self, folder: Path, printed: pytest.CaptureFixture[str]) -> None:
        self.folder, self.printed = folder, printed

    def file(self, scenario: object) -> Path:
        path = self.folder / "scenario.json"
        path.write_text(scenario if isinstance(scenario, str) else json.dumps(scenario), encoding="utf-8")
        return path

    def document(self, scenario: object) -> dict[str, Any]:
        assert simulate(argparse.Namespace(file=self.file(scenario), json=True, plot=None, parquet=None)) == 0
        found: dict[str, Any] = json.loads(self.printed.readouterr().out)
        return found

    def screen(self, scenario: object, plot: Path | None = None) -> str:
        simulate(argparse.Namespace(file=self.file(scenario), json=False, plot=plot, parquet=None))
        return self.printed.readouterr().out

    def models(self, action: str, what: str | None = None, as_json: bool = True) -> Any:
        assert models(argparse.Namespace(action=action, what=what, json=as_json)) == 0
        text = self.printed.readouterr().out
        return json.loads(text) if as_json else text


@pytest.fixture
def door(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Door:
    return Door(tmp_path, capsys)


def test_an_age_without_liver_flow_is_refused_by_the_name_that_was_written(door: Door) -> None:
    """151 L/h - 2.19 L/h a year above 60 (Perez-Ruixo 2021, Table 3) is zero at 128.9 years."""
    with pytest.raises(Refused, match=r"age_years: got 130\.0; required: below 128\.9"):
        door.document({**NASAL, "age_years": 130})
    assert any("Age" in said for said in door.document({**NASAL, "age_years": 120})["warnings"])


def test_more_administrations_than_one_run_follows_are_counted_aloud(door: Door) -> None:
    with pytest.raises(Refused, match=r"scenario\.repeat: got '1 at each of 701 starts'; required: at most 600 admin"):
        door.document({**INFUSION, "repeat": list(range(1, 701))})
    with pytest.raises(Refused, match=r"got '3 at each of 201 starts'"):
        door.document({**NASAL, "dose_mg": 84, "repeat": list(range(1, 201))})


def test_a_racemic_infusion_by_an_independent_implementation(door: Door) -> None:
    """Otto 2021, 70 kg: total ketamine 160 ng/mL at 40 min, norketamine 71 at 1.5 h."""
    document = door.document(INFUSION)
    assert set(document["exposures"]) == {"esketamine", "arketamine", "ketamine", "noresketamine", "norketamine"}
    ketamine, norketamine = document["exposures"]["ketamine"], document["exposures"]["norketamine"]
    assert ketamine["cmax"] == pytest.approx(160, rel=0.005)
    assert ketamine["tmax_h"] == pytest.approx(0.6667, abs=1e-3)
    assert norketamine["cmax"] == pytest.approx(71, rel=0.005)
    assert document["model"]["id"] == "otto_2021"
    assert document["bands"] is None
    assert document["models"][0]["id"] == "otto_2021"
    assert document["fold_spread"]["ketamine"]["cmax"] == pytest.approx(269 / 160, rel=0.005)
    assert any("70 kg assumed" in sentence for sentence in document["assumed"])
    assert document["sources"][0]["id"] == "otto-2021"


def test_nasal_devices_and_their_bands(door: Door) -> None:
    """Perez-Ruixo 2021, Table 4: 56 mg, Japanese, 18-60 years: 94.5 ng/mL, 335.1 ng.h/mL."""
    document = door.document(NASAL | {"ancestry": "japanese", "age_years": 45, "population": 50})
    esketamine = document["exposures"]["esketamine"]
    assert esketamine["cmax"] == pytest.approx(94.5, rel=0.01)
    assert esketamine["auc_24h"] == pytest.approx(335.1, rel=0.01)
    bands = document["bands"]
    assert bands["people"] == 50
    assert bands["times_h"][0] == 0
    assert 24 <= bands["times_h"][-1] <= 24.25
    curve = bands["analytes"]["esketamine"]
    assert {len(values) for values in curve.values()} == {len(bands["times_h"])}
    assert all(low <= high for low, high in zip(curve["p05"], curve["p95"], strict=True))


def test_arterial_blood_is_another_model(door: Door) -> None:
    """Simons 2022: racemic 0.5 mg/kg over 40 min, 298 ng/mL arterial."""
    document = door.document(INFUSION | {"sampling": "arterial"})
    assert document["model"]["id"] == "simons_2022"
    assert document["exposures"]["ketamine"]["cmax"] == pytest.approx(298, rel=0.003)


def test_a_model_without_variability_has_no_bands_and_says_so(door: Door) -> None:
    document = door.document(ORAL | {"population": 10})
    assert document["bands"] is None
    assert any("no band is drawn" in sentence for sentence in document["warnings"])


def test_repeated_doses_reach_a_day_after_the_last(door: Door) -> None:
    document = door.document(NASAL | {"repeat": [72, 168], "population": 5})
    times, typical = document["bands"]["times_h"], document["bands"]["analytes"]["esketamine"]["typical"]
    assert times[-1] == pytest.approx(168 + 24 + 5 / 60, abs=0.5)
    second = max(value for time, value in zip(times, typical, strict=True) if 72 <= time < 80)
    assert second == pytest.approx(document["exposures"]["esketamine"]["cmax"], rel=0.05)
    assert document["exposures"] == door.document(NASAL)["exposures"]


def test_every_session_is_drawn_to_its_peak(door: Door) -> None:
    """The end of each infusion is a point of the curve, so equal doses far apart show equal peaks."""
    document = door.document(INFUSION | {"repeat": [168, 500], "population": 2})
    times, typical = document["bands"]["times_h"], document["bands"]["analytes"]["ketamine"]["typical"]
    for start in (0, 168, 500):
        peak = max(value for time, value in zip(times, typical, strict=True) if start <= time < start + 4)
        assert peak == pytest.approx(document["exposures"]["ketamine"]["cmax"], rel=1e-3)
    assert times == sorted(set(times))


def test_a_year_of_weekly_doses_keeps_its_peaks(door: Door) -> None:
    document = door.document(INFUSION | {"repeat": [168 * week for week in range(1, 52)], "population": 1})
    curve = document["bands"]["analytes"]["ketamine"]["typical"]
    peaks = [value for value in curve if value > 0.99 * document["exposures"]["ketamine"]["cmax"]]
    assert len(peaks) == 52


def test_the_same_scenario_gives_the_same_bytes(door: Door) -> None:
    assert door.document(NASAL | {"population": 20}) == door.document(NASAL | {"population": 20})


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (ORAL | {"dose_mg": -15}, r"scenario\.dose_mg: got -15; required: a number from 0\.001 to 10000, in mg"),
        (ORAL | {"dose_mg": 0}, r"scenario\.dose_mg: got 0; required: a number"),
        (ORAL | {"dose_mg": "25"}, r"scenario\.dose_mg: got '25'; required: a number"),
        (ORAL | {"dose_mg": True}, r"scenario\.dose_mg: got True; required: a number"),
        ('{"drug": "ketamine", "route": "oral", "dose_mg": NaN}', r"got 'NaN'; required: finite numbers"),
        ('{"drug": "ketamine", "drug": "esketamine"}', r"got 'drug'; required: each name once"),
        ({"drug": "ketamine", "route": "oral"}, r"scenario\.dose_mg: got None; required: a number"),
        ({"route": "oral", "dose_mg": 1}, r"scenario\.drug: got None; required: one of esketamine, ketamine"),
        (ORAL | {"route": "rectal"}, r"scenario\.route: got 'rectal'; required: one of nasal, intravenous"),
        (ORAL | {"doze": 1}, r"scenario\.doze: got 'doze'; required: one of drug, route, dose_mg"),
        (ORAL | {"sampling": "capillary"}, r"scenario\.sampling: got 'capillary'; required: one of venous, arterial"),
        (ORAL | {"ancestry": "nordic"}, r"scenario\.ancestry: got 'nordic'; required: one of caucasian"),
        (ORAL | {"sex": "F"}, r"scenario\.sex: got 'F'; required: one of female, male, other"),
        (ORAL | {"duration_min": 10}, r"scenario\.duration_min: got 10; required: no duration"),
        (ORAL | {"age_years": -1}, r"scenario\.age_years: got -1; required: a number from"),
        (ORAL | {"weight_kg": 0}, r"scenario\.weight_kg: got 0; required: a number from"),
        (ORAL | {"repeat": [24, 24]}, r"scenario\.repeat: got 24\.0; required: each start time once"),
        (ORAL | {"repeat": [-1]}, r"scenario\.repeat\[0\]: got -1; required: a number from 0"),
        (ORAL | {"repeat": 24}, r"scenario\.repeat: got 24; required: a JSON list"),
        (ORAL | {"population": 0}, r"scenario\.population: got 0; required: a whole number"),
        (ORAL | {"population": 2.5}, r"scenario\.population: got 2\.5; required: a whole number"),
        (NASAL | {"dose_mg": 50}, r"scenario\.dose_mg: got 50; required: a whole number of 28-mg nasal devices, in mg"),
        (
            NASAL | {"dose_mg": 9996, "repeat": [1, 2]},
            r"scenario\.repeat: got '357 at each of 3 starts'; required: at most 600",
        ),
        (NASAL | {"drug": "ketamine"}, r"route: got 'nasal'; required: a route by which a model of ketamine is known"),
        ({**INFUSION, "duration_min": None}, r"scenario\.duration_min: got None; required: a number from 0"),
        ([], r"scenario: got \[\]; required: a JSON object"),
        ("not json", r"required: JSON"),
    ],
)
def test_a_scenario_that_cannot_be_read_is_refused_with_its_place(door: Door, scenario: object, said: str) -> None:
    with pytest.raises(Refused, match=said):
        door.document(scenario)
    assert door.printed.readouterr().out == ""


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (ORAL | {"measured": [{"time_h": 24}]}, r"scenario\.measured\[0\]: got \{'time_h': 24\}; required: time_h"),
        (ORAL | {"measured": [{"time_h": 0, "weight_kg": 70}]}, r"measured\[0\]\.time_h: got 0; required: a number"),
        (ORAL | {"measured": [{"time_h": 24, "sex": "male"}]}, r"scenario\.measured\[0\]: got .*; required: time_h"),
        (
            ORAL | {"measured": [{"time_h": 24, "weight_kg": 70}, {"time_h": 24, "weight_kg": 71}]},
            r"scenario\.measured: got 24\.0; required: each time once",
        ),
        (ORAL | {"measured": {"time_h": 24}}, r"scenario\.measured: got .*; required: a JSON list"),
        (ORAL | {"population_of": "martians", "population": 9}, r"population_of: got 'martians'; required: one of us_"),
        (ORAL | {"population_of": "us_adults"}, r"scenario\.population: got None; required: how many"),
        (
            ORAL | {"population_of": "us_adults", "population": 9, "measured": [{"time_h": 9, "weight_kg": 70}]},
            r"scenario\.measured: got .*; required: nothing measured anew",
        ),
        (
            ORAL | {"population_of": "us_adults", "population": 9, "age_years": 12},
            r"population_of: got '12 years'; required: somebody who is among",
        ),
        (ORAL | {"acute": "yes"}, r"scenario\.acute: got 'yes'; required: true or false"),
        (ORAL | {"acute": 1}, r"scenario\.acute: got 1; required: true or false"),
    ],
)
def test_what_is_asked_besides_is_refused_with_its_place(door: Door, scenario: object, said: str) -> None:
    with pytest.raises(Refused, match=said):
        door.document(scenario)


def test_the_scenario_is_echoed_with_what_stands_in(door: Door) -> None:
    """Perez-Ruixo 2021: reference person 45 years, Caucasian; devices of 28 mg, 5 min apart; weight is not read."""
    document = door.document(NASAL | {"dose_mg": 84})
    echoed = document["scenario"]
    assert (echoed["dose_mg"], echoed["repeat"], echoed["sampling"]) == (84, [0], "venous")
    assert (echoed["age_years"], echoed["ancestry"], echoed["weight_kg"]) == (45, "caucasian", None)
    assert (echoed["influences"], echoed["acute"]) == ([], False)
    asked = door.document(NASAL | {"influences": ["Rifampicin", "rifampicin"], "acute": True})["scenario"]
    assert (asked["influences"], asked["acute"]) == (["rifampicin"], True)
    assert set(asked) - {"administrations"} == set(KEYS)
    given = [(one["time_h"], one["dose_mg"]) for one in echoed["administrations"]]
    assert given == [(0, 28), (pytest.approx(5 / 60, rel=1e-5), 28), (pytest.approx(10 / 60, rel=1e-5), 28)]
    said = " ".join(document["assumed"])
    for part in ("Body weight is not given", "Sex is not given", "Age is not recorded: 45 years", "No repeat is given"):
        assert part in said
    more = " ".join(door.document(NASAL | {"repeat": [72], "population": 2})["assumed"])
    assert "The first dose is at 0 h, whether or not repeat names it." in more
    assert "Virtual people share this person's covariates" in more


def test_the_sums_of_a_racemate_are_those_of_its_parts(door: Door) -> None:
    """AUC of a sum is the sum of AUCs; its peak is at most that of the peaks."""
    found = door.document(INFUSION)["exposures"]
    parts = found["esketamine"]["auc_24h"] + found["arketamine"]["auc_24h"]
    assert found["ketamine"]["auc_24h"] == pytest.approx(parts, rel=1e-5)
    assert found["ketamine"]["cmax"] <= found["esketamine"]["cmax"] + found["arketamine"]["cmax"] + 1e-3


def test_a_weight_measured_anew_is_followed_from_its_hour_on(door: Door) -> None:
    """Otto 2021 scales clearance and central volume with weight: the third dose has the peak of somebody of 90 kg."""
    scenario = INFUSION | {"weight_kg": 70, "repeat": [72, 168]}
    document = door.document(scenario | {"measured": [{"time_h": 100, "weight_kg": 90}], "population": 20})
    peaks = [one["exposures"]["ketamine"]["cmax"] for one in document["after_each_start"]]
    assert [one["time_h"] for one in document["after_each_start"]] == [0, 72, 168]
    heavy = door.document(INFUSION | {"weight_kg": 90})["exposures"]["ketamine"]["cmax"]
    assert peaks == [
        document["exposures"]["ketamine"]["cmax"],
        pytest.approx(peaks[0], rel=1e-3),
        pytest.approx(heavy, rel=1e-3),
    ]
    typical, times = document["bands"]["analytes"]["ketamine"]["typical"], document["bands"]["times_h"]
    last = max(value for time, value in zip(times, typical, strict=True) if time > 160)
    assert last == pytest.approx(heavy, rel=0.1)
    assert any("Body weight 90 kg is outside" in one for one in document["warnings"])
    assert "after_each_start" not in door.document(scenario)


def test_people_of_a_population_differ_in_what_was_not_given(door: Door) -> None:
    document = door.document(
        INFUSION | {"population": 400, "population_of": "us_adults", "sex": "female", "age_years": 30}
    )
    bands = document["bands"]
    assert bands["of"]["id"] == "us_adults"
    assert (bands["covariates"]["female"], bands["covariates"]["age_years"]["mean"]) == (1, 30)
    assert bands["covariates"]["weight_kg"]["p05"] < bands["covariates"]["weight_kg"]["p95"] - 30
    assert document["sources"][-1]["id"] == "nhanes-2021-2023"
    assert any("virtual people lie outside what Otto 2021 analysed" in one for one in document["warnings"])


def test_a_model_without_variability_has_bands_of_people_who_differ_in_weight(door: Door) -> None:
    document = door.document(ORAL | {"population": 50, "population_of": "us_adults"})
    curve = document["bands"]["analytes"]["ketamine"]
    assert max(curve["p95"]) > max(curve["p05"]) > 0
    assert not any("no band is drawn" in one for one in document["warnings"])


def test_acute_effects_are_said_where_they_are_asked_for(door: Door) -> None:
    """Racemic 0.5 mg/kg over 40 min: mean largest rise 7.4 / 6.0 mmHg and 1.9 per min (741 infusions)."""
    document = door.document(INFUSION | {"weight_kg": 70, "acute": True, "repeat": [72]})
    effects = {one["id"]: one for one in document["acute"]["effects"]}
    assert set(effects) == {"dissociation", "sedation", "systolic", "diastolic", "heart_rate"}
    peaks = [effects[name]["peak"] for name in ("systolic", "diastolic", "heart_rate")]
    assert peaks == pytest.approx([7.4, 6.0, 1.9], rel=1e-3)
    assert effects["systolic"]["grounds"][0]["grade"] == "read in source"
    assert len(effects["systolic"]["typical"]) == len(document["acute"]["times_h"])
    assert "opens and closes no clinical gate" in document["acute"]["warning"]
    assert "acute" not in door.document(INFUSION)
    screen = door.screen(INFUSION | {"weight_kg": 70, "acute": True})
    assert "rise of systolic pressure: 7.4 mmHg at" in screen


def test_the_smallest_dose_is_proportional_to_any_other(door: Door) -> None:
    least, usual = door.document(ORAL | {"dose_mg": 0.001}), door.document(ORAL)
    peaks = [document["exposures"]["ketamine"]["cmax"] for document in (least, usual)]
    assert peaks[0] * 25_000 == pytest.approx(peaks[1], rel=1e-4)


def test_the_truth_report_is_printed_whole(door: Door) -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "truth.md"
    assert door.models("truth", as_json=False) == page.read_text(encoding="utf-8")


def test_the_screen_names_model_warnings_and_sources(door: Door) -> None:
    text = " ".join(door.screen(INFUSION).split())
    assert "Otto 2021, venous plasma: typical person, first 24 h" in text
    assert "Ketaminder's own set, venous" in text
    assert "Models differ: " in text
    assert "Not for arterial peaks" in text
    assert "Informs clinicians, who decide." in text


def test_the_plot_is_one_svg_with_units_curve_and_bands(door: Door, tmp_path: Path) -> None:
    out = tmp_path / "curve.svg"
    door.screen(NASAL, out)
    root = ET.fromstring(out.read_text(encoding="utf-8"))  # noqa: S314 (our own file)
    texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "esketamine, ng/mL" in texts
    assert "noresketamine, ng/mL" in texts
    assert any("50% and 90% of 500 virtual people" in text for text in texts)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polygon"))) == 4
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 2


def test_a_plot_without_variability_draws_no_band_and_says_so(door: Door, tmp_path: Path) -> None:
    out = tmp_path / "curve.svg"
    door.screen(ORAL, out)
    text = out.read_text(encoding="utf-8")
    assert "No band" in text
    assert "<polygon" not in text


def test_a_plot_that_cannot_be_written_is_refused(door: Door, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"--plot OUT: got .*; required: a file that can be written"):
        door.screen(NASAL, tmp_path / "nowhere" / "curve.svg")


def test_every_model_is_listed_with_its_claims(door: Door) -> None:
    listed = door.models("list")["models"]
    assert [one["id"] for one in listed] == [model.id for model in discover()]
    assert all(one["claims"] for one in listed)
    assert "otto_2021" in door.models("list", as_json=False)


def test_a_model_is_shown_with_every_number_its_place_and_grade(door: Door) -> None:
    document = door.models("show", "otto_2021")
    clearance = next(one for one in document["parameters"] if one["name"] == "CL")
    assert (clearance["value"], clearance["unit"], clearance["source"]) == (95.2, "L/h", "fanta-2015")
    assert clearance["grade"] == "read in secondary source"
    assert all(one["locator"] for one in document["parameters"])
    assert "95.2" in door.models("show", "otto_2021", as_json=False)


def test_an_unknown_model_is_refused(door: Door) -> None:
    with pytest.raises(Refused, match=r"models ID: got 'otto'; required: one of ashraf_2018"):
        door.models("show", "otto")


def test_models_are_compared_on_a_scenario(door: Door) -> None:
    document = door.models("compare", str(door.file(INFUSION)))
    assert [one["id"] for one in document["models"]][:2] == ["otto_2021", "bridge_venous"]
    assert document["fold_spread"]["ketamine"]["models"] == 5
    assert all(any("70 kg assumed" in said for said in one["assumed"]) for one in document["models"])
    assert "Otto ME, Bergmann KR" in document["models"][0]["source"]
    screen = " ".join(door.models("compare", str(door.file(INFUSION)), as_json=False).split())
    assert "Assumed" in screen
    assert "70 kg assumed, for which Clements and Nimmo 1981 is printed" in screen
    assert "Clements and Nimmo 1981" in door.models("compare", str(door.file(INFUSION)), as_json=False)


def test_effect_sites_stand_in_the_document_where_arterial_plasma_is_known(door: Door) -> None:
    sites = door.document(INFUSION)["effect_sites"]
    assert [one["id"] for one in sites] == ["olofsen-2022", "olofsen-2012"]
    assert sites[0]["half_life_min"] == 8.3
    assert sites[0]["half_effect"] == pytest.approx(121.24, rel=1e-3)
    assert sites[0]["cmax_over_half_effect"] == pytest.approx(sites[0]["cmax"] / 121.24, rel=1e-3)
    assert sites[1]["half_effect"] is None
    assert door.document(NASAL)["effect_sites"] == []


def test_a_first_curve_does_not_wait_for_what_only_acute_effects_need() -> None:
    code = "import sys; import ketaminder.cli.simulate; print('scipy.stats' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"


def test_many_people_are_counted_and_their_bands_stay_in_order(door: Door) -> None:
    """Above 10,000 the bands are counted; they lie around those of 2,000 who are kept."""
    many, few = (door.document(NASAL | {"population": people})["bands"] for people in (10_001, 2_000))
    assert many["people"] == 10_001
    for name in ("p05", "p50", "p95"):
        peaks = [max(one["analytes"]["esketamine"][name]) for one in (many, few)]
        assert peaks[0] == pytest.approx(peaks[1], rel=0.1)
    with pytest.raises(Refused, match=r"population: got 1000001; required: .* from 1 to 1000000"):
        door.document(NASAL | {"population": 1_000_001})
