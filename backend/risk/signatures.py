"""Levels that people chose in place of the computed ones, waiting for a second person."""

from dataclasses import replace
from typing import Final

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.customers.queries.sight import facts_of
from backend.risk import queries


async def _overrides(ctx: Context) -> list[Waiting]:
    rows = await queries.proposed_overrides(ctx, MOST)
    standing = await facts_of(ctx, {row.party_id for row in rows})
    return [
        Waiting(
            id=row.id,
            words=translate(
                ctx.actor.locale, "From level {computed} to {level}", computed=row.computed_then, level=row.level
            ),
            page=f"/customers/{row.party_id}/rating",
            made_at=row.proposed_at,
            made_by=row.proposed_by,
            mine=ctx.may(
                "override_approve",
                "rating",
                replace(standing[row.party_id], maker_id=row.proposed_by, deciders=frozenset()),
            ),
            party_id=row.party_id,
        )
        for row in rows
    ]


OVERRIDES: Final = SignatureKind("risk_override", "Another risk level", (("rating", "override_approve"),), _overrides)
