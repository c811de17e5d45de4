"""Offers as the contract shows them: rankings in the reader's language, chances, grounds and answers."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.request import Info
from backend.api.scalars import Money
from backend.api.staff import Agent, agent
from backend.engagement.offers import models, queries
from backend.engagement.offers.choice import Chance, Choice, Ground
from backend.engagement.offers.rules import Excluded, Ranked
from backend.engagement.offers.ruleset import offer_rules
from backend.engagement.offers.wording import OfferSpeaker, said, speaker
from backend.products import queries as products
from backend.products.definition import ProductDefinition
from backend.products.queries import Catalogue


@strawberry.enum
class OfferAnswerKind(Enum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LATER = "later"


@strawberry.enum
class OfferBasis(Enum):
    MODEL = "model"
    BASE_RATE = "base_rate"


@strawberry.type(description="A reason for or against, as a code and in the reader's language.")
class OfferGround:
    code: str
    words: str


@strawberry.type(
    description="The chance that the customer accepts, with its interval, and where it is from; `likeness` are the "
    "customers alike whose answers it rests on, in words."
)
class OfferChance:
    value: Decimal
    low: Decimal
    high: Decimal
    basis: OfferBasis
    model: str | None
    version: int | None
    likeness: str | None

    @classmethod
    def of(cls, chance: Chance, speaker: OfferSpeaker) -> "OfferChance":
        group = None if chance.alike is None else chance.alike.group
        return cls(
            value=chance.value,
            low=chance.low,
            high=chance.high,
            basis=OfferBasis(chance.basis.value),
            model=chance.model,
            version=chance.version,
            likeness=None if group is None else speaker.group(group),
        )


@strawberry.type(
    description="`expected` = chance × margin − what it costs to ask; `margin` is after costs. Offers to a customer "
    "are ordered by `weighed`, the same with the quantile of the chance that the rule-set orders by; `explored`: the "
    "customer was drawn this month, and the quantile is the one on the other side, so that something is learned."
)
class NextOffer:
    place: int
    product: str
    name: str
    chance: OfferChance
    margin: Money
    expected: Money
    weighed: Money
    explored: bool
    why: list[OfferGround] = strawberry.field(directives=[Cost(weight=0, size=7)])


@strawberry.type(description="A product that is not offered, with every reason against it.")
class ExcludedOffer:
    product: str
    name: str
    why_not: list[OfferGround] = strawberry.field(directives=[Cost(weight=0, size=4)])


@strawberry.type
class OfferAnswer:
    id: UUID
    product: str
    answer: OfferAnswerKind
    reason: str | None
    reason_words: str | None
    until: date | None
    answered_at: datetime
    place: int
    chance: Decimal
    basis: OfferBasis
    expected: Money
    sale_id: UUID | None
    row: strawberry.Private[models.OfferAnswer]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @strawberry.field
    def answered_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.answered_by)


class OffersShown:
    """Rankings in the reader's language: names of the day's catalogue, words of the rules of selling."""

    def __init__(self, ctx: Context, catalogue: Catalogue, told: OfferSpeaker) -> None:
        self._locale, self._catalogue, self._speaker = ctx.actor.locale, catalogue, told

    @classmethod
    async def of(cls, ctx: Context) -> "OffersShown":
        catalogue = await products.effective(ctx, ctx.now.date())
        return cls(ctx, catalogue, await speaker(ctx))

    def offer(self, found: Ranked) -> NextOffer:
        return NextOffer(
            place=found.place,
            product=found.choice.code,
            name=self._name(found.choice),
            chance=OfferChance.of(found.choice.chance, self._speaker),
            margin=self._money(found.margin),
            expected=self._money(found.expected),
            weighed=self._money(found.value.weighed),
            explored=found.explored,
            why=self._grounds(found.choice, found.why),
        )

    def excluded(self, found: Excluded) -> ExcludedOffer:
        code = found.choice.code
        return ExcludedOffer(
            product=code, name=self._name(found.choice), why_not=self._grounds(found.choice, found.grounds)
        )

    def _money(self, amount: Decimal) -> Money:
        return Money(amount=amount, currency=self._speaker.currency)

    def _definition(self, choice: Choice) -> ProductDefinition:
        return self._catalogue.by_code[choice.code].definition

    def _name(self, choice: Choice) -> str:
        return self._definition(choice).names.text(self._locale)

    def _grounds(self, choice: Choice, grounds: Sequence[Ground]) -> list[OfferGround]:
        definition = self._definition(choice)
        return [
            OfferGround(
                code=ground.figures.get("reason", ground.code),
                words=said(ground, self._speaker, definition),
            )
            for ground in grounds
        ]


def answer_shown(ctx: Context, row: models.OfferAnswer) -> OfferAnswer:
    declines = offer_rules(ctx.policies, ctx.now.date()).rules.declines
    known = None if row.reason is None else declines.get(row.reason)
    words = row.reason if known is None else known.text(ctx.actor.locale)
    return OfferAnswer(
        id=row.id,
        product=row.product_code,
        answer=OfferAnswerKind(row.answer),
        reason=row.reason,
        reason_words=words,
        until=row.until,
        answered_at=row.answered_at,
        place=row.place,
        chance=row.propensity,
        basis=OfferBasis(row.basis),
        expected=Money(amount=row.expected, currency=row.currency),
        sale_id=row.sale_id,
        row=row,
    )


async def fetch_answers(ctx: Context, ids: Collection[UUID]) -> dict[UUID, OfferAnswer | None]:
    return {found: answer_shown(ctx, row) for found, row in (await queries.by_ids(ctx, ids)).items()}
