"""What another rule-set of onboarding would ask of the cases that are open, over a bank with real cases."""

from pathlib import Path

import pytest

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import system_actor
from backend.core.rulesets import Policies
from backend.edge.platform import Platform
from backend.governance import kinds
from backend.governance.documents import Customer, Document
from tests.factories import onboarding as make

POLICIES = Path(__file__).resolve().parents[2] / "policies"


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def simulated(platform: Platform, tenant: Tenant, old: str, new: str) -> Document:
    kind = kinds.find("onboarding")
    source = kind.initial(Policies(POLICIES), platform.clock().date())["retail-eu"].decode()
    assert old in source
    base, proposed = (
        kind.parse("retail-eu", source.encode()),
        kind.parse("retail-eu", source.replace(old, new).encode()),
    )
    steps: list[tuple[int, int]] = []

    async def progress(done: int, total: int) -> None:
        steps.append((done, total))

    async def work(ctx: Context) -> Document:
        return await kind.simulate(ctx, base, proposed, progress)

    found = await platform.run(system_actor(tenant.id, "test"), work)
    assert all(done <= total for done, total in steps)
    return found


async def test_a_case_that_would_be_graded_differently_is_counted_and_named(
    platform: Platform, tenant: Tenant, bank: make.Bank
) -> None:
    known = await make.person(bank)
    await make.submitted(bank, known)
    found = await simulated(platform, tenant, "level: simplified", "level: enhanced")
    (matrix,) = found.matrices
    assert [list(row) for row in matrix.counts] == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
    affected = next(table for table in found.tables if table.title.text == "Affected cases")
    assert [row[0] for row in affected.rows] == [Customer(known.party_id)]


async def test_what_would_no_longer_be_asked_is_told(platform: Platform, tenant: Tenant, bank: make.Bank) -> None:
    await make.submitted(bank, await make.person(bank))
    asked = "asks: [{requirement: screening, reason: screening_open}]"
    found = await simulated(platform, tenant, asked, "asks: [{requirement: rating, reason: rating_open}]")
    less = next(table for table in found.tables if table.title.text == "What would no longer be asked")
    assert [int(row[1].value) for row in less.rows] == [1]  # type: ignore[union-attr]


async def test_a_change_that_touches_no_open_case_says_so(platform: Platform, tenant: Tenant, bank: make.Bank) -> None:
    await make.submitted(bank, await make.person(bank))
    found = await simulated(platform, tenant, "points: 5", "points: 6")
    assert (found.tables, found.statements[-1].tone) == ((), "ok")


async def test_a_case_that_is_closed_is_not_asked_again(platform: Platform, tenant: Tenant, bank: make.Bank) -> None:
    from backend.onboarding import service

    case = await make.submitted(bank, await make.person(bank))
    await bank.run("rm", service.withdraw, case.id, "customer_withdrew")
    found = await simulated(platform, tenant, "level: simplified", "level: enhanced")
    assert found.statements[0].words.params == {"looked": 0, "total": 0}
