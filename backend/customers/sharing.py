"""What may be told to a partner is decided above this floor, by consents and restrictions; here it is asked."""

from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

from backend.access.context import Context

Question = Callable[[Context, Collection[UUID]], Awaitable[Collection[UUID]]]
_asked: dict[str, Question] = {}


def register(name: str, question: Question) -> None:
    """`question` answers which of the parties a partner may be told of; every registered one has to agree."""
    _asked[name] = question


async def shareable(ctx: Context, party_ids: Collection[UUID]) -> set[UUID]:
    left = set(party_ids)
    for question in _asked.values():
        left &= set(await question(ctx, left)) if left else set()
    return left
