"""How a party stands with screening: to the first line whether it is pending, to compliance the alerts themselves."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.api.costs import resolved
from backend.api.request import Info
from backend.api.screening_alerts import Alert
from backend.api.screening_enums import ListKind, ScreeningStatus
from backend.customers import queries as customers
from backend.screening import queries as screening
from backend.screening.alerts import queries
from backend.screening.alerts.models import ScreeningAlert
from backend.screening.models import ScreenedParty


@strawberry.type(
    description="Alerts of a party by where they are; `lists`: on which kinds of lists a match is confirmed."
)
class AlertFigures:
    open: int
    true_match: int
    inconclusive: int
    cleared: int
    suppressed: int
    lists: list[ListKind]

    @classmethod
    def of(cls, found: queries.Standing) -> "AlertFigures":
        return cls(
            open=found.open,
            true_match=found.true_match,
            inconclusive=found.inconclusive,
            cleared=found.cleared,
            suppressed=found.suppressed,
            lists=[ListKind(kind) for kind in sorted(found.kinds)],
        )


@strawberry.type(description="`status` is all that the first line is told: nobody may tip a customer off.")
class PartyScreening:
    status: ScreeningStatus
    screened_at: datetime | None
    figures: AlertFigures | None = strawberry.field(description="Null without the right to see alerts.")
    party_id: strawberry.Private[UUID]

    @resolved("Every pair, suppressed ones too; null without the right to see alerts.", weight=5, size=5)
    async def alerts(self, info: Info) -> list[Alert] | None:
        if self.figures is None:
            return None
        none: list[ScreeningAlert] = []
        return [Alert.of(row) for row in await info.context.loader(queries.alerts_of, none).get(self.party_id)]


async def fetch_screening(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, PartyScreening | None]:
    """Of the parties whose status the actor may see."""
    facts = await customers.facts_of(ctx, party_ids)
    allowed = [each for each in party_ids if each in facts and ctx.may("view", "screening_status", facts[each])]
    found, screened = await queries.standing(ctx, allowed), await screening.standings(ctx, allowed)
    in_full = ctx.may("view", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    return {each: _screening(each, found[each], screened.get(each), in_full) for each in allowed}


def _screening(
    party_id: UUID, found: queries.Standing, screened: ScreenedParty | None, in_full: bool
) -> PartyScreening:
    return PartyScreening(
        status=_status(found, screened),
        screened_at=None if screened is None else screened.screened_at,
        figures=AlertFigures.of(found) if in_full else None,
        party_id=party_id,
    )


def _status(found: queries.Standing, screened: ScreenedParty | None) -> ScreeningStatus:
    """Whatever keeps compliance busy is pending, a confirmed match too: the first line cannot tell them apart."""
    if not found.clear:
        return ScreeningStatus.PENDING
    return ScreeningStatus.NOT_SCREENED if screened is None else ScreeningStatus.CLEARED
