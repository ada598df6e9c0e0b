"""The pages in a real Chromium, from the demonstration clinic that really runs and from files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zipfile import is_zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from ketaminder import examples

from .browsing import A4, COLOURS, DESK, EVERY_RULE, NARROW, PHONE, TABLET, WIDE, ZOOMED, chromium, opened, overflow

__all__ = ["chromium"]  # a fixture

FOCUSABLE = "a[href], summary, button, input, select, textarea, [tabindex='0']"


class Entered:
    """The demonstration clinic as somebody of a role sees it."""

    def __init__(self, browser: Browser, clinic: Any, role: str) -> None:
        with browser.new_context() as fresh:
            page = fresh.new_page()
            page.goto(clinic.url)
            page.locator(f"button[value=demo-{role}]").click()
            page.wait_for_url("**/*")
            self.state: Any = fresh.storage_state()
            self.home = page.url

    def links(self, browser: Browser, url: str, among: str) -> list[str]:
        """Where the links of a page lead, each once."""
        with opened(browser, url, storage_state=self.state) as watched:
            found: list[str] = watched.page.locator(among).evaluate_all("all => all.map(one => one.href)")
        return list(dict.fromkeys(found))


DEEDS = (
    *("identity", "merge", "record", "assess", "consent", "withdraw", "plan", "close", "dose", "visits/new"),
    "export",
)
ACCOUNT = (
    "account/factors",
    "account/factors/app",
    "account/factors/passkeys",
    "account/factors/passkeys/new",
    "account/sessions",
    "account/second-factor",
    "locked/no-more",
)
ROOMS = {
    "physician": (
        "today",
        "patients",
        "patients/changed",
        "patients/new",
        "visits",
        "visits?month=2026-11",
        "settings",
        "settings/limits/ketamine_iv",
        "settings/nurse",
        "settings/keeping",
    ),
    "nurse": ("today", "emergency", *ACCOUNT),
    "auditor": ("audit", "emergencies", "settings"),
    "administrator": ("accounts", "accounts/new", "visits", "settings"),
    "researcher": ("cohort", "dose", "dose?study=kamp-2020-bja-racemate-in-three-steps", "evidence"),
}
"""The pages of each role that are about nobody in particular."""


@pytest.fixture(scope="module")
def people(chromium: Browser, clinic: Any) -> dict[str, Entered]:
    return {role: Entered(chromium, clinic, role) for role in ROOMS}


@pytest.fixture(scope="module")
def charts(chromium: Browser, people: dict[str, Entered], clinic: Any) -> list[str]:
    """The charts on today's board: people in every stage."""
    return people["physician"].links(chromium, f"{clinic.url}today", "table a")[3:5]


@pytest.fixture(scope="module")
def pages(chromium: Browser, people: dict[str, Entered], charts: list[str], clinic: Any) -> list[tuple[str, Any]]:
    """Address and signed-in state of every page of the clinic that is looked at."""
    physician = people["physician"]
    found = [(f"{clinic.url}{room}", people[role].state) for role, rooms in ROOMS.items() for room in rooms]
    found += [(f"{charts[0]}/{deed}", physician.state) for deed in DEEDS]
    for chart in charts:
        found.append((chart, physician.state))
        found += [(link, physician.state) for link in physician.links(chromium, chart, "a[href*=assessments]")]
    found += [(link, physician.state) for link in physician.links(chromium, charts[0], "a[href*='/sign/']")]
    found += [
        (link, physician.state) for link in physician.links(chromium, f"{clinic.url}today", "a[href*='/move']")[:1]
    ]
    administrator = people["administrator"]
    roles = administrator.links(chromium, f"{clinic.url}accounts", "table a:not([href$='/email'])")
    found += [(f"{roles[0]}{deed}", administrator.state) for deed in ("", "/email", "/link")]
    return [*found, (f"{clinic.url}sign-in", None)]


@pytest.fixture(scope="module")
def urls(static_clinic: Path) -> list[str]:
    """The list and every person's page, as files."""
    people = sorted(set(static_clinic.glob("*.html")) - {static_clinic / "index.html", static_clinic / "evidence.html"})
    assert len(people) == len(examples.names())
    return [(static_clinic / "index.html").as_uri(), *(path.as_uri() for path in people)]


def unfold(page: Page) -> None:
    page.locator("summary").evaluate_all("all => all.forEach(one => one.parentElement.open = true)")


def test_no_page_scrolls_sideways_or_complains_or_asks_elsewhere(
    chromium: Browser, clinic: Any, pages: list[tuple[str, Any]]
) -> None:
    for url, state in pages:
        with opened(chromium, url, storage_state=state) as watched:
            unfold(watched.page)
            for width, height in (PHONE, NARROW, TABLET, DESK, ZOOMED):
                watched.page.set_viewport_size({"width": width, "height": height})
                assert overflow(watched.page) <= 0, (url, width)
            assert watched.said == [], url
            assert [asked for asked in watched.asked if not asked.startswith((clinic.url, "data:"))] == [], url


def test_the_policy_really_blocks_a_script(chromium: Browser, clinic: Any) -> None:
    with opened(chromium, f"{clinic.url}sign-in") as watched:
        watched.page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
        )
        assert watched.page.evaluate("window.ran") is None
        assert any("CSP" in line for line in watched.said)


SCHEMES: dict[Literal["light", "dark"], dict[str, Any]] = {"light": EVERY_RULE, "dark": COLOURS}


def test_axe_finds_nothing(chromium: Browser, clinic: Any, pages: list[tuple[str, Any]]) -> None:
    for url, state in [*pages, (f"{clinic.url}nowhere", pages[0][1])]:
        with chromium.new_context(bypass_csp=True, viewport=WIDE, storage_state=state) as context:
            page = context.new_page()
            page.goto(url)
            unfold(page)
            for scheme, rules in SCHEMES.items():
                page.emulate_media(color_scheme=scheme)
                found = Axe().run(page, options=rules)
                assert found.violations_count == 0, (url, scheme, found.generate_report())


def test_axe_finds_nothing_on_a_form_with_errors(
    chromium: Browser, people: dict[str, Entered], charts: list[str], clinic: Any
) -> None:
    forms = [f"{clinic.url}patients/new", *(f"{charts[0]}/{deed}" for deed in ("consent", "record", "visits/new"))]
    for url in forms:
        state = people["physician"].state
        with chromium.new_context(bypass_csp=True, viewport=WIDE, storage_state=state) as context:
            page = context.new_page()
            page.goto(url)
            page.locator("form.deed button[type=submit]").click()
            page.locator(".wrong").first.wait_for()
            found = Axe().run(page, options=EVERY_RULE)
            assert found.violations_count == 0, (url, found.generate_report())


def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    chromium: Browser, pages: list[tuple[str, Any]]
) -> None:
    for url, state in pages:
        with opened(chromium, url, storage_state=state) as watched:
            page = watched.page
            expected = page.locator(FOCUSABLE).evaluate_all(
                "all => all.filter(one => one.checkVisibility() && one.type !== 'hidden' && one.tabIndex >= 0"
                " && (one.type !== 'radio' || one === document.querySelector(`[name='${one.name}']`)))"
                ".map((one, i) => one.dataset.walk = String(i))"
            )
            reached = []
            for _ in range(3 * len(expected)):  # a date and a group of radio buttons take more than one step
                page.keyboard.press("Tab")
                place = page.evaluate("document.activeElement.dataset.walk")
                if place is None:
                    break
                if place not in reached:
                    reached.append(place)
                    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                    assert outline != "none", (url, place)
            assert reached == expected, url


def test_the_steps_to_treatment_stand_in_their_order_in_one_row(
    chromium: Browser, people: dict[str, Entered], clinic: Any
) -> None:
    newcomer = people["physician"].links(chromium, f"{clinic.url}patients", "table a")[0]
    with opened(chromium, newcomer, storage_state=people["physician"].state) as watched:
        steps = watched.page.locator(".steps li")
        boxes: list[Any] = [one.bounding_box() for one in steps.all()]
        assert "to do next" in steps.first.inner_text()
        assert len({box["y"] for box in boxes}) == 1
        assert [box["x"] for box in boxes] == sorted(box["x"] for box in boxes)


def test_the_line_of_a_course_is_read_on_a_telephone(chromium: Browser, charts: list[str], people: Any) -> None:
    with opened(chromium, charts[0], PHONE, storage_state=people["physician"].state) as watched:
        words = watched.page.locator(".timeline text").all()
        assert words
        for one in words:
            box = one.bounding_box()
            assert box is not None
            assert box["height"] >= 12  # pixels: the height of the words around it, not of a drawing made smaller
            assert 0 <= box["x"] <= box["x"] + box["width"] <= PHONE[0]


def test_a_new_page_begins_at_what_was_done_and_a_board_stays_where_it_was(
    chromium: Browser, people: dict[str, Entered], charts: list[str], clinic: Any
) -> None:
    focused = "[document.activeElement.id, document.activeElement.tagName, scrollY]"
    with opened(chromium, charts[0], storage_state=people["physician"].state) as watched:
        page = watched.page
        page.fill("textarea[name=text]", "Ate well.")
        page.get_by_role("button", name="Add the note").click()
        page.locator("#done:focus").wait_for()
        assert page.evaluate(focused) == ["done", "P", 0]
        assert page.locator("#done").inner_text().strip() == "The note is added."
        page.get_by_role("link", name="Patients").last.click()
        page.locator("#found").wait_for()
        page.locator("#main:focus").wait_for()
    with opened(chromium, f"{clinic.url}today", PHONE, storage_state=people["nurse"].state) as watched:
        page = watched.page
        button = page.get_by_role("button", name=": arrived").last
        row = button.locator("xpath=ancestor::tr").get_attribute("id")
        button.click()
        page.locator(f"tr.arrived[id='{row}']").wait_for()
        page.locator("tr:focus").wait_for()
        there, tag, scrolled = page.evaluate(focused)
        assert (there, tag) == (row, "TR")
        assert scrolled > PHONE[1]


def test_an_answer_below_its_form_is_brought_to_the_reader(
    chromium: Browser, people: dict[str, Entered], clinic: Any
) -> None:
    with opened(chromium, f"{clinic.url}dose", PHONE, storage_state=people["nurse"].state) as watched:
        page = watched.page
        page.fill("[name=dose_mg]", "42")
        page.get_by_role("button", name="Show what it does").click()
        page.locator("#answer:focus").wait_for()
        heading = page.locator("#answer")
        box = heading.bounding_box()
        assert "42 mg over 40 min" in heading.inner_text()
        assert box is not None
        assert 0 <= box["y"] < PHONE[1]
        page.fill("[name=weight_kg]", "heavy")
        page.get_by_role("button", name="Show what it does").click()
        page.locator("[name=weight_kg]:focus").wait_for()
        box = page.locator("[name=weight_kg]").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < PHONE[1]


def test_another_model_is_drawn_where_the_reader_is(chromium: Browser, people: dict[str, Entered], clinic: Any) -> None:
    with opened(chromium, f"{clinic.url}dose", PHONE, storage_state=people["nurse"].state) as watched:
        page = watched.page
        models = page.get_by_role("navigation", name="Drawn by the model")
        other = models.get_by_role("link").nth(1)
        name = other.inner_text()
        other.click()
        page.locator("#answer:focus").wait_for()
        assert models.locator("[aria-current=true]").inner_text() == name
        box = page.locator("#answer").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < PHONE[1]


def test_a_date_stands_in_words_under_its_field(
    chromium: Browser, charts: list[str], people: dict[str, Entered]
) -> None:
    """4 March 2127 is a Tuesday: 2027-03-04 is a Thursday, and a hundred years with 24 leap days are 5 days more."""
    with opened(chromium, f"{charts[0]}/visits/new", PHONE, storage_state=people["physician"].state) as watched:
        page = watched.page
        page.fill("[name=on]", "2127-03-04")
        said = page.locator("output[for=id_on]").inner_text()
        assert said.replace(",", "") == "Tuesday 4 March 2127"  # the comma is the browser's own
        page.fill("[name=on]", "")
        assert page.locator("output[for=id_on]").inner_text() == ""


def test_a_save_that_fails_says_so_and_keeps_what_was_typed(
    chromium: Browser, people: dict[str, Entered], charts: list[str]
) -> None:
    with opened(chromium, charts[0], storage_state=people["physician"].state) as watched:
        page = watched.page
        page.fill("textarea[name=text]", "Slept well.")
        page.context.set_offline(True)
        page.get_by_role("button", name="Add the note").click()
        page.locator("#not-saved").wait_for(state="visible")
        assert "Not saved." in page.locator("#not-saved").inner_text()
        assert page.input_value("textarea[name=text]") == "Slept well."
        page.context.set_offline(False)
        page.get_by_role("button", name="Add the note").click()
        page.locator(".note", has_text="Slept well.").wait_for()
        assert page.locator("#not-saved").is_hidden()


def test_a_patient_is_found_while_typing_and_no_name_reaches_an_address(
    chromium: Browser, people: dict[str, Entered], clinic: Any
) -> None:
    with opened(chromium, f"{clinic.url}patients", storage_state=people["nurse"].state) as watched:
        page = watched.page
        page.locator("#text").press_sequentially("Brandt")
        page.locator("#found a", has_text="Jonas Brandt").wait_for()
        page.locator("#found tbody tr").nth(1).wait_for(state="detached")
        assert not [url for url in watched.asked if "randt" in url.lower()]


def test_from_registration_to_a_booked_visit_by_keyboard_alone(
    chromium: Browser, people: dict[str, Entered], clinic: Any
) -> None:
    record, soon = (
        examples.text("treatment_resistant_depression"),
        (datetime.now(UTC) + timedelta(days=2)).date().isoformat(),
    )
    with opened(chromium, f"{clinic.url}patients/new", storage_state=people["physician"].state) as watched:
        page = watched.page

        def fill(name: str, value: str) -> None:
            page.locator(f"[name={name}]").focus()
            page.keyboard.insert_text(value)

        def choose(name: str, value: str) -> None:
            page.locator(f"select[name={name}]").focus()
            page.locator(f"select[name={name}]").select_option(value)

        def go_on(to: str) -> None:
            page.locator("form.deed button[type=submit]").focus()
            page.keyboard.press("Enter")
            page.wait_for_url(to)

        fill("name", "Wanda Probe")
        fill("identifier", "EX-9999")
        page.fill("[name=birth_date]", "1974-03-18")  # as the record says
        choose("sex", "female")
        go_on("**/patients/*-*")
        chart = page.url
        page.goto(f"{chart}/record")
        fill("text", record)
        go_on(chart)
        page.goto(f"{chart}/assess")
        go_on("**/assessments/*")
        page.goto(f"{chart}/consent")
        choose("scope", "treatment")
        fill("text_version", "2026-03")
        choose("given_how", "in writing")
        go_on(chart)
        page.goto(f"{chart}/plan")
        page.locator("[name=protocol]").first.focus()
        page.keyboard.press("Space")
        page.fill("[name=first_day]", soon)
        fill("discussed", "Benefit, risk and alternatives.")
        go_on("**/sign/*")
        choose("meaning", "approved")
        go_on(chart)
        assert page.locator(".steps li.done").count() == 5
        page.goto(f"{chart}/visits/new")
        page.fill("[name=on]", soon)
        page.fill("[name=time]", "09:00")
        fill("minutes", "120")
        fill("room", "Room 9")
        go_on(chart)
        assert "Room 9" in page.locator("section[aria-labelledby=visits]").inner_text()
        assert watched.said == []


def test_a_chart_is_downloaded_by_keyboard_alone(
    chromium: Browser, people: dict[str, Entered], charts: list[str]
) -> None:
    with opened(chromium, charts[0], storage_state=people["physician"].state) as watched:
        page = watched.page
        page.get_by_role("link", name="Export this chart").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/export")
        page.get_by_role("button", name="Download").focus()
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert download.value.suggested_filename == "chart.zip"
        assert is_zipfile(download.value.path())
        assert watched.said == []


def test_the_skip_link_leads_past_the_masthead(chromium: Browser, urls: list[str]) -> None:
    with opened(chromium, urls[1]) as watched:
        watched.page.keyboard.press("Tab")
        watched.page.keyboard.press("Enter")
        assert watched.page.evaluate("document.activeElement.id") == "main"


def test_decision_and_first_reason_and_source_stand_on_the_first_screen(chromium: Browser, urls: list[str]) -> None:
    for url in urls[1:]:
        with opened(chromium, url) as watched:
            for part in (".verdict h2", ".finding .reason", ".finding .grounds > div:last-child"):
                box = watched.page.locator(part).first.bounding_box()
                assert box is not None
                assert box["y"] + box["height"] <= DESK[1], (url, part)


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_chart_words_are_never_smaller_than_eleven_pixels(
    chromium: Browser, urls: list[str], size: tuple[int, int]
) -> None:
    drawn = 0
    for url in urls[1:]:
        with opened(chromium, url, size) as watched:
            scales = watched.page.locator("svg.chart").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect().width / one.viewBox.baseVal.width)"
            )
            letters = watched.page.locator("svg.chart text").evaluate_all(
                "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
            )
            drawn += len(scales)
            assert not scales or min(scales) * min(letters) >= 11
    assert drawn


def test_charts_of_one_column_share_their_axes(chromium: Browser, urls: list[str]) -> None:
    compared = 0
    for url in urls[1:]:
        with opened(chromium, url) as watched:
            rows = watched.page.locator(".panels").evaluate_all(
                "rows => rows.map(row => [...row.querySelectorAll('.ticks')].map(one => one.textContent))"
            )
            compared += len(rows) > 1
            assert all(row == rows[0] for row in rows)
    assert compared


def test_a_self_contained_page_asks_for_nothing(chromium: Browser, static_clinic: Path) -> None:
    for path in sorted(static_clinic.glob("*.html")):
        with opened(chromium, path.as_uri(), PHONE) as watched:
            assert watched.asked == [path.as_uri()]
            assert watched.said == []
            assert overflow(watched.page) <= 0
            assert watched.page.evaluate("getComputedStyle(document.body).maxWidth") == "1344px"  # the style is there


def test_static_pages_lead_to_each_other(chromium: Browser, static_clinic: Path) -> None:
    with opened(chromium, (static_clinic / "index.html").as_uri()) as watched:
        watched.page.locator(".people a").first.click()
        watched.page.locator(".rooms a").first.click()
        watched.page.locator(".back a").click()
        assert watched.page.url == (static_clinic / "index.html").as_uri()


def test_a_rule_leads_to_its_place_in_the_rule_book(chromium: Browser, urls: list[str]) -> None:
    with opened(chromium, urls[1]) as watched:
        link = watched.page.locator(".finding .rule a").first
        id_ = link.inner_text()
        link.click()
        box = watched.page.locator(f"article[id='{id_}']").bounding_box()
        assert watched.page.url == f"{urls[0].replace('index', 'evidence')}#{id_}"
        assert box is not None
        assert 0 <= box["y"] < DESK[1]


def test_result_reasons_and_what_lifts_it_print_on_the_first_sheet(chromium: Browser, urls: list[str]) -> None:
    for url in urls[1:]:
        with opened(chromium, url, A4) as watched:
            watched.page.emulate_media(media="print")
            for part in (".verdict", ".why", ".lifting"):
                box = watched.page.locator(part).bounding_box()
                assert box is not None
                assert box["y"] + box["height"] <= A4[1], (url, part)
            protocols = watched.page.locator("section[aria-labelledby='protocols']")
            assert protocols.evaluate("one => getComputedStyle(one).breakBefore") == "page"


def test_every_printed_page_is_marked_as_demonstration(chromium: Browser, urls: list[str]) -> None:
    with opened(chromium, urls[1]) as watched:
        watched.page.emulate_media(media="print")
        mark = watched.page.locator(".watermark")
        # A fixed box is repeated on every sheet (CSS Positioned Layout 3, section 2.1).
        assert mark.evaluate("one => getComputedStyle(one).position") == "fixed"
        assert mark.is_visible()
        assert mark.inner_text() == "Demonstration data"
