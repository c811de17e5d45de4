"""What a product is, as the contract shows it: in the reader's words, every figure exact."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import strawberry
import yaml

from backend.api.costs import Cost, resolved
from backend.api.product_codes import DocumentLanguage, ProductPriceSort, SaleChannel
from backend.api.request import Info
from backend.products import definition as products
from backend.products import wording
from backend.products.attributes import attributes_on
from backend.products.target_market import Condition


@strawberry.type
class ProductTerm:
    code: str
    name: str
    says: str


@strawberry.type(description="A fee or rate of one tier over a period; `words` say it in the reader's language.")
class ProductPrice:
    sort: ProductPriceSort
    code: str
    name: str
    basis: str
    tier: str
    tier_name: str
    valid_from: dt.date
    valid_to: dt.date | None
    value: Decimal
    words: str


@strawberry.type(description="A document for customers; its content lies at /products/contents/{sha256}.")
class ProductDocument:
    kind: str
    name: str
    language: DocumentLanguage
    sha256: str


@strawberry.type(description="One condition of a target market.")
class ProductCondition:
    id: str
    fact: str
    words: str
    why: str | None


_SHORT = [Cost(weight=0, size=5)]


@strawberry.type
class ProductDefinition:
    name: str
    summary: str
    currency: str
    channels: list[SaleChannel] = strawberry.field(directives=_SHORT)
    risk_grade: str | None
    needs_assessment: str | None
    questionnaire: str | None
    horizon_months: int | None
    vulnerable_notes: str | None
    terms: list[ProductTerm] = strawberry.field(directives=_SHORT)
    prices: list[ProductPrice] = strawberry.field(directives=_SHORT)
    documents: list[ProductDocument] = strawberry.field(directives=_SHORT)
    bundle: list[str] = strawberry.field(directives=_SHORT)
    cross_sell: list[str] = strawberry.field(directives=_SHORT)
    given: strawberry.Private[products.ProductDefinition]

    @resolved("For whom it is meant: all of these hold.", size=5)
    async def positive_market(self, info: Info) -> list[ProductCondition]:
        return await _conditions(info, self.given.target_market.positive)

    @resolved("For whom it is not: one of these is enough.", size=5)
    async def negative_market(self, info: Info) -> list[ProductCondition]:
        return await _conditions(info, self.given.target_market.negative)

    @resolved("The definition as YAML, as it is edited.")
    def text(self) -> str:
        return yaml.safe_dump(self.given.as_json(), allow_unicode=True, sort_keys=False, width=100)

    @resolved("Percent a year in a tier on a day; the principal rate when no code is given.")
    def rate_on(self, tier: str, on: dt.date, code: str | None = None) -> Decimal | None:
        return self.given.rate_on(tier, on, code)

    @resolved("A fee in a tier on a day.")
    def fee_on(self, code: str, tier: str, on: dt.date) -> Decimal | None:
        return self.given.fee_on(code, tier, on)

    @classmethod
    def of(cls, given: products.ProductDefinition, locale: str) -> "ProductDefinition":
        notes = given.vulnerable_notes
        return cls(
            name=given.names.text(locale),
            summary=given.summary.text(locale),
            currency=given.currency,
            channels=[SaleChannel(channel.value) for channel in sorted(given.channels)],
            risk_grade=given.risk_grade,
            needs_assessment=given.needs_assessment,
            questionnaire=given.questionnaire,
            horizon_months=given.horizon_months,
            vulnerable_notes=None if notes is None else notes.text(locale),
            terms=[ProductTerm(code=t.code, name=t.name.text(locale), says=t.says.text(locale)) for t in given.terms],
            prices=list(_prices(given, locale)),
            documents=[
                ProductDocument(kind=d.kind, name=d.name, language=DocumentLanguage(d.language), sha256=d.sha256)
                for d in given.documents
            ],
            bundle=list(given.links.bundle),
            cross_sell=list(given.links.cross_sell),
            given=given,
        )


def _prices(given: products.ProductDefinition, locale: str) -> Iterator[ProductPrice]:
    tiers = {tier.code: tier.name.text(locale) for tier in given.tiers}
    priced: tuple[products.Fee | products.Rate, ...] = (*given.fees, *given.rates)
    for each in priced:
        for price in each.prices:
            yield ProductPrice(
                sort=ProductPriceSort.FEE if isinstance(each, products.Fee) else ProductPriceSort.RATE,
                code=each.code,
                name=each.name.text(locale),
                basis=each.basis.value,
                tier=price.tier,
                tier_name=tiers.get(price.tier, ""),
                valid_from=price.valid_from,
                valid_to=price.valid_to,
                value=price.value,
                words=wording.price(each, price, given.currency, locale),
            )


async def _conditions(info: Info, conditions: tuple[Condition, ...]) -> list[ProductCondition]:
    locale = info.context.actor.locale
    policies = info.context.platform.policies_of(info.context.actor)
    rules = attributes_on(policies, info.context.platform.clock().date()).rules
    return [
        ProductCondition(
            id=each.id,
            fact=each.fact,
            words=wording.condition(each, rules, locale),
            why=None if each.why is None else each.why.text(locale),
        )
        for each in conditions
    ]
