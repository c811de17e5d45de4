"""Finding parties: by the words of a name, by identifier, phone or e-mail. Tags find candidates; texts decide."""

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, intersect
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.customers import contacts, identifiers
from backend.customers.identifier_rules import plain
from backend.customers.indexes import EMAIL, IDENTIFIER, PHONE
from backend.customers.models import (
    ContactKind,
    Customer,
    NameTag,
    Party,
    PartyContact,
    PartyIdentifier,
    PartyName,
    PartyStatus,
)
from backend.customers.numbering import read_number
from backend.customers.queries.sight import SCOPE, standing
from backend.customers.queries.summaries import many
from backend.customers.views import Page, PartySummary
from backend.privacy.blind import BlindIndex
from backend.privacy.tags import name_tokens, query_tokens

_BATCH = 100
_MOST = 200


def tagged(groups: Sequence[Sequence[bytes]]) -> ColumnElement[bool]:
    """Parties whose names carry a tag of every group: one index scan for each group, then their intersection."""
    holders = [select(NameTag.party_id).where(col(NameTag.tag).in_(group)) for group in groups]
    return col(Party.id).in_(intersect(*holders) if len(holders) > 1 else holders[0])


async def search(ctx: Context, text: str, after: UUID | None = None, limit: int = 20) -> Page[PartySummary]:
    """Oldest record first; a customer number finds its one customer. A name the actor may not search finds nobody."""
    limit = min(max(limit, 1), _MOST)
    numbered = await _numbered(ctx, text) if after is None else ()
    if numbered:
        return await _page(ctx, numbered, limit)
    groups = ctx.vault.search.query(text)
    if not groups:
        return Page((), None)
    found: list[UUID] = []
    while len(found) <= limit:
        batch = await _candidates(ctx, groups, after)
        found += await _answering(ctx, batch, text)
        if len(batch) < _BATCH:
            break
        after = batch[-1]
    return await _page(ctx, found, limit)


async def _numbered(ctx: Context, text: str) -> Sequence[UUID]:
    """By our own numbers as people type them, or by one that came with a taken-over customer."""
    typed = text.strip()
    numbers = {typed, typed.upper(), read_number(typed) or typed}
    wanted = standing(select(Party.id)).where(
        ctx.clause("search", "customer", SCOPE),
        col(Party.status) == PartyStatus.ACTIVE,
        col(Party.id).in_(select(Customer.party_id).where(col(Customer.number).in_(numbers))),
    )
    return (await ctx.session.scalars(wanted)).all()


async def _candidates(ctx: Context, groups: Sequence[Sequence[bytes]], after: UUID | None) -> Sequence[UUID]:
    wanted = standing(select(Party.id)).where(
        ctx.clause("search", "customer", SCOPE), col(Party.status) == PartyStatus.ACTIVE, tagged(groups)
    )
    if after is not None:
        wanted = wanted.where(col(Party.id) > after)
    return (await ctx.session.scalars(wanted.order_by(col(Party.id)).limit(_BATCH))).all()


async def _answering(ctx: Context, party_ids: Sequence[UUID], text: str) -> list[UUID]:
    """Those with one name that answers everything typed: tags of several names may have been mixed."""
    await ctx.vault.load(party_ids)
    rows = await ctx.session.execute(
        select(PartyName.id, PartyName.party_id, PartyName.full_name).where(col(PartyName.party_id).in_(party_ids))
    )
    asked = query_tokens(text)
    answering = {
        row.party_id
        for row in rows
        if _answers(ctx.vault.open("party_name", "full_name", row.id, row.party_id, row.full_name), asked)
    }
    return [party_id for party_id in party_ids if party_id in answering]


def _answers(name: str, asked: Sequence[frozenset[Any]]) -> bool:
    tokens = name_tokens(name)
    return all(alternatives & tokens for alternatives in asked)


async def _page(ctx: Context, found: Sequence[UUID], limit: int) -> Page[PartySummary]:
    shown = found[:limit]
    known = await many(ctx, shown, "search")
    return Page(tuple(known[party_id] for party_id in shown), shown[-1] if len(found) > limit else None)


async def by_identifier(ctx: Context, value: str, type_: str | None = None) -> tuple[PartySummary, ...]:
    known = None if type_ is None else identifiers.TYPES.get(type_)
    normal = plain(value) if known is None else identifiers.check(known, value).normal
    wanted = [] if type_ is None else [col(PartyIdentifier.type) == type_]
    return await _by_tag(ctx, PartyIdentifier, IDENTIFIER, normal, wanted)


async def by_phone(ctx: Context, value: str, region: str | None = None) -> tuple[PartySummary, ...]:
    """Without a region a number is read as one of the institution's country.

    Raises PhoneUnreadable or PhoneImpossible: what is no number is on no record.
    """
    if region is None:
        region = await ctx.session.scalar(select(Tenant.jurisdiction).where(Tenant.id == ctx.actor.tenant_id))
    normal = contacts.phone(value, region, "value")
    return await _by_tag(ctx, PartyContact, PHONE, normal, [col(PartyContact.kind) == ContactKind.PHONE])


async def by_email(ctx: Context, value: str) -> tuple[PartySummary, ...]:
    normal = contacts.email(value, "value")
    return await _by_tag(ctx, PartyContact, EMAIL, normal, [col(PartyContact.kind) == ContactKind.EMAIL])


async def _by_tag(
    ctx: Context,
    table: type[PartyIdentifier] | type[PartyContact],
    index: BlindIndex,
    normal: str,
    wanted: Collection[ColumnElement[bool]],
) -> tuple[PartySummary, ...]:
    """At most 200 records; a value shared by more is no way to find a customer."""
    if not normal:
        return ()
    tags = ctx.vault.search.asked(index, normal)
    scope = ctx.clause("search_identifier", "customer", SCOPE)
    joined = standing(select(table)).join(table, col(table.party_id) == col(Party.id))
    rows = joined.where(scope, col(Party.status) == PartyStatus.ACTIVE, col(table.value_tag).in_(tags), *wanted)
    found: Sequence[Any] = (await ctx.session.scalars(rows.order_by(col(Party.id)).limit(_MOST))).all()
    await ctx.vault.load({row.party_id for row in found})
    same = _comparison(index, normal)
    name = str(table.__tablename__)
    ids = [row.party_id for row in found if same(ctx.vault.open(name, "value", row.id, row.party_id, row.value))]
    known = await many(ctx, ids, "search_identifier")
    return tuple(known[party_id] for party_id in dict.fromkeys(ids))


def _comparison(index: BlindIndex, normal: str) -> Callable[[str], bool]:
    if index is EMAIL:
        return lambda value: value.casefold() == normal.casefold()
    return lambda value: plain(value) == plain(normal)
