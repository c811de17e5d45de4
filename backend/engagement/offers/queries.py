"""Every SELECT of offers: what customers hold and said, and how often offers were accepted."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.access.scopes import Facts
from backend.customers.models import Customer, Party, PartyStatus
from backend.customers.queries import allowed_ids
from backend.engagement.models.models import ScoringRun
from backend.engagement.offers.models import Answer, NextOffer, OfferAnswer
from backend.engagement.offers.said import Said
from backend.holdings.models import Holding, HoldingStatus
from backend.products.models import Product, ProductVersion
from backend.products.selling.models import Sale, SaleState

OBJECT: Final = "offer"
PROPENSITY: Final = "propensity:"


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers to offers of one product; `expected` is the mean of the chances that they were made under."""

    product_code: str
    answered: int
    accepted: int
    declined: int
    later: int
    sold: int
    expected: Decimal


async def currency(ctx: Context) -> str:
    return str(await ctx.session.scalar(sql(col(Tenant.currency)).where(col(Tenant.id) == ctx.actor.tenant_id)))


async def stages(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, str]:
    query = sql(col(Customer.party_id), col(Customer.stage)).where(col(Customer.party_id).in_(set(party_ids)))
    return {party_id: stage for party_id, stage in await ctx.session.execute(query)}  # noqa: C416 - rows are no pairs


async def book(ctx: Context, in_stages: Collection[str], limit: int) -> Sequence[UUID]:
    """Customers for whom the actor may see offers, who have waited longest for their last answer first."""
    last = (
        sql(col(OfferAnswer.party_id), func.max(col(OfferAnswer.answered_at)).label("at"))
        .group_by(col(OfferAnswer.party_id))
        .subquery()
    )
    query = (
        sql(col(Customer.party_id))
        .join(Party, col(Party.id) == col(Customer.party_id))
        .outerjoin(last, last.c.party_id == col(Customer.party_id))
        .where(
            col(Customer.party_id).in_(allowed_ids(ctx, "view", OBJECT)),
            col(Customer.stage).in_(in_stages),
            col(Party.status) == PartyStatus.ACTIVE,
        )
        .order_by(last.c.at.asc().nulls_first(), col(Customer.number))
        .limit(limit)
    )
    return list(await ctx.session.scalars(query))


async def rankable(ctx: Context, in_stages: Collection[str]) -> Sequence[UUID]:
    """For the platform: everybody to whom something could be offered."""
    query = (
        sql(col(Customer.party_id))
        .join(Party, col(Party.id) == col(Customer.party_id))
        .where(col(Customer.stage).in_(in_stages), col(Party.status) == PartyStatus.ACTIVE)
    )
    return list(await ctx.session.scalars(query.order_by(col(Customer.party_id))))


async def promising(ctx: Context, limit: int, product: str | None = None) -> Sequence[UUID]:
    """Customers for whom the actor may see offers, by what the last night expected of their best one; `product`: of
    those alone whose best one it was.
    """
    only = () if product is None else (col(NextOffer.product_code) == product,)
    query = (
        sql(col(NextOffer.party_id))
        .join(Party, col(Party.id) == col(NextOffer.party_id))
        .where(
            col(NextOffer.party_id).in_(allowed_ids(ctx, "view", OBJECT)),
            col(Party.status) == PartyStatus.ACTIVE,
            *only,
        )
        .order_by(col(NextOffer.expected).desc(), col(NextOffer.party_id))
        .limit(limit)
    )
    return list(await ctx.session.scalars(query))


async def ranked_at(ctx: Context) -> datetime | None:
    """When customers of whom the actor may see offers were last ranked; None before the first night."""
    seen = col(NextOffer.party_id).in_(allowed_ids(ctx, "view", OBJECT))
    found: datetime | None = await ctx.session.scalar(sql(func.max(col(NextOffer.ranked_at))).where(seen))
    return found


async def held(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """Codes of the products of which a contract is open."""
    query = (
        sql(col(Holding.party_id), col(Product.code))
        .join(ProductVersion, col(ProductVersion.id) == col(Holding.product_version_id))
        .join(Product, col(Product.id) == col(ProductVersion.product_id))
        .where(col(Holding.party_id).in_(set(party_ids)), col(Holding.status) == HoldingStatus.OPEN)
        .distinct()
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for party_id, code in await ctx.session.execute(query):
        found[party_id].add(code)
    return found


async def last_said(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, dict[str, Said]]:
    """The newest answer of each party to each product."""
    query = (
        select(OfferAnswer)
        .where(col(OfferAnswer.party_id).in_(set(party_ids)))
        .ext(distinct_on(col(OfferAnswer.party_id), col(OfferAnswer.product_code)))
        .order_by(col(OfferAnswer.party_id), col(OfferAnswer.product_code), col(OfferAnswer.answered_at).desc())
    )
    found: dict[UUID, dict[str, Said]] = defaultdict(dict)
    for row in await ctx.session.scalars(query):
        found[row.party_id][row.product_code] = Said(Answer(row.answer), row.answered_at.date(), row.until)
    return found


async def answers_of(ctx: Context, party_id: UUID) -> Sequence[OfferAnswer]:
    """The newest first, for whoever may see the customer's offers."""
    query = select(OfferAnswer).where(
        col(OfferAnswer.party_id) == party_id, col(OfferAnswer.party_id).in_(allowed_ids(ctx, "view", OBJECT))
    )
    return list(await ctx.session.scalars(query.order_by(col(OfferAnswer.answered_at).desc())))


async def by_ids(ctx: Context, ids: Collection[UUID]) -> dict[UUID, OfferAnswer]:
    query = select(OfferAnswer).where(
        col(OfferAnswer.id).in_(set(ids)), col(OfferAnswer.party_id).in_(allowed_ids(ctx, "view", OBJECT))
    )
    return {row.id: row for row in await ctx.session.scalars(query)}


async def best_products(ctx: Context) -> dict[str, int]:
    """For how many customers of whom the actor may see offers each product was the best one last night."""
    seen = col(NextOffer.party_id).in_(allowed_ids(ctx, "view", OBJECT))
    query = (
        sql(col(NextOffer.product_code), func.count())
        .join(Party, col(Party.id) == col(NextOffer.party_id))
        .where(seen, col(Party.status) == PartyStatus.ACTIVE)
        .group_by(col(NextOffer.product_code))
    )
    return {code: count for code, count in await ctx.session.execute(query)}  # noqa: C416 - rows are no pairs


async def tallies(ctx: Context, since: date) -> Sequence[Tally]:
    """By product. Raises NotAllowed without the right to see figures."""
    ctx.require("statistics", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    answer = col(OfferAnswer.answer)
    query = (
        sql(
            col(OfferAnswer.product_code),
            func.count(),
            func.count().filter(answer == Answer.ACCEPTED),
            func.count().filter(answer == Answer.DECLINED),
            func.count().filter(answer == Answer.LATER),
            func.count(col(OfferAnswer.sale_id)),
            func.avg(col(OfferAnswer.propensity)),
        )
        .where(col(OfferAnswer.answered_at) >= since)
        .group_by(col(OfferAnswer.product_code))
        .order_by(func.count().desc(), col(OfferAnswer.product_code))
    )
    return [Tally(*row) for row in await ctx.session.execute(query)]


async def declines(ctx: Context, since: date) -> Mapping[str, int]:
    """How often which reason was given. Raises NotAllowed."""
    ctx.require("statistics", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    query = (
        sql(col(OfferAnswer.reason), func.count())
        .where(col(OfferAnswer.answered_at) >= since, col(OfferAnswer.reason).is_not(None))
        .group_by(col(OfferAnswer.reason))
        .order_by(func.count().desc())
    )
    return {str(reason): count for reason, count in await ctx.session.execute(query)}


async def scored(ctx: Context, codes: Collection[str]) -> list[str]:
    """The products for which a model's scores are in use."""
    purposes = {f"{PROPENSITY}{code}": code for code in codes}
    query = sql(col(ScoringRun.purpose)).where(col(ScoringRun.purpose).in_(purposes), col(ScoringRun.in_use).is_(True))
    return sorted({purposes[purpose] for purpose in await ctx.session.scalars(query)})


async def unsold(ctx: Context, party_id: UUID) -> Sequence[OfferAnswer]:
    """Acceptances that no sale is tied to, the oldest first; locked."""
    query = select(OfferAnswer).where(
        col(OfferAnswer.party_id) == party_id,
        col(OfferAnswer.answer) == Answer.ACCEPTED,
        col(OfferAnswer.sale_id).is_(None),
    )
    return list(await ctx.session.scalars(query.order_by(col(OfferAnswer.answered_at)).with_for_update()))


async def sale_after(ctx: Context, row: OfferAnswer, days: int) -> UUID | None:
    """The first confirmed sale of the product within so many days that no other acceptance has."""
    taken = sql(col(OfferAnswer.sale_id)).where(col(OfferAnswer.sale_id).is_not(None))
    query = (
        sql(col(Sale.id))
        .join(Product, col(Product.id) == col(Sale.product_id))
        .where(
            col(Sale.party_id) == row.party_id,
            col(Sale.state) == SaleState.CONFIRMED,
            col(Product.code) == row.product_code,
            col(Sale.sold_at) >= row.answered_at,
            col(Sale.sold_at) <= row.answered_at + timedelta(days=days),
            col(Sale.id).not_in(taken),
        )
        .order_by(col(Sale.sold_at))
        .limit(1)
    )
    found: UUID | None = await ctx.session.scalar(query)
    return found
