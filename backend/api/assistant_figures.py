"""What the assistant did over a period, counted."""

from datetime import date, timedelta

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.request import Info
from backend.servicing.assistant import queries


@strawberry.type(
    description="Figures of a period: answered of what was asked (deflection), and what people said of it."
)
class AssistantFigures:
    asked: int
    answered: int
    refused: int
    unsure: int
    helpful: int
    unhelpful: int
    handed_over: int
    replied: int


def _figures(found: queries.Tally) -> AssistantFigures:
    return AssistantFigures(
        asked=sum(found.outcomes.values()),
        answered=found.outcomes.get("answered", 0),
        refused=found.outcomes.get("refused", 0),
        unsure=found.outcomes.get("unsure", 0),
        helpful=found.helpful,
        unhelpful=found.unhelpful,
        handed_over=found.states.get("handed_over", 0),
        replied=found.states.get("replied", 0),
    )


@strawberry.type
class AssistantFiguresQuery:
    @resolved("Figures of the assistant over so many days.", weight=3)
    async def assistant_figures(self, info: Info, days: int = 90) -> AssistantFigures:
        async def found(ctx: Context) -> AssistantFigures:
            since: date = ctx.now.date() - timedelta(days=max(1, min(days, 3650)))
            return _figures(await queries.tally(ctx, since))

        return await info.context.read(found)
