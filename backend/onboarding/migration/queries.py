"""What is recorded already: the SELECTs that make an import repeatable."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from backend.access.context import Context
from backend.customers.models import Customer, OwnershipStake, Party
from backend.onboarding.migration.models import ImportProblem


async def known_refs(ctx: Context, refs: Sequence[str]) -> dict[str, UUID]:
    """The parties that are recorded already, by source reference."""
    rows = await ctx.session.execute(select(Party.source_ref, Party.id).where(col(Party.source_ref).in_(refs)))
    return {str(row.source_ref): row.id for row in rows}


async def taken_numbers(ctx: Context, numbers: Sequence[str]) -> set[str]:
    return set(await ctx.session.scalars(select(Customer.number).where(col(Customer.number).in_(numbers))))


async def known_stakes(ctx: Context, owned: Iterable[UUID]) -> set[tuple[UUID, UUID, str]]:
    """Owner, owned and kind of every stake in these organisations."""
    recorded = select(OwnershipStake.owner_id, OwnershipStake.owned_id, OwnershipStake.kind)
    rows = await ctx.session.execute(recorded.where(col(OwnershipStake.owned_id).in_(set(owned))))
    return {(row.owner_id, row.owned_id, row.kind) for row in rows}


async def count_problems(ctx: Context, run_id: UUID) -> int:
    counted = sql_select(func.count()).select_from(ImportProblem).where(col(ImportProblem.run_id) == run_id)
    return await ctx.session.scalar(counted) or 0


def problem_rows(run_id: UUID, after: int) -> SelectOfScalar[ImportProblem]:
    rows = select(ImportProblem).where(col(ImportProblem.run_id) == run_id, col(ImportProblem.line) > after)
    return rows.order_by(col(ImportProblem.line), col(ImportProblem.id))
