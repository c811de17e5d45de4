"""What the resolvers of one operation read: one snapshot, one query a relation, nothing after the end."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend.access.context import Context
from backend.api.reading import Reading, snapshots
from backend.core.errors import NotFound
from backend.edge.platform import Platform
from tests.factories.customers import Bank


@pytest.fixture
async def reading(platform: Platform, bank: Bank) -> Reading:
    return Reading(snapshots(platform), bank.officer)


async def test_everything_is_read_from_one_snapshot(reading: Reading) -> None:
    level = await reading.run(lambda ctx: ctx.session.scalar(text("SHOW transaction_isolation")))
    await reading.end()
    assert level == "repeatable read"


async def test_what_others_write_meanwhile_is_not_seen(platform: Platform, reading: Reading, bank: Bank) -> None:
    async def parties(ctx: Context) -> int:
        return await ctx.session.scalar(text("SELECT count(*) FROM party")) or 0

    before = await reading.run(parties)
    await bank.customer()
    assert await reading.run(parties) == before
    await reading.renew()
    assert await reading.run(parties) == before + 1
    await reading.end()


async def test_keys_that_are_asked_for_together_are_fetched_together(reading: Reading) -> None:
    batches: list[list[int]] = []

    async def fetch(ctx: Context, keys: Collection[int]) -> dict[int, int]:
        batches.append(sorted(keys))
        return {key: key * key for key in keys}

    loader = reading.loader(fetch, 0)
    assert await asyncio.gather(*(loader.get(key) for key in (1, 2, 3, 2))) == [1, 4, 9, 4]
    await reading.end()
    assert batches == [[1, 2, 3]]


async def test_a_key_that_is_known_is_answered_at_once(reading: Reading) -> None:
    async def fetch(ctx: Context, keys: Collection[int]) -> dict[int, str]:
        return dict.fromkeys(keys, "fetched")

    loader = reading.loader(fetch, "missing")
    await loader.get(1)
    loader.prime({2: "primed"})
    assert (loader.load(1), loader.load(2)) == ("fetched", "primed")
    await reading.end()


async def test_an_error_of_one_key_is_no_error_of_another(reading: Reading) -> None:
    async def fetch(ctx: Context, keys: Collection[int]) -> dict[int, str | NotFound]:
        return {1: "found", 2: NotFound()}

    loader = reading.loader(fetch, "missing")  # type: ignore[type-var]
    results = await asyncio.gather(*(loader.get(key) for key in (1, 2, 3)), return_exceptions=True)
    await reading.end()
    assert (results[0], results[2]) == ("found", "missing")
    assert isinstance(results[1], NotFound)


async def test_a_query_that_nobody_waits_for_any_more_leaves_the_snapshot_whole(reading: Reading) -> None:
    given_up = asyncio.create_task(reading.run(lambda ctx: ctx.session.execute(text("SELECT pg_sleep(0.2)"))))
    await asyncio.sleep(0.05)
    given_up.cancel()
    assert await reading.run(lambda ctx: ctx.session.scalar(text("SELECT 1"))) == 1
    await reading.end()


async def test_what_still_asks_is_cut_short_when_the_operation_is_abandoned(reading: Reading) -> None:
    asking = asyncio.create_task(reading.run(lambda ctx: ctx.session.execute(text("SELECT pg_sleep(60)"))))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(10):
        with suppress(SQLAlchemyError):
            await reading.abandon()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_nothing_is_read_after_the_end(reading: Reading) -> None:
    async def fetch(ctx: Context, keys: Collection[int]) -> dict[int, int]:
        return dict.fromkeys(keys, 1)

    loader = reading.loader(fetch, 0)
    await reading.end()
    with pytest.raises(asyncio.CancelledError):
        await loader.get(1)
