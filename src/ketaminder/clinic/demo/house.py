"""The two clinics of the demonstration and who works in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from ketaminder.clinic.accounts.demo_doors import DOORS, FIRST, SECOND, Door
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care import site
from ketaminder.clinic.demo.agenda import Rooms
from ketaminder.clinic.ids import new_id
from ketaminder.clinic.models import Account, Clinic, Membership
from ketaminder.clinic.roles import Role
from ketaminder.terms import Region

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
COLLEAGUES = (
    Door("colleague-nurse", "Nurse Inés Muestra", Role.NURSE, FIRST),
    Door("colleague-second", "Nurse Nils Prov", Role.NURSE, SECOND),
    Door("colleague-third", "Nurse Maj Provsson", Role.NURSE, SECOND),
)
"""Who works there besides, and has no button on the sign-in page."""
PLACES = {FIRST: (Region.US, "America/New_York"), SECOND: (Region.EU, "Europe/Stockholm")}
ROOMS_A_NURSE = 2


@dataclass(frozen=True, slots=True)
class House:
    """A clinic on the day of the demonstration: its physician, its nurses, its rooms."""

    clinic: Clinic
    on: date
    physician: Acting
    nurses: tuple[Acting, ...]
    rooms: Rooms

    @property
    def region(self) -> Region:
        return Region(self.clinic.region)

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A time of the house's own clock."""
        return datetime.combine(day, time(hour, minute), self.rooms.zone).astimezone(UTC)

    def nurse_of(self, room: int) -> UUID:
        """The nurse who watches a room: each two of them."""
        return self.nurses[room // ROOMS_A_NURSE].author


def at(acting: Acting, moment: datetime) -> Acting:
    """The same person at a moment."""
    return replace(acting, at=moment)


def houses(on: date) -> tuple[House, House]:
    """Both clinics with their people and the limit that their physicians have signed."""
    return _house(FIRST, on), _house(SECOND, on)


def _house(name: str, on: date) -> House:
    region, zone = PLACES[name]
    clinic = Clinic.objects.create(id=new_id(), name=name, region=region, time_zone=zone)
    staff = [_member(clinic, door) for door in (*DOORS, *COLLEAGUES) if door.clinic == name]
    physician = next(one for one in staff if one.role is Role.PHYSICIAN)
    nurses = tuple(one for one in staff if one.role is Role.NURSE)
    house = House(clinic, on, physician, nurses, Rooms(ZoneInfo(zone)))
    site.sign_nurse_limit(at(physician, SINCE), ROOMS_A_NURSE)
    site.sign_keeping(at(physician, SINCE), None, site.LEAST_CELL)
    return house


def _member(clinic: Clinic, door: Door) -> Acting:
    account = Account.objects.create_user(door.username, id=new_id(), name=door.name, joined_at=SINCE)
    Membership.objects.create(
        id=new_id(),
        account=account,
        clinic=clinic,
        role=door.role,
        reads_substance_use=door.reads_substance_use,
        since=SINCE,
    )
    return Acting(
        account_id=account.id,
        name=door.name,
        clinic_id=clinic.id,
        clinic_name=clinic.name,
        time_zone=clinic.time_zone,
        role=door.role,
        reads_substance_use=door.reads_substance_use,
    )
