"""A product as the contract shows it: its versions, its life, every step with what it takes."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.histories import HistoryKind, Recorded
from backend.api.pages import Connection
from backend.api.product_codes import ProductKind, ProductRisk, ProductState, ProductVersionStage
from backend.api.product_definitions import ProductDefinition
from backend.api.product_file import ProductArtefact, ProductFile
from backend.api.request import Info
from backend.api.staff import Agent, agent, fetch_agents
from backend.products import models, queries, view
from backend.products.queries import ProductFilter as Wanted

_NO_VERSIONS: Final[Sequence[models.ProductVersion]] = ()
_NO_ARTEFACTS: Final[Sequence[models.ProductArtefact]] = ()


@strawberry.type(description="One definition of a product on its way to approval, or approved for a time of sale.")
class ProductVersion:
    id: UUID
    product_id: UUID
    number: int
    stage: ProductVersionStage
    changed_at: dt.datetime
    effective_from: dt.date | None
    effective_to: dt.date | None
    sha256: str
    row: strawberry.Private[models.ProductVersion]

    @resolved(weight=2)
    def definition(self, info: Info) -> ProductDefinition:
        return ProductDefinition.of(queries.definition_of(self.row), info.context.actor.locale)

    @resolved("Everybody who wrote in it; they sign nothing about it.", size=3)
    async def authors(self, info: Info) -> list[Agent]:
        ids = [UUID(each) for each in self.row.authors]
        found = await info.context.read(lambda ctx: fetch_agents(ctx, ids))
        return [found[each] for each in ids if each in found]

    @resolved("Every artefact, the newest of a kind first.", weight=2, size=5)
    async def artefacts(self, info: Info) -> list[ProductArtefact]:
        found = await info.context.loader(_fetch_artefacts, _NO_ARTEFACTS).get(self.id)
        return [ProductArtefact.of(row) for row in found]

    @classmethod
    def of(cls, row: models.ProductVersion) -> "ProductVersion":
        return cls(
            id=row.id,
            product_id=row.product_id,
            number=row.number,
            stage=ProductVersionStage(row.stage),
            changed_at=row.changed_at,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            sha256=row.sha256,
            row=row,
        )


@strawberry.type(description="A product of the institution over its whole life.")
class Product(Recorded):
    id: UUID
    version: int
    code: str
    kind: ProductKind
    state: ProductState
    risk: ProductRisk
    opened_on: dt.date | None
    closed_on: dt.date | None
    row: strawberry.Private[models.Product]

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.PRODUCT, str(self.id)

    @strawberry.field
    def owner(self, info: Info) -> Agent | None:
        return agent(info, self.row.owner_id)

    @resolved("The version that is sold now, or else the one in preparation.", weight=2)
    async def current(self, info: Info) -> ProductVersion | None:
        found = view.shown_version(await _versions(info, self.id), info.context.platform.clock().date())
        return None if found is None else ProductVersion.of(found)

    @resolved("Every version, the newest first.", weight=2, size=5)
    async def versions(self, info: Info) -> list[ProductVersion]:
        return [ProductVersion.of(row) for row in await _versions(info, self.id)]

    @resolved("Its life, its steps with what they take, and what may be done.", weight=30)
    async def file(self, info: Info) -> ProductFile:
        found = await info.context.read(lambda ctx: view.file(ctx, self.row))
        return ProductFile.of(found, info)

    @classmethod
    def of(cls, row: models.Product) -> "Product":
        return cls(
            id=row.id,
            version=row.ver,
            code=row.code,
            kind=ProductKind(row.kind),
            state=ProductState(row.state),
            risk=ProductRisk(row.risk),
            opened_on=row.opened_on,
            closed_on=row.closed_on,
            row=row,
        )


@strawberry.input(description="Conditions that all hold; `text` is looked for in code and names.")
class ProductFilter:
    kinds: list[ProductKind] | None = None
    states: list[ProductState] | None = None
    risks: list[ProductRisk] | None = None
    text: str | None = None

    def wanted(self) -> Wanted:
        return Wanted(
            kinds=frozenset(each.value for each in self.kinds or ()),
            states=frozenset(each.value for each in self.states or ()),
            risks=frozenset(each.value for each in self.risks or ()),
            text=self.text or "",
        )


@strawberry.type
class ProductConnection(Connection[Product]):
    wanted: strawberry.Private[Wanted]

    @resolved("How many there are in all; counted only when asked for.", weight=20)
    async def total_count(self, info: Info) -> int:
        wanted = self.wanted
        return await info.context.read(lambda ctx: queries.count(ctx, wanted))


async def fetch_products(ctx: Context, ids: Collection[UUID]) -> dict[UUID, models.Product | None]:
    return {**await queries.by_ids(ctx, ids)}


async def _versions(info: Info, product_id: UUID) -> Sequence[models.ProductVersion]:
    return await info.context.loader(_fetch_versions, _NO_VERSIONS).get(product_id)


async def _fetch_versions(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Sequence[models.ProductVersion]]:
    return {**await queries.versions_of(ctx, ids)}


async def _fetch_artefacts(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Sequence[models.ProductArtefact]]:
    return {**await queries.artefacts_of(ctx, ids)}
