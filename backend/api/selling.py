"""What may be sold to a customer and why not, and what was sold or refused."""

from collections.abc import Collection
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

import orjson
import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.inputs import Id
from backend.api.request import Info
from backend.api.scalars import Money
from backend.api.staff import Agent, agent
from backend.api.suitability import Assessment, fetch_assessments
from backend.core import money
from backend.privacy.errors import DataKeyDestroyed
from backend.products import queries as products
from backend.products import wording as catalogue
from backend.products.attributes import attributes_on
from backend.products.definition import Channel, ProductDefinition
from backend.products.selling import matching, models, queries
from backend.products.selling.rules import Allowed, Answer
from backend.products.selling.ruleset import selling_rules
from backend.products.selling.wording import Speaker, Told
from backend.products.suitability.queries import jurisdiction

_BRANCH: Final = Channel.BRANCH.value


@strawberry.enum(description="Warned sales need what the reasons say: the customer's own wish, a second signature.")
class SaleAllowed(Enum):
    YES = "yes"
    WARN = "warn"
    NO = "no"


@strawberry.enum
class SaleState(Enum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@strawberry.type(description="`code` is stable; `effect` is warn or refuse; the text is in the reader's language.")
class SaleReason:
    code: str
    effect: str
    text: str
    insistence: bool
    signature: bool

    @classmethod
    def of(cls, told: Told) -> "SaleReason":
        return cls(
            code=told.code, effect=told.effect, text=told.text, insistence=told.insistence, signature=told.signature
        )


@strawberry.type(description="What is read out to a customer who insists, in both languages.")
class InsistenceText:
    version: int
    en: str
    zh: str


@strawberry.type(description="May this product be sold to this customer through this channel on this day?")
class SaleAnswer:
    product: str
    name: str | None
    kind: str | None
    risk_grade: str | None
    currency: str | None
    version_id: UUID | None
    allowed: SaleAllowed
    insistence: bool
    signature: bool
    amount_needed: bool = strawberry.field(description="Whether a sale has to say how much.")
    market: str
    assessment_id: UUID | None
    reasons: list[SaleReason] = strawberry.field(directives=[Cost(size=4)])


@strawberry.type(description="What a sale, or a refused attempt, rests on.")
class Sale:
    id: UUID
    state: SaleState
    channel: str
    sold_at: datetime
    amount: Money | None
    holding_ref: str | None
    grade: str | None
    allowed: SaleAllowed
    market: str
    market_reasons: list[str]
    needs_signature: bool
    needs_insistence: bool
    signed_at: datetime | None
    ended_at: datetime | None
    ended_reason: str | None
    product_version_id: UUID | None
    row: strawberry.Private[models.Sale]

    @strawberry.field
    def sold_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.sold_by)

    @strawberry.field
    def signed_by(self, info: Info) -> Agent | None:
        return None if self.row.signed_by is None else agent(info, self.row.signed_by)

    @strawberry.field
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved("The assessment that it rests on, for who may see it.", weight=2)
    async def assessment(self, info: Info) -> Assessment | None:
        if self.row.assessment_id is None:
            return None
        found = await info.context.loader(fetch_assessments, None).get(self.row.assessment_id)
        return None if found is None else Assessment.of(found)

    @resolved("The product by its code and name.", weight=2)
    async def product(self, info: Info) -> "SoldProduct":
        return await info.context.loader(fetch_products, _UNKNOWN).get(self.row.product_id)

    @resolved("Why it was warned of or refused.", weight=2, size=4)
    async def reasons(self, info: Info) -> list[SaleReason]:
        async def told(ctx: Context) -> tuple[Told, ...]:
            speaker = await _speaker(ctx)
            return speaker.reasons(self.row.reasons, await _definition(ctx, self.row.product_version_id))

        return [SaleReason.of(each) for each in await info.context.read(told)]

    @resolved(
        "What the customer insisted with: the text that was read to her, and her words. Noted in the log.", weight=2
    )
    async def insisted(self, info: Info) -> "Insisted | None":
        return await info.context.read(lambda ctx: _insisted(ctx, self.row))

    @resolved("Whether the actor may sign it.")
    async def may_sign(self, info: Info) -> bool:
        if self.row.state != models.SaleState.PROPOSED:
            return False

        async def asked(ctx: Context) -> bool:
            return ctx.may("approve", queries.OBJECT, await queries.access(ctx, self.row))

        return await info.context.read(asked)

    @classmethod
    def of(cls, row: models.Sale) -> "Sale":
        return cls(
            id=row.id,
            state=SaleState(row.state),
            channel=row.channel,
            sold_at=row.sold_at,
            amount=_amount(row),
            holding_ref=row.holding_ref,
            grade=row.grade,
            allowed=SaleAllowed(row.allowed),
            market=row.market,
            market_reasons=list(row.market_reasons),
            needs_signature=row.needs_signature,
            needs_insistence=row.needs_insistence,
            signed_at=row.signed_at,
            ended_at=row.ended_at,
            ended_reason=row.ended_reason,
            product_version_id=row.product_version_id,
            row=row,
        )


def _amount(row: models.Sale) -> Money | None:
    if row.amount is None or row.currency is None:
        return None
    return Money.of(money.Money(row.amount, row.currency))


@strawberry.type
class SoldProduct:
    id: UUID
    code: str
    name: str


_UNKNOWN: Final = SoldProduct(id=UUID(int=0), code="", name="")


@strawberry.type
class Insisted:
    version: int
    locale: str
    text: str
    words: str


@strawberry.type
class SellingQuery:
    @resolved("May this product be sold to this customer? Today and at a branch unless told otherwise.", weight=4)
    async def can_sell(
        self, info: Info, party_id: UUID, product: str, channel: str = _BRANCH, on: date | None = None
    ) -> SaleAnswer:
        return (await info.context.read(lambda ctx: _answers(ctx, party_id, [product], channel, on)))[0]

    @resolved(
        "Every product of the day, with what stands for and against selling it to this customer.", weight=8, size=20
    )
    async def sale_offers(
        self, info: Info, party_id: UUID, channel: str = _BRANCH, on: date | None = None
    ) -> list[SaleAnswer]:
        return await info.context.read(lambda ctx: _answers(ctx, party_id, None, channel, on))

    @resolved("The declaration of a customer who insists, as it is read out now.")
    async def insistence_text(self, info: Info) -> InsistenceText:
        async def found(ctx: Context) -> InsistenceText:
            rules = selling_rules(ctx.policies, ctx.now.date(), await jurisdiction(ctx)).rules.insistence
            return InsistenceText(version=rules.version, en=rules.wording.en, zh=rules.wording.zh_CN)

        return await info.context.read(found)

    @resolved("What was sold to a customer and what was refused, the newest first.", weight=2, size=20)
    async def sales(self, info: Info, party_id: UUID) -> list[Sale]:
        found = await info.context.read(lambda ctx: queries.of_parties(ctx, [party_id]))
        return [Sale.of(row) for row in found.get(party_id, [])]

    @resolved("Sales that wait for a second person, the oldest first.", weight=2, size=20)
    async def sales_to_sign(self, info: Info) -> list[Sale]:
        return [Sale.of(row) for row in await info.context.read(queries.waiting)]

    @resolved("A sale that may be seen.", weight=2)
    async def sale(self, info: Info, record_id: Id) -> Sale:
        return Sale.of(await info.context.read(lambda ctx: queries.sale(ctx, record_id)))


async def _answers(
    ctx: Context, party_id: UUID, codes: list[str] | None, channel: str, on: date | None
) -> list[SaleAnswer]:
    day = on or ctx.now.date()
    answers = await matching.can_sell_many(ctx, party_id, codes, channel, day)
    speaker, offers = await _speaker(ctx), (await products.effective(ctx, day)).by_code
    order = list(Allowed)
    found = sorted(answers.items(), key=lambda item: (order.index(item[1].allowed), item[0]))
    return [_answer(code, answer, offers.get(code), speaker) for code, answer in found]


def _answer(code: str, answer: Answer, offer: products.Offer | None, speaker: Speaker) -> SaleAnswer:
    definition = None if offer is None else offer.definition
    return SaleAnswer(
        product=code,
        name=None if definition is None else definition.names.text(speaker.locale),
        kind=None if definition is None else catalogue.said(catalogue.KINDS, definition.kind.value, speaker.locale),
        risk_grade=None if definition is None else definition.risk_grade,
        currency=None if definition is None else definition.currency,
        version_id=None if offer is None else offer.version_id,
        allowed=SaleAllowed(answer.allowed.value),
        insistence=answer.allowed is not Allowed.NO and answer.insistence,
        signature=answer.allowed is not Allowed.NO and answer.signature,
        amount_needed=definition is not None and definition.kind in speaker.rules.amount_for,
        market=answer.market.place.name.lower(),
        assessment_id=None if answer.standing is None else answer.standing.id,
        reasons=[SaleReason.of(told) for told in speaker.answer(answer, definition)],
    )


async def _speaker(ctx: Context) -> Speaker:
    today = ctx.now.date()
    rules = selling_rules(ctx.policies, today, await jurisdiction(ctx)).rules
    return Speaker(rules, attributes_on(ctx.policies, today).rules, ctx.actor.locale)


async def _definition(ctx: Context, version_id: UUID | None) -> ProductDefinition | None:
    if version_id is None:
        return None
    row = (await products.versions_by_ids(ctx, [version_id])).get(version_id)
    return None if row is None else products.definition_of(row)


async def _insisted(ctx: Context, row: models.Sale) -> Insisted | None:
    if row.insistence is None:
        return None
    await ctx.vault.load([row.party_id])
    try:
        body: dict[str, Any] = orjson.loads(ctx.vault.open("sale", "insistence", row.id, row.party_id, row.insistence))
    except DataKeyDestroyed:
        return None
    ctx.saw(("party", row.party_id), "insistence")
    return Insisted(version=body["version"], locale=body["locale"], text=body["text"], words=body["words"])


async def fetch_sales(ctx: Context, ids: Collection[UUID]) -> dict[UUID, models.Sale | None]:
    return {**await queries.by_ids(ctx, ids)}


async def fetch_products(ctx: Context, ids: Collection[UUID]) -> dict[UUID, SoldProduct]:
    """By the name of the newest version."""
    rows = await products.by_ids(ctx, ids)
    versions = await products.versions_of(ctx, list(rows))
    found = {}
    for product_id, row in rows.items():
        newest = next(iter(versions.get(product_id, ())), None)
        name = row.code if newest is None else products.definition_of(newest).names.text(ctx.actor.locale)
        found[product_id] = SoldProduct(id=product_id, code=row.code, name=name)
    return found
