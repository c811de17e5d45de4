"""Slow hashes are computed beside the loop that answers everybody."""

import asyncio

import pytest

from backend.access.tokens import HASHING_THREADS, hashed, matches

PASSWORD = "twelve signs or more"
pytestmark = pytest.mark.usefixtures("delivered_passwords")


async def ticks_during(*work: asyncio.Task[object]) -> int:
    """How often the loop came round while the work went on."""
    ticks = 0
    while not all(task.done() for task in work):
        await asyncio.sleep(0.001)
        ticks += 1
    return ticks


async def test_a_hash_is_that_of_its_password_and_of_no_other() -> None:
    stored = await hashed(PASSWORD)
    assert await matches(stored, PASSWORD)
    assert not await matches(stored, PASSWORD.upper())


@pytest.mark.parametrize("stored", [None, "", "not a hash"])
async def test_nothing_matches_what_is_no_hash(stored: str | None) -> None:
    assert not await matches(stored, PASSWORD)


async def test_others_are_answered_while_a_password_is_hashed() -> None:
    assert await ticks_during(asyncio.create_task(hashed(PASSWORD))) > 3


async def test_many_passwords_at_once_do_not_stop_the_loop() -> None:
    tasks = [asyncio.create_task(matches(None, PASSWORD)) for _ in range(3 * HASHING_THREADS)]
    assert await ticks_during(*tasks) > 10
