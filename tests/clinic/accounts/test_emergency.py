"""Emergency access: read only, short, reviewed, and never a way to guess."""

from __future__ import annotations

from typing import Any

from django.test import Client

from ketaminder.clinic.models import Account, EmergencyAccess, Entry, Membership
from ketaminder.clinic.roles import Role

from .at_the_door import PASSWORD, signed_in, text_of


def test_emergency_access_is_read_only_short_and_reviewed(staff: Any, physician: Account, settings: Any) -> None:
    from datetime import date

    from ketaminder.clinic.care import patients

    settings.KETAMINDER_SECOND_FACTOR = False
    there = staff.acting_elsewhere
    patient = patients.register(there, patients.Who("SB-1", "Otto Berg", date(1970, 1, 2), "male"))
    client = signed_in(staff)
    assert client.get(f"/patients/{patient}").status_code == 404
    client.post("/account/confirm", {"password": PASSWORD})
    asked = {"identifier": "SB-1", "birth_date": "1970-01-02", "reason": "Unconscious in our emergency room."}
    assert client.post("/emergency", asked | {"reason": "x"}).status_code == 422
    assert client.post("/emergency", asked | {"birth_date": "1970-01-03"}).status_code == 422
    opened = client.post("/emergency", asked)["Location"]
    shown = text_of(client.get(opened))
    assert "Otto Berg" in shown
    assert "Add the note" not in shown
    assert client.post(f"/patients/{patient}/note", {"text": "x"}).status_code == 404
    assert signed_in(staff, Role.NURSE).get(opened).status_code == 404, "another person's access"
    access = EmergencyAccess.objects.get()
    trail = Entry.objects.filter(clinic_id=staff.other.id, patient_id=patient).values_list("action", flat=True)
    assert list(trail.order_by("number"))[-2:] == ["emergency access", "chart opened"]
    auditor = Account.objects.create_user("auditor2", name="Uma Example")
    since = Membership.objects.get(account=physician).since
    Membership.objects.create(account=auditor, clinic=staff.other, role=Role.AUDITOR, since=since)
    reviewer = Client(headers={"host": "localhost"})
    reviewer.force_login(auditor)
    assert "Unconscious in our emergency room." in text_of(reviewer.get("/emergencies"))
    done = reviewer.post(f"/emergencies/{access.id}", {f"{access.id}-comment": "Justified."})
    assert done.status_code == 303
    assert "Unconscious" not in text_of(reviewer.get("/emergencies"))


def test_guessing_patients_of_other_clinics_is_noted_and_stopped(staff: Any, physician: Account, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    client.post("/account/confirm", {"password": PASSWORD})
    asked = {"birth_date": "1970-01-02", "reason": "Unconscious in our emergency room."}
    tried = [client.post("/emergency", asked | {"identifier": f"SB-{n}"}).status_code for n in range(11)]
    assert tried == [422] * 10 + [429]
    noted = Entry.objects.filter(action="emergency access refused", account_id=physician.id, clinic_id=staff.clinic.id)
    assert [entry.detail for entry in noted] == ["{}"] * 10
