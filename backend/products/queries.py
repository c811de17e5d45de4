"""Every SELECT about products. `effective` is the catalogue of a day, kept until the catalogue changes."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, tuple_
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts, ScopeColumns
from backend.customers.queries.sight import column
from backend.products import target_market
from backend.products.definition import ProductDefinition
from backend.products.errors import ProductNotFound, VersionNotFound
from backend.products.models import (
    MoveState,
    Product,
    ProductArtefact,
    ProductContent,
    ProductMove,
    ProductSignature,
    ProductState,
    ProductVersion,
)
from backend.products.target_market import Market

OBJECT: Final = "product"


@dataclass(frozen=True)
class Offer:
    """One version as it stands in the catalogue of a day; `state` is the product's on that day."""

    product_id: UUID
    version_id: UUID
    code: str
    number: int
    state: ProductState
    risk: str
    sha256: str
    effective_from: date
    effective_to: date | None
    definition: ProductDefinition

    @cached_property
    def market(self) -> Market:
        return target_market.compile(self.definition.target_market)

    @property
    def on_sale(self) -> bool:
        return self.state is ProductState.ON_SALE


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All versions that are effective on a day, by the product's code and by the version's id."""

    on: date
    stamp: str
    by_code: Mapping[str, Offer]
    by_version: Mapping[UUID, Offer]


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Conditions that all hold; of each set any. `text` is looked for in code and names."""

    kinds: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    risks: frozenset[str] = frozenset()
    text: str = ""


_KEPT: Final[OrderedDict[tuple[UUID, str, date], Catalogue]] = OrderedDict()
_MOST_KEPT: Final = 64


def facts(ctx: Context, row: Product | None = None) -> Facts:
    return Facts(tenant_id=ctx.actor.tenant_id, owner_id=None if row is None else row.owner_id)


async def by_code(ctx: Context, code: str) -> Product:
    """Raises ProductNotFound, also when the actor may not see it."""
    row = (await ctx.session.scalars(select(Product).where(Product.code == code, _visible(ctx)))).first()
    if row is None:
        raise ProductNotFound()
    return row


async def product(ctx: Context, product_id: UUID) -> Product:
    """Raises ProductNotFound."""
    row = (await ctx.session.scalars(select(Product).where(Product.id == product_id, _visible(ctx)))).first()
    if row is None:
        raise ProductNotFound()
    return row


async def version(ctx: Context, version_id: UUID) -> ProductVersion:
    """Raises VersionNotFound."""
    joined = select(ProductVersion).join(Product, col(Product.id) == ProductVersion.product_id)
    row = (await ctx.session.scalars(joined.where(ProductVersion.id == version_id, _visible(ctx)))).first()
    if row is None:
        raise VersionNotFound()
    return row


async def products(
    ctx: Context, found: ProductFilter, *, limit: int, after: tuple[str, UUID] | None = None
) -> Sequence[Product]:
    """By code; `after` is code and id of the last one of the page before."""
    query = select(Product).where(_visible(ctx), *_conditions(found))
    if after is not None:
        query = query.where(tuple_(col(Product.code), col(Product.id)) > after)
    return (await ctx.session.scalars(query.order_by(col(Product.code), col(Product.id)).limit(limit))).all()


async def count(ctx: Context, found: ProductFilter) -> int:
    query = sql_select(func.count()).select_from(Product).where(_visible(ctx), *_conditions(found))
    return int((await ctx.session.execute(query)).scalar_one())


async def figures(ctx: Context) -> Mapping[tuple[str, str], int]:
    """How many products there are by kind and state."""
    query = sql_select(col(Product.kind), col(Product.state), func.count()).where(_visible(ctx))
    rows = await ctx.session.execute(query.group_by(col(Product.kind), col(Product.state)))
    return {(kind, state): number for kind, state, number in rows}


async def by_ids(ctx: Context, ids: Collection[UUID]) -> Mapping[UUID, Product]:
    rows = await ctx.session.scalars(select(Product).where(col(Product.id).in_(ids), _visible(ctx)))
    return {row.id: row for row in rows}


async def by_codes(ctx: Context, codes: Collection[str]) -> Mapping[str, Product]:
    """A code that is in no catalogue any more, or never was, is nobody's product."""
    rows = await ctx.session.scalars(select(Product).where(col(Product.code).in_(codes), _visible(ctx)))
    return {row.code: row for row in rows}


async def versions_by_ids(ctx: Context, ids: Collection[UUID]) -> Mapping[UUID, ProductVersion]:
    joined = select(ProductVersion).join(Product, col(Product.id) == ProductVersion.product_id)
    rows = await ctx.session.scalars(joined.where(col(ProductVersion.id).in_(ids), _visible(ctx)))
    return {row.id: row for row in rows}


async def versions_of(ctx: Context, product_ids: Collection[UUID]) -> Mapping[UUID, Sequence[ProductVersion]]:
    """Every version of each, the newest first."""
    query = select(ProductVersion).where(col(ProductVersion.product_id).in_(product_ids))
    found: dict[UUID, list[ProductVersion]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(ProductVersion.number).desc())):
        found[row.product_id].append(row)
    return found


async def moves_of(ctx: Context, product_ids: Collection[UUID]) -> Mapping[UUID, Sequence[ProductMove]]:
    """Every step of each, the oldest first."""
    query = select(ProductMove).where(col(ProductMove.product_id).in_(product_ids))
    found: dict[UUID, list[ProductMove]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(ProductMove.proposed_at), col(ProductMove.id))):
        found[row.product_id].append(row)
    return found


async def open_moves(ctx: Context, product_id: UUID) -> Sequence[ProductMove]:
    query = select(ProductMove).where(ProductMove.product_id == product_id, ProductMove.state == MoveState.OPEN)
    return (await ctx.session.scalars(query.order_by(col(ProductMove.of_version)))).all()


async def move(ctx: Context, move_id: UUID) -> ProductMove | None:
    return (await ctx.session.scalars(select(ProductMove).where(ProductMove.id == move_id))).first()


async def signatures_of(ctx: Context, move_ids: Collection[UUID]) -> Mapping[UUID, Sequence[ProductSignature]]:
    """Every signature of each, voided ones too, in the order in which they were given."""
    query = select(ProductSignature).where(col(ProductSignature.move_id).in_(move_ids))
    found: dict[UUID, list[ProductSignature]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(ProductSignature.signed_at), col(ProductSignature.id))):
        found[row.move_id].append(row)
    return found


async def artefacts_of(ctx: Context, version_ids: Collection[UUID]) -> Mapping[UUID, Sequence[ProductArtefact]]:
    """Every artefact of each, by kind and the newest first."""
    query = select(ProductArtefact).where(col(ProductArtefact.version_id).in_(version_ids))
    found: dict[UUID, list[ProductArtefact]] = defaultdict(list)
    ordered = query.order_by(col(ProductArtefact.kind), col(ProductArtefact.number).desc())
    for row in await ctx.session.scalars(ordered):
        found[row.version_id].append(row)
    return found


async def content(ctx: Context, sha256: str) -> ProductContent | None:
    return (await ctx.session.scalars(select(ProductContent).where(ProductContent.sha256 == sha256))).first()


async def contents_known(ctx: Context, hashes: Collection[str]) -> frozenset[str]:
    rows = await ctx.session.scalars(
        sql_select(col(ProductContent.sha256)).where(col(ProductContent.sha256).in_(hashes))
    )
    return frozenset(rows)


async def codes_known(ctx: Context, codes: Collection[str]) -> frozenset[str]:
    return frozenset(await ctx.session.scalars(sql_select(col(Product.code)).where(col(Product.code).in_(codes))))


async def stamp(ctx: Context) -> str:
    """Changes with every change of a product or a version: rows are never removed and their `ver` only grows."""
    one = sql_select(func.count(), func.coalesce(func.sum(col(Product.ver)), 0)).select_from(Product)
    two = sql_select(func.count(), func.coalesce(func.sum(col(ProductVersion.ver)), 0)).select_from(ProductVersion)
    parts = [*(await ctx.session.execute(one)).one(), *(await ctx.session.execute(two)).one()]
    return "-".join(str(int(part)) for part in parts)


async def effective(ctx: Context, on: date) -> Catalogue:
    """Versions whose days of sale hold `on`, with the state that the product had then (today's for days to come).

    For machines (canSell, reviews): it is not narrowed to what the actor may see. The market is compiled on first use.
    """
    key = (ctx.actor.tenant_id, await stamp(ctx), on)
    found = _KEPT.get(key)
    if found is None:
        found = _KEPT[key] = await _read(ctx, on, key[1])
    _KEPT.move_to_end(key)
    while len(_KEPT) > _MOST_KEPT:
        _KEPT.popitem(last=False)
    return found


async def offers(ctx: Context, on: date, channel: str | None) -> Sequence[Offer]:
    """What is on sale on a day, for whoever may see no more than that."""
    ctx.require("view_offers", OBJECT, facts(ctx))
    found = (await effective(ctx, on)).by_code.values()
    sold = [offer for offer in found if offer.on_sale and (channel is None or channel in offer.definition.channels)]
    return sorted(sold, key=lambda offer: offer.code)


async def _read(ctx: Context, on: date, stamped: str) -> Catalogue:
    query = (
        sql_select(Product, ProductVersion)
        .join(ProductVersion, col(ProductVersion.product_id) == col(Product.id))
        .where(
            col(ProductVersion.effective_from) <= on,
            or_(col(ProductVersion.effective_to).is_(None), col(ProductVersion.effective_to) >= on),
        )
    )
    rows = (await ctx.session.execute(query)).all()
    then = await states_on(ctx, [row.id for row, _ in rows], on)
    offers = [_offer(row, version_, then.get(row.id, ProductState(row.state))) for row, version_ in rows]
    by_version = {offer.version_id: offer for offer in offers}
    return Catalogue(on, stamped, {offer.code: offer for offer in offers}, by_version)


async def states_on(ctx: Context, product_ids: Collection[UUID], on: date) -> Mapping[UUID, ProductState]:
    """The state at the end of a day that is over; products that had taken no step by then are left out."""
    day_of = func.coalesce(col(ProductMove.effective_on), func.date(func.timezone("UTC", col(ProductMove.ended_at))))
    query = (
        sql_select(col(ProductMove.product_id), col(ProductMove.target))
        .ext(distinct_on(col(ProductMove.product_id)))
        .where(
            col(ProductMove.product_id).in_(product_ids),
            col(ProductMove.state) == MoveState.DONE,
            col(ProductMove.of_product),
            day_of <= on,
        )
        .order_by(col(ProductMove.product_id), col(ProductMove.ended_at).desc(), col(ProductMove.id).desc())
    )
    return {product_id: ProductState(target) for product_id, target in await ctx.session.execute(query)}


def definition_of(row: ProductVersion) -> ProductDefinition:
    return ProductDefinition.model_validate(row.definition)


def _offer(row: Product, version_: ProductVersion, state: ProductState) -> Offer:
    if version_.effective_from is None:
        raise VersionNotFound()
    return Offer(
        product_id=row.id,
        version_id=version_.id,
        code=row.code,
        number=version_.number,
        state=state,
        risk=row.risk,
        sha256=version_.sha256,
        effective_from=version_.effective_from,
        effective_to=version_.effective_to,
        definition=definition_of(version_),
    )


def _visible(ctx: Context) -> ColumnElement[bool]:
    columns = ScopeColumns(tenant_id=column(Product.tenant_id), owner_id=column(Product.owner_id))
    return ctx.clause("view", OBJECT, columns)


def _conditions(found: ProductFilter) -> Iterator[ColumnElement[bool]]:
    if found.kinds:
        yield col(Product.kind).in_(found.kinds)
    if found.states:
        yield col(Product.state).in_(found.states)
    if found.risks:
        yield col(Product.risk).in_(found.risks)
    if found.text.strip():
        yield _named(found.text.strip())


def _named(text: str) -> ColumnElement[bool]:
    """The code, or a name of any version, has the text in it."""
    names = col(ProductVersion.definition)["names"]
    within = (
        sql_select(col(ProductVersion.id))
        .where(col(ProductVersion.product_id) == col(Product.id))
        .where(or_(*(names[language].astext.icontains(text, autoescape=True) for language in ("en", "zh"))))
    )
    return or_(col(Product.code).icontains(text, autoescape=True), within.exists())
