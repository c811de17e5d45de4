"""Redress and answers to complaints that wait for a second person."""

from typing import Final

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.complaints import queries
from backend.core.i18n import translate


async def _redress(ctx: Context) -> list[Waiting]:
    rows = await queries.redress_waiting(ctx, MOST)
    complaints = await queries.by_ids(ctx, {row.complaint_id for row in rows})
    return [
        Waiting(
            id=row.id,
            words=translate(ctx.actor.locale, "Redress of a complaint"),
            page=f"/complaints/{row.complaint_id}",
            made_at=row.proposed_at,
            made_by=row.proposed_by,
            mine=ctx.may(
                "approve", queries.OBJECT, await queries.access(ctx, complaints[row.complaint_id], row.proposed_by)
            ),
            party_id=complaints[row.complaint_id].party_id,
        )
        for row in rows
    ]


async def _letters(ctx: Context) -> list[Waiting]:
    rows = await queries.letters_waiting(ctx, MOST)
    complaints = await queries.by_ids(ctx, {row.complaint_id for row in rows})
    return [
        Waiting(
            id=row.id,
            words=translate(ctx.actor.locale, "Answer to a complaint"),
            page=f"/complaints/{row.complaint_id}",
            made_at=row.drafted_at,
            made_by=row.drafted_by,
            mine=ctx.may(
                "approve", queries.OBJECT, await queries.access(ctx, complaints[row.complaint_id], row.drafted_by)
            ),
            party_id=complaints[row.complaint_id].party_id,
        )
        for row in rows
    ]


_SIGNS: Final = (("complaint", "approve"),)
REDRESS: Final = SignatureKind("complaint_redress", "Redress", _SIGNS, _redress)
LETTERS: Final = SignatureKind("complaint_letter", "Letter to a complainant", _SIGNS, _letters)
