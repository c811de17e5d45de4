"""What customers did that earns points, read where it is recorded; one query a source, however many customers."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Uuid, case, column, func, select, values
from sqlmodel import col

from backend.access.context import Context
from backend.core.money import Money
from backend.core.periods import months_later
from backend.customers.models import Customer
from backend.engagement.prospects.models import Prospect, ProspectState
from backend.holdings.models import Account, Holding, HoldingStatus, Movement, Premium, PremiumKind
from backend.loyalty.ruleset import EarnRule
from backend.loyalty.sources import Earned, register
from backend.products.models import Product, ProductVersion
from backend.servicing.feedback.models import Survey

Starts = Mapping[UUID, date]


async def spend(ctx: Context, rule: EarnRule, starts: Starts, today: date) -> Sequence[Earned]:
    """What was paid in a month that is over, less what came back in it; of accounts that the customer owns first."""
    operations, returns = (set(), set()) if rule.by is None else (rule.by.operations, rule.by.returns)
    paid = (col(Movement.operation).in_(operations)) & (col(Movement.direction) == "debit")
    back = (col(Movement.operation).in_(returns)) & (col(Movement.direction) == "credit")
    month, since = func.date_trunc("month", col(Movement.booked_on)).cast(Date), _starts(starts)
    query = (
        select(
            col(Account.owner_id),
            month,
            col(Movement.currency),
            func.sum(case((paid, col(Movement.amount)), else_=-col(Movement.amount))),
        )
        .join(since, since.c.party_id == col(Account.owner_id))
        .join(Movement, col(Movement.account_id) == col(Account.id))
        .where(
            paid | back,
            col(Movement.booked_on) >= since.c.start,
            col(Movement.booked_on) >= min(starts.values(), default=today),
            col(Movement.booked_on) < _settled(rule, today),
        )
        .group_by(col(Account.owner_id), month, col(Movement.currency))
    )
    return [
        Earned(party_id, f"{first:%Y-%m}.{currency}", _last(first), Money(amount, currency))
        for party_id, first, currency, amount in await ctx.session.execute(query)
        if amount > 0
    ]


async def premium(ctx: Context, rule: EarnRule, starts: Starts, today: date) -> Sequence[Earned]:
    """Premiums of a policy paid in a month that is over, less what was refunded in it."""
    month, since = func.date_trunc("month", col(Premium.booked_on)).cast(Date), _starts(starts)
    signed = case((col(Premium.kind) == PremiumKind.PAID, col(Premium.amount)), else_=-col(Premium.amount))
    query = (
        select(
            col(Holding.party_id), col(Holding.id), month, col(Premium.currency), col(Product.code), func.sum(signed)
        )
        .join(since, since.c.party_id == col(Holding.party_id))
        .join(Premium, col(Premium.holding_id) == col(Holding.id))
        .join(ProductVersion, col(ProductVersion.id) == col(Holding.product_version_id))
        .join(Product, col(Product.id) == col(ProductVersion.product_id))
        .where(
            col(Premium.kind).in_((PremiumKind.PAID, PremiumKind.REFUNDED)),
            col(Premium.booked_on) >= since.c.start,
            col(Premium.booked_on) >= min(starts.values(), default=today),
            col(Premium.booked_on) < _settled(rule, today),
        )
        .group_by(col(Holding.party_id), col(Holding.id), month, col(Premium.currency), col(Product.code))
    )
    return [
        Earned(party_id, f"{holding.hex}.{first:%Y-%m}", _last(first), Money(amount, currency), product)
        for party_id, holding, first, currency, product, amount in await ctx.session.execute(query)
        if amount > 0
    ]


async def product(ctx: Context, rule: EarnRule, starts: Starts, today: date) -> Sequence[Earned]:
    """A contract that was concluded and not cancelled."""
    query = (
        select(Holding, col(Product.code))
        .join(ProductVersion, col(ProductVersion.id) == col(Holding.product_version_id))
        .join(Product, col(Product.id) == col(ProductVersion.product_id))
        .where(
            col(Holding.party_id).in_(starts),
            col(Holding.opened_on) >= min(starts.values(), default=today),
            col(Holding.opened_on) <= today,
            col(Holding.status) != HoldingStatus.CANCELLED,
        )
    )
    return [
        Earned(row.party_id, row.id.hex, row.opened_on, _worth(rule, row), code)
        for row, code in await ctx.session.execute(query)
    ]


def _worth(rule: EarnRule, row: Holding) -> Money | None:
    return Money(row.amount, row.currency) if rule.per and row.amount is not None else None


async def anniversary(ctx: Context, rule: EarnRule, starts: Starts, today: date) -> Sequence[Earned]:
    """Each full year since the customer became active, while they are a customer."""
    del rule
    query = select(col(Customer.party_id), col(Customer.activated_at), col(Customer.exited_at)).where(
        col(Customer.party_id).in_(starts), col(Customer.activated_at).is_not(None)
    )
    found = []
    for party_id, activated_at, exited_at in await ctx.session.execute(query):
        until = today if exited_at is None else min(today, exited_at.date())
        years = () if activated_at is None else _years(activated_at.date(), until)
        found += [Earned(party_id, str(year), day) for year, day in years]
    return found


def _years(first: date, until: date) -> list[tuple[int, date]]:
    days = ((year, months_later(first, 12 * year)) for year in range(1, until.year - first.year + 1))
    return [(year, day) for year, day in days if day <= until]


async def referral(ctx: Context, rule: EarnRule, starts: Starts, today: date) -> Sequence[Earned]:
    """Somebody of whom the customer told became an active customer."""
    del rule, today
    query = (
        select(col(Prospect.referred_by_id), col(Prospect.id), col(Customer.activated_at))
        .join(Customer, col(Customer.party_id) == col(Prospect.party_id))
        .where(
            col(Prospect.referred_by_id).in_(starts),
            col(Prospect.state) == ProspectState.CONVERTED,
            col(Customer.activated_at).is_not(None),
        )
    )
    return _dated(await ctx.session.execute(query))


async def survey(ctx: Context, rule: EarnRule, starts: Starts, today: date) -> Sequence[Earned]:
    """A survey that was answered."""
    del rule, today
    query = select(col(Survey.party_id), col(Survey.id), col(Survey.answered_at)).where(
        col(Survey.party_id).in_(starts), col(Survey.answered_at).is_not(None)
    )
    return _dated(await ctx.session.execute(query))


def _dated(rows: Iterable[Any]) -> list[Earned]:
    """Customer, record and when it counted."""
    return [Earned(party_id, record_id.hex, at.date()) for party_id, record_id, at in rows]


def _starts(starts: Starts) -> Any:
    rows = values(column("party_id", Uuid), column("start", Date), name="starts")
    return rows.data(_some(starts.items()))


def _some(pairs: Collection[tuple[UUID, date]]) -> list[tuple[UUID, date]]:
    """A table of values has a row at least; nobody has this id."""
    return list(pairs) or [(UUID(int=0), date.max)]


def _settled(rule: EarnRule, today: date) -> date:
    """The first day of which bookings may still come: months before it are over."""
    days = 0 if rule.by is None else rule.by.settle_days
    return (today - timedelta(days=days)).replace(day=1)


def _last(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


for _of, _source in {
    "spend": spend,
    "premium": premium,
    "product": product,
    "anniversary": anniversary,
    "referral": referral,
    "survey": survey,
}.items():
    register(_of, _source)
