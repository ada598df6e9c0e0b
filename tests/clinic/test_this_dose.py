"""The page "what this dose does": the same numbers as `simulate`, published values, and errors beside their fields."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from ketaminder.clinic.pages.charts import POINTS, Mark
from ketaminder.clinic.pages.dose_form import EXAMPLE, DoseForm, StudyForm
from ketaminder.clinic.pages.dose_page import told
from ketaminder.clinic.pages.published import dosed_as, listed
from ketaminder.clinic.roles import Role
from ketaminder.clinic.templatetags.clinic import number
from ketaminder.pharmacology.question import answers

NASAL = {"drug": "esketamine", "route": "nasal", "dose_mg": "84", "age_years": "45", "ancestry": "caucasian"}


@pytest.fixture
def page(staff: Any, settings: Any) -> Client:
    settings.KETAMINDER_FORECASTS = True
    client: Client = staff.browser(Role.PHYSICIAN)
    return client


def asked(**said: str) -> DoseForm:
    form = DoseForm(said)
    assert form.is_valid(), form.errors
    return form


@pytest.mark.parametrize("said", [EXAMPLE, NASAL, {"drug": "ketamine", "route": "subcutaneous", "dose_mg": "35"}])
def test_exposures_are_those_of_the_first_model_that_answers(page: Client, said: dict[str, str]) -> None:
    answer = page.get("/dose", said, secure=True)
    assert answer.status_code == 200
    text = answer.content.decode()
    for name, one in answers(asked(**said).scenario())[0].exposures.items():
        assert number(one.cmax_ng_per_mL) in text, name
        assert number(one.auc_24h_ng_h_per_mL) in text, name
    assert "recommends no dose" in text


def test_bands_hold_one_another_and_every_chart_has_its_table(page: Client) -> None:
    found = told(asked(**NASAL).scenario(), "")
    for chart in (*found.charts, *found.session):
        wide, narrow = chart.bands
        assert (wide.low <= narrow.low).all()
        assert (narrow.high <= wide.high).all()
    text = page.get("/dose", NASAL, secure=True).content.decode()
    assert text.count("<figure") == text.count("The same as numbers") == len(found.charts) + len(found.session)


def drawn(said: dict[str, str]) -> list[Mark]:
    """Published values on the first panel."""
    return [mark for each in told(asked(**said).scenario(), "").charts[0].published for mark in each.marks]


def test_published_peaks_of_84_mg_are_those_of_people_alike(page: Client) -> None:
    """Perez-Ruixo 2021, Table 4: 101.0 ng/mL in Caucasians of 18 to 60, 131.3 and 133.8 in Japanese people."""
    assert [mark.value for mark in drawn(NASAL)] == [101.0]
    assert [mark.value for mark in drawn(NASAL | {"ancestry": "japanese"})] == [131.3]
    assert [mark.value for mark in drawn(NASAL | {"ancestry": "japanese", "age_years": "72"})] == [133.8]


def test_the_page_explains_the_signs_where_any_are_drawn(page: Client) -> None:
    for asking in (NASAL, NASAL | {"dose_mg": "112"}):
        text = page.get("/dose", asking, secure=True).content.decode()
        assert ("Diamonds are published peaks" in text) is bool(drawn(asking)) is ('class="sign peak"' in text)


def test_a_nasal_dose_is_not_scaled_since_further_devices_are_absorbed_less(page: Client) -> None:
    assert not drawn(NASAL | {"dose_mg": "112"})
    assert all("×" not in mark.of for mark in drawn(NASAL))


def test_a_published_infusion_is_scaled_to_the_dose(page: Client) -> None:
    """185 ng/mL after 35 mg over 40 min (Zarate 2006) are 370 after 70 mg."""
    (peak,) = drawn(EXAMPLE | {"dose_mg": "70"})
    assert peak.value == pytest.approx(370)
    assert "× 2.00" in peak.of


def test_a_curve_ends_where_its_axis_ends(page: Client) -> None:
    for said in (EXAMPLE, NASAL, NASAL | {"times_h": "0, 84, 168"}):
        for chart in told(asked(**said).scenario(), "").charts:
            assert chart.times_h[-1] == chart.hours.top


def test_every_model_that_answers_can_be_drawn(page: Client) -> None:
    found = told(asked(**EXAMPLE).scenario(), "")
    assert len(found.answers) > 1
    seen = set()
    for one in found.answers:
        answer = page.get("/dose", {**EXAMPLE, "model": one.model.id}, secure=True)
        assert answer.status_code == 200
        current = re.findall(r'href="(\?[^"]*)" aria-current="true">', answer.content.decode())
        assert f"model={one.model.id}#answer" in current[0]
        assert page.get(f"/dose{current[0].replace('&amp;', '&')}", secure=True).content == answer.content
        seen.add(told(asked(**EXAMPLE).scenario(), one.model.id).exposures[0].cmax)
    assert len(seen) > 1


def test_every_other_model_has_its_line_where_it_follows_the_analyte(page: Client) -> None:
    found = told(asked(**EXAMPLE).scenario(), "")
    for name, shown in zip(("ketamine", "norketamine"), found.charts, strict=False):
        beside = [one for one in found.answers if one is not found.chosen and name in one.exposures]
        assert len(shown.others) == len(beside) > 0
        # The same peak as the model's own exposure, as near as the drawn hours reach it.
        peaks = [one.exposures[name].cmax_ng_per_mL for one in beside]
        assert [values.max() for values in shown.others] == pytest.approx(peaks, rel=0.02)


def test_the_same_numbers_are_drawn_in_three_ways(page: Client) -> None:
    day, first, log = (told(asked(**EXAMPLE).scenario(), "", None, view).charts[0] for view in ("", "first", "log"))
    assert (day.hours.top, first.hours.top, log.hours.top) == (24, 4, 24)
    assert (day.vertical.floor, first.vertical.floor) == (0, 0)
    assert 0 < log.vertical.floor <= log.bands[0].low[-1] < log.vertical.top
    at_two = [next(values for hour, values, _ in chart.table if hour == 2) for chart in (day, first, log)]
    assert at_two[1:] == [pytest.approx(at_two[0], rel=1e-3)] * 2
    text = page.get("/dose", {**EXAMPLE, "view": "log"}, secure=True).content.decode()
    assert text.count("view=log") > text.count("view=first") > 0  # the model's switch keeps the view


@pytest.mark.parametrize("said", [{"view": "sideways"}, {"view": "first", "times_h": "0, 84, 168"}])
def test_a_way_of_drawing_that_there_is_not_is_quoted(page: Client, said: dict[str, str]) -> None:
    answer = page.get("/dose", {**EXAMPLE, **said}, secure=True)
    assert answer.status_code == 422
    assert said["view"] in answer.content.decode()


HASAN = "hasan-2021-racemic-5-mg-over-30-min"


def test_a_study_is_drawn_with_its_own_doses_and_what_it_published(page: Client) -> None:
    """Hasan 2021, Figure 1 and Table 1: S-ketamine 6.52 ng/mL at 1 h to 0.38 at 12 h, highest 15.6; nothing scaled."""
    study = StudyForm({"study": HASAN})
    assert study.is_valid()
    found = told(study.scenario(), "", study.asked())
    s_ketamine, r_ketamine = found.charts
    levels, peaks = s_ketamine.published
    assert [(mark.hour, mark.value) for mark in levels.marks][:: len(levels.marks) - 1] == [(1.0, 6.52), (12.0, 0.38)]
    assert [mark.value for mark in peaks.marks] == [15.6]
    assert [(dose.amount_mg, dose.duration_h) for dose in study.scenario().doses] == [(5, 0.5)]
    assert s_ketamine.table_hours == r_ketamine.table_hours == (1, 2, 4, 6, 8, 12)
    text = page.get("/dose", {"study": HASAN}, secure=True).content.decode()
    assert text.count('<path class="sign level"') == 12 + 2  # six levels on each chart, and one sign in each key
    assert "Ketamine, intravenous: 5 mg over 30 min" in text
    assert "Nothing is scaled" in text
    assert study.as_asked() == {"drug": "ketamine", "route": "intravenous", "dose_mg": "5", "duration_min": "30"}


def test_every_listed_study_can_be_drawn_with_what_it_published(page: Client) -> None:
    for _, kind in listed():
        for one in kind:
            found = told(one.scenario, "", one)
            assert found.published, one.id
            assert all(chart.published for chart in found.charts), one.id


def test_a_study_computed_by_its_authors_model_says_so() -> None:
    typical = told(dosed_as("perez-ruixo-2021-28-mg-nasal-18-60-y-japanese").scenario, "").charts[0].published
    assert all("the authors’ own model computed it" in mark.of for each in typical for mark in each.marks)
    assert len(typical) == 1


def test_a_study_that_is_not_listed_is_quoted(page: Client) -> None:
    answer = page.get("/dose", {"study": "nobody-1999<b>"}, secure=True)
    assert answer.status_code == 422
    assert "Got “nobody-1999&lt;b&gt;”" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dose_mg": "abc"}, "Got “abc”"),
        ({"dose_mg": "-35"}, "Got “-35”"),
        ({"dose_mg": "nan"}, "Got “nan”"),
        ({"dose_mg": ""}, "required"),
        ({"duration_min": ""}, "minutes of the infusion"),
        ({"route": "subcutaneous"}, "nothing, since only an infusion"),
        ({"times_h": "84, 0"}, "ascending"),
        ({"times_h": "0, x"}, "ascending"),
        ({"age_years": "131"}, "0.01 to 130"),
        ({"drug": "morphine"}, "morphine"),
        ({"model": "nobody_1999"}, "nobody_1999"),
        ({"dose_mg": "<script>alert(1)</script>"}, "&lt;script&gt;"),
        ({**NASAL, "dose_mg": "50", "duration_min": ""}, "28-mg devices"),
    ],
)
def test_what_cannot_be_answered_is_quoted_and_nothing_is_drawn(
    page: Client, change: dict[str, str], said: str
) -> None:
    answer = page.get("/dose", {**EXAMPLE, **change}, secure=True)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert "<script>alert" not in text
    assert "<figure" not in text


def test_an_error_is_told_with_its_field(page: Client) -> None:
    text = page.get("/dose", {**EXAMPLE, "age_years": "abc"}, secure=True).content.decode()
    field = re.search(r'<input[^>]*name="age_years"[^>]*>', text)
    assert field is not None
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="id_age_years_error"' in field[0]
    assert 'id="id_age_years_error"' in text


def test_everything_that_is_wrong_is_said_at_once(page: Client) -> None:
    wrong = {**NASAL, "dose_mg": "50", "age_years": "400", "duration_min": "10"}
    text = page.get("/dose", wrong, secure=True).content.decode()
    assert all(said in text for said in ("Got “50”", "Got “400”", "nothing, since only an infusion"))


def test_every_session_of_a_course_is_drawn_to_its_peak(page: Client) -> None:
    """Visits a week apart are alike: the last peak is drawn as high as the first, within a part in two hundred."""
    chart = told(asked(**{**NASAL, "times_h": "0, 168, 336, 504"}).scenario(), "").charts[0]
    (typical,) = (curve.values for curve in chart.curves)
    peaks = [typical[(chart.times_h >= start) & (chart.times_h < start + 24)].max() for start in (0, 168, 336, 504)]
    assert peaks == pytest.approx([peaks[0]] * 4, rel=5e-3)
    assert chart.times_h.size <= 2 * POINTS


def test_the_page_writes_nothing(page: Client) -> None:
    assert page.post("/dose", EXAMPLE, secure=True).status_code == 405


def test_curves_that_are_switched_off_are_not_drawn(page: Client, settings: Any) -> None:
    settings.KETAMINDER_FORECASTS = False
    answer = page.get("/dose", EXAMPLE, secure=True)
    assert answer.status_code == 403
    assert "<figure" not in answer.content.decode()
    assert "switched off" in answer.content.decode()
