"""A colleague's second factor goes only when two people say so, neither of them the colleague."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from backend.access import directory, factor_resets, second_factor
from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import SignIn, StaffUser, Tenant
from backend.access.proof_models import FactorReset, ResetState
from backend.access.sign_in_errors import NotEnrolled, ResetClosed, ResetOpen, ResetReason, ResetUnknown
from backend.access.tokens import new_token, token_digest
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.edge.errors import RuleOfDatabase
from backend.edge.platform import Platform

LOST = "Left the phone on a train"


class Office:
    def __init__(self, platform: Platform, tenant: Tenant) -> None:
        self.platform, self.tenant = platform, tenant
        self.operator = replace(system_actor(tenant.id, "test", "cli"), roles=frozenset({"operator"}))

    async def open(self) -> "Office":
        self.admin = await self.hire("admin", "administrator")
        self.adela = await self.hire("adela", "administrator")
        self.helena = await self.hire("helena", "head_of_compliance")
        self.david = await self.hire("david")
        await self.enrol(self.david)
        return self

    async def run(self, actor: Actor, verb: Any, *given: Any) -> Any:
        return await self.platform.run(actor, lambda ctx: verb(ctx, *given), serializable=True)

    async def hire(self, login: str, *roles: str) -> Actor:
        async def write(ctx: Context) -> StaffUser:
            user = await directory.create_staff(ctx, login=login, display_name=login.title(), password="long enough!")
            for role in roles:
                await directory.grant_role(ctx, holder_id=user.id, role=role)
            return user

        user = await self.platform.run(self.operator, write)
        return Actor(user.id, self.tenant.id, "staff", frozenset(roles), "web", "test")

    async def enrol(self, who: Actor) -> None:
        async def write(ctx: Context) -> None:
            await second_factor.begin(ctx, "bank")
            await ctx.session.flush()
            enrol = text("UPDATE second_factor SET enrolled_at = now() WHERE user_id = :id")
            await ctx.session.execute(enrol, {"id": who.id})
            ctx.session.add(
                SignIn(
                    tenant_id=self.tenant.id,
                    user_id=who.id,
                    token_hash=token_digest(new_token()),
                    created_at=ctx.now,
                    expires_at=ctx.now.replace(hour=23),
                    seen_at=ctx.now,
                )
            )

        await self.run(who, write)

    async def enrolled(self, who: Actor) -> bool:
        return await self.run(self.operator, second_factor.enrolled, who.id)

    async def proposed(self) -> FactorReset:
        return await self.run(self.admin, factor_resets.propose, self.david.id, LOST)


@pytest.fixture
async def office(platform: Platform, tenant: Tenant) -> Office:
    return await Office(platform, tenant).open()


async def test_a_proposal_takes_nothing_away(office: Office) -> None:
    await office.proposed()
    assert await office.enrolled(office.david)


@pytest.mark.parametrize("second", ["adela", "helena"])
async def test_a_second_person_takes_the_factor_away(office: Office, second: str) -> None:
    row = await office.proposed()
    done = await office.run(getattr(office, second), factor_resets.approve, row.id)
    assert done.state == ResetState.DONE
    assert not await office.enrolled(office.david)


async def test_every_session_of_the_colleague_ends_with_the_factor(office: Office) -> None:
    row = await office.proposed()
    await office.run(office.adela, factor_resets.approve, row.id)

    async def live(ctx: Context) -> int:
        found = await ctx.session.scalar(
            text("SELECT count(*) FROM sign_in WHERE user_id = :id AND revoked_at IS NULL"), {"id": office.david.id}
        )
        return int(found)

    assert await office.run(office.operator, live) == 0


async def test_who_proposed_does_not_do_it(office: Office) -> None:
    row = await office.proposed()
    with pytest.raises(NotAllowed):
        await office.run(office.admin, factor_resets.approve, row.id)
    assert await office.enrolled(office.david)


async def test_nobody_answers_about_their_own_factor(office: Office) -> None:
    await office.enrol(office.adela)
    row = await office.run(office.admin, factor_resets.propose, office.adela.id, LOST)
    with pytest.raises(NotAllowed):
        await office.run(office.adela, factor_resets.approve, row.id)


async def test_nobody_proposes_it_for_themselves(office: Office) -> None:
    await office.enrol(office.admin)
    with pytest.raises(NotAllowed):
        await office.run(office.admin, factor_resets.propose, office.admin.id, LOST)


async def test_of_two_who_do_it_at_once_one_is_told_that_it_is_done(office: Office) -> None:
    row = await office.proposed()
    outcomes = await asyncio.gather(
        *(office.run(who, factor_resets.approve, row.id) for who in (office.adela, office.helena)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in outcomes) == sorted(["FactorReset", "ResetClosed"])


async def test_of_two_who_propose_it_at_once_one_proposal_stands(office: Office) -> None:
    outcomes = await asyncio.gather(
        *(office.run(who, factor_resets.propose, office.david.id, LOST) for who in (office.admin, office.adela)),
        return_exceptions=True,
    )
    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert len(refused) == 1
    assert len(await office.run(office.operator, factor_resets.listed)) == 1


async def test_doing_it_and_withdrawing_it_at_once_end_in_one_of_the_two(office: Office) -> None:
    row = await office.proposed()
    outcomes = await asyncio.gather(
        office.run(office.adela, factor_resets.approve, row.id),
        office.run(office.admin, factor_resets.withdraw, row.id),
        return_exceptions=True,
    )
    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert [type(each) for each in refused] == [ResetClosed]
    withdrawn = any(isinstance(each, FactorReset) and each.state == ResetState.WITHDRAWN for each in outcomes)
    assert await office.enrolled(office.david) == withdrawn


async def test_a_second_person_may_keep_the_factor(office: Office) -> None:
    row = await office.proposed()
    assert (await office.run(office.adela, factor_resets.reject, row.id)).state == ResetState.REJECTED
    assert await office.enrolled(office.david)


async def test_only_the_proposer_withdraws(office: Office) -> None:
    row = await office.proposed()
    with pytest.raises(ResetUnknown):
        await office.run(office.adela, factor_resets.withdraw, row.id)


async def test_a_proposal_needs_a_reason_a_factor_and_no_other_proposal(office: Office) -> None:
    with pytest.raises(ResetReason):
        await office.run(office.admin, factor_resets.propose, office.david.id, "  ")
    with pytest.raises(NotEnrolled):
        await office.run(office.admin, factor_resets.propose, office.adela.id, LOST)
    await office.proposed()
    with pytest.raises(ResetOpen):
        await office.run(office.adela, factor_resets.propose, office.david.id, LOST)


async def test_the_database_refuses_a_reset_by_its_proposer(office: Office) -> None:
    row = await office.proposed()

    async def cheat(ctx: Context) -> None:
        async with ctx.audit("second_factor.reset", ("staff_user", office.david.id)) as entry:
            await ctx.session.execute(
                text(
                    "UPDATE factor_reset SET state = 'done', decided_by = proposed_by, decided_at = now(),"
                    " entry_id = :entry, ver = ver + 1 WHERE id = :id"
                ),
                {"entry": entry, "id": row.id},
            )

    with pytest.raises(RuleOfDatabase):
        await office.run(office.admin, cheat)


async def test_the_operator_does_it_alone_and_the_log_says_so(office: Office) -> None:
    await office.run(office.operator, factor_resets.reset_alone, office.david.id)

    async def noted(ctx: Context) -> int:
        found = await ctx.session.scalar(
            text("SELECT count(*) FROM audit_entry WHERE action = 'second_factor.reset_alone' AND subject_id = :id"),
            {"id": office.david.id},
        )
        return int(found)

    assert await office.run(office.operator, noted) == 1
    assert not await office.enrolled(office.david)


async def test_an_administrator_does_not_do_it_alone(office: Office) -> None:
    with pytest.raises(NotAllowed):
        await office.run(office.admin, factor_resets.reset_alone, office.david.id)


async def test_a_proposal_that_does_not_exist_is_not_found(office: Office) -> None:
    with pytest.raises(ResetUnknown):
        await office.run(office.adela, factor_resets.approve, new_id())
