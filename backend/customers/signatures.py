"""Mergers of two records that wait for a second person."""

from dataclasses import replace
from typing import Final

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.customers.models import MergeCase, MergeStatus
from backend.customers.queries.sight import allowed_ids, facts_of


async def _merges(ctx: Context) -> list[Waiting]:
    """Of records that the actor sees both; the survivor stands for the two."""
    seen = allowed_ids(ctx, "view").scalar_subquery()
    wanted = select(MergeCase).where(
        MergeCase.status == MergeStatus.PROPOSED, col(MergeCase.first_id).in_(seen), col(MergeCase.second_id).in_(seen)
    )
    rows = (await ctx.session.scalars(wanted.order_by(col(MergeCase.proposed_at)).limit(MOST))).all()
    standing = await facts_of(ctx, {party_id for row in rows for party_id in (row.first_id, row.second_id)})
    return [
        Waiting(
            id=row.id,
            words=translate(ctx.actor.locale, "Two records become one"),
            page="/duplicates",
            made_at=row.proposed_at,
            made_by=row.proposed_by,
            mine=all(
                ctx.may("merge_approve", "customer", replace(standing[party_id], maker_id=row.proposed_by))
                for party_id in (row.first_id, row.second_id)
            ),
            party_id=row.survivor_id,
        )
        for row in rows
        if row.proposed_at is not None
    ]


MERGES: Final = SignatureKind("merge", "Merger of records", (("customer", "merge_approve"),), _merges)
