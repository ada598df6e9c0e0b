"""Who works here: clinics, accounts, and which role an account holds in which clinic."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from ketaminder.clinic.roles import Role


class Clinic(models.Model):
    """One clinic of an installation. Nothing about a patient crosses from one to another."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    region = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64, default="UTC")

    def __str__(self) -> str:
        return self.name


class Accounts(BaseUserManager["Account"]):
    """Makes accounts. Nobody makes their own: an administrator does (see `accounts.joining`)."""

    def create_user(self, username: str, *, name: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(username=username, name=name, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """One person who signs in. Never shared, never renamed to somebody else, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200, help_text="as printed under a signature")
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Memberships(models.QuerySet["Membership"]):
    def at(self, moment: datetime) -> Memberships:
        """Those in force at a moment."""
        return self.filter(Q(until=None) | Q(until__gt=moment), since__lte=moment)


class Membership(models.Model):
    """The role that an account holds in a clinic, from when until when."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    reads_substance_use = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    objects = Memberships.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "clinic"], condition=Q(until=None), name="one_open_membership_a_clinic"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} as {self.role} in {self.clinic}"
