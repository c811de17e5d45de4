"""Who holds a product and to whom it was sold, with all that selling knows of them, page by page from one cursor."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Composable, Composed, Literal
from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from backend.access.context import Context
from backend.holdings.models import Holding, HoldingStatus
from backend.privacy.errors import DataKeyDestroyed
from backend.product_reviews.what_if import Profile, SoldTo
from backend.products import queries as products
from backend.products.errors import VersionNotFound
from backend.products.models import ProductVersion
from backend.products.selling.models import Sale, SaleState
from backend.products.suitability.record import age

PAGE: Final = 20_000
_YEAR: Final = timedelta(days=365)
_SAID: Final = SQL(
    "LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('q', a.questionnaire, 'g', a.grade, 'k', a.kind,"
    " 'v', a.vulnerable, 'f', a.result -> 'facts') ORDER BY a.id)::text AS text FROM (SELECT DISTINCT ON"
    " (t.questionnaire) t.* FROM assessment t WHERE t.party_id = {party} AND {counted}"
    " ORDER BY t.questionnaire, t.id DESC) a) said ON true"
)
_SEAT: Final = SQL(
    "LEFT JOIN LATERAL (SELECT s.country FROM party_address s WHERE p.country IS NULL AND s.party_id = p.id"
    " AND s.kind IN ('home', 'registered') AND (s.valid_to IS NULL OR s.valid_to >= {day}) ORDER BY s.id LIMIT 1)"
    " seat ON true"
)
_HOLDERS: Final = SQL(
    "SELECT h.party_id, p.kind, coalesce(p.country, seat.country), said.text, {born}"
    " FROM (SELECT DISTINCT party_id FROM holding WHERE product_version_id = ANY({versions}) AND status = 'open') h"
    " JOIN party p ON p.id = h.party_id {seat} {said}"
)
_SALES: Final = SQL(
    "SELECT x.party_id, p.kind, coalesce(p.country, seat.country), said.text, {born}, x.id, x.sold_at::date, x.channel"
    " FROM sale x JOIN party p ON p.id = x.party_id {seat} {said}"
    " WHERE x.product_id = {product} AND x.state = 'confirmed' AND x.sold_at >= {since}"
)
_LAST: Final = SQL("t.state IN ('in_force', 'expired')")
_THEN: Final = SQL(
    "t.taken_on <= x.sold_at::date AND t.valid_until >= x.sold_at::date"
    " AND (t.ended_at IS NULL OR t.ended_at >= x.sold_at)"
)


async def version_of(ctx: Context, code: str, number: int) -> UUID:
    """Raises ProductNotFound, VersionNotFound."""
    product = await products.by_code(ctx, code)
    found = select(ProductVersion.id).where(ProductVersion.product_id == product.id, ProductVersion.number == number)
    version_id = await ctx.session.scalar(found)
    if version_id is None:
        raise VersionNotFound()
    return version_id


async def versions_of(ctx: Context, product_id: UUID) -> list[UUID]:
    versions = select(ProductVersion.id).where(col(ProductVersion.product_id) == product_id)
    return list(await ctx.session.scalars(versions.where(col(ProductVersion.effective_from).is_not(None))))


async def holder_count(ctx: Context, versions: Collection[UUID]) -> int:
    counted = sql_select(func.count(col(Holding.party_id).distinct())).where(
        col(Holding.product_version_id).in_(versions), col(Holding.status) == HoldingStatus.OPEN
    )
    return await ctx.session.scalar(counted) or 0


async def sale_count(ctx: Context, product_id: UUID) -> int:
    counted = sql_select(func.count()).where(
        col(Sale.product_id) == product_id,
        col(Sale.state) == SaleState.CONFIRMED,
        col(Sale.sold_at) >= ctx.now - _YEAR,
    )
    return await ctx.session.scalar(counted) or 0


async def holders(
    ctx: Context, versions: Sequence[UUID], *, aged: bool
) -> AsyncIterator[tuple[list[UUID], list[Profile]]]:
    """Each customer once. `aged`: birth dates are opened, which only a market that asks for the age is worth."""
    today = ctx.now.date()
    query = _HOLDERS.format(
        born=_born(aged),
        versions=Literal(list(versions)),
        seat=_SEAT.format(day=Literal(today)),
        said=_SAID.format(party=SQL("h.party_id"), counted=_LAST),
    )
    async for rows in _pages(ctx, query):
        await _open(ctx, rows, aged)
        yield [row[0] for row in rows], [_profile(ctx, row, today) for row in rows]


async def sales(ctx: Context, product_id: UUID, *, aged: bool) -> AsyncIterator[list[SoldTo]]:
    """Confirmed in the last year; each customer as selling knew her on that day."""
    query = _SALES.format(
        born=_born(aged),
        product=Literal(product_id),
        since=Literal(ctx.now - _YEAR),
        seat=_SEAT.format(day=SQL("x.sold_at::date")),
        said=_SAID.format(party=SQL("x.party_id"), counted=_THEN),
    )
    async for rows in _pages(ctx, query):
        await _open(ctx, rows, aged)
        yield [SoldTo(row[5], row[0], row[6], _profile(ctx, row, row[6], row[7])) for row in rows]


def _born(aged: bool) -> Composable:
    return SQL("p.birth_date") if aged else SQL("NULL::bytea")


def _profile(ctx: Context, row: Sequence[Any], day: date, channel: str = "") -> Profile:
    party_id, kind, residence, said, born = row[:5]
    return Profile(kind, residence, None if born is None else _age(ctx, party_id, born, day), said, channel)


def _age(ctx: Context, party_id: UUID, born: bytes, day: date) -> int | None:
    """Of somebody who was erased nothing is known."""
    try:
        return age(date.fromisoformat(ctx.vault.open("party", "birth_date", party_id, party_id, born)), day)
    except DataKeyDestroyed:
        return None


async def _open(ctx: Context, rows: Sequence[Sequence[Any]], aged: bool) -> None:
    if aged:
        await ctx.vault.load({row[0] for row in rows if row[4] is not None})


async def _pages(ctx: Context, query: Composed) -> AsyncIterator[list[tuple[Any, ...]]]:
    """A cursor of the server's: the transaction can ask other things between two pages."""
    raw = await (await ctx.session.connection()).get_raw_connection()
    connection = raw.driver_connection
    if not isinstance(connection, psycopg.AsyncConnection):
        raise TypeError("reading in pages needs the psycopg driver")
    async with connection.cursor(name="what_if", binary=True) as cursor:
        await cursor.execute(query)
        while rows := await cursor.fetchmany(PAGE):
            yield rows
