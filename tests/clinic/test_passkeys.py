"""Passkeys and security keys in a real Chromium, with a virtual authenticator (WebAuthn level 3, section 11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .browsing import Watched, chromium
from .serving import serving, sign_in
from .staffed import PASSWORD

__all__ = ["chromium"]  # a fixture

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("clinic"), ["ada", "bea", "cleo", "dora", "erik"]) as url:
        yield url


class Device:
    """A browser on a machine that has an authenticator."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        self.id = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def held(self) -> list[Any]:
        keys: list[Any] = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]
        return keys

    def forget(self) -> None:
        self.session.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})


@pytest.fixture
def watched(chromium: Browser, address: str) -> Iterator[Watched]:
    with chromium.new_context(base_url=address) as context:
        context.set_default_timeout(15_000)
        yield Watched(context.new_page())


def add(page: Page, name: str, *, alone: bool) -> None:
    page.get_by_label("A name to tell it apart by").fill(name)
    if alone:
        page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add it").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in**")


def test_a_passkey_is_added_signs_in_alone_confirms_and_is_removed(watched: Watched) -> None:
    page, device = watched.page, Device(watched.page)
    sign_in(page, "ada")
    page.get_by_role("link", name="A passkey or security key").click()
    assert not page.get_by_label("Sign in with it alone").is_checked(), "nothing is chosen beforehand"
    add(page, "Desk in room 1", alone=True)
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert page.locator(".codes li").count() == 10
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/today")
    assert [key["isResidentCredential"] for key in device.held()] == [True]
    sign_out(page)

    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/today")
    assert "Dr Ada Ilves" in page.locator(".acting").inner_text()

    page.goto("/settings/nurse")
    page.get_by_role("heading", name="Confirm that it is you").wait_for()
    page.get_by_role("link", name="A passkey or security key").click()
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url("**/settings/nurse")
    assert page.get_by_role("heading", level=1).inner_text() != "Confirm that it is you"

    page.goto("/account/factors")
    page.get_by_role("link", name="See, add or remove passkeys").click()
    assert "signs in alone" in page.get_by_role("row", name="Desk in room 1").inner_text()
    page.get_by_role("link", name="Remove Desk in room 1").click()
    page.get_by_role("button", name="Remove it").click()
    page.get_by_text("None yet.").wait_for()
    page.goto("/today")
    assert page.url.endswith("/account/second-factor"), "it was the only second factor"
    assert watched.said == []


def test_a_removed_passkey_opens_nothing_and_the_page_says_so(watched: Watched) -> None:
    page, device = watched.page, Device(watched.page)
    sign_in(page, "bea")
    page.get_by_role("link", name="A passkey or security key").click()
    add(page, "Lost telephone", alone=True)
    page.get_by_role("link", name="I have kept them").click()
    page.goto("/account/factors/passkeys")
    page.get_by_role("link", name="Remove Lost telephone").click()
    page.get_by_role("button", name="Remove it").click()
    page.get_by_text("None yet.").wait_for()
    sign_out(page)
    assert len(device.held()) == 1, "the device still has it"
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="This passkey opens nothing here").wait_for()
    page.goto("/today")
    assert "/sign-in" in page.url


def test_a_security_key_is_the_second_step_after_the_password_and_never_the_first(watched: Watched) -> None:
    page = watched.page
    Device(page)
    sign_in(page, "cleo")
    page.get_by_role("link", name="A passkey or security key").click()
    add(page, "Key on the ring", alone=False)
    page.get_by_role("link", name="I have kept them").click()
    sign_out(page)
    sign_in(page, "cleo")
    page.get_by_role("heading", name="Second step").wait_for()
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url("**/today")
    page.goto("/account/factors/passkeys")
    assert "second step" in page.get_by_role("row", name="Key on the ring").inner_text()
    assert watched.said == []


def test_a_device_that_gives_nothing_is_said_aloud(watched: Watched) -> None:
    page, device = watched.page, Device(watched.page)
    sign_in(page, "dora")
    page.get_by_role("link", name="A passkey or security key").click()
    add(page, "Key on the ring", alone=False)
    page.get_by_role("link", name="I have kept them").click()
    sign_out(page)
    sign_in(page, "dora")
    device.forget()
    page.get_by_role("button", name="Use a passkey or security key").click()
    said = page.get_by_role("alert").filter(has_text="The device gave no passkey.")
    said.wait_for()
    assert said.evaluate("one => one === document.activeElement")
    assert watched.said == []


class Held:
    """Requests for the script that gives passkey buttons their deed: they wait until they are let go."""

    def __init__(self, page: Page) -> None:
        self.waiting: list[Route] = []
        page.route("**/onload*.js", lambda route: self.waiting.append(route))

    def let_go(self) -> None:
        self.waiting.pop().continue_()


def test_no_button_can_be_pressed_before_its_script_has_come(watched: Watched) -> None:
    page, held = watched.page, Held(watched.page)
    Device(page)
    page.goto("/sign-in", wait_until="commit")
    button = page.get_by_role("button", name="Sign in with a passkey")
    expect(button).to_be_disabled()
    held.let_go()
    expect(button).to_be_enabled()

    page.get_by_label("User name").fill("erik")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="A passkey or security key").click()
    button = page.get_by_role("button", name="Add it")
    expect(button).to_be_disabled()
    held.let_go()
    expect(button).to_be_enabled()
    add(page, "Key on the ring", alone=False)
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert watched.said == []
