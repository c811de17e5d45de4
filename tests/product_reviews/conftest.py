"""An institution whose people review a product that customers hold, pay for and complain about."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.customers.models import Party, PartyKind
from backend.edge.platform import Platform
from backend.holdings.contracts import NewHolding, record_holdings
from backend.holdings.intake import NewMovement, record_movements
from backend.jobs import product_reviews as jobs
from backend.product_reviews import service
from backend.product_reviews.models import ProductReview, ProductReviewPack, ProductTrigger
from backend.product_reviews.queries import packs, reviews
from backend.products.models import Product, ProductRisk
from tests.factories import products as make

HOLDERS = 24
FEE, INTEREST = Decimal("29.90"), Decimal("12.35")
BOOKED = (date(2026, 3, 2), date(2026, 9, 1))


@dataclass(slots=True)
class Shelf:
    """`product` is on sale; `people` hold it: a fee and a credit of interest twice a year each."""

    makers: make.Makers
    product: Product

    @property
    def platform(self) -> Platform:
        return self.makers.platform

    async def run(self, login: str, use_case: Any, *args: Any, **options: Any) -> Any:
        return await self.makers.run(login, use_case, *args, **options)

    async def review(self, words: str = "Customers ask why") -> ProductReview:
        found: ProductReview = await self.run(
            "maker", service.open_review, self.product.id, ProductTrigger.REQUEST, words
        )
        return found

    async def taken(self) -> ProductReview:
        row = await self.review()
        found: ProductReview = await self.run("maker", service.take, row.id)
        return found

    async def packed(self) -> tuple[ProductReview, ProductReviewPack]:
        """A review somebody has taken, with its pack computed."""
        row = await self.taken()
        pack = await self.compute(row.id)
        return await self.find(row.id), pack

    async def compute(self, review_id: UUID) -> ProductReviewPack:
        asked = await self.run("maker", service.request, review_id)
        made = await jobs.compute_one(self.platform, self.makers.system, asked.id, lambda *_: None)
        assert made is not None, (await self.run("system", packs.pack, asked.id)).failure
        return made

    async def find(self, review_id: UUID) -> ProductReview:
        found: ProductReview = await self.run("system", reviews.review, review_id)
        return found

    async def count(self, table: str) -> int:
        async def counted(ctx: Context) -> int:
            return int(await ctx.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)

        found: int = await self.run("system", counted)
        return found


@pytest.fixture
async def makers(platform: Platform, tenant: Tenant, clock: FixedClock) -> make.Makers:
    return await make.makers(platform, tenant, clock)


@pytest.fixture
async def shelf(makers: make.Makers) -> Shelf:
    return Shelf(makers, await makers.on_sale(risk=ProductRisk.MEDIUM))


@pytest.fixture
async def held(shelf: Shelf) -> Shelf:
    version = (await shelf.makers.version(shelf.product.id)).id
    await shelf.run("system", _holders, version)
    return shelf


@pytest.fixture
def opened(makers: make.Makers) -> Callable[[ProductRisk], Awaitable[Product]]:
    async def of(risk: ProductRisk) -> Product:
        return await makers.on_sale(risk=risk)

    return of


async def _holders(ctx: Context, version_id: UUID) -> None:
    people = [new_id() for _ in range(HOLDERS)]
    await ctx.vault.create(people)
    for place, person in enumerate(people):
        async with ctx.audit("customer.create", ("party", person)):
            ctx.session.add(_party(ctx, person, place))
    new = [
        NewHolding(
            ref=f"h{place}",
            party_id=person,
            product_code="savings",
            product_version_id=version_id,
            kind="deposit",
            currency="CZK",
            opened_on=date(2024, 1 + place % 12, 5),
            closed_on=date(2026, 5, 1) if place % 8 == 0 else None,
            close_reason="moved" if place % 8 == 0 else None,
            status="closed" if place % 8 == 0 else "open",
            channel="web" if place % 2 else "branch",
            account_number=f"{place:010}",
        )
        for place, person in enumerate(people)
    ]
    await record_holdings(ctx, new_id(), new)
    rows = await ctx.session.execute(text("SELECT a.id, a.owner_id FROM account a WHERE a.holding_id IS NOT NULL"))
    await record_movements(ctx, new_id(), [each for account, owner in rows for each in _bookings(account, owner)])


def _party(ctx: Context, person: UUID, place: int) -> Party:
    seal = ctx.vault.seal
    return Party(
        id=person,
        tenant_id=ctx.actor.tenant_id,
        kind=PartyKind.PERSON,
        name=seal("party", "name", person, person, f"Person {place}"),
        birth_date=seal("party", "birth_date", person, person, f"{1960 + place}-06-15"),
        gender="female" if place % 2 else "male",
        region="Praha" if place < HOLDERS // 2 else "Brno",
        source="test",
        created_by=ctx.actor.id,
        created_at=ctx.now,
    )


def _bookings(account: UUID, owner: UUID) -> list[NewMovement]:
    return [
        NewMovement(
            ref=f"{account} {day} {purpose}",
            account_id=account,
            owner_id=owner,
            booked_on=day,
            direction=direction,
            operation=None,
            amount=amount,
            balance=Decimal(1000),
            currency="CZK",
            purpose=purpose,
            counterparty_bank=None,
            counterparty_account=None,
        )
        for day in BOOKED
        for purpose, direction, amount in (("statement_fee", "debit", FEE), ("interest", "credit", INTEREST))
    ]
