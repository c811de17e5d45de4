"""Taking a lost second factor away over GraphQL: the same two people, told apart by the schema."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from backend.access import directory, second_factor
from backend.access.context import Context
from backend.access.models import StaffUser
from backend.api.executor import Executor
from backend.api.trusted import TrustedDocuments
from backend.core.actor import Actor
from backend.onboarding.dependants import CaseDependants
from tests.factories.customers import Bank

LOST = "Left the phone on a train"


class Desk:
    def __init__(self, bank: Bank, operations: TrustedDocuments) -> None:
        self.bank = bank
        self.executor = Executor.open(bank.platform, CaseDependants(), trusted=operations)

    async def ask(self, who: Actor, document: str, **variables: Any) -> Any:
        answer = await self.executor.run(who, document_id=f"web/{document}", variables=variables)
        assert answer.errors == (), answer.errors
        return answer.data

    async def act(self, who: Actor, verb: str, record_id: object, **variables: Any) -> Any:
        return (await self.ask(who, f"factor-reset-{verb}", id=str(record_id), **variables))["result"]

    async def proposed(self, **more: Any) -> Any:
        return await self.act(self.bank.administrator, "propose", self.bank.manager.id, reason=LOST, **more)

    async def open(self, who: Actor) -> list[Any]:
        return list((await self.ask(who, "staff-access"))["factorResets"])

    async def enrol(self) -> None:
        async def write(ctx: Context) -> None:
            await second_factor.begin(ctx, "bank")
            await ctx.session.flush()
            enrol = text("UPDATE second_factor SET enrolled_at = now() WHERE user_id = :id")
            await ctx.session.execute(enrol, {"id": ctx.actor.id})

        await self.bank.platform.run(self.bank.manager, write)

    async def enrolled(self) -> bool:
        return bool(await self.bank.run(self.bank.system, second_factor.enrolled, self.bank.manager.id))

    async def second(self) -> Actor:
        operator = replace(self.bank.system, roles=frozenset({"operator"}))

        async def write(ctx: Context) -> StaffUser:
            user = await directory.create_staff(ctx, login="adela", display_name="Adéla", password="long enough!")
            await directory.grant_role(ctx, holder_id=user.id, role="administrator")
            return user

        return replace(self.bank.administrator, id=(await self.bank.platform.run(operator, write)).id)


@pytest.fixture
async def desk(bank: Bank, operations: TrustedDocuments) -> Desk:
    made = Desk(bank, operations)
    await made.enrol()
    return made


async def test_each_is_offered_what_they_may_do(desk: Desk) -> None:
    reset = await desk.proposed()
    assert (reset["__typename"], reset["state"]) == ("FactorReset", "PROPOSED")
    ((mine,), (theirs,)) = await desk.open(desk.bank.administrator), await desk.open(await desk.second())
    assert (mine["mayDecide"], mine["mayWithdraw"]) == (False, True)
    assert (theirs["mayDecide"], theirs["mayWithdraw"]) == (True, False)
    assert theirs["reason"] == LOST


async def test_the_proposer_is_refused_as_second_person(desk: Desk) -> None:
    reset = await desk.proposed()
    refused = await desk.act(desk.bank.administrator, "approve", reset["id"])
    assert refused["__typename"] == "NotAllowedProblem"
    assert await desk.enrolled()


async def test_the_second_person_takes_it_away_and_nothing_waits_any_more(desk: Desk) -> None:
    reset = await desk.proposed()
    second = await desk.second()
    assert (await desk.act(second, "approve", reset["id"]))["state"] == "DONE"
    assert not await desk.enrolled()
    assert await desk.open(second) == []
    assert (await desk.act(second, "approve", reset["id"]))["__typename"] == "ConflictProblem"


async def test_a_proposal_sent_twice_with_its_key_is_one(desk: Desk) -> None:
    first, again = await desk.proposed(idempotencyKey="k1"), await desk.proposed(idempotencyKey="k1")
    assert first["id"] == again["id"]
    assert len(await desk.open(desk.bank.administrator)) == 1


@pytest.mark.parametrize("reason", ["", "   "])
async def test_a_proposal_says_why(desk: Desk, reason: str) -> None:
    refused = await desk.act(desk.bank.administrator, "propose", desk.bank.manager.id, reason=reason)
    assert refused["__typename"] == "InvalidProblem"


async def test_those_without_the_right_propose_nothing(desk: Desk) -> None:
    refused = await desk.act(desk.bank.officer, "propose", desk.bank.manager.id, reason=LOST)
    assert refused["__typename"] == "NotAllowedProblem"
