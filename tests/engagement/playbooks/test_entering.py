"""Whom the triggers take up: stages, segments, the watch list, anniversaries."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlmodel import col, select

from backend.complaints.service import close
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.customers.models import Customer, Party, Stage
from backend.engagement.playbooks.happenings import event_of
from backend.engagement.playbooks.queries.entering import candidates
from backend.engagement.playbooks.ruleset import Playbook
from backend.engagement.segments.models import Scheme, SegmentMember
from backend.engagement.watch.models import EarlyWarning, WarningState
from backend.holdings import queries
from backend.holdings.contracts import NewHolding, record_holdings
from backend.holdings.intake import record_accounts
from backend.holdings.ledger import NewClaim, record_claims
from backend.holdings.models import Holding
from tests.engagement.playbooks.test_rules import message, playbook
from tests.factories import complaints
from tests.factories import onboarding as make
from tests.factories.catalogue import approved_product
from tests.factories.ledger import account


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


async def test_whoever_came_with_an_older_contract_is_not_new(bank: make.Bank) -> None:
    migrated = await customer(bank, activated_days_ago=3)
    opened = bank.platform.clock().date() - timedelta(days=400)
    await bank.run("system", record_accounts, [account("old", migrated, opened)])
    filed = (await make.person(bank)).party_id

    async def at_once(ctx: Any) -> None:
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == filed))).one()
        async with ctx.audit("customer.stage", ("party", filed)):
            row.stage, row.stage_since, row.activated_at = Stage.ACTIVE, ctx.now, ctx.now
            (await ctx.session.get_one(Party, filed)).source = "migration"

    await bank.run("system", at_once)
    asked = {"when": "stage", "stages": ["active"], "within_days": 30, "first": True}
    assert await found(bank, taking(asked)) == []


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


async def test_closed_complaint_takes_up_for_its_days(bank: make.Bank, clock: FixedClock) -> None:
    complaining, silent = await customer(bank), await customer(bank)
    row = await complaints.received(bank, complaining)
    happened = {"when": "event", "events": ["complaint.closed"], "within_days": 5}
    assert await found(bank, taking(happened)) == []
    await complaints.answered(bank, row.id)
    await bank.run("officer", close, row.id)
    assert await found(bank, taking(happened)) == [complaining]
    assert silent not in await found(bank, taking(happened))
    clock.advance(timedelta(days=6))
    assert await found(bank, taking(happened)) == []


@pytest.mark.parametrize("name", ["life_event.recorded", "offer.declined"])
async def test_event_tells_its_customer_by_subject_or_payload(bank: make.Bank, name: str) -> None:
    party_id = await customer(bank)

    async def happen(ctx: Any) -> None:
        subject = party_id if name == "life_event.recorded" else new_id()
        await ctx.emit(name, subject, {"party": str(party_id)})

    await bank.run("system", happen)
    events = ["complaint.closed", "life_event.recorded", "offer.declined"]
    wanted = taking({"when": "event", "events": events, "within_days": 5})
    (taken,) = await bank.run("system", candidates, wanted, limit=50)
    assert (taken.party_id, event_of(taken.trigger, taken.source)) == (party_id, name)


async def test_paid_claim_takes_up_the_policy_holder(bank: make.Bank) -> None:
    party_id, today = await customer(bank), bank.platform.clock().date()

    async def insure(ctx: Any) -> None:
        (version,) = await approved_product(ctx, "motor", date(2020, 1, 1))
        policy = NewHolding("policy", party_id, "motor", version, "policy", "CZK", date(2024, 1, 1))
        await record_holdings(ctx, new_id(), [policy])

    async def claim(ctx: Any) -> None:
        policy_id = (await queries.ids_by_ref(ctx, Holding, ["policy"]))["policy"]
        happened = today - timedelta(days=20)
        money = (Decimal(9_000), Decimal(0), "CZK")
        paid = NewClaim("paid", policy_id, happened, happened, *money, "paid", today - timedelta(days=2))
        refused = NewClaim("refused", policy_id, happened, happened, *money, "declined", today)
        await record_claims(ctx, new_id(), [paid, refused])

    await bank.run("system", insure)
    await bank.run("system", claim)
    wanted = taking({"when": "event", "events": ["claim.paid"], "within_days": 5})
    assert await found(bank, wanted) == [party_id]


def test_event_that_nobody_tells_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"complaint\.forgotten"):
        taking({"when": "event", "events": ["complaint.forgotten"], "within_days": 5})
