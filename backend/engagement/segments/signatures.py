"""Groups found in the portfolio that wait for somebody else than their finder."""

from typing import Final

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.engagement.segments import queries
from backend.engagement.segments.models import ClusteringState
from backend.engagement.segments.service import may_decide

_WORDS: Final = "Grouping {number}: {count} groups"


async def _groupings(ctx: Context) -> list[Waiting]:
    proposed = [row for row in await queries.clusterings(ctx) if row.state == ClusteringState.PROPOSED]
    return [
        Waiting(
            id=row.id,
            words=translate(ctx.actor.locale, _WORDS, number=row.number, count=len(row.sizes)),
            page="/life/segments",
            made_at=row.fitted_at,
            made_by=row.fitted_by,
            mine=may_decide(ctx, row),
        )
        for row in reversed(proposed[-MOST:])
    ]


GROUPINGS: Final = SignatureKind("segment_grouping", "Groups of customers", ((queries.OBJECT, "adopt"),), _groupings)
