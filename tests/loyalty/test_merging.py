"""Memberships of two records that are one customer: points and what they count for come together, nothing twice."""

from datetime import timedelta
from uuid import UUID

import pytest

from backend.core.clock import FixedClock
from backend.loyalty import service as loyalty
from backend.loyalty.queries import figures, ledger, members
from tests.factories import loyalty as made
from tests.factories import merging
from tests.factories import onboarding as make


@pytest.fixture
async def pair(bank: make.Bank) -> merging.Pair:
    return await merging.pair(bank)


async def joined(bank: make.Bank, *party_ids: UUID) -> None:
    for party_id in party_ids:
        await bank.run("rm", loyalty.enrol, party_id, made.AGREED)


async def balance(bank: make.Bank, party_id: UUID) -> int:
    return int((await bank.run("system", members.standing, [party_id]))[party_id][1])


async def test_a_membership_follows_where_the_survivor_has_none(bank: make.Bank, pair: merging.Pair) -> None:
    await joined(bank, pair[0])
    await made.earned(bank, pair[0], 25_000)
    await merging.merge(bank, *pair)
    assert await balance(bank, pair[1]) == 1_000


async def test_points_of_two_memberships_come_together_and_the_books_agree(bank: make.Bank, pair: merging.Pair) -> None:
    await joined(bank, *pair)
    await made.earned(bank, pair[0], 25_000)
    await made.spent(bank, pair[0], 300)
    await made.earned(bank, pair[1], 5_000)
    await merging.merge(bank, *pair)
    assert await balance(bank, pair[1]) == 900
    totals = await bank.run("system", figures.totals)
    assert (sum(totals.values()), totals["transferred"], totals["member"]) == (0, 0, 900)
    assert await bank.run("system", figures.unproven) == []


async def test_points_that_came_over_keep_their_last_day(
    bank: make.Bank, pair: merging.Pair, clock: FixedClock
) -> None:
    await joined(bank, *pair)
    posted = await made.earned(bank, pair[0], 25_000)
    clock.advance(timedelta(days=200))
    await merging.merge(bank, *pair)
    member = await bank.run("system", members.member_of, pair[1])
    (lot,) = await bank.run("system", ledger.lots, member.id)
    assert (lot.left, lot.expires_on) == (1_000, posted.expires_on)


async def test_points_that_had_expired_do_not_come_over(bank: make.Bank, pair: merging.Pair, clock: FixedClock) -> None:
    await joined(bank, *pair)
    await made.earned(bank, pair[0], 25_000)
    clock.advance(timedelta(days=800))
    await merging.merge(bank, *pair)
    assert await balance(bank, pair[1]) == 0
    assert await bank.run("system", figures.unproven) == []


async def test_what_both_earned_counts_towards_the_tier(bank: make.Bank, pair: merging.Pair) -> None:
    await joined(bank, *pair)
    for party_id in pair:
        await made.earned(bank, party_id, 50_000)
    await merging.merge(bank, *pair)
    found = await bank.run("system", members.standing, [pair[1]])
    assert found[pair[1]][0] == "silver"
    assert pair[0] not in await bank.run("system", members.standing, pair)


async def test_what_a_chain_of_records_earned_counts_at_the_last(bank: make.Bank, pair: merging.Pair) -> None:
    last = (await make.person(bank, birth_number=None)).party_id
    await joined(bank, *pair, last)
    await made.earned(bank, pair[0], 50_000)
    await merging.merge(bank, *pair)
    await merging.merge(bank, pair[1], last)
    member = await bank.run("system", members.member_of, last)
    qualifying = await bank.run("system", ledger.qualifying, [member.id], 12, bank.platform.clock().date())
    assert (qualifying, await balance(bank, last)) == ({member.id: 2_000}, 2_000)
