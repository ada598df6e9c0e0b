"""Single sign-on by OpenID Connect: what is asked of the provider, and what of its answer is believed.

allauth's own client asks for no nonce and reads the token without verifying its signature. Here a token is believed
where it passes OpenID Connect Core 1.0, section 3.1.3.7, and nothing else of the answer is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import Any

import jwt
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from requests import RequestException

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that only the provider can make: none where the clinic holds the key too."""
REQUIRED = ("iss", "sub", "aud", "exp", "iat")
"""Claims that an id_token must have (OpenID Connect Core 1.0, section 2)."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
UNLESS_TOLD: dict[str, Any] = {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}
"""What holds where the provider says nothing (Discovery 1.0, section 3)."""
LEEWAY_SECONDS = 30
"""By how much the clocks of two servers may differ. A convention."""
BELIEVED = ("sub", "email", "email_verified")
"""What is kept of a token. Names, roles and groups that a provider states are not read."""


class Client(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """allauth's client of a provider, with every token verified."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself, where it is the one that was asked (Discovery 1.0, section 4.3)."""
        told: dict[str, Any] = super().openid_config
        asked: str = self.get_provider().app.settings["server_url"]
        if str(told.get("issuer", "")).rstrip("/") != asked:
            raise OAuth2Error("the provider names itself otherwise than it was asked for")
        if not all(is_safe(str(told.get(one, "")), like=asked) for one in ENDPOINTS):
            raise OAuth2Error("the provider lacks an address, or has one without TLS")
        return UNLESS_TOLD | told

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        claims = verified(
            str(kwargs["response"].get("id_token", "")), self._keys(), self.openid_config["issuer"], app.client_id
        )
        if not self.nonce or not constant_time_compare(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("the token answers another question")
        told = self._with_address(claims, token.token)
        believed = {key: told[key] for key in BELIEVED if key in told}
        return self.get_provider().sociallogin_from_response(request, {"id_token": believed})

    def _keys(self) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys: dict[str, Any] = answer.json()
            return keys

    def _with_address(self, claims: Mapping[str, Any], access_token: str) -> dict[str, Any]:
        """The claims, with the e-mail address of the userinfo endpoint where the token has none of its own.

        Raises:
            OAuth2Error: what is told there is about somebody else (OpenID Connect Core 1.0, section 5.3.2).
        """
        if "email" in claims or "userinfo_endpoint" not in self.openid_config:
            return dict(claims)
        told = self._fetch_user_info(access_token)
        if told.get("sub") != claims["sub"]:
            raise OAuth2Error("userinfo about somebody else")
        return {**told, **claims}


class Answer(OAuth2CallbackView):  # type: ignore[misc]
    """The provider's answer, read with the nonce of the question that this session asked."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, elsewhere = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, elsewhere


def verified(token: str, keys: dict[str, Any], issuer: str, client: str) -> dict[str, Any]:
    """The claims of an id_token that `issuer` signed for this `client` and that holds now.

    Raises:
        OAuth2Error: any other token.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key_of(token, keys),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client,
            leeway=LEEWAY_SECONDS,
            options={"require": list(REQUIRED)},
        )
    except (jwt.PyJWTError, TypeError, ValueError, KeyError) as error:
        raise OAuth2Error(f"a token that does not hold: {type(error).__name__}") from error
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client:
        raise OAuth2Error("a token for several, handed to another")
    return claims


def _key_of(token: str, keys: dict[str, Any]) -> Any:
    """The one public key that the token names; the only one where it names none."""
    name = jwt.get_unverified_header(token).get("kid")
    fitting = [
        one
        for one in jwt.PyJWKSet.from_dict(keys).keys
        if one.public_key_use in (None, "sig") and name in (None, one.key_id)
    ]
    if len(fitting) != 1:
        raise OAuth2Error("a token signed by a key that the provider does not publish")
    return fitting[0].key


def is_safe(address: str, *, like: str) -> bool:
    """Whether an address of the provider is spoken to over TLS, or over plain http where it is on this machine."""
    return address.startswith("https://") or (like.startswith("http://") and address.startswith(f"{like}/"))


def name_of(provider_id: str) -> str:
    """The name under which the operator gave a provider."""
    return next(str(one["name"]) for one in settings.KETAMINDER_OIDC if one["provider_id"] == provider_id)


def ask(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The redirect to the provider, with a state, a nonce and a PKCE challenge that this session remembers."""

    def go(client: Client) -> HttpResponse:
        provider, nonce = client.get_provider(), token_urlsafe(32)
        provider.oauth2_adapter_class = Client
        question = {"auth_params": {"nonce": nonce}, "nonce": nonce, "next_url": get_next_redirect_url(request)}
        sent: HttpResponse = provider.redirect(request, AuthProcess.LOGIN, **question)
        return sent

    return _with_provider(request, provider_id, go)


def answered(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in whom the provider names, or say why not."""
    return _with_provider(request, provider_id, lambda client: Answer.adapter_view(client)(request))


def _with_provider(request: HttpRequest, provider_id: str, go: Callable[[Client], HttpResponse]) -> HttpResponse:
    client = Client(request, provider_id)
    try:
        provider = client.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404("no such provider") from None
    too_many: HttpResponse | None = ratelimit.consume_or_429(request, action="single_sign_on")
    if too_many is not None:
        return too_many
    try:
        return go(client)
    except (OAuth2Error, RequestException) as error:
        failed: HttpResponse = render_authentication_error(request, provider, exception=error)
        return failed
