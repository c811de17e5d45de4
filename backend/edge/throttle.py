"""How often a stranger may knock: counted in the database for all processes together.

Pages without sign-in ask it before anything is looked up. Each knock costs a caller an equal part of the time, and
debts add up (the generic cell rate algorithm of ITU-T I.371): `most` at once, then one at a time as they are paid for.
One statement decides, so processes that ask at the same time agree.
"""

import hmac
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from backend.access.context import Context
from backend.core.errors import Refused
from backend.edge.models import DoorKnock
from backend.edge.platform import Platform
from backend.privacy.blind import derive

_DIGEST_BYTES: Final = 16
_NETWORK_BITS: Final = 64
_KEPT: Final = 10_000


class KnocksTooOften(Refused):
    code = "request.too_often"
    text = "Too many requests came from here. Wait a minute and try again."


@dataclass(slots=True)
class Throttle:
    """At most `most` knocks of one caller at the door at once, and so many in each further `within`.

    Whoever was refused is refused in this process without asking again until the next knock would be let in, so that a
    flood costs the database nothing.
    """

    door: str
    most: int
    within: timedelta
    _shut: OrderedDict[bytes, datetime] = field(default_factory=OrderedDict)

    async def knock(self, platform: Platform, address: str | None) -> None:
        """Raises KnocksTooOften; a refused knock costs nothing."""
        now, caller = platform.clock(), _digest(platform.index_root, _caller(address or ""))
        if now < self._shut.get(caller, now):
            raise KnocksTooOften()
        async with platform.engine.begin() as connection:
            paid = await connection.scalar(self._paid(caller, now))
        if paid is None:
            self._remember(caller, now + self.within / self.most)
            raise KnocksTooOften()

    def _paid(self, caller: bytes, now: datetime) -> Any:
        """Answers nothing where the debt would grow beyond `within`."""
        each = self.within / self.most
        owed = func.greatest(col(DoorKnock.even_at), now) + each
        row = insert(DoorKnock).values(door=self.door, caller=caller, even_at=now + each)
        return row.on_conflict_do_update(
            index_elements=["door", "caller"], set_={"even_at": owed}, where=owed <= now + self.within
        ).returning(col(DoorKnock.even_at))

    def _remember(self, caller: bytes, until: datetime) -> None:
        self._shut[caller] = until
        self._shut.move_to_end(caller)
        while len(self._shut) > _KEPT:
            self._shut.popitem(last=False)


async def forget(ctx: Context) -> int:
    """For the schedule: callers whose knocks are all paid for are no more than strangers."""
    gone: Any = await ctx.session.execute(delete(DoorKnock).where(col(DoorKnock.even_at) < ctx.now))
    return int(gone.rowcount)


def _caller(address: str) -> str:
    """Of IPv6 the network, because one subscriber has a whole one (RFC 6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(int(found) >> _NETWORK_BITS) if isinstance(found, IPv6Address) else address


def _digest(root: bytes, caller: str) -> bytes:
    return hmac.digest(derive(root, b"door knock 1"), caller.encode(), "sha256")[:_DIGEST_BYTES]
