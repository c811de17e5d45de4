"""Signing in: guessing gets slower, every failure reads the same, and a session is worth no more than its person."""

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backend.access import directory
from backend.access.context import Context
from backend.access.directory_errors import NotSignedIn, SignInRefused
from backend.access.models import StaffUser, Tenant
from backend.cli.tenants import new_tenant
from backend.core.actor import system_actor
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.ids import new_id
from backend.edge import sessions
from backend.edge.platform import Platform
from backend.edge.sessions import Person

PASSWORD, WRONG = "twelve signs or more", "wrong password"


@dataclass
class Presented:
    headers: dict[str, str]
    cookies: dict[str, str]


@dataclass
class House:
    """An institution with one colleague, jana."""

    platform: Platform
    tenant: Tenant
    user: StaffUser

    async def sign_in(self, password: str = PASSWORD, login: str = "jana", slug: str | None = None) -> str:
        slug = self.tenant.slug if slug is None else slug
        opened = await sessions.sign_in(self.platform, slug=slug, login=login, password=password, request_id="test")
        return opened.token

    async def refused(self, password: str = WRONG, **given: Any) -> SignInRefused:
        with pytest.raises(SignInRefused) as refusal:
            await self.sign_in(password, **given)
        return refusal.value

    async def person(self, token: str) -> Person:
        presented = Presented({}, {"tenure": token})
        return await sessions.person_of(self.platform, presented, request_id="test")

    async def failed_before(self, times: int) -> None:
        async with self.platform.transaction(system_actor(self.tenant.id, "test")) as ctx:
            await ctx.session.execute(text("UPDATE credential SET failures = :times"), {"times": times})

    async def scalar(self, query: str) -> Any:
        async with self.platform.transaction(system_actor(self.tenant.id, "test")) as ctx:
            return await ctx.session.scalar(text(query))


@pytest.fixture
async def house(platform: Platform, tenant: Tenant) -> House:
    operator = replace(system_actor(tenant.id, "test", "cli"), roles=frozenset({"operator"}))

    async def hire(ctx: Context) -> StaffUser:
        user = await directory.create_staff(ctx, login="jana", display_name="Jana", password=PASSWORD)
        await directory.grant_role(ctx, holder_id=user.id, role="relationship_manager")
        return user

    return House(platform, tenant, await platform.run(operator, hire))


async def test_the_right_password_opens_a_session_with_the_roles_of_the_person(house: House) -> None:
    person = await house.person(await house.sign_in())
    assert (person.actor.id, person.actor.roles) == (house.user.id, frozenset({"relationship_manager"}))


async def test_the_token_of_a_session_is_not_stored(house: House) -> None:
    token = (await house.sign_in()).partition(".")[2]
    stored = await house.scalar("SELECT token_hash FROM sign_in")
    assert token.encode() not in stored


@pytest.mark.parametrize(
    "given",
    [
        {"password": "wrong password"},
        {"login": "nobody"},
        {"slug": "no-such-bank"},
        {"login": "ja\x00na"},
        {"slug": "ba\x00nk"},
    ],
)
async def test_every_failure_reads_the_same(house: House, given: dict[str, str]) -> None:
    refusal = await house.refused(**{"password": PASSWORD, **given})
    assert str(refusal) == str(SignInRefused())
    assert refusal.params == {}


async def test_an_unknown_login_takes_as_long_as_a_wrong_password(delivered_passwords: None, house: House) -> None:
    """Both verify one slow hash; a lookup alone would take a hundredth of it. Told in work, not by the clock on the
    wall, which counts what else the machine does."""

    async def took(login: str) -> float:
        started = time.process_time()
        await house.refused(login=login)
        return time.process_time() - started

    wrong = min([await took("jana") for _ in range(3)])
    unknown = min([await took("nobody") for _ in range(2)])
    assert unknown > 0.4 * wrong


async def test_failures_are_in_the_log(house: House) -> None:
    await house.refused()
    await house.refused(login="nobody")
    query = "SELECT array_agg(subject_type ORDER BY ts, id) FROM audit_entry WHERE action = 'session.refuse'"
    assert await house.scalar(query) == ["staff_user", "tenant"]


async def test_five_failures_lock_the_account_also_for_the_right_password(house: House) -> None:
    for _ in range(5):
        await house.refused()
    await house.refused(PASSWORD)


async def test_a_right_password_forgives_the_failures_before_it(house: House) -> None:
    await house.failed_before(4)
    await house.sign_in()
    await house.refused()
    await house.sign_in()


async def test_a_lock_ends_and_the_next_failure_doubles_it(house: House, clock: FixedClock) -> None:
    await house.failed_before(4)
    await house.refused()
    locked = [await _locked_for(house, clock)]
    for _ in range(3):
        clock.advance(timedelta(seconds=locked[-1]))
        await house.refused()
        locked.append(await _locked_for(house, clock))
    assert locked == [30, 60, 120, 240]
    clock.advance(timedelta(seconds=240))
    await house.sign_in()
    assert await house.scalar("SELECT failures FROM credential") == 0


async def _locked_for(house: House, clock: FixedClock) -> int:
    until = await house.scalar("SELECT locked_until FROM credential")
    return round((until - clock()).total_seconds())


async def test_guessing_on_does_not_lengthen_a_lock(house: House, clock: FixedClock) -> None:
    """Or a stranger could keep a colleague out for ever."""
    await house.failed_before(4)
    for _ in range(3):
        await house.refused()
    assert await _locked_for(house, clock) == 30


async def test_a_lock_lasts_an_hour_at_most(house: House, clock: FixedClock) -> None:
    await house.failed_before(40)
    await house.refused()
    assert await _locked_for(house, clock) == 3600


async def _change_user(house: House, **changes: Any) -> None:
    async def work(ctx: Context) -> None:
        async with ctx.audit("staff.edit", ("staff_user", house.user.id)):
            user = await ctx.session.get_one(StaffUser, house.user.id)
            for name, value in changes.items():
                setattr(user, name, value)

    await house.platform.run(system_actor(house.tenant.id, "test"), work)


async def test_who_was_deactivated_cannot_sign_in(house: House) -> None:
    await _change_user(house, active=False)
    await house.refused(PASSWORD)


async def test_who_is_deactivated_loses_the_open_session(house: House) -> None:
    token = await house.sign_in()
    await _change_user(house, active=False)
    with pytest.raises(NotSignedIn):
        await house.person(token)


async def test_a_session_ends_with_its_time(house: House, clock: FixedClock) -> None:
    token = await house.sign_in()
    clock.advance(timedelta(hours=house.platform.settings.session_hours))
    with pytest.raises(NotSignedIn):
        await house.person(token)


async def test_a_session_that_was_signed_out_is_gone(house: House) -> None:
    token, other = await house.sign_in(), await house.sign_in()
    await sessions.sign_out(house.platform, await house.person(token))
    with pytest.raises(NotSignedIn):
        await house.person(token)
    assert (await house.person(other)).login == "jana"


@pytest.mark.parametrize("token", ["", "nonsense", "0" * 32 + ".", f"{'f' * 32}.secret", "a.b.c"])
async def test_what_is_no_token_opens_nothing(house: House, token: str) -> None:
    with pytest.raises(NotSignedIn):
        await house.person(token)


async def test_a_session_opens_its_own_institution_only(house: House, database: Database) -> None:
    secret = (await house.sign_in()).partition(".")[2]
    other = await new_tenant(database, f"other-{new_id().hex[-12:]}", "Other Bank", "CZ", "CZK")
    with pytest.raises(NotSignedIn):
        await house.person(f"{other.id.hex}.{secret}")


async def test_roles_of_a_session_are_those_of_the_moment(house: House, clock: FixedClock) -> None:
    operator = replace(system_actor(house.tenant.id, "test", "cli"), roles=frozenset({"operator"}))
    token, soon = await house.sign_in(), clock() + timedelta(minutes=20)
    grant = {"holder_id": house.user.id, "role": "product_manager", "valid_from": soon}
    await house.platform.run(operator, lambda ctx: directory.grant_role(ctx, **grant))
    before = (await house.person(token)).actor.roles
    clock.advance(timedelta(minutes=20))
    after = (await house.person(token)).actor.roles
    assert (before, after - before) == (frozenset({"relationship_manager"}), frozenset({"product_manager"}))


async def test_a_partner_names_the_institution_of_its_key(house: House, database: Database) -> None:
    operator = replace(system_actor(house.tenant.id, "test", "cli"), roles=frozenset({"operator"}))
    client, key = await house.platform.run(
        operator, lambda ctx: directory.register_client(ctx, name="Shop", lifetime=timedelta(days=1))
    )
    other = await new_tenant(database, f"other-{new_id().hex[-12:]}", "Other Bank", "CZ", "CZK")

    async def actor_of(slug: str) -> Any:
        presented = Presented({"authorization": f"Bearer {key}", "x-tenant": slug}, {})
        return await sessions.actor_of(house.platform, presented, request_id="test", channel="graphql")

    assert (await actor_of(house.tenant.slug)).id == client.id
    for slug in (other.slug, "", "no-such-bank"):
        with pytest.raises(NotSignedIn):
            await actor_of(slug)
