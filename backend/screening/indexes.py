"""The index of every institution in this process: built from the database, brought up to date when its lists moved on.

A process asks the database for one number before it uses its index; if the lists are at another state, what changed is
read and a new index takes the old one's place. It is built in a thread: the event loop, and whoever searches the old
one, go on.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from backend.access.context import Context
from backend.screening import queries
from backend.screening.lists.entity import Entity
from backend.screening.matching.current import CurrentIndex
from backend.screening.matching.index import Key
from backend.screening.matching.layers import Layered
from backend.screening.queries import Listed, Moved, State, Stored


@dataclass(frozen=True, slots=True)
class Searched:
    """An index, the state of the lists that it was built from, and the lists by the code their entries carry."""

    index: Layered
    state: State
    lists: Mapping[str, Listed]


@dataclass(slots=True)
class _Held:
    current: CurrentIndex = field(default_factory=lambda: CurrentIndex("0"))
    state: State | None = None
    lists: Mapping[str, Listed] = field(default_factory=dict)
    updating: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def number(self) -> int:
        return 0 if self.state is None else self.state.number


_held: dict[UUID, _Held] = {}


def forget(tenant_id: UUID) -> None:
    """Give the memory of an institution's index back."""
    _held.pop(tenant_id, None)


async def current(ctx: Context, *, hold: bool = True) -> Searched | None:
    """The index of the state that the lists are in; with `hold` they stay in it until the transaction ends. None
    without lists.
    """
    if hold:
        await queries.hold_state(ctx)
    number = await queries.stamp(ctx)
    if number == 0:
        return None
    held = _held.get(ctx.actor.tenant_id) or _held.setdefault(ctx.actor.tenant_id, _Held())
    async with held.updating:
        if held.number != number:
            await _update(ctx, held)
        assert held.state is not None  # noqa: S101 - a number above 0 has a state
        return Searched(held.current.held.index, held.state, held.lists)


async def _update(ctx: Context, held: _Held) -> None:
    after = await queries.latest_state(ctx)
    assert after is not None  # noqa: S101 - its number was read in this transaction
    lists = await queries.lists_by_id(ctx, after.numbers.keys())
    codes = {row.id: row.code for row in lists.values()}
    if held.state is None:
        rows = await queries.entities_in_force(ctx, list(lists))
        await asyncio.to_thread(held.current.load, str(after.number), _entities(rows, codes))
    else:
        changes = await moved_between(ctx, held.state, after)
        await asyncio.to_thread(_apply, held, changes, codes | _codes(held.lists), str(after.number))
    held.state, held.lists = after, {row.code: row for row in lists.values()}


async def moved_between(ctx: Context, before: State | None, after: State) -> dict[UUID, Moved]:
    """By list: what is new, changed or gone in the later state. A list taken out of use is gone whole."""
    old = {} if before is None else before.numbers
    touched = [of for of in {*old, *after.numbers} if old.get(of) != after.numbers.get(of)]
    return {of: await queries.moved(ctx, of, old.get(of, 0), after.numbers.get(of)) for of in touched}


def _apply(held: _Held, changes: Mapping[UUID, Moved], codes: Mapping[UUID, str], number: str) -> None:
    fresh = [one for moved in changes.values() for one in moved.fresh]
    removed: list[Key] = [(codes[of], ref) for of, moved in changes.items() for ref in moved.removed]
    held.current.update(number, _entities(fresh, codes), removed)


def _codes(lists: Mapping[str, Listed]) -> dict[UUID, str]:
    return {row.id: row.code for row in lists.values()}


def _entities(rows: Sequence[Stored], codes: Mapping[UUID, str]) -> Iterable[Entity]:
    """Parsed as the index is built, in its thread."""
    return (row.entity(codes[row.list_id]) for row in rows)
