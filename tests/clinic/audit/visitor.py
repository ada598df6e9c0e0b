"""A browser that signs in to a running clinic and writes without end, until its server is gone."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count
from urllib.parse import urlencode
from uuid import UUID

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

SEE_OTHER = (302, 303)
TIMEOUT_S = 60
CODES = 3
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CHART = re.compile(r"/patients/([0-9a-f-]{36})$")


@dataclass(frozen=True)
class Login:
    """What somebody signs in with."""

    username: str
    password: str
    secret: str


class Browser:
    """One person's connection, with the cookie and the form's token; it speaks as the proxy in front would.

    `cookies` are those of an earlier connection, where the person is still signed in.
    """

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self.cookies = dict(cookies or {})
        self.token = ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, Location and text of the answer."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Host": "localhost", "X-Forwarded-Proto": "https", "Cookie": cookies}
        body = None
        if form is not None:
            body = urlencode(form | {"csrfmiddlewaretoken": self.token})
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://localhost"}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        found = TOKEN.search(text)
        self.token = found[1] if found else self.token
        return answer.status, answer.headers.get("Location", ""), text

    def post(self, path: str, form: dict[str, str]) -> str:
        """Where an accepted form sends on to.

        Raises:
            AssertionError: it was not accepted.
        """
        status, location, text = self.ask("POST", path, form)
        assert status in SEE_OTHER, f"{path}: {status} {text[:2000]}"
        return location

    def sign_in(self, login: Login) -> None:
        self.ask("GET", "/sign-in")
        self.post("/sign-in", {"login": login.username, "password": login.password})
        self.ask("GET", "/sign-in/second-step")
        status = 0
        for _ in range(CODES):  # one may expire on the way to a busy server
            code = format_hotp_value(hotp_value(login.secret, int(time.time()) // 30))  # RFC 6238
            status, _, _ = self.ask("POST", "/sign-in/second-step", {"code": str(code)})
            if status in SEE_OTHER:
                return
        raise AssertionError(f"no code was taken: {status}")


class Visitor(threading.Thread):
    """Registers patients and writes notes; what the server answered with a redirect is acknowledged.

    Signs in first, or goes on with the cookies of somebody who had signed in before the server was killed.
    """

    def __init__(self, port: int, login: Login, name: str, cookies: dict[str, str] | None = None) -> None:
        super().__init__(name=name)
        self.browser, self.login = Browser(port, cookies), login
        self.patients: dict[UUID, str] = {}
        self.notes: list[str] = []
        self.signed_in = self.inside = False
        self.refused: list[str] = []
        self.begun = threading.Event()

    def run(self) -> None:
        try:
            if not self.browser.cookies:
                self.browser.sign_in(self.login)
                self.signed_in = True
            status, _, _ = self.browser.ask("GET", "/patients/new")
            assert status == 200, f"not signed in: {status}"
            self.inside = True
            for number in count():
                self._write(number)
        except AssertionError as refusal:
            self.refused.append(str(refusal))
        except (OSError, HTTPException):
            pass  # the server is gone
        finally:
            self.browser.connection.close()

    def _write(self, number: int) -> None:
        name = f"Visited{self.name}x{number}".replace("-", "x")  # one word, so that nobody is a likely duplicate
        form = {"name": name, "identifier": f"{self.name}-{number}", "birth_date": "1984-02-29", "sex": "female"}
        found = CHART.search(self.browser.post("/patients/new", form))
        assert found, "no chart was begun"
        self.patients[UUID(found[1])] = name
        self.begun.set()
        note = f"note {self.name}-{number} {'x' * 2000}"
        self.browser.post(f"/patients/{found[1]}/note", {"text": note})
        self.notes.append(note)
