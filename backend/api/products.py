"""The catalogue of products: the list, one of them, how versions differ, what is on sale."""

import datetime as dt
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.errors import CursorInvalid
from backend.api.inputs import Id
from backend.api.pages import After, First, page_size, place
from backend.api.product_codes import DifferenceSort, ProductKind, ProductState, SaleChannel
from backend.api.product_definitions import ProductDefinition
from backend.api.product_types import Product, ProductConnection, ProductFilter
from backend.api.request import Info
from backend.products import differences, files, queries, service
from backend.products.attributes import attributes_on
from backend.products.errors import DefinitionBroken
from backend.products.gates import GateRules, gates_on

_PRODUCTS: Final = "products"


@strawberry.type
class ProductFigure:
    kind: ProductKind
    state: ProductState
    products: int


@strawberry.type(description="One thing in which two versions differ, as a sentence.")
class ProductDifference:
    sort: DifferenceSort
    place: str
    words: str


@strawberry.type(description="What is wrong with a text, or how it differs; nothing for a new product.")
class ProductDefinitionCheck:
    problem: str | None
    differences: list[ProductDifference]


@strawberry.type(description="A kind of paper that a gate can ask for.")
class ProductArtefactKind:
    code: str
    words: str


@strawberry.type(description="A version as it may be sold on a day.")
class ProductOffer:
    code: str
    kind: ProductKind
    version_number: int
    effective_from: dt.date
    effective_to: dt.date | None
    definition: ProductDefinition


@strawberry.type
class ProductQuery:
    @resolved("Products, by code.", weight=5, sliced_by="first")
    async def products(
        self, info: Info, where: ProductFilter | None = None, first: First = 50, after: After = None
    ) -> ProductConnection:
        wanted, limit = (where or ProductFilter()).wanted(), page_size(first)
        start = _start(place(info, _PRODUCTS, after))
        rows = await info.context.read(lambda ctx: queries.products(ctx, wanted, limit=limit + 1, after=start))
        shown = rows[:limit]
        following = f"{shown[-1].code}|{shown[-1].id}" if len(rows) > limit else None
        return ProductConnection.of(info, _PRODUCTS, [Product.of(row) for row in shown], following, wanted=wanted)

    @resolved("A product.", weight=2)
    async def product(self, info: Info, record_id: Id) -> Product:
        return Product.of(await info.context.read(lambda ctx: queries.product(ctx, record_id)))

    @resolved("A product by its code.", weight=2)
    async def product_by_code(self, info: Info, code: str) -> Product:
        return Product.of(await info.context.read(lambda ctx: queries.by_code(ctx, code)))

    @resolved("How many products there are by kind and state.", weight=5, size=20)
    async def product_figures(self, info: Info) -> list[ProductFigure]:
        found = await info.context.read(queries.figures)
        return [
            ProductFigure(kind=ProductKind(kind), state=ProductState(state), products=count)
            for (kind, state), count in sorted(found.items())
        ]

    @resolved("How the later of two versions differs from the earlier, in words.", weight=10, size=20)
    async def product_differences(self, info: Info, before: UUID, after: UUID) -> list[ProductDifference]:
        async def compared(ctx: Context) -> list[differences.Difference]:
            old, new = await queries.version(ctx, before), await queries.version(ctx, after)
            rules = attributes_on(ctx.policies, ctx.now.date()).rules
            return differences.differences(
                queries.definition_of(old), queries.definition_of(new), rules, ctx.actor.locale
            )

        return _told(await info.context.read(compared))

    @resolved(
        "Whether a text could be a definition, and how it would differ from the product's newest version.", weight=10
    )
    async def product_definition_check(
        self, info: Info, definition: str, product_id: UUID | None = None
    ) -> ProductDefinitionCheck:
        async def checked(ctx: Context) -> ProductDefinitionCheck:
            try:
                new = service.read_definition(ctx, files.mapping(definition))
            except DefinitionBroken as error:
                return ProductDefinitionCheck(problem=str(error.params["problem"]), differences=[])
            old = None if product_id is None else (await queries.versions_of(ctx, [product_id])).get(product_id, [])
            rules = attributes_on(ctx.policies, ctx.now.date()).rules
            base = queries.definition_of(old[0]) if old else None
            found = [] if base is None else differences.differences(base, new, rules, ctx.actor.locale)
            return ProductDefinitionCheck(problem=None, differences=_told(found))

        return await info.context.read(checked)

    @resolved("The kinds of papers that gates can ask for.", size=15)
    async def product_artefact_kinds(self, info: Info) -> list[ProductArtefactKind]:
        locale = info.context.actor.locale
        rules = (await info.context.read(_gates)).artefacts
        return [ProductArtefactKind(code=code, words=rule.wording.text(locale)) for code, rule in rules.items()]

    @resolved("What is on sale on a day (today when none is given), through a channel or through any.", weight=10)
    async def product_offers(
        self, info: Info, on: dt.date | None = None, channel: SaleChannel | None = None
    ) -> list[ProductOffer]:
        day = on or info.context.platform.clock().date()
        wanted = None if channel is None else channel.value
        found = await info.context.read(lambda ctx: queries.offers(ctx, day, wanted))
        return [
            ProductOffer(
                code=offer.code,
                kind=ProductKind(offer.definition.kind.value),
                version_number=offer.number,
                effective_from=offer.effective_from,
                effective_to=offer.effective_to,
                definition=ProductDefinition.of(offer.definition, info.context.actor.locale),
            )
            for offer in found
        ]


async def _gates(ctx: Context) -> GateRules:
    return gates_on(ctx.policies, ctx.now.date()).rules


def _told(found: Sequence[differences.Difference]) -> list[ProductDifference]:
    return [ProductDifference(sort=DifferenceSort(each.sort), place=each.place, words=each.words) for each in found]


def _start(text: str | None) -> tuple[str, UUID] | None:
    if text is None:
        return None
    code, bar, record_id = text.partition("|")
    if not bar:
        raise CursorInvalid(field="after")
    return code, UUID(record_id)
