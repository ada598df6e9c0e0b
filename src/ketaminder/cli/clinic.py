"""`ketaminder clinic`: make the tables, a clinic with its first administrator, and the server that opens it."""

from __future__ import annotations

import argparse
import os
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ketaminder.terms import Refused, Region

DATABASE = "KETAMINDER_DATABASE_URL"
SECRET, BEFORE = "KETAMINDER_SECRET_KEY", "KETAMINDER_SECRET_KEYS_BEFORE"
OWNER_ONLY = 0o077
"""What a command of the clinic makes (a database's file, an export, heads), nobody but its user may read."""
KEPT_CONNECTIONS = "10"
"""To PostgreSQL, for each process of the server: opening one takes longer than most queries."""


def migrate(_: argparse.Namespace) -> int:
    """Bring the tables of the database up to this version."""
    set_up_as_owner()
    from django.core.management import call_command

    call_command("migrate", verbosity=1)
    return 0


def encrypt_again(_: argparse.Namespace) -> int:
    """Encrypt the secrets of second factors with the key in use, after it was changed."""
    set_up()
    from ketaminder.clinic.accounts import stored_secrets

    if stored_secrets.unreadable():
        raise Refused(SECRET, "one that does not open them all", f"the key that they were set up with, in {BEFORE}")
    print(f"Encrypted with the key in use: {stored_secrets.encrypt_again()}. {BEFORE} can go.")
    return 0


def key(options: argparse.Namespace) -> int:
    """Make the key of an encrypted database file."""
    from ketaminder.clinic.sqlcipher.key import FILE, make_key

    make_key(options.out)
    print(f"{options.out} opens the database: without it nobody can read it again. Keep a copy in another place.")
    print(f"Set {FILE}={options.out}")
    return 0


def grants(options: argparse.Namespace) -> int:
    """Print the SQL that leaves a PostgreSQL role what the running server needs, and no more."""
    set_up()
    from ketaminder.clinic.keeping.grants import grants as statements

    print("\n".join(statements(options.role)))
    return 0


def create(options: argparse.Namespace) -> int:
    """Make a clinic and invite its first administrator; print the one-time link's path."""
    set_up()
    from ketaminder.clinic.accounts.joining import INVITATION_HOURS, found

    token = found(
        options.name,
        Region(options.region),
        _zone(options.time_zone),
        username=options.administrator,
        administrator=options.administrator_name,
    )
    print(f"{options.name} stands. Its administrator joins within {INVITATION_HOURS} hours at the address of this")
    print(f"installation followed by /join/{token} (it works once, and is not shown again).")
    return 0


def link(options: argparse.Namespace) -> int:
    """Make a new link for an administrator who cannot sign in any more; print its path."""
    set_up()
    from ketaminder.clinic.accounts.joining import INVITATION_HOURS, let_in_again

    token = let_in_again(options.name, options.administrator)
    print(f"What opened {options.administrator}'s account until now has ended. They come back within")
    print(f"{INVITATION_HOURS} hours at the address of this installation followed by /join/{token}")
    print("(it works once, and is not shown again).")
    return 0


def serve(options: argparse.Namespace) -> int:
    """Serve the clinic on loopback, behind a proxy that speaks TLS.

    Raises:
        Refused: no signing key is given: sessions and second factors would end with the process.
    """
    if not os.environ.get(SECRET):
        raise Refused(SECRET, "", "50 random characters, kept with the keys: second factors are encrypted under it")
    os.environ.setdefault("KETAMINDER_CONNECTIONS", KEPT_CONNECTIONS)
    set_up()
    import uvicorn

    uvicorn.run(
        "ketaminder.clinic.asgi:application",
        host=options.host,
        port=options.port,
        workers=options.workers,
        lifespan="off",
        proxy_headers=True,
        forwarded_allow_ips=options.host,
        log_level="warning",
        log_config=None,  # what Django's settings say holds for the server too
        server_header=False,
        access_log=False,  # its lines hold paths; see ketaminder.clinic.logs
    )
    return 0


def set_up_without_database() -> None:
    """Make the clinic's code ready for what reads no row, such as making a key."""
    from ketaminder import clinic

    os.umask(OWNER_ONLY)
    clinic.set_up()


def set_up() -> None:
    """Make the clinic ready on the database that the environment names.

    Raises:
        Refused: it names none, one that cannot be opened, or one without the tables of this version.
    """
    _set_up_on_database()
    from ketaminder.clinic.fitness import refuse_unmigrated

    refuse_unmigrated()


def set_up_as_owner() -> None:
    """Make the clinic ready for what the running server's own role may not do, such as making the tables.

    Raises:
        Refused: the environment names no database, one that cannot be opened, or another role's.
    """
    _set_up_on_database()
    from ketaminder.clinic.fitness import refuse_unreachable
    from ketaminder.clinic.keeping.grants import refuse_unless_owner

    refuse_unreachable()
    refuse_unless_owner()


def _set_up_on_database() -> None:
    from ketaminder.clinic.database import ADDRESS, refuse_wrong_key

    if not os.environ.get(DATABASE):
        raise Refused(DATABASE, "", f"the address of the clinic's database: {ADDRESS}")
    set_up_without_database()
    refuse_wrong_key()


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        raise Refused("--time-zone", name, "a time zone such as Europe/Berlin") from None
