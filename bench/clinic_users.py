"""People who use the clinic's pages, for its benchmark."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from random import Random
from urllib.parse import urlencode

PAGES = {"board": 2, "patients": 2, "search": 3, "chart": 5, "visits": 1, "month": 1}
"""Page -> how often a physician asks for it, of fourteen times."""
COHORT = {"cohort": 1}
"""The researcher's page."""
PHYSICIAN, RESEARCHER = "demo-physician", "demo-researcher"
ORIGIN_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


class User:
    """Somebody who works: signs in by the demonstration's door, then asks for pages until it is over."""

    def __init__(self, port: int, seed: int, patients: list[str], words: list[str], door: str = PHYSICIAN) -> None:
        self.door, self.pages = door, COHORT if door == RESEARCHER else PAGES
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.rng, self.patients, self.words = Random(seed), patients, words
        self.cookie, self.token = "", ""
        self.took: dict[str, list[float]] = defaultdict(list)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        body = urlencode(form) if form is not None else None
        origin = {"Origin": f"http://127.0.0.1:{self.connection.port}"}
        headers = {"Cookie": self.cookie, **origin, **(ORIGIN_HEADERS if form is not None else {})}
        answer = self.answered(method, path, body, headers)
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = cookie.partition(";")[0]
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:400]}")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        self.token = found[1] if found else self.token
        return text

    def answered(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> HTTPResponse:
        """The answer; over a new connection where the server has closed the idle one, as a browser does."""
        try:
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()
        except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.connection.close()
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()

    def enter(self) -> None:
        self.ask("GET", "/sign-in")
        self.ask("POST", "/enter-demo", {"username": self.door, "csrfmiddlewaretoken": self.token})
        self.open(next(iter(self.pages)))
        self.ask("GET", "/evidence" if self.door == RESEARCHER else "/patients")

    def work(self, until: float, think: float) -> None:
        time.sleep(self.rng.uniform(0, think))  # nobody begins in step with the others
        while time.monotonic() < until:
            page = self.rng.choices(list(self.pages), weights=list(self.pages.values()))[0]
            began = time.perf_counter()
            self.open(page)
            self.took[page].append(1000 * (time.perf_counter() - began))
            time.sleep(self.rng.expovariate(1 / think) if think else 0)

    def open(self, page: str) -> str:
        if page == "search":
            return self.ask(
                "POST", "/patients", {"text": self.rng.choice(self.words), "csrfmiddlewaretoken": self.token}
            )
        if page == "chart":
            return self.ask("GET", f"/patients/{self.rng.choice(self.patients)}")
        addresses = {"board": "/today", "patients": f"/patients?page={self.rng.randint(1, 4)}"}
        addresses["month"] = f"/visits?month=2026-{self.rng.randint(1, 6):02d}"
        return self.ask("GET", addresses.get(page, f"/{page}"))
