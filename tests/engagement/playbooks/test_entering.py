"""Whom the triggers take up: stages, segments, the watch list, anniversaries."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.core.clock import FixedClock
from backend.customers.models import Customer, Stage
from backend.engagement.playbooks.queries.entering import candidates
from backend.engagement.playbooks.ruleset import Playbook
from backend.engagement.segments.models import Scheme, SegmentMember
from backend.engagement.watch.models import EarlyWarning, WarningState
from tests.engagement.playbooks.test_rules import message, playbook
from tests.factories import onboarding as make


def taking(trigger: dict[str, Any], **entry: Any) -> Playbook:
    return playbook({"first": message()}, entry={"triggers": [trigger], "again_after_days": 90, **entry})


async def found(bank: make.Bank, wanted: Playbook) -> Sequence[UUID]:
    return [each.party_id for each in await bank.run("system", candidates, wanted, limit=50)]


async def customer(bank: make.Bank, stage: Stage = Stage.ACTIVE, *, activated_days_ago: int | None = None) -> UUID:
    party_id = (await make.person(bank)).party_id

    async def stands(ctx: Any) -> None:
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == party_id))).one()
        async with ctx.audit("customer.stage", ("party", party_id)):
            row.stage, row.stage_since = stage, ctx.now
            if activated_days_ago is not None:
                row.activated_at = ctx.now - timedelta(days=activated_days_ago)

    await bank.run("system", stands)
    return party_id


async def test_first_activation_is_told_from_coming_back(bank: make.Bank) -> None:
    new = await customer(bank, activated_days_ago=3)
    back = await customer(bank, activated_days_ago=900)
    asked = {"when": "stage", "stages": ["active"], "within_days": 30}
    assert set(await found(bank, taking(asked))) == {new, back}
    assert await found(bank, taking(asked | {"first": True})) == [new]


@pytest.mark.parametrize(("days", "taken"), [(366, True), (372, True), (380, False), (300, False), (733, True)])
async def test_anniversary_is_noticed_for_its_days(bank: make.Bank, days: int, taken: bool) -> None:
    party_id = await customer(bank, activated_days_ago=days)
    trigger = {"when": "anniversary", "every_months": 12, "within_days": 10}
    assert await found(bank, taking(trigger)) == ([party_id] if taken else [])


async def test_segment_that_was_entered_lately_takes_up(bank: make.Bank, clock: FixedClock) -> None:
    fading, other = await customer(bank), await customer(bank)

    async def put(ctx: Any) -> None:
        for party_id, segment in ((fading, "fading"), (other, "saver")):
            member = SegmentMember(
                tenant_id=ctx.actor.tenant_id,
                scheme=Scheme.RULES,
                party_id=party_id,
                segment=segment,
                since=ctx.now.date(),
                facts=b"{}",
            )
            ctx.session.add(member)

    await bank.run("system", put)
    trigger = {"when": "segment", "segments": ["fading"], "within_days": 30}
    assert await found(bank, taking(trigger)) == [fading]
    clock.advance(timedelta(days=31))
    assert await found(bank, taking(trigger)) == []


async def test_segment_can_be_asked_for_besides_a_stage(bank: make.Bank) -> None:
    await customer(bank)
    asked = {"when": "stage", "stages": ["active"], "within_days": 30}
    assert await found(bank, taking(asked, segments=["private"])) == []


async def test_watch_list_takes_up_by_its_signals(bank: make.Bank) -> None:
    party_id = await customer(bank)

    async def warn(ctx: Any) -> None:
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == party_id))).one()
        async with ctx.audit("warning.raise", ("party", party_id)):
            warning = EarlyWarning(
                tenant_id=row.tenant_id,
                party_id=party_id,
                customer_id=row.id,
                state=WarningState.OPEN,
                severity="high",
                signals=["balance_left"],
                as_of=ctx.now.date(),
                ruleset="0" * 64,
                raised_at=ctx.now,
                changed_at=ctx.now,
            )
            ctx.session.add(warning)

    await bank.run("system", warn)
    warned = {"when": "warned", "within_days": 30}
    assert await found(bank, taking(warned)) == [party_id]
    assert await found(bank, taking(warned | {"signals": ["balance_left", "silence"]})) == [party_id]
    assert await found(bank, taking(warned | {"signals": ["silence"]})) == []
