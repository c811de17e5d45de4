"""Emergency access: at once, for minutes, told to everybody, and judged by somebody else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backend.access import directory, emergency
from backend.access.actions import RIGHTS
from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import StaffUser, Tenant
from backend.access.proof_models import EmergencyAccess
from backend.access.scopes import Facts
from backend.access.sign_in_errors import (
    EmergencyNotOffered,
    EmergencyNotOpen,
    EmergencyNotReviewable,
    EmergencyOpen,
    EmergencyReasonUnknown,
    EmergencyTicketMalformed,
    EmergencyTooLong,
    EmergencyUnknown,
    EmergencyWordsMissing,
)
from backend.casework import queries as casework
from backend.core.actor import Actor, system_actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.edge import sessions
from backend.edge.platform import Platform
from backend.jobs.emergencies import QUEUE, follow

PASSWORD = "twelve signs or more"
ASKED = {"role": "emergency_reader", "reason": "fraud_in_progress", "words": "A transfer is on its way", "minutes": 15}


@dataclass
class Presented:
    headers: dict[str, str]
    cookies: dict[str, str]


@dataclass
class House:
    platform: Platform
    tenant: Tenant
    agent: StaffUser
    head: StaffUser
    token: str

    async def person(self, token: str | None = None) -> sessions.Person:
        cookie = {"tenure": self.token if token is None else token}
        return await sessions.person_of(self.platform, Presented({}, cookie), request_id="test")

    async def run(self, actor: Actor, verb: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        return await self.platform.run(actor, lambda ctx: verb(ctx, *args, **options))

    async def take(self, **changes: Any) -> EmergencyAccess:
        actor = (await self.person()).actor
        taken: EmergencyAccess = await self.run(actor, emergency.open_access, **{**ASKED, **changes})
        return taken

    @property
    def reviewer(self) -> Actor:
        return Actor(self.head.id, self.tenant.id, "staff", frozenset({"head_of_compliance"}), "web", "test")

    @property
    def system(self) -> Actor:
        return system_actor(self.tenant.id, "test")

    async def scalar(self, query: str) -> Any:
        async with self.platform.transaction(self.system) as ctx:
            return await ctx.session.scalar(text(query))


@pytest.fixture
async def house(platform: Platform, tenant: Tenant) -> House:
    operator = replace(system_actor(tenant.id, "test", "cli"), roles=frozenset({"operator"}))

    async def hire(ctx: Context) -> tuple[StaffUser, StaffUser]:
        agent = await directory.create_staff(ctx, login="david", display_name="David", password=PASSWORD)
        head = await directory.create_staff(ctx, login="helena", display_name="Helena", password=PASSWORD)
        await directory.grant_role(ctx, holder_id=agent.id, role="service_agent")
        return agent, head

    agent, head = await platform.run(operator, hire)
    opened = await sessions.sign_in(platform, slug=tenant.slug, login="david", password=PASSWORD, request_id="test")
    return House(platform, tenant, agent, head, opened.token)


def sees(platform: Platform, actor: Actor) -> str:
    facts = Facts(tenant_id=actor.tenant_id, manager_id=new_id(), team_id=new_id())
    return platform.policy.visibility(actor, "customer.national_id", facts).name


async def test_it_opens_fields_at_once_and_closes_them_by_itself(house: House, clock: FixedClock) -> None:
    before = sees(house.platform, (await house.person()).actor)
    await house.take()
    during = sees(house.platform, (await house.person()).actor)
    clock.advance(timedelta(minutes=15))
    after = sees(house.platform, (await house.person()).actor)
    assert (before, during, after) == ("MASK", "CLEAR", "MASK")


async def test_it_changes_nothing_and_decides_nothing(house: House) -> None:
    await house.take()
    actor = replace((await house.person()).actor, roles=frozenset({"emergency_reader"}))
    rights = house.platform.policy
    assert [key for key, right in RIGHTS.items() if right.changes and rights.scopes(actor, key[1], key[0])] == []


async def test_every_entry_of_that_time_names_the_role(house: House) -> None:
    await house.take()
    actor = (await house.person()).actor
    await house.run(actor, emergency.listed)
    async with house.platform.transaction(actor) as ctx:
        ctx.saw(("party", new_id()), "name")
    assert "emergency_reader" in await house.scalar("SELECT actor FROM audit_entry WHERE action = 'personal_data.read'")


async def test_it_is_ended_by_hand_before_its_time(house: House) -> None:
    taken = await house.take()
    actor = (await house.person()).actor
    await house.run(actor, emergency.end_own, taken.id)
    assert "emergency_reader" not in (await house.person()).actor.roles
    with pytest.raises(EmergencyNotOpen):
        await house.run(actor, emergency.end_own, taken.id)


async def test_the_page_of_its_person_knows_until_when(house: House, clock: FixedClock) -> None:
    await house.take()
    found = (await house.person()).emergency
    assert found is not None
    assert found.until == clock() + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"role": "head_of_compliance"}, EmergencyNotOffered),
        ({"role": "administrator"}, EmergencyNotOffered),
        ({"reason": "curiosity"}, EmergencyReasonUnknown),
        ({"words": "  short   "}, EmergencyWordsMissing),
        ({"words": "x" * 501}, EmergencyWordsMissing),
        ({"ticket": "INC 1; DROP"}, EmergencyTicketMalformed),
        ({"minutes": 0}, EmergencyTooLong),
        ({"minutes": 61}, EmergencyTooLong),
    ],
)
async def test_what_the_rule_set_does_not_offer_is_refused(
    house: House, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await house.take(**changes)
    assert await house.scalar("SELECT count(*) FROM emergency_access") == 0


async def test_one_at_a_time(house: House, clock: FixedClock) -> None:
    await house.take()
    with pytest.raises(EmergencyOpen):
        await house.take()
    clock.advance(timedelta(minutes=16))
    await house.take()


async def test_who_has_no_right_to_it_gets_none(house: House) -> None:
    with pytest.raises(NotAllowed):
        await house.run(house.reviewer, emergency.open_access, **ASKED)


async def test_it_is_loud(house: House) -> None:
    taken = await house.take()
    entry = "SELECT reason FROM audit_entry WHERE action = 'emergency.open' AND ruleset IS NOT NULL"
    assert await house.scalar(entry) == "fraud_in_progress"
    assert await house.scalar("SELECT name FROM outbox WHERE subject_id = " + f"'{taken.id}'") == "emergency.opened"


async def test_the_reason_in_words_is_sealed(house: House) -> None:
    taken = await house.take(words="Jan Novák is being robbed")
    stored = bytes(await house.scalar("SELECT words FROM emergency_access"))
    assert "Novák".encode() not in stored
    assert "Novák" not in await house.scalar("SELECT string_agg(\"row\"::text, ' ') FROM record_version")
    told = await house.run(house.reviewer, emergency.find, taken.id)
    assert told.words == "Jan Novák is being robbed"


async def test_it_becomes_work_for_a_reviewer_and_ends_with_the_review(house: House, clock: FixedClock) -> None:
    taken = await house.take()
    for _ in range(2):
        await house.run(house.system, follow, taken.id)
    async with house.platform.transaction(house.system) as ctx:
        item = await casework.open_of(ctx, taken.id)
    assert item is not None
    assert (item.queue, item.excluded_id) == (QUEUE, house.agent.id)
    clock.advance(timedelta(hours=1))
    await house.run(house.system, emergency.end_due, 10)
    await house.run(house.reviewer, emergency.review, taken.id, justified=True)
    await house.run(house.system, follow, taken.id)
    async with house.platform.transaction(house.system) as ctx:
        assert await casework.open_of(ctx, taken.id) is None


async def test_its_end_is_noted_once_at_the_instant_it_ended(house: House, clock: FixedClock) -> None:
    taken = await house.take()
    clock.advance(timedelta(hours=3))
    assert await house.run(house.system, emergency.end_due, 10) == 1
    assert await house.run(house.system, emergency.end_due, 10) == 0
    ended = await house.scalar("SELECT ended_at FROM emergency_access")
    assert ended == taken.opened_at + timedelta(minutes=15)


@pytest.mark.parametrize(("justified", "state"), [(True, "accepted"), (False, "abuse")])
async def test_somebody_else_judges_it_once(house: House, clock: FixedClock, justified: bool, state: str) -> None:
    taken = await house.take()
    with pytest.raises(EmergencyNotReviewable):
        await house.run(house.reviewer, emergency.review, taken.id, justified=justified)
    clock.advance(timedelta(minutes=15))
    await house.run(house.reviewer, emergency.review, taken.id, justified=justified)
    assert await house.scalar("SELECT state FROM emergency_access") == state
    with pytest.raises(EmergencyNotReviewable):
        await house.run(house.reviewer, emergency.review, taken.id, justified=not justified)


async def test_nobody_judges_their_own(house: House, clock: FixedClock) -> None:
    taken = await house.take()
    clock.advance(timedelta(minutes=15))
    promoted = replace((await house.person()).actor, roles=frozenset({"head_of_compliance"}), proof=None)
    with pytest.raises(NotAllowed):
        await house.run(promoted, emergency.review, taken.id, justified=True)


async def test_colleagues_see_their_own_only(house: House) -> None:
    taken = await house.take()
    other = Actor(house.head.id, house.tenant.id, "staff", frozenset({"service_agent"}), "web", "test")
    assert await house.run(other, emergency.listed) == []
    with pytest.raises(EmergencyUnknown):
        await house.run(other, emergency.end_own, taken.id)
