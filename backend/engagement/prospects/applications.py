"""How a prospect becomes an application: the floor that onboards is a stranger here and is wired in by backend.edge."""

from collections.abc import Sequence
from typing import Final, Protocol
from uuid import UUID

from backend.access.context import Context
from backend.engagement.prospects.errors import NoApplications


class Opener(Protocol):
    """Opens a draft for the party, and answers its id."""

    async def __call__(
        self, ctx: Context, *, party_id: UUID, purpose: str, jurisdiction: str, products: Sequence[str], channel: str
    ) -> UUID: ...


_openers: Final[list[Opener]] = []


def register(opener: Opener) -> None:
    """The last one registered is asked."""
    _openers.append(opener)


def opener() -> Opener:
    """Raises NoApplications."""
    if not _openers:
        raise NoApplications()
    return _openers[-1]
