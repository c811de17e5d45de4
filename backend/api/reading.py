"""What the resolvers of one operation read: one snapshot of the database, one query at a time, one per relation.

A resolver that runs for each of fifty customers asks a loader for its key; the loader waits for its turn on the one
connection and fetches what has been asked for by then in a single query. What it has fetched it answers at once,
without a future, which spares graphql-core most of its cost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Generic, TypeVar, cast

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.errors import TenureError
from backend.edge.platform import Platform

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Fetch = Callable[[Context, Collection[K]], Awaitable[Mapping[K, V | TenureError]]]


def snapshots(platform: Platform) -> Platform:
    """The same platform, whose transactions see the database as it was at their first statement."""
    return replace(platform, engine=platform.engine.execution_options(isolation_level="REPEATABLE READ"))


class Reading:
    """Opened by the first query; a mutation renews it, so that what follows sees its change; the operation ends it.

    Renewing and ending note the personal data that was shown in the log; when that fails, nothing may be handed out.
    """

    def __init__(self, platform: Platform, actor: Actor) -> None:
        self._platform = platform
        self._actor = actor
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._context: Context | None = None
        self._ended = False
        self._loaders: dict[Callable[..., Any], Loader[Any, Any]] = {}
        self._turns: set[asyncio.Task[Any]] = set()

    async def run(self, query: Callable[[Context], Awaitable[T]]) -> T:
        """A resolver is given up when a sibling fails that may not be null. Its query goes on to its end: cut short, it
        would take the connection along, and with it the snapshot and the note of what was shown."""
        turn = asyncio.create_task(self._turn(query))
        self._turns.add(turn)
        turn.add_done_callback(self._turned)
        return await asyncio.shield(turn)

    def _turned(self, turn: asyncio.Task[Any]) -> None:
        """The error of a query that nobody waits for is nobody's."""
        self._turns.discard(turn)
        if not turn.cancelled():
            turn.exception()

    async def _turn(self, query: Callable[[Context], Awaitable[T]]) -> T:
        async with self._lock:
            if self._ended:
                raise asyncio.CancelledError
            if self._context is None:
                self._context = await self._stack.enter_async_context(self._platform.transaction(self._actor))
            return await query(self._context)

    def loader(self, fetch: "Fetch[K, V]", missing: V) -> "Loader[K, V]":
        """The loader of this operation for one relation, known by its query."""
        known = self._loaders.get(fetch)
        if known is None:
            known = self._loaders[fetch] = Loader(self, fetch, missing)
        return cast("Loader[K, V]", known)

    async def end(self) -> None:
        """What was abandoned half-way and still asks reads nothing any more."""
        self._ended = True
        await self.renew()

    async def abandon(self) -> None:
        """Cut short what still asks, and end; after `end` there is nothing left to do."""
        for turn in self._turns:
            turn.cancel()
        await self.end()

    async def renew(self) -> None:
        async with self._lock:
            self._context = None
            self._loaders.clear()
            await self._stack.aclose()


class Loader(Generic[K, V]):
    """`missing` is the value of a key that the query does not answer; an error among its answers is for that key."""

    def __init__(self, reading: Reading, fetch: "Fetch[K, V]", missing: V) -> None:
        self._reading = reading
        self._fetch = fetch
        self._missing = missing
        self._known: dict[K, V] = {}
        self._waiting: dict[K, asyncio.Future[V]] = {}
        self._task: asyncio.Task[None] | None = None

    def load(self, key: K) -> V:
        """The value, or an awaitable of it: graphql-core tells them apart, and resolvers hand on either."""
        if key in self._known:
            return self._known[key]
        return cast("V", self._later(key))

    async def get(self, key: K) -> V:
        return self._known[key] if key in self._known else await self._later(key)

    def _later(self, key: K) -> "asyncio.Future[V]":
        future = self._waiting.get(key)
        if future is None:
            future = self._waiting[key] = asyncio.get_running_loop().create_future()
            if self._task is None:
                self._task = asyncio.create_task(self._reading.run(self._answer))
                self._task.add_done_callback(self._finished)
        return future

    def prime(self, values: Mapping[K, V]) -> None:
        """What another query has brought along need not be fetched."""
        self._known.update(values)

    async def _answer(self, ctx: Context) -> None:
        """Runs when the connection is free; what is asked for while it runs waits for the next turn."""
        self._task = None
        batch, self._waiting = self._waiting, {}
        try:
            found = await self._fetch(ctx, batch.keys())
        except Exception as error:  # handed to every resolver that waits
            for future in batch.values():
                if not future.done():
                    future.set_exception(error)
            return
        for key, future in batch.items():
            value = found.get(key, self._missing)
            if isinstance(value, TenureError):
                if not future.done():
                    future.set_exception(value)
                continue
            self._known[key] = value
            if not future.done():
                future.set_result(value)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        """A connection that could not be had leaves nobody waiting."""
        if self._task is not task:
            return
        self._task = None
        batch, self._waiting = self._waiting, {}
        error = None if task.cancelled() else task.exception()
        for future in batch.values():
            if error is None:
                future.cancel()
            elif not future.done():
                future.set_exception(error)
