"""Work of advice and sales: customers to assess again, and sales that wait for a second person.

The records are the truth; this is run whenever something about a party's assessments or sales happened, and leaves
alone what is right.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.service import Placement
from backend.products.selling import queries as sales
from backend.products.selling.models import Sale, SaleState
from backend.products.suitability import queries as assessments
from backend.products.suitability import watching
from backend.products.suitability.models import Assessment, AssessmentState

REASSESS: Final = "suitability.reassess"
SIGN: Final = "sales.sign"
_EVENT: Final = "party.changed"


async def place_work(ctx: Context, party_id: UUID) -> int:
    """How many pieces of work were opened or ended."""
    taken = (await assessments.of_parties(ctx, [party_id])).get(party_id, [])
    sold = (await sales.of_parties(ctx, [party_id])).get(party_id, [])
    due = _due(taken)
    moved = [await _settle(ctx, row, row.id in due) for row in taken]
    moved += [await _settle(ctx, row, row.state == SaleState.PROPOSED) for row in sold]
    return sum(moved)


async def reconsider(ctx: Context, party_id: UUID) -> int:
    """The customer's data changed: would what she answered come to something else by now?"""
    return await watching.reconsider(ctx, party_id, _EVENT)


def _due(taken: Sequence[Assessment]) -> frozenset[UUID]:
    """Of each questionnaire the newest, when it ran out, is about to, or was overtaken; withdrawn ones are nobody's."""
    newest: dict[str, Assessment] = {}
    for row in taken:
        newest.setdefault(row.questionnaire, row)
    return frozenset(
        row.id
        for row in newest.values()
        if row.state == AssessmentState.EXPIRED
        or (row.state == AssessmentState.IN_FORCE and row.reminded_on is not None)
    )


async def _settle(ctx: Context, row: Assessment | Sale, waits: bool) -> bool:
    item = await work.open_of(ctx, row.id)
    if (item is not None) == waits:
        return False
    subject = (assessments.OBJECT if isinstance(row, Assessment) else sales.OBJECT, row.id)
    await casework.move(ctx, subject, _placement(row) if waits else None, row.party_id)
    return True


def _placement(row: Assessment | Sale) -> Placement:
    """A sale is not signed by whoever sold it."""
    if isinstance(row, Assessment):
        return Placement(queue=REASSESS, kind=REASSESS)
    return Placement(queue=SIGN, kind=SIGN, excluded_id=row.sold_by)
