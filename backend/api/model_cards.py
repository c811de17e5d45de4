"""The card of a version of a model, as the contract says it."""

from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost
from backend.engagement.models import models, queries
from backend.engagement.models.card import card


@strawberry.type
class ModelCardFact:
    name: str
    text: str


@strawberry.type(description="`table` has its headings in the first row.")
class ModelCardPart:
    heading: str
    facts: list[ModelCardFact] = strawberry.field(directives=[Cost(weight=0, size=10)])
    table: list[list[str]]


@strawberry.type(description="Made of the record when it is asked for, in the reader's language.")
class ModelCard:
    title: str
    markdown: str
    parts: list[ModelCardPart] = strawberry.field(directives=[Cost(weight=0, size=5)])


async def card_shown(ctx: Context, model_id: UUID, row: models.ModelVersion) -> ModelCard:
    found = await card(ctx, await queries.model_of(ctx, model_id), row)
    parts = [
        ModelCardPart(
            heading=part.heading,
            facts=[ModelCardFact(name=name, text=text) for name, text in part.facts],
            table=[list(cells) for cells in part.table],
        )
        for part in found.parts
    ]
    return ModelCard(title=found.title, markdown=found.markdown(), parts=parts)
