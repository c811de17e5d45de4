"""Every SELECT of the portrait that no other capability has; each for one customer whom the actor was found to see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.rulesets import Wording
from backend.customers.models import Customer
from backend.engagement.portrait.errors import LifeEventNotFound
from backend.engagement.portrait.models import LifeEvent
from backend.engagement.portrait.terms import LoanTerm
from backend.engagement.product_names import NAMES, wording
from backend.holdings.models import Account, AccountHolder, HolderRole, Holding, HoldingStatus, Loan, Movement
from backend.products.models import Product, ProductVersion

PORTRAIT: Final = "portrait"
LIFE_EVENT: Final = "life_event"


@dataclass(frozen=True, slots=True)
class Held:
    """Open contracts of one product; `oldest` is the day of the first."""

    product_id: UUID
    code: str
    names: Wording
    count: int
    oldest: date


async def customer(ctx: Context, party_id: UUID) -> Customer | None:
    return await ctx.session.scalar(select(Customer).where(col(Customer.party_id) == party_id))


async def currency(ctx: Context) -> str:
    return str(await ctx.session.scalar(sql(col(Tenant.currency)).where(col(Tenant.id) == ctx.actor.tenant_id)))


async def held(ctx: Context, party_id: UUID) -> list[Held]:
    query = (
        sql(
            col(Product.id),
            col(Product.code),
            func.min(NAMES).label("names"),
            func.count().label("number"),
            func.min(col(Holding.opened_on)).label("oldest"),
        )
        .select_from(Holding)
        .join(ProductVersion, col(ProductVersion.id) == col(Holding.product_version_id))
        .join(Product, col(Product.id) == col(ProductVersion.product_id))
        .where(col(Holding.party_id) == party_id, col(Holding.status) == HoldingStatus.OPEN)
        .group_by(col(Product.id), col(Product.code))
        .order_by(col(Product.code))
    )
    rows = await ctx.session.execute(query)
    return [Held(row.id, row.code, wording(row.names), row.number, row.oldest) for row in rows]


async def booked(ctx: Context, party_id: UUID, until: date, currency_: str) -> list[tuple[UUID, date, Decimal]]:
    """The last balance of each month of each account that the customer owns, as (account, day, balance)."""
    month = func.date_trunc("month", col(Movement.booked_on))
    owned = sql(col(AccountHolder.account_id)).where(
        col(AccountHolder.party_id) == party_id, col(AccountHolder.role) == HolderRole.OWNER
    )
    query = (
        sql(col(Movement.account_id), col(Movement.booked_on), col(Movement.balance))
        .where(
            col(Movement.account_id).in_(owned),
            col(Movement.booked_on) <= until,
            col(Movement.currency) == currency_,
        )
        .ext(distinct_on(col(Movement.account_id), month))
        .order_by(col(Movement.account_id), month, col(Movement.booked_on).desc(), col(Movement.id).desc())
    )
    return [(row.account_id, row.booked_on, row.balance) for row in await ctx.session.execute(query)]


async def first_income(ctx: Context, party_id: UUID, purposes: Collection[str]) -> date | None:
    owned = sql(col(AccountHolder.account_id)).where(
        col(AccountHolder.party_id) == party_id, col(AccountHolder.role) == HolderRole.OWNER
    )
    query = sql(func.min(Movement.booked_on)).where(
        col(Movement.account_id).in_(owned), col(Movement.purpose).in_(purposes)
    )
    return await ctx.session.scalar(query)


async def loans(ctx: Context, party_id: UUID, running: Collection[str]) -> tuple[LoanTerm, ...]:
    owned = sql(col(Account.id)).where(col(Account.owner_id) == party_id)
    rows = await ctx.session.execute(
        sql(col(Loan.granted_on), col(Loan.months)).where(
            col(Loan.account_id).in_(owned), col(Loan.status).in_(running)
        )
    )
    return tuple(LoanTerm(row.granted_on, row.months) for row in rows)


async def maturities(ctx: Context, party_id: UUID) -> tuple[date, ...]:
    query = sql(col(Holding.matures_on)).where(
        col(Holding.party_id) == party_id,
        col(Holding.status) == HoldingStatus.OPEN,
        col(Holding.matures_on).is_not(None),
    )
    return tuple(day for day in await ctx.session.scalars(query) if day is not None)


async def life_events(ctx: Context, party_id: UUID) -> Sequence[LifeEvent]:
    """What was recorded and not taken back, the newest first."""
    query = select(LifeEvent).where(col(LifeEvent.party_id) == party_id, col(LifeEvent.withdrawn_at).is_(None))
    return (await ctx.session.scalars(query.order_by(col(LifeEvent.happens_on).desc(), col(LifeEvent.id)))).all()


async def life_event(ctx: Context, event_id: UUID) -> LifeEvent:
    found = await ctx.session.scalar(select(LifeEvent).where(col(LifeEvent.id) == event_id).with_for_update())
    if found is None:
        raise LifeEventNotFound()
    return found
