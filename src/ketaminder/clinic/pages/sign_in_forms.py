"""allauth's forms in our own words: what is asked for, and nothing in a field before somebody types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from ketaminder.clinic.encryption import Unreadable


class Worded:
    """A form whose labels are ours, without placeholders, and with help only where we give some."""

    labels: ClassVar[Mapping[str, Any]]
    helps: ClassVar[Mapping[str, Any]] = {}
    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, label in self.labels.items():
            fields[name].label = label
            fields[name].help_text = self.helps.get(name, "")
            fields[name].widget.attrs.pop("placeholder", None)


class SignIn(Worded, account.LoginForm):  # type: ignore[misc]
    labels: ClassVar = {"login": _("User name"), "password": _("Password")}


class ConfirmByPassword(Worded, account.ReauthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"password": _("Your password")}


class ChangePassword(Worded, account.ChangePasswordForm):  # type: ignore[misc]
    labels: ClassVar = {
        "oldpassword": _("Your password now"),
        "password1": _("A new password, twelve characters or more"),
        "password2": _("The new password again"),
    }


class ByCode:
    """A form that takes a code. Where the factor's secret cannot be read no code fits, and the form says so."""

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except Unreadable:
            factor = Authenticator.objects.filter(user=self.user).first()  # type: ignore[attr-defined]
            self._emit_authentication_failed(factor)  # type: ignore[attr-defined]
            raise get_adapter().validation_error("unreadable") from None
        return code


class SecondStep(ByCode, Worded, mfa.AuthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"code": _("Code")}


class ConfirmByCode(ByCode, Worded, mfa.ReauthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"code": _("A code of your authenticator app, or a recovery code")}


class SetUpApp(Worded, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels: ClassVar = {"code": _("The six digits that the app shows")}


class AddPasskey(Worded, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    labels: ClassVar = {
        "name": _("A name to tell it apart by"),
        "passwordless": _("Sign in with it alone, without a password"),
    }
    helps: ClassVar = {
        "passwordless": _("The device then asks for your fingerprint, face or PIN every time. Not every key can do it.")
    }
