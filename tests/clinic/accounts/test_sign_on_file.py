"""The operator's file of the single sign-on provider, read strictly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ketaminder.clinic.environment import provider as provider_of
from ketaminder.terms import Refused

from .hospital import KNOWN


@pytest.mark.parametrize(
    ("changed", "required"),
    [
        ({"server_url": "http://login.example.org"}, "https://"),
        ({"server_url": "http://127.0.0.1.example.org"}, "https://"),
        ({"server_url": "javascript:alert(1)"}, "https://"),
        ({"id": "a/b"}, "small letters"),
        ({"id": ""}, "small letters"),
    ],
)
def test_a_provider_without_tls_or_with_an_id_that_is_no_address_is_refused(
    tmp_path: Path, changed: dict[str, str], required: str
) -> None:
    file = tmp_path / "provider.json"
    file.write_text(json.dumps({**KNOWN, "server_url": "https://login.example.org", **changed}), encoding="utf-8")
    with pytest.raises(Refused, match=required):
        provider_of({"KETAMINDER_OIDC": str(file)}, "KETAMINDER_OIDC")


def test_the_address_of_a_provider_is_read_with_or_without_its_description(tmp_path: Path) -> None:
    file = tmp_path / "provider.json"
    for told in ("https://login.example.org/realm", "https://login.example.org/realm/"):
        for end in ("", ".well-known/openid-configuration"):
            url = f"{told.rstrip('/')}/{end}" if end else told
            file.write_text(json.dumps({**KNOWN, "server_url": url}), encoding="utf-8")
            read = provider_of({"KETAMINDER_OIDC": str(file)}, "KETAMINDER_OIDC")
            assert read[0]["settings"]["server_url"] == "https://login.example.org/realm"
