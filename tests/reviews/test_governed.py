"""What other rules of reviews would do, over a bank with real customers: who is called when, and how much work."""

from datetime import timedelta
from pathlib import Path

from backend.access.context import Context
from backend.core.clock import FixedClock
from backend.core.rulesets import Policies
from backend.governance import kinds
from backend.governance.documents import Customer, Document
from tests.conftest import NOW
from tests.factories import onboarding as make
from tests.factories import reviews as given

POLICIES = Path(__file__).resolve().parents[2] / "policies"
TODAY = NOW.date()


async def simulated(bank: make.Bank, old: str, new: str) -> Document:
    kind = kinds.find("reviews")
    source = kind.initial(Policies(POLICIES), TODAY)["reviews"].decode()
    assert old in source
    base = kind.parse("reviews", source.encode())
    proposed = kind.parse("reviews", source.replace(old, new).encode())

    async def progress(done: int, total: int) -> None:
        assert done <= total

    async def work(ctx: Context) -> Document:
        return await kind.simulate(ctx, base, proposed, progress)

    return await bank.platform.run(bank.system, work)


def sentences(found: Document) -> list[str]:
    return [statement.words.said("en") for statement in found.statements]


async def test_whoever_would_be_called_earlier_is_counted_and_named(bank: make.Bank) -> None:
    moved = await given.customer(bank, level="medium", due_on=TODAY + timedelta(days=90))
    await given.customer(bank, level="high", due_on=TODAY + timedelta(days=90))
    found = await simulated(bank, "depth: standard, lead_days: 45", "depth: standard, lead_days: 55")
    assert "2 customers are reviewed; 1 would be called earlier, 0 later." in sentences(found)
    affected = next(table for table in found.tables if table.title.text == "Customers whose review moves")
    assert [(row[0], row[3].value) for row in affected.rows] == [(Customer(moved), "-10")]


async def test_a_deeper_level_moves_customers_in_the_matrix_and_costs_hours(bank: make.Bank) -> None:
    await given.customer(bank, level="medium", due_on=TODAY + timedelta(days=30))
    found = await simulated(bank, "medium:      {depth: standard", "medium:      {depth: enhanced")
    (matrix,) = found.matrices
    assert [list(row) for row in matrix.counts] == [[0, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert "Work of the next 26 weeks: 5 hours instead of 2." in sentences(found)


async def test_an_earlier_restriction_counts_whom_it_would_strike_today(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await given.customer(bank, level="high")
    review = await given.noted(bank, party_id, given.TriggerKind.REQUEST, "first", TODAY)
    assert review is not None
    clock.advance(review.due_at - NOW + timedelta(days=1))
    line = "high:        {depth: enhanced, lead_days: 60, second_person: true, restrict_after_days: "
    found = await simulated(bank, f"  {line}15", f"  {line}0")
    told = "Customers to whom something may not be sold because a review is late: 1 instead of 0."
    assert told in sentences(found)


async def test_rules_that_mean_the_same_move_nobody(bank: make.Bank) -> None:
    await given.customer(bank, level="medium", due_on=TODAY + timedelta(days=90))
    found = await simulated(bank, "id: reviews\n", "id: reviews # the same\n")
    assert sentences(found)[0] == "1 customers are reviewed; 0 would be called earlier, 0 later."
    assert all(statement.tone == "ok" for statement in found.statements)
