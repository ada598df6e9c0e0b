"""The forms of joining, of roles, and of emergencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from ketaminder.clinic.pages.forms import DeedForm, date_field, words_of
from ketaminder.clinic.roles import Role


class JoinForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"password": "password"}

    password = forms.CharField(
        label=_("A password, twelve characters or more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        max_length=1000,
    )


class InviteForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"user name": "username", "account": "name"}

    name = forms.CharField(label=_("Name, as printed under a signature"), max_length=200)
    username = forms.CharField(label=_("User name"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=lambda: words_of(Role))
    email = forms.EmailField(label=_("E-mail, for single sign-on"), required=False)
    reads_substance_use = forms.BooleanField(label=_("May read substance-use records"), required=False)


class RoleForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {}

    role = forms.ChoiceField(label=_("Role"), choices=lambda: words_of(Role))
    reads_substance_use = forms.BooleanField(label=_("May read substance-use records"), required=False)


class EmailForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"e-mail": "email"}

    email = forms.EmailField(label=_("E-mail, as the provider states it"), required=False, max_length=254)


class EmergencyForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"patient": "identifier", "reason": "reason"}

    identifier = forms.CharField(label=_("The patient's number"), max_length=100)
    birth_date = date_field(_("Born"))
    reason = forms.CharField(label=_("Why this cannot wait"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class ReviewForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"comment": "comment"}

    comment = forms.CharField(label=_("What you found"), max_length=2000)
