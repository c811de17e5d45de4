"""A playbook is tried before it is approved: how many would enter, be left alone, and be sent how much."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from backend.casework.errors import UnknownQueue
from backend.core.clock import FixedClock
from backend.core.errors import TenureError
from backend.customers.models import Customer, Stage
from backend.engagement.playbooks.governed import PlaybookKind
from backend.engagement.playbooks.models import Arm
from backend.engagement.playbooks.rules import arm
from backend.engagement.playbooks.ruleset import playbooks_on
from backend.governance.documents import Document, Figure
from tests.factories import onboarding as make


async def _silent(ctx: Any) -> None:
    rows = await ctx.session.scalars(select(Customer).where(col(Customer.tenant_id) == ctx.actor.tenant_id))
    for row in rows:
        async with ctx.audit("customer.stage", ("party", row.party_id)):
            row.stage, row.stage_since = Stage.AT_RISK, ctx.now


async def simulated(bank: make.Bank, within_days: int) -> Document:
    policies = bank.platform.policies_of(bank.system)
    base = playbooks_on(policies, bank.platform.clock().date())["win_back"]
    kind = PlaybookKind()
    changed = base.source.replace(b"within_days: 45", f"within_days: {within_days}".encode())
    proposed = kind.parse("win_back", changed)

    async def tried(ctx: Any) -> Document:
        async def progress(done: int, total: int) -> None:
            assert done <= total

        return await kind.simulate(ctx, base, proposed, progress)

    return await bank.platform.run(bank.system, tried)


def figures(found: Document) -> list[tuple[str, str]]:
    return [
        (before.value, after.value)
        for _, before, after in found.tables[0].rows
        if isinstance(before, Figure) and isinstance(after, Figure)
    ]


async def test_simulation_counts_whom_a_shorter_trigger_leaves_out(bank: make.Bank, clock: FixedClock) -> None:
    people = [(await make.person(bank)).party_id for _ in range(6)]
    await bank.run("system", _silent)
    clock.advance(timedelta(days=20))
    found = await simulated(bank, 10)
    loaded = playbooks_on(bank.platform.policies_of(bank.system), clock().date())["win_back"]
    alone = sum(arm(loaded.sha256, each, loaded.rules.holdout_bp) is Arm.CONTROL for each in people)
    treated = len(people) - alone
    assert figures(found) == [("6", "0"), (str(alone), "0"), (str(2 * treated), "0"), (str(3 * treated), "0")]


async def test_simulation_writes_nothing(bank: make.Bank) -> None:
    await make.person(bank)
    await bank.run("system", _silent)
    first, second = await simulated(bank, 45), await simulated(bank, 45)
    assert first == second


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (b"queue: engagement.follow_up", b"queue: engagement.nowhere", UnknownQueue),
        (b"purpose: win_back", b"purpose: pleasure", TenureError),
    ],
)
async def test_playbook_that_would_fail_at_a_step_is_not_approved(
    bank: make.Bank, old: bytes, new: bytes, error: type[TenureError]
) -> None:
    base = playbooks_on(bank.platform.policies_of(bank.system), bank.platform.clock().date())["win_back"]
    kind = PlaybookKind()
    proposed = kind.parse("win_back", base.source.replace(old, new, 1))
    await bank.run("system", lambda ctx: kind.check(ctx, base, base))
    with pytest.raises(error):
        await bank.run("system", lambda ctx: kind.check(ctx, base, proposed))
