"""Who acted, by name: colleagues, partner clients, and the platform itself."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from backend.access import queries as directory
from backend.access.context import Context
from backend.core.actor import SYSTEM_ID

PLATFORM: Final = "Tenure"


async def names_of(ctx: Context, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = {each for each in ids if each is not None}
    found = await directory.staff_names(ctx.session, wanted)
    others = wanted - found.keys()
    clients = await directory.client_names(ctx.session, others) if others else {}
    return {**({SYSTEM_ID: PLATFORM} if SYSTEM_ID in wanted else {}), **clients, **found}


def instant(at: datetime | None) -> str | None:
    """UTC with microseconds, as the log itself writes it."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
