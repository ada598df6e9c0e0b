"""A real Chromium, the widths that pages are looked at in, and what a page says and asks for while it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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
PHONE, TABLET, DESK, ZOOMED = (360, 740), (768, 1024), (1440, 900), (320, 256)
NARROW = (737, 1024)
WIDE: Any = {"width": DESK[0], "height": DESK[1]}
"""Pixels. 320 by 256 is what a 1280 by 1024 screen shows at 400% (WCAG 2.2, 1.4.10); from 737 on, lists
are tables."""
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", violation => console.error("CSP", violation.violatedDirective));
"""
EVERY_RULE: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS: dict[str, Any] = EVERY_RULE | {"runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules whose answer may change with the theme."""


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


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
