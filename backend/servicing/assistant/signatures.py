"""Versions of articles that wait for a second person."""

from typing import Final

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.servicing.assistant import queries


async def _versions(ctx: Context) -> list[Waiting]:
    return [
        Waiting(
            id=row.id,
            words=translate(ctx.actor.locale, "Knowledge article “{code}”", code=code),
            page=f"/knowledge/{row.article_id}",
            made_at=row.written_at,
            made_by=row.written_by,
            mine=ctx.may("approve", queries.ARTICLES, queries.standing(ctx, row.written_by)),
            party_id=None,
        )
        for row, code in await queries.waiting(ctx, MOST)
    ]


ARTICLES: Final = SignatureKind("knowledge", "Knowledge article", (("knowledge", "approve"),), _versions)
