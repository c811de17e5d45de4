"""A prospect's application is a case of onboarding; whoever takes a prospect's work has the prospect: wired here."""

from collections.abc import Sequence
from uuid import UUID

from backend.access.context import Context
from backend.casework import taking
from backend.engagement.prospects.applications import register
from backend.engagement.prospects.queries import OBJECT
from backend.engagement.prospects.service.handing import follow_work
from backend.onboarding.service import open_case


async def _open(
    ctx: Context, *, party_id: UUID, purpose: str, jurisdiction: str, products: Sequence[str], channel: str
) -> UUID:
    case = await open_case(
        ctx,
        party_id=party_id,
        purpose=purpose,
        jurisdiction=jurisdiction,
        products=list(products),
        channel=channel,
        customer_id=None,
    )
    return case.id


register(_open)
taking.register(OBJECT, follow_work)
