"""One line per party: for lists, for loaders, and for the other end of a tie."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from backend.access.context import Context
from backend.customers.models import Customer, Party
from backend.customers.queries.sight import Sight, seen_fields, sights, worth
from backend.customers.views import CustomerView, PartySummary


async def many(
    ctx: Context, party_ids: Collection[UUID], action: str = "view", obj: str = "customer"
) -> dict[UUID, PartySummary]:
    """Parties on which the actor lacks the right are left out."""
    seen = await sights(ctx, party_ids, action, obj)
    wanted = seen_fields(seen.values())
    columns: Any = select(
        col(Party.id),
        col(Party.kind),
        col(Party.status),
        col(Party.merged_into_id),
        col(Party.country),
        worth(wanted, "name", col(Party.name)),
        worth(wanted, "birth_date", col(Party.birth_date)),
        Customer,
    )
    joined = columns.select_from(Party).outerjoin(Customer, col(Customer.party_id) == col(Party.id))
    rows = await ctx.session.execute(joined.where(col(Party.id).in_(seen)))
    return {row.id: _summary(row, seen[row.id]) for row in rows}


def _summary(row: Any, sight: Sight) -> PartySummary:
    return PartySummary(
        id=row.id,
        kind=row.kind,
        status=row.status,
        merged_into_id=row.merged_into_id,
        name=sight.open("name", ("party", "name"), row.id, row.name),
        birth_date=sight.open("birth_date", ("party", "birth_date"), row.id, row.birth_date),
        country=row.country,
        customer=None if row.Customer is None else customer_view(row.Customer),
        visible=sight.visible,
    )


def customer_view(customer: Customer) -> CustomerView:
    return CustomerView(
        id=customer.id,
        party_id=customer.party_id,
        number=customer.number,
        manager_id=customer.manager_id,
        team_id=customer.team_id,
        stage=customer.stage,
        stage_since=customer.stage_since,
        risk_level=customer.risk_level,
        next_review_on=customer.next_review_on,
        activated_at=customer.activated_at,
        exited_at=customer.exited_at,
        ver=customer.ver,
    )


async def customers_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, CustomerView]:
    seen = await sights(ctx, party_ids)
    rows = await ctx.session.scalars(select(Customer).where(col(Customer.party_id).in_(seen)))
    return {row.party_id: customer_view(row) for row in rows}


async def stages_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, str]:
    """For the platform's own questions, whoever asks: parties without a relationship are left out."""
    rows = await ctx.session.execute(
        select(col(Customer.party_id), col(Customer.stage)).where(col(Customer.party_id).in_(set(party_ids)))
    )
    return {row.party_id: row.stage for row in rows}
