"""Erasures, legal holds and what is due for erasure, waiting for a second person."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.customers.queries.sight import facts_of
from backend.rights import queries
from backend.rights.models import HoldState, LegalHold, RequestState


async def _requests(ctx: Context) -> list[Waiting]:
    rows = await queries.requests(ctx, states=[RequestState.PENDING_APPROVAL], limit=MOST)
    standing = await facts_of(ctx, {row.party_id for row in rows})
    return [
        Waiting(
            id=row.id,
            words=row.number,
            page=f"/privacy/requests/{row.id}",
            made_at=row.received_at,
            made_by=row.proposed_by,
            mine=ctx.may(
                "approve",
                "privacy_request",
                replace(standing[row.party_id], maker_id=row.proposed_by, deciders=frozenset()),
            ),
            party_id=row.party_id,
        )
        for row in rows
    ]


async def _holds(ctx: Context) -> list[Waiting]:
    """To be confirmed, and to be lifted."""
    waiting = {HoldState.PLACED.value, HoldState.LIFT_PROPOSED.value}
    rows = [row for row in await queries.holds(ctx) if row.state in waiting]
    standing = await facts_of(ctx, {row.party_id for row in rows})
    found = []
    for row in reversed(rows[:MOST]):
        words, maker, made = _proposed(row)
        facts = replace(standing[row.party_id], maker_id=maker, deciders=frozenset())
        found.append(
            Waiting(
                id=row.id,
                words=translate(ctx.actor.locale, words),
                page="/privacy/holds",
                made_at=made,
                made_by=maker,
                mine=ctx.may("confirm", "legal_hold", facts),
                party_id=row.party_id,
            )
        )
    return found


def _proposed(row: LegalHold) -> tuple[str, UUID, datetime]:
    """What is to be agreed to, and who asked for it when."""
    if row.state == HoldState.PLACED:
        return "To be placed", row.placed_by, row.placed_at
    return "To be lifted", row.lift_proposed_by or row.placed_by, row.lift_proposed_at or row.placed_at


async def _retention(ctx: Context) -> list[Waiting]:
    batch = await queries.open_batch(ctx)
    if batch is None:
        return []
    return [
        Waiting(
            id=batch.id,
            words=batch.computed_on.isoformat(),
            page="/privacy/retention",
            made_at=batch.proposed_at,
            made_by=batch.proposed_by,
            mine=queries.may_approve(ctx, batch),
        )
    ]


ERASURES: Final = SignatureKind(
    "erasure", "Erasure at a person's request", (("privacy_request", "approve"),), _requests
)
HOLDS: Final = SignatureKind("legal_hold", "Legal hold", (("legal_hold", "confirm"),), _holds)
RETENTION: Final = SignatureKind("retention", "What is due for erasure", (("retention", "approve"),), _retention)
