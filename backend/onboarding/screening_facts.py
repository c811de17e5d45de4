"""What rating learns from screening: whether a party stands on a list, as far as anybody has looked.

Nothing is said of a party that was not screened, nor of political exposure as long as no such list is loaded.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from backend.access.context import Context
from backend.risk.facts import register
from backend.risk.rules import Offered
from backend.screening import queries
from backend.screening.alerts.findings import Standing, standing
from backend.screening.models import ListKind


class ScreeningFacts:
    name: str = "screening"

    async def facts(self, ctx: Context, party_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Offered]]:
        screened = await queries.standings(ctx, party_ids)
        if not screened:
            return {}
        loaded = {row.kind for row in await queries.active_lists(ctx) if row.in_force_id is not None}
        found = await standing(ctx, list(screened))
        return {party_id: told(found.get(party_id, Standing()), loaded) for party_id in screened}


def told(found: Standing, loaded: Collection[str]) -> dict[str, Offered]:
    """A match that waits for a decision, or stayed in doubt, is watched; only a confirmed one is more."""
    facts: dict[str, Offered] = {}
    if ListKind.SANCTIONS in loaded:
        facts["list_hit"] = _list_hit(found)
    if ListKind.OTHER in loaded:
        facts["adverse_listed"] = "confirmed" if ListKind.OTHER.value in found.kinds else "none"
    if ListKind.PEP in loaded:
        facts["pep"] = "current" if found.politically_exposed else "none"
    return facts


def _list_hit(found: Standing) -> str:
    if ListKind.SANCTIONS.value in found.kinds:
        return "sanctions"
    watched = found.open or found.inconclusive or found.kinds - {ListKind.PEP.value}
    return "watch" if watched else "none"


register(ScreeningFacts())
