"""The researcher's page: counts, nobody's name, nothing before the smallest count is signed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from ketaminder import examples
from ketaminder.clinic.care import assessments, courses, patients
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.care.site import sign_keeping
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.keeping.cohort import cohort
from ketaminder.clinic.keeping.erase import Ground, erase
from ketaminder.clinic.keeping.suppression import SUPPRESSED
from ketaminder.clinic.models import CohortMember, Entry
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

ON = date(2026, 11, 27)
BORN = {"female": date(1984, 3, 1), "male": date(1930, 3, 1)}


@pytest.fixture
def thirty(staff: Any, settings: Any) -> None:
    """Of forty women of 42 and three men of 96, every person agreed to research but ten of the women."""
    settings.KETAMINDER_ON = ON
    acting = staff.acting(Role.PHYSICIAN)
    for number in range(43):
        sex = "male" if number >= 40 else "female"
        who = patients.Who(f"LH-{number}", f"Quirina{number}", BORN[sex], sex)
        chart = standing(acting, patients.register(acting, who))
        courses.consent(acting, chart, Scope.TREATMENT, text_version="1", given_how="in writing")
        if number >= 10:
            courses.consent(acting, chart, Scope.RESEARCH, text_version="1", given_how="in writing")
    assessed = patients.of_clinic(acting).get(identifier="LH-20").id
    assessments.receive(acting, assessed, examples.text("ptsd"), origin="test", on=ON)
    assessments.make(acting, standing(acting, assessed), on=ON)


def test_counts_of_who_agreed_with_small_ones_suppressed(staff: Any, thirty: None) -> None:
    sign_keeping(staff.acting(Role.PHYSICIAN), None, 11)
    found = cohort(staff.acting(Role.RESEARCHER))
    assert (found.smallest, found.people) == (11, "33")
    assert found.tables["sex"] == {("", "female"): SUPPRESSED, ("", "male"): SUPPRESSED}
    assert found.tables["age"] == {("", "40 to 49"): SUPPRESSED, ("", "90 or over"): SUPPRESSED}
    assert found.tables["protocol"] == {("", "none planned"): "33"}
    assert set(found.tables["result"].values()) == {SUPPRESSED}
    assert len(found.tables["result"]) == 2


def test_a_clinic_may_sign_a_larger_count_and_never_a_smaller(staff: Any, thirty: None) -> None:
    physician = staff.acting(Role.PHYSICIAN)
    sign_keeping(physician, None, 34)
    found = cohort(staff.acting(Role.RESEARCHER))
    assert (found.people, found.tables) == (SUPPRESSED, {})
    assert "nothing more is shown" in staff.browser(Role.RESEARCHER).get("/cohort").content.decode()
    with pytest.raises(Refused, match="count: got 10; required: 11 or more"):
        sign_keeping(physician, None, 10)


def test_without_a_signature_no_count_is_shown(staff: Any, thirty: None) -> None:
    with pytest.raises(Refused, match="nothing signed"):
        cohort(staff.acting(Role.RESEARCHER))
    page = staff.browser(Role.RESEARCHER).get("/cohort").content.decode()
    assert "No count is shown until a physician of the clinic has signed" in page
    assert "<table" not in page


def test_the_page_shows_counts_and_names_nobody_and_is_noted(staff: Any, thirty: None) -> None:
    sign_keeping(staff.acting(Role.PHYSICIAN), None, 11)
    page = staff.browser(Role.RESEARCHER).get("/cohort").content.decode()
    assert "<td>33</td>" in page
    assert "suppressed" in page
    assert "Quirina" not in page
    assert "LH-" not in page
    noted = Entry.objects.filter(action="de-identified summary seen")
    assert [entry.account_id for entry in noted] == [staff.accounts[Role.RESEARCHER].id]


def test_who_is_erased_is_counted_no_more_nor_who_has_withdrawn_or_whose_consent_has_ended(
    staff: Any, thirty: None, settings: Any
) -> None:
    acting = staff.acting(Role.PHYSICIAN)
    sign_keeping(acting, None, 11)
    gone, ends, withdrew = (patients.of_clinic(acting).get(identifier=f"LH-{number}").id for number in (15, 16, 17))
    erase(staff.acting(Role.ADMINISTRATOR), gone, Ground.REQUEST)
    courses.withdraw(acting, standing(acting, withdrew), Scope.RESEARCH, "moved away")
    courses.withdraw(acting, standing(acting, ends), Scope.RESEARCH, "only until the year ends")
    chart, until = standing(acting, ends), date(2026, 12, 31)
    courses.consent(acting, chart, Scope.RESEARCH, text_version="1", given_how="in writing", expires_on=until)
    assert cohort(staff.acting(Role.RESEARCHER)).people == "31"
    settings.KETAMINDER_ON = date(2027, 1, 1)
    assert cohort(staff.acting(Role.RESEARCHER)).people == "30"


def test_ages_change_on_the_birthday(staff: Any, thirty: None, settings: Any) -> None:
    """Women born on 1 March 1984 are 42 until 28 February 2034, and 50 the day after."""
    sign_keeping(staff.acting(Role.PHYSICIAN), None, 11)
    acting = staff.acting(Role.PHYSICIAN)
    for row in patients.of_clinic(acting).filter(sex="male"):
        who = patients.Who(row.identifier, row.name, BORN["female"], "female")
        patients.correct(acting, row.id, who, "taken for another")
    for day, band in ((date(2034, 2, 28), "40 to 49"), (date(2034, 3, 1), "50 to 59")):
        settings.KETAMINDER_ON = day
        assert cohort(staff.acting(Role.RESEARCHER)).tables["age"] == {("", band): "33"}


def test_the_migration_counts_whoever_agreed_before_it(staff: Any, thirty: None) -> None:
    acting = staff.acting(Role.PHYSICIAN)
    kept, duplicate = (patients.of_clinic(acting).get(identifier=f"LH-{number}").id for number in (2, 30))
    patients.merge(acting, kept, duplicate, "same passport")
    stood = list(CohortMember.objects.order_by("pk").values())
    assert len(stood) == 33
    assert kept in {row["patient_id"] for row in stood}
    for name in ("0005_second_factors", "0006_cohort", "0005_second_factors", "0007_cohort_people"):
        MigrationExecutor(connection).migrate([("clinic", name)])
    assert list(CohortMember.objects.order_by("pk").values()) == stood


def test_another_clinic_counts_its_own(staff: Any, thirty: None) -> None:
    sign_keeping(staff.acting_elsewhere, None, 11)
    assert cohort(staff.acting_elsewhere).people == SUPPRESSED


def test_many_people_are_counted_in_as_many_queries_as_nobody(staff: Any, thirty: None) -> None:
    counts = []
    for acting in (staff.acting_elsewhere, staff.acting(Role.PHYSICIAN)):
        sign_keeping(acting, None, 11)
        with CaptureQueriesContext(connection) as captured:
            cohort(acting)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_what_is_signed_stands_in_the_settings(staff: Any, database: str) -> None:
    browser = staff.fresh_browser(Role.PHYSICIAN)
    assert browser.post("/settings/keeping", {"retention_years": "", "smallest_cell": ""}).status_code == 422
    assert browser.post("/settings/keeping", {"retention_years": "0", "smallest_cell": "10"}).status_code == 422
    assert "Not signed" in browser.get("/settings").content.decode()
    assert browser.post("/settings/keeping", {"retention_years": "10", "smallest_cell": "12"}).status_code == 303
    page = browser.get("/settings").content.decode()
    assert "<dd>10</dd>" in page
    assert "<dd>12</dd>" in page
    assert "Physician Example" in page
