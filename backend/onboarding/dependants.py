"""What hangs on a party above its record: cases, the work for them, and holdings; they follow it into a merge."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.casework.models import WorkItem
from backend.holdings.models import AccountHolder, Card, HolderRole
from backend.onboarding import queries
from backend.onboarding.models import CaseApproval, InformationRequest, OnboardingCase

_MOVED: Final[tuple[tuple[type[Any], str | None], ...]] = (
    (OnboardingCase, None),
    (CaseApproval, "note"),
    (InformationRequest, "message"),
    (WorkItem, None),
    (Card, None),
)
"""Tables with a `party_id`, and the column of each that is sealed under that party's key."""


class CaseDependants:
    """Implements `backend.customers.service.Dependants`."""

    async def open_cases(self, ctx: Context, party_ids: Collection[UUID]) -> set[UUID]:
        found = await queries.cases_by_parties(ctx, party_ids)
        return {party for party, cases in found.items() if any(case.state not in queries.FINAL for case in cases)}

    async def follow(self, ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
        """Account numbers stay sealed under the first owner's key, which is kept as long as the loser's record."""
        for model, sealed in _MOVED:
            for row in await _of(ctx, model, loser_id):
                _reseal(ctx, row, sealed, loser_id, survivor_id)
                row.party_id = survivor_id
        held = {holder.account_id: holder for holder in await _of(ctx, AccountHolder, survivor_id)}
        for holder in await _of(ctx, AccountHolder, loser_id):
            mine = held.get(holder.account_id)
            if mine is None:
                holder.party_id = survivor_id
            elif holder.role == HolderRole.OWNER:
                mine.role = HolderRole.OWNER


def _reseal(ctx: Context, row: Any, column: str | None, loser_id: UUID, survivor_id: UUID) -> None:
    value = None if column is None else getattr(row, column)
    if column is not None and value is not None:
        setattr(row, column, ctx.vault.reseal(row.__tablename__, column, row.id, loser_id, survivor_id, value))


async def _of(ctx: Context, model: type[Any], party_id: UUID) -> list[Any]:
    return list((await ctx.session.scalars(select(model).where(col(model.party_id) == party_id))).all())
