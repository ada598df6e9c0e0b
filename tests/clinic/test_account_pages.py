"""The pages of signing in and of one's own account in a real Chromium, in the states that the demonstration has not.

Single sign-on goes through `oidc-provider-mock`, a provider that others wrote (on Authlib).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from .browsing import COLOURS, DESK, EVERY_RULE, PHONE, ZOOMED, Watched, chromium, overflow
from .serving import free_port, serving, sign_in, started

__all__ = ["chromium"]  # a fixture

EMAIL = "cleo@lindenhof.example"


@dataclass(frozen=True, slots=True)
class Running:
    """The addresses of a clinic and of its provider of single sign-on."""

    clinic: str
    provider: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder, port = tmp_path_factory.mktemp("clinic"), free_port()
    provider = f"http://localhost:{port}"
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    told = {"id": "hospital", "name": "Lindenhof Hospital", "client_id": "ketaminder", "secret": "s" * 20}
    file = folder / "provider.json"
    file.write_text(json.dumps({**told, "server_url": provider}), encoding="utf-8")
    people = ["ada", "bea", f"cleo={EMAIL}"]
    with started(command, provider), serving(folder, people, KETAMINDER_OIDC=str(file)) as clinic:
        yield Running(clinic, provider)


@pytest.fixture
def watched(chromium: Browser, running: Running) -> Iterator[Watched]:
    with chromium.new_context(base_url=running.clinic) as context:
        context.set_default_timeout(15_000)
        yield Watched(context.new_page())


@pytest.fixture
def open_to_axe(chromium: Browser, running: Running) -> Iterator[Page]:
    """A page that lets a checker in, which the clinic's policy does not."""
    with chromium.new_context(base_url=running.clinic, bypass_csp=True) as context:
        context.set_default_timeout(15_000)
        yield context.new_page()


def look(page: Page, heading: str) -> None:
    """Nothing sticks out at three widths, and axe finds nothing, light or dark."""
    page.get_by_role("heading", name=heading, level=1).wait_for()
    for width, height in (PHONE, ZOOMED, DESK):
        page.set_viewport_size({"width": width, "height": height})
        assert overflow(page) <= 0, (page.url, width)
    found = Axe().run(page, options=EVERY_RULE)
    assert found.violations_count == 0, (page.url, found.generate_report())
    page.emulate_media(color_scheme="dark")
    found = Axe().run(page, options=COLOURS)
    page.emulate_media(color_scheme="light")
    assert found.violations_count == 0, (page.url, "dark", found.generate_report())


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def code(secret: str) -> str:
    """RFC 6238: the counter is Unix time over 30 seconds."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def test_every_page_on_the_way_to_a_second_factor_is_sound(open_to_axe: Page) -> None:
    page = open_to_axe
    page.goto("/sign-in")
    press(page, "Sign in")
    page.locator(".wrong").first.wait_for()
    look(page, "Sign in")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill("not-the-password")
    press(page, "Sign in")
    page.get_by_text("The user name or the password does not fit.").wait_for()
    look(page, "Sign in")
    sign_in(page, "ada")
    look(page, "Set up a second factor")
    follow(page, "An authenticator app")
    page.get_by_label("The six digits").fill("000000")
    press(page, "Set up the app")
    page.get_by_text("This code does not fit.").wait_for()
    look(page, "Set up an authenticator app")
    secret = page.get_by_label("Or type this secret").input_value()
    page.get_by_label("The six digits").fill(code(secret))
    press(page, "Set up the app")
    look(page, "Recovery codes")
    page.goto("/account/factors")
    look(page, "Your account")
    page.goto("/account/factors/codes")
    look(page, "Recovery codes")
    follow(page, "Make new codes")
    look(page, "Make new recovery codes")
    page.goto("/account/factors/app/remove")
    look(page, "Remove the authenticator app")
    page.goto("/account/password")
    press(page, "Change the password")
    page.locator(".wrong").first.wait_for()
    look(page, "Change the password")
    page.goto("/account/sessions")
    look(page, "Your sessions")
    page.goto("/settings/nurse")
    look(page, "Confirm that it is you")
    follow(page, "A code")
    page.get_by_label("A code of your authenticator app").fill("000000")
    press(page, "Confirm")
    page.get_by_text("This code does not fit.").wait_for()
    look(page, "Confirm that it is you")
    press(page, "Lock")
    look(page, "Locked")
    press(page, "Sign out")
    sign_in(page, "ada")
    page.get_by_label("Code").fill("000000")
    press(page, "Sign in")
    page.get_by_text("This code does not fit.").wait_for()
    look(page, "Second step")


def test_every_page_says_what_it_is_about_in_our_words(watched: Watched) -> None:
    """None of the sentences of the library that these pages stand on is left."""
    page = watched.page
    sign_in(page, "bea")
    theirs = (
        "two-factor",
        "authenticate",
        "activate",
        "reauthenticate",
        "master key",
        "invalidate",
        "security keys have",
    )
    for address in (
        "second-factor",
        "factors",
        "factors/app",
        "factors/passkeys/new",
        "password",
        "sessions",
        "confirm",
    ):
        page.goto(f"/account/{address}")
        said = page.locator("main").inner_text().lower()
        assert said
        assert [words for words in theirs if words in said] == [], address
        assert page.locator("main [placeholder]").count() == 0, address
    assert watched.said == []


def test_single_sign_on_leads_to_the_provider_and_back_and_asks_for_a_second_factor(
    watched: Watched, running: Running
) -> None:
    page = watched.page
    requests.put(f"{running.provider}/users/s-1", json={"email": EMAIL, "email_verified": True}, timeout=5)
    page.goto("/sign-in")
    press(page, "Sign in by Lindenhof Hospital")
    page.get_by_placeholder("sub").fill("s-1")
    press(page, "Authorize")
    page.wait_for_url(f"{running.clinic}/account/second-factor")
    page.goto("/account/factors")
    assert "Dr Cleo Ilves" in page.locator(".acting").inner_text()
    press(page, "Sign out")
    press(page, "Sign in by Lindenhof Hospital")
    page.get_by_placeholder("sub").fill("s-unknown")
    press(page, "Authorize")
    page.get_by_role("heading", name="No account is waiting for you").wait_for()
    assert [said for said in watched.said if "CSP" in said] == [], "the policy lets the way there and back"


def test_the_pages_of_single_sign_on_are_sound(open_to_axe: Page, running: Running) -> None:
    page = open_to_axe
    page.goto("/sign-in/by/hospital/back?state=made-up&code=made-up")
    look(page, "Not signed in")
    page.goto("/sign-in/not-invited")
    look(page, "No account is waiting for you")
    page.goto("/sign-in/closed")
    look(page, "This account is closed")
    page.route(f"{running.provider}/**", lambda route: route.fulfill(status=204))  # the browser then stays where it is
    page.goto("/sign-in")
    press(page, "Sign in by Lindenhof Hospital")
    look(page, "On the way to Lindenhof Hospital")
