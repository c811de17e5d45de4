"""Motor policies of the demonstration bank's customers, made from a seed: premiums month by month, claims, lapses."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.core.periods import months_later
from backend.customers.models import Customer
from backend.edge.platform import Platform
from backend.holdings import ledger, queries
from backend.holdings.contracts import NewHolding, record_holdings
from backend.holdings.ledger import NewClaim, NewPremium
from backend.holdings.models import Holding
from backend.products import queries as products

CODE: Final = "motor"
_POLICIES: Final = 240
_SEED: Final = 11
_FIRST: Final = date(2024, 1, 1)
_PREMIUM: Final = 640
_HAIL_MONTHS: Final = 4
_SETTLED_AFTER: Final = 5


@dataclass(frozen=True, slots=True)
class _Policy:
    ref: str
    holding_id: UUID
    opened_on: date
    closed_on: date | None
    premium: Decimal


async def record(platform: Platform, system: Actor) -> None:
    """Nothing where they are recorded already."""
    choice = random.Random(_SEED)  # noqa: S311 - invents policies, guards nothing
    made = await platform.run(system, lambda ctx: _holdings(ctx, choice))
    if not made:
        return
    today, run_id = platform.clock().date(), new_id()
    premiums = [each for policy in made for each in _premiums(policy, today)]
    for first in range(0, len(premiums), 2_000):
        some = premiums[first : first + 2_000]
        await platform.run(system, lambda ctx, some=some: ledger.append_premiums(ctx, run_id, some))  # type: ignore[misc]
    claims = [each for policy in made for each in _claims(policy, choice, today)]
    await platform.run(system, lambda ctx: ledger.record_claims(ctx, run_id, claims))


async def _holdings(ctx: Context, choice: random.Random) -> list[_Policy]:
    product = await products.by_code(ctx, CODE)
    version = next(v for v in (await products.versions_of(ctx, [product.id]))[product.id] if v.effective_from)
    people = select(Customer.party_id).order_by(col(Customer.number)).limit(_POLICIES)
    new = [_new(place, party, version.id, choice) for place, party in enumerate(await ctx.session.scalars(people))]
    recorded = await record_holdings(ctx, new_id(), new)
    fresh = [each for each in new if each.ref not in recorded.known]
    ids = await queries.ids_by_ref(ctx, Holding, [each.ref for each in fresh])
    return [
        _Policy(each.ref, ids[each.ref], each.opened_on, each.closed_on, Decimal(_PREMIUM + 10 * choice.randrange(60)))
        for each in fresh
    ]


def _new(place: int, party: UUID, version: UUID, choice: random.Random) -> NewHolding:
    opened = _FIRST + timedelta(days=choice.randrange(700))
    left = choice.random() < 0.18  # noqa: PLR2004 - the share that leaves
    closed = min(opened + timedelta(days=choice.randrange(60, 300)), date(2026, 10, 31)) if left else None
    return NewHolding(
        ref=f"motor:{place}",
        party_id=party,
        product_code=CODE,
        product_version_id=version,
        kind="motor",
        currency="CZK",
        opened_on=opened,
        closed_on=closed,
        close_reason=None if closed is None else choice.choice(("switched", "customer_wish", "moved")),
        status="open" if closed is None else "closed",
        sum_insured=Decimal(50_000 * choice.randrange(4, 20)),
        channel=choice.choice(("branch", "web", "partner")),
    )


def _premiums(policy: _Policy, today: date) -> Iterator[NewPremium]:
    day, number = policy.opened_on, 0
    while day < min(policy.closed_on or today, today):
        for kind in ("due", "paid"):
            ref = f"{policy.ref}:{kind}:{number}"
            yield NewPremium(ref, policy.holding_id, day, kind, policy.premium, "CZK")
        number += 1
        day = months_later(policy.opened_on, number)


def _claims(policy: _Policy, choice: random.Random, today: date) -> Iterator[NewClaim]:
    """About one in five years; since the last summer five times as many, for hail."""
    end = policy.closed_on or today
    number, month = 0, policy.opened_on.replace(day=1)
    hail = months_later(today.replace(day=1), -_HAIL_MONTHS)
    while month < end:
        if choice.random() < (0.1 if month >= hail else 0.02):
            occurred = max(month + timedelta(days=choice.randrange(28)), policy.opened_on)
            reported = occurred + timedelta(days=choice.randrange(1, 20))
            if reported < end:
                yield _claim(policy, choice, number, occurred, reported, today)
                number += 1
        month = months_later(month, 1)


def _claim(
    policy: _Policy, choice: random.Random, number: int, occurred: date, reported: date, today: date
) -> NewClaim:
    """The more it costs, the longer it takes."""
    state = choice.choice(("paid",) * 7 + ("declined", "open"))
    size = Decimal(100 * choice.randrange(60, 420))
    settled = None if state == "open" else reported + timedelta(days=_SETTLED_AFTER + int(size) // 1_000)
    if settled is not None and settled > today:
        state, settled = "open", None
    paid, reserve = (size if state == "paid" else Decimal(0)), (size if state == "open" else Decimal(0))
    ref = f"{policy.ref}:claim:{number}"
    return NewClaim(ref, policy.holding_id, occurred, reported, paid, reserve, "CZK", state, settled)
