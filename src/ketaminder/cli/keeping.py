"""`ketaminder backup` and `ketaminder restore`: everything the clinic holds, in one encrypted file."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ketaminder.cli.audit import HEADS, KEY
from ketaminder.cli.clinic import SECRET, set_up, set_up_as_owner, set_up_without_database
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

if TYPE_CHECKING:
    from ketaminder.clinic.acting import Acting

RECIPIENT = "KETAMINDER_BACKUP_RECIPIENT"


def backup_key(options: argparse.Namespace) -> int:
    """Make the key that opens backups; print the one that encrypts them."""
    set_up_without_database()
    from ketaminder.clinic.keeping.backup import make_key

    public = make_key(options.out)
    print(f"{options.out} opens backups: keep it away from the server. Set {RECIPIENT}={public}")
    return 0


def backup(options: argparse.Namespace) -> int:
    """Back up every row, and seal the head of the audit chain."""
    set_up()
    from ketaminder.clinic.keeping.backup import back_up

    recipient = os.environ.get(RECIPIENT, "")
    if not recipient:
        raise Refused(RECIPIENT, recipient, "a public key made by `ketaminder backup-key`")
    counts = back_up(options.out, recipient, sealing=_sealing())
    print(f"{options.out}: {sum(counts.values())} rows of {len(counts)} tables")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Put a backup back, all or nothing, once its trail has verified."""
    set_up_as_owner()
    from django.core.management import call_command

    from ketaminder.clinic.accounts.stored_secrets import unreadable
    from ketaminder.clinic.keeping.backup import restore as put_back

    call_command("migrate", verbosity=0)
    sealing = None if options.trial else _sealing()
    counts = put_back(options.file, options.key, replace=options.replace, sealing=sealing)
    print(f"{sum(counts.values())} rows are back, and the audit trail is whole.")
    print(f"The heads in {sealing[0]} say so." if sealing else "No head says so.")
    gone = unreadable()
    if gone:
        people = "1 person" if gone == 1 else f"{gone} people"
        print(f"{SECRET} is not the key that the second factors of {people} were set up with: restart with that key,")
        print("or give each of them a new link.")
    return 0


def erase(options: argparse.Namespace) -> int:
    """Empty one patient's chart by law."""
    set_up_as_owner()
    from ketaminder.clinic.care.patients import of_clinic
    from ketaminder.clinic.keeping.erase import Ground, erase, overwrite

    acting = _acting(options.by, options.clinic)
    patient = of_clinic(acting).filter(identifier=options.patient, merged_into=None).first()
    if patient is None:
        raise Refused("--patient", options.patient, "the number of a standing chart of this clinic")
    events = erase(acting, patient.id, Ground[options.ground.upper()])
    overwrite()
    print(f"{events} events are emptied; the audit trail still verifies. Backups made before still hold them.")
    return 0


def export(options: argparse.Namespace) -> int:
    """Export everything of a clinic, one chart, or what research may see."""
    set_up()
    from ketaminder.clinic.care.patients import of_clinic
    from ketaminder.clinic.keeping import export as everything
    from ketaminder.clinic.keeping.research import export_research

    if options.research:
        counts = export_research(_acting(options.by, options.clinic, Role.RESEARCHER), options.out)
    else:
        acting = _acting(options.by, options.clinic)
        patient = of_clinic(acting).filter(identifier=options.patient).first() if options.patient else None
        if options.patient and patient is None:
            raise Refused("--patient", options.patient, "the number of a chart of this clinic")
        chart = patient.id if patient else None
        counts = everything.export(acting, options.out, patient=chart, substance_use=options.substance_use)
    print(f"{options.out}: {sum(counts.values())} rows of {len(counts)} files")
    return 0


def retention(options: argparse.Namespace) -> int:
    """List the charts that are older than the clinic has signed to keep them. Erases none."""
    set_up()
    from ketaminder.clinic.keeping.erase import expired

    for patient in expired(_acting(options.by, options.clinic)):
        print(patient.identifier)
    return 0


def _acting(username: str, clinic: str, role: Role = Role.ADMINISTRATOR) -> Acting:
    """Who answers for it, in the role that may.

    Raises:
        Refused: nobody of that name holds the role in the clinic.
    """
    from django.utils import timezone

    from ketaminder.clinic.acting import Acting
    from ketaminder.clinic.models import Membership

    held = Membership.objects.at(timezone.now()).filter(account__username=username, clinic__name=clinic)
    member = held.filter(role=role).select_related("account", "clinic").first()
    if member is None:
        raise Refused("--by", username, f"a member of the clinic {clinic} in the role of {role}")
    return Acting(member.account_id, member.account.name, member.clinic_id, member.clinic.name, role=role)


def _sealing() -> tuple[Path, Path] | None:
    """Where heads are kept and the key that signs them; None where the operator keeps none."""
    where, key = os.environ.get(HEADS), os.environ.get(KEY)
    return (Path(where), Path(key)) if where and key else None
