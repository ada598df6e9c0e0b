"""What the commands that run a clinic accept."""

from __future__ import annotations

import argparse
from pathlib import Path

from ketaminder.cli import commands
from ketaminder.terms import Region


def clinic(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser(
        "clinic",
        help="run a clinic of your own: its tables, its first administrator, its server",
        description="The environment says which database (KETAMINDER_DATABASE_URL) and which signing key "
        "(KETAMINDER_SECRET_KEY).",
    )
    views = command.add_subparsers(required=True, metavar="VIEW")
    key = views.add_parser("key", help="make the key of an encrypted database (sqlcipher:///…)")
    key.add_argument("out", type=Path, metavar="OUT", help="the file to make, readable by its owner alone")
    key.set_defaults(run=commands.clinic_key)
    migrate = views.add_parser("migrate", help="make the tables, or bring them up to this version")
    migrate.set_defaults(run=commands.migrate_clinic)
    grants = views.add_parser("grants", help="print the SQL that narrows a PostgreSQL role to what the server needs")
    grants.add_argument("role", metavar="ROLE", help="the role as which the server runs, not the tables' owner")
    grants.set_defaults(run=commands.clinic_grants)
    create = views.add_parser("create", help="make a clinic and invite its first administrator")
    create.add_argument("name", metavar="NAME", help="the clinic's name")
    create.add_argument("--region", required=True, choices=[one.value for one in Region], help="whose label governs")
    create.add_argument("--time-zone", default="UTC", metavar="ZONE", help="as Europe/Berlin (default UTC)")
    create.add_argument("--administrator", required=True, metavar="USERNAME", help="the user name to sign in with")
    create.add_argument("--administrator-name", required=True, metavar="NAME", help="the person's name")
    create.set_defaults(run=commands.create_clinic)
    link = views.add_parser("link", help="let an administrator in again who has lost the password or second factor")
    link.add_argument("name", metavar="NAME", help="the clinic's name")
    link.add_argument("--administrator", required=True, metavar="USERNAME", help="the user name of the account")
    link.set_defaults(run=commands.link_clinic)
    again = views.add_parser("encrypt-again", help="encrypt second factors with the signing key in use, after a change")
    again.set_defaults(run=commands.encrypt_again)
    serve = views.add_parser("serve", help="serve it on loopback, behind a proxy that speaks TLS")
    serve.add_argument("--host", default="127.0.0.1", metavar="HOST", help="address to listen on (default loopback)")
    serve.add_argument("--port", type=port, default=8000, help="port on this machine (default 8000)")
    serve.add_argument("--workers", type=int, default=2, metavar="N", help="processes (default 2)")
    serve.set_defaults(run=commands.serve_clinic)


def audit(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser(
        "audit",
        help="seal the audit trail and verify that it is whole",
        description="The environment says which database (KETAMINDER_DATABASE_URL), where heads are kept outside it "
        "(KETAMINDER_HEADS), and the key that signs or verifies them (KETAMINDER_HEAD_KEY).",
    )
    views = command.add_subparsers(required=True, metavar="VIEW")
    key = views.add_parser("key", help="make the key that signs heads")
    key.add_argument("out", type=Path, metavar="OUT", help="the file to make; OUT.pub verifies")
    key.set_defaults(run=commands.audit_key)
    seal = views.add_parser("seal", help="seal the head of the chain; run it every hour")
    seal.set_defaults(run=commands.seal_audit)
    verify = views.add_parser("verify", help="find edits, deletions, reorderings, a cut-off end, an old backup")
    verify.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    verify.set_defaults(run=commands.verify_audit)


def keeping(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    key = subcommands.add_parser("backup-key", help="make the key that opens backups")
    key.add_argument("out", type=Path, metavar="OUT", help="the file to make; keep it away from the server")
    key.set_defaults(run=commands.backup_key)
    backup = subcommands.add_parser(
        "backup",
        help="back up a clinic's database while it works, encrypted",
        description="Encrypts to KETAMINDER_BACKUP_RECIPIENT (age), and seals the head of the audit chain.",
    )
    backup.add_argument("out", type=Path, metavar="OUT", help="the file to make")
    backup.set_defaults(run=commands.backup)
    restore = subcommands.add_parser(
        "restore",
        help="put a backup back, on SQLite or PostgreSQL",
        description="All or nothing: nothing is changed unless the whole file was read and its audit trail verifies.",
    )
    restore.add_argument("file", type=Path, metavar="FILE", help="a file made by `ketaminder backup`")
    restore.add_argument("--key", type=Path, required=True, metavar="KEY", help="made by `ketaminder backup-key`")
    restore.add_argument("--replace", action="store_true", help="replace the rows that the database holds")
    restore.add_argument(
        "--trial",
        action="store_true",
        help="into a database for trial: seal no head, since the clinic goes on elsewhere",
    )
    restore.set_defaults(run=commands.restore)
    _erasing(subcommands)
    _exporting(subcommands)


def _erasing(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    erase = subcommands.add_parser("erase", help="empty one patient's chart by law; the audit trail still verifies")
    retention = subcommands.add_parser(
        "retention", help="list the charts kept for longer than the clinic signed; erases none"
    )
    for command in (erase, retention):
        command.add_argument("--clinic", required=True, metavar="NAME", help="the clinic")
        command.add_argument("--by", required=True, metavar="USERNAME", help="the administrator who answers for it")
    erase.add_argument("--patient", required=True, metavar="NUMBER", help="the clinic's number of the patient")
    erase.add_argument("--ground", required=True, choices=["retention", "request", "order"], help="on what ground")
    erase.set_defaults(run=commands.erase)
    retention.set_defaults(run=commands.retention)


def _exporting(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = subcommands.add_parser(
        "export",
        help="export a clinic, or one chart, in open formats with a data dictionary; or what research may see",
        description="JSON Lines, CSV, and documents as they were received. --research: only who consented to research, "
        "without names, numbers, true dates and free text.",
    )
    export.add_argument("out", type=Path, metavar="DIR", help="the folder to make")
    export.add_argument("--clinic", required=True, metavar="NAME", help="the clinic")
    export.add_argument("--by", required=True, metavar="USERNAME", help="who answers for it")
    export.add_argument("--patient", metavar="NUMBER", help="one chart, by the clinic's number")
    export.add_argument("--research", action="store_true", help="de-identified, by a researcher")
    export.add_argument(
        "--substance-use", action="store_true", help="also substance-use records whose disclosure was consented to"
    )
    export.set_defaults(run=commands.export)


def port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"got {text!r}; required: a port number from 0 to 65535")
    return int(text)
