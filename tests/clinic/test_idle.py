"""The screen that locks itself, in a real Chromium, after some seconds instead of a quarter of an hour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from .browsing import EVERY_RULE, PHONE, ZOOMED, Watched, chromium, overflow
from .serving import serving, sign_in
from .staffed import PASSWORD

__all__ = ["chromium"]  # a fixture

IDLE_SECONDS = 8
LONG_ENOUGH = 4 * IDLE_SECONDS * 1000
"""Milliseconds to wait for at most."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    told = {"TESTED_IDLE_SECONDS": str(IDLE_SECONDS), "TESTED_WITHOUT_SECOND_FACTOR": "1"}
    with serving(tmp_path_factory.mktemp("clinic"), ["ben", "ada"], **told) as url:
        yield url


@pytest.fixture
def watched(chromium: Browser, address: str) -> Iterator[Watched]:
    with chromium.new_context(base_url=address, bypass_csp=True) as context:  # for axe
        context.set_default_timeout(LONG_ENOUGH)
        watched = Watched(context.new_page())
        sign_in(watched.page, "ada")
        yield watched


def type_a_name(page: Page) -> None:
    page.goto("/patients/new")
    page.get_by_label("Name").fill("Wanda Probe")


def covered(page: Page) -> None:
    page.get_by_role("alertdialog", name="Locked").wait_for()
    expect(page.locator("#in-use-here")).to_contain_text("Room 7")


def test_a_page_with_nothing_unsaved_is_left_for_the_locked_page(watched: Watched) -> None:
    page = watched.page
    page.goto("/today")
    page.wait_for_url("**/locked?next=%2Ftoday")
    said = page.locator("main").inner_text()
    assert "Room 7" in said
    assert "Zoë" not in page.content(), "nobody's name is left in the window"
    page.goto("/patients")
    assert page.url.endswith("/locked?next=/patients"), "the next action leads to the lock too"
    page.get_by_role("link", name="Unlock").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/patients")
    assert watched.said == []


def test_what_was_typed_stays_under_the_cover_and_is_there_after_unlocking(watched: Watched) -> None:
    page = watched.page
    type_a_name(page)
    covered(page)
    dialog = page.get_by_role("alertdialog")
    assert "Not saved yet." in dialog.inner_text()
    assert "Zoë" not in dialog.inner_text()
    hit = page.get_by_label("Name").evaluate(
        "one => { const at = one.getBoundingClientRect();"
        " return document.elementFromPoint(at.x + 5, at.y + 5).closest('dialog')?.id }"
    )
    assert hit == "idle", "nothing of the page can be seen or reached"
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Unlock").click()
    other = opening.value
    other.get_by_label("Your password").fill(PASSWORD)
    other.get_by_role("button", name="Confirm").click()
    other.get_by_role("heading", name="Unlocked").wait_for()
    other.close()
    dialog.wait_for(state="hidden")
    assert page.get_by_label("Name").input_value() == "Wanda Probe"
    assert watched.said == []


def test_the_cover_is_announced_reached_by_keyboard_and_not_closed_by_escape(watched: Watched) -> None:
    page = watched.page
    type_a_name(page)
    covered(page)
    assert page.evaluate("document.activeElement.textContent").startswith("Unlock"), "the focus moves into it"
    for _ in range(3):
        page.keyboard.press("Escape")
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main, header, footer')") is None
    assert page.get_by_role("alertdialog").is_visible()
    described = page.get_by_role("alertdialog").get_attribute("aria-describedby")
    assert "Not saved yet." in page.locator(f"#{described}").inner_text()
    for width, height in (PHONE, ZOOMED):
        page.set_viewport_size({"width": width, "height": height})
        assert overflow(page) <= 0
        assert page.get_by_role("link", name="Unlock").is_visible()
    found = Axe().run(page, options=EVERY_RULE)
    assert found.violations_count == 0, found.generate_report()


def test_whoever_types_is_there_on_the_server_too(watched: Watched) -> None:
    page = watched.page
    type_a_name(page)
    for _ in range(2 * IDLE_SECONDS):
        page.keyboard.type("x")
        page.wait_for_timeout(1000)
    assert page.get_by_role("alertdialog").is_hidden()
    page.goto("/today")
    assert page.url.endswith("/today")


def test_another_window_in_use_keeps_this_one_open(watched: Watched) -> None:
    page = watched.page
    type_a_name(page)
    other = page.context.new_page()
    other.goto("/patients")
    for _ in range(2 * IDLE_SECONDS):
        other.locator("#text").press("a")
        other.wait_for_timeout(1000)
    assert page.get_by_role("alertdialog").is_hidden()
    assert page.get_by_label("Name").input_value() == "Wanda Probe"


def sign_out_in_another_window(watched: Watched) -> None:
    other = watched.page.context.new_page()
    other.goto("/locked")
    other.get_by_role("button", name="Sign out").click()
    other.get_by_role("heading", name="Sign in").wait_for()
    other.close()


def sign_in_by_the_cover(watched: Watched, username: str) -> Page:
    """The window that the cover opens, signed in."""
    with watched.page.context.expect_page() as opening:
        watched.page.get_by_role("link", name="Unlock").click()
    other = opening.value
    other.get_by_label("User name").fill(username)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    return other


def test_a_session_that_ends_under_the_cover_is_told_and_what_was_typed_can_be_saved_after_signing_in_again(
    watched: Watched,
) -> None:
    page = watched.page
    type_a_name(page)
    page.get_by_label("The clinic's number").fill("LH-77")
    page.locator("[name=birth_date]").fill("1970-01-02")
    page.locator("[name=sex]").select_option("female")
    covered(page)
    sign_out_in_another_window(watched)
    dialog = page.get_by_role("alertdialog")
    page.get_by_text("The session of Dr Ada Ilves has ended.").wait_for()
    assert "is signed in and has left the screen" not in dialog.inner_text()
    other = sign_in_by_the_cover(watched, "ada")
    other.get_by_role("heading", name="Unlocked").wait_for()
    other.close()
    dialog.wait_for(state="hidden")
    assert page.get_by_label("Name").input_value() == "Wanda Probe"
    page.locator("form.deed button[type=submit]").click()
    page.wait_for_url("**/patients/*-*")
    expect(page.locator("main")).to_contain_text("Wanda Probe")


def test_nobody_else_gets_what_was_typed_by_signing_in_after_the_session_ended(watched: Watched) -> None:
    page = watched.page
    type_a_name(page)
    covered(page)
    sign_out_in_another_window(watched)
    sign_in_by_the_cover(watched, "ben").get_by_role("heading", name="Unlocked").wait_for()
    page.wait_for_url("**/today")
    expect(page.locator("header")).to_contain_text("Dr Ben Ilves")
    assert "Wanda" not in page.content()


def test_a_page_with_nothing_unsaved_leads_to_signing_in_once_its_session_has_ended(watched: Watched) -> None:
    page = watched.page
    page.goto("/patients")
    sign_out_in_another_window(watched)
    page.wait_for_url(lambda url: url.endswith("/sign-in?next=/patients"))


def test_without_the_server_the_page_is_covered_all_the_same(watched: Watched) -> None:
    page = watched.page
    type_a_name(page)
    page.context.set_offline(True)
    page.get_by_role("alertdialog", name="Locked").wait_for()
    page.context.set_offline(False)
    covered(page)
    assert page.get_by_label("Name").input_value() == "Wanda Probe"
