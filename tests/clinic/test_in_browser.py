"""The pages in a real Chromium, from the demonstration clinic that really runs and from files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from ketaminder import examples

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
A4 = (688, 1017)
"""210 by 297 mm without margins of 14 mm, in pixels of 1/96 inch."""
PHONE, DESK, ZOOMED = (360, 740), (1440, 900), (320, 256)
"""Pixels. 320 by 256 is what a 1280 by 1024 screen shows at 400% (WCAG 2.2, 1.4.10)."""
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", violation => console.error("CSP", violation.violatedDirective));
"""
FOCUSABLE = "a[href], summary, button, input, select, textarea, [tabindex='0']"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Watched:
    """A page, what its console said, and what it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.add_init_script(REPORT_VIOLATIONS)
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))


@contextmanager
def opened(browser: Browser, url: str, size: tuple[int, int] = DESK, **context: Any) -> Iterator[Watched]:
    """`url` in a fresh context; the page waits for its style."""
    with browser.new_context(viewport={"width": size[0], "height": size[1]}, **context) as fresh:
        watched = Watched(fresh.new_page())
        answer = watched.page.goto(url)
        assert answer is None or answer.ok or url.startswith("file:")
        yield watched


def addresses(browser: Browser, clinic: Any) -> list[str]:
    """The list and every person's page."""
    with opened(browser, clinic.url) as people:
        links = people.page.locator(".people a").evaluate_all("links => links.map(link => link.href)")
    return [clinic.url, *links]


@pytest.fixture(scope="module")
def urls(chromium: Browser, clinic: Any) -> list[str]:
    found = addresses(chromium, clinic)
    assert len(found) == 1 + len(examples.names())
    return found


@pytest.fixture(scope="module")
def every_url(clinic: Any, urls: list[str]) -> list[str]:
    """The list, every person's page, the rule book, what a dose does."""
    return [*urls, f"{clinic.url}evidence", f"{clinic.url}dose"]


def overflow(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize("size", [PHONE, DESK, ZOOMED])
def test_no_page_scrolls_sideways_or_complains_or_asks_elsewhere(
    chromium: Browser, clinic: Any, every_url: list[str], size: tuple[int, int]
) -> None:
    for url in every_url:
        with opened(chromium, url, size) as watched:
            watched.page.locator("summary").evaluate_all("all => all.forEach(one => one.parentElement.open = true)")
            assert overflow(watched.page) <= 0, url
            assert watched.said == []
            assert [asked for asked in watched.asked if not asked.startswith(clinic.url)] == []


def test_the_policy_really_blocks_a_script(chromium: Browser, clinic: Any) -> None:
    with opened(chromium, clinic.url) as watched:
        watched.page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
        )
        assert watched.page.evaluate("window.ran") is None
        assert any("CSP" in line for line in watched.said)


EVERY_RULE: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS: dict[str, Any] = EVERY_RULE | {"runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules whose answer may change with the theme."""


@pytest.mark.parametrize(("scheme", "rules"), [("light", EVERY_RULE), ("dark", COLOURS)], ids=["light", "dark"])
def test_axe_finds_nothing(
    chromium: Browser, every_url: list[str], scheme: Literal["light", "dark"], rules: dict[str, Any]
) -> None:
    for url in [*every_url, f"{every_url[0]}people/nowhere"]:
        context = chromium.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": 1440, "height": 900})
        with context:
            page = context.new_page()
            page.goto(url)
            page.locator("summary").evaluate_all("all => all.forEach(one => one.parentElement.open = true)")
            found = Axe().run(page, options=rules)
            assert found.violations_count == 0, found.generate_report()


def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    chromium: Browser, every_url: list[str]
) -> None:
    for url in every_url:
        with opened(chromium, url) as watched:
            page = watched.page
            expected = page.locator(FOCUSABLE).evaluate_all(
                "all => all.filter(one => one.checkVisibility()).map((one, i) => one.dataset.walk = String(i))"
            )
            reached = []
            for _ in expected:
                page.keyboard.press("Tab")
                reached.append(page.evaluate("document.activeElement.dataset.walk"))
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            assert reached == expected


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
        watched.page.locator(".book a").click()
        watched.page.locator(".back a").click()
        assert watched.page.url == (static_clinic / "index.html").as_uri()


def test_a_rule_leads_to_its_place_in_the_rule_book(chromium: Browser, urls: list[str]) -> None:
    with opened(chromium, urls[1]) as watched:
        link = watched.page.locator(".finding .rule a").first
        id_ = link.inner_text()
        link.click()
        box = watched.page.locator(f"article[id='{id_}']").bounding_box()
        assert watched.page.url == f"{urls[0]}evidence#{id_}"
        assert box is not None
        assert 0 <= box["y"] < DESK[1]


def test_result_reasons_and_what_lifts_it_print_on_the_first_sheet(chromium: Browser, urls: list[str]) -> None:
    for url in urls[1:]:
        with opened(chromium, url, A4) as watched:
            watched.page.emulate_media(media="print")
            for part in (".verdict", ".why", ".next"):
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
