"""Strangers knock only so often, whichever process they come to."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import system_actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.edge.models import DoorKnock
from backend.edge.platform import Platform
from backend.edge.throttle import KnocksTooOften, Throttle, forget

MINUTE = timedelta(minutes=1)


def door(most: int, name: str | None = None) -> Throttle:
    """Of its own for each test, because all tests share the database."""
    return Throttle(name or str(new_id()), most, MINUTE)


async def let_in(throttle: Throttle, platform: Platform, caller: str = "a") -> bool:
    try:
        await throttle.knock(platform, caller)
    except KnocksTooOften:
        return False
    return True


async def test_the_knock_after_the_last_one_allowed_is_refused(platform: Platform) -> None:
    throttle = door(3)
    assert [await let_in(throttle, platform) for _ in range(4)] == [True, True, True, False]


async def test_two_processes_count_together(platform: Platform) -> None:
    one = door(2)
    other = door(2, one.door)
    assert await let_in(one, platform)
    assert await let_in(other, platform)
    assert not await let_in(one, platform)
    assert not await let_in(other, platform)


async def test_knocks_at_the_same_time_do_not_slip_through(platform: Platform) -> None:
    name = str(new_id())
    knocks = (let_in(door(5, name), platform) for _ in range(12))
    assert sum(await asyncio.gather(*knocks)) == 5


async def test_time_lets_a_caller_in_again(platform: Platform, clock: FixedClock) -> None:
    throttle = door(2)
    assert [await let_in(throttle, platform) for _ in range(3)] == [True, True, False]
    clock.advance(MINUTE / 2)
    assert [await let_in(throttle, platform) for _ in range(2)] == [True, False]


async def test_a_refused_knock_costs_nothing(platform: Platform, clock: FixedClock) -> None:
    throttle = door(1)
    assert await let_in(throttle, platform)
    clock.advance(timedelta(seconds=59))
    assert not await let_in(throttle, platform)
    clock.advance(MINUTE)
    assert await let_in(throttle, platform)


async def test_callers_and_doors_are_counted_apart(platform: Platform) -> None:
    throttle = door(1)
    assert await let_in(throttle, platform, "a")
    assert await let_in(throttle, platform, "b")
    assert await let_in(door(1), platform, "a")


@pytest.mark.parametrize(
    ("other", "together"),
    [("2001:db8:0:1::2", True), ("2001:db8:0:2::1", False)],
)
async def test_a_network_of_ipv6_is_one_caller(platform: Platform, other: str, together: bool) -> None:
    throttle = door(1)
    assert await let_in(throttle, platform, "2001:db8:0:1::1")
    assert await let_in(throttle, platform, other) is not together


async def test_addresses_are_kept_as_digests_and_forgotten_when_paid_for(
    platform: Platform, tenant: Tenant, clock: FixedClock
) -> None:
    throttle = door(3)
    await let_in(throttle, platform, "192.0.2.7")

    async def known(ctx: Context) -> list[bytes]:
        return list(await ctx.session.scalars(select(DoorKnock.caller).where(col(DoorKnock.door) == throttle.door)))

    system = system_actor(tenant.id, "test")
    [caller] = await platform.run(system, known)
    assert b"192" not in caller
    clock.advance(MINUTE)
    assert await platform.run(system, forget) >= 1
    assert await platform.run(system, known) == []


async def test_a_flood_of_knocks_is_no_flood_of_the_write_ahead_log(platform: Platform, tenant: Tenant) -> None:
    async def kind(ctx: Context) -> str:
        query = text("SELECT relpersistence::text FROM pg_class WHERE oid = 'door_knock'::regclass")
        return str(await ctx.session.scalar(query))

    assert await platform.run(system_actor(tenant.id, "test"), kind) == "u"
