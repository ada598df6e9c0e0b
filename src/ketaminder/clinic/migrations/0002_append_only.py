"""Entries, events and documents stand: the database refuses to change or delete them."""

from __future__ import annotations

from django.db import migrations

from ketaminder.clinic.migrations._standing import protect


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_initial")]
    operations = [protect("clinic_entry", "clinic_event", "clinic_document")]
