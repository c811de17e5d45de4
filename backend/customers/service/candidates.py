"""Records that may be the same party: found through tags, compared in clear, noted for people to judge."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers import rulesets
from backend.customers.duplicates import Match, Subject, compare
from backend.customers.models import (
    ContactKind,
    MergeCase,
    NameKind,
    Party,
    PartyContact,
    PartyIdentifier,
    PartyKind,
    PartyName,
    PartyStatus,
)
from backend.customers.queries.search import tagged
from backend.customers.tagging import tags_of


async def note_duplicates(ctx: Context, party_id: UUID) -> list[MergeCase]:
    """Cases opened now. A pair that was judged before, or waits for it, is left as it is.

    Candidates are looked for in the whole institution, whatever the actor may see: the actor is told nothing of them.
    """
    loaded = rulesets.duplicates(ctx)
    others = await _candidates(ctx, party_id, loaded.rules.most_candidates)
    known = await _judged(ctx, party_id)
    fresh = [other for other in others if other not in known]
    if not fresh:
        return []
    subjects = await _subjects(ctx, [party_id, *fresh])
    mine = subjects.pop(party_id)
    matches = {other: compare(mine, subject, loaded.rules) for other, subject in subjects.items()}
    cases = [
        _case(ctx, party_id, other, match) for other, match in matches.items() if match.score >= loaded.rules.review
    ]
    if cases:
        async with ctx.audit("customer.merge.suspect", ("party", party_id), ruleset=loaded.sha256):
            ctx.session.add_all(cases)
    return cases


def _case(ctx: Context, party_id: UUID, other_id: UUID, match: Match) -> MergeCase:
    first, second = sorted((party_id, other_id))
    return MergeCase(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        first_id=first,
        second_id=second,
        score=match.score,
        evidence=[item.as_json() for item in match.evidence],
    )


async def _judged(ctx: Context, party_id: UUID) -> set[UUID]:
    pairs = select(MergeCase.first_id, MergeCase.second_id).where(
        or_(col(MergeCase.first_id) == party_id, col(MergeCase.second_id) == party_id)
    )
    return {side for pair in await ctx.session.execute(pairs) for side in pair} - {party_id}


async def _candidates(ctx: Context, party_id: UUID, most: int) -> Sequence[UUID]:
    """Sharing an identifier or a contact comes before sharing a name, when there are too many."""
    sharing = await _sharing_tags(ctx, party_id, most)
    named = await _sharing_names(ctx, party_id, most)
    return list(dict.fromkeys([*sharing, *named]))[:most]


async def _sharing_tags(ctx: Context, party_id: UUID, most: int) -> list[UUID]:
    found: list[UUID] = []
    tables: tuple[Any, ...] = (PartyIdentifier, PartyContact)
    for table in tables:
        mine = [tag for row in await _rows(ctx, table, party_id) for tag in tags_of(ctx, row)]
        others = select(table.party_id).where(table.value_tag.in_(mine), table.party_id != party_id)
        found += await _active(ctx, col(Party.id).in_(others), most)
    return found


async def _rows(ctx: Context, table: Any, party_id: UUID) -> Sequence[Any]:
    return (await ctx.session.scalars(select(table).where(table.party_id == party_id))).all()


async def _sharing_names(ctx: Context, party_id: UUID, most: int) -> list[UUID]:
    """Parties that answer to a whole name of this one."""
    rows = await ctx.session.scalars(
        select(PartyName).where(PartyName.party_id == party_id, PartyName.kind != NameKind.TRADING)
    )
    texts = [ctx.vault.open("party_name", "full_name", row.id, party_id, row.full_name) for row in rows]
    asked = [groups for text in texts if (groups := ctx.vault.search.query(text))]
    if not asked:
        return []
    named = or_(*(tagged(groups) for groups in asked))
    return await _active(ctx, and_(named, col(Party.id) != party_id), most)


async def _active(ctx: Context, condition: ColumnElement[bool], most: int) -> list[UUID]:
    wanted = select(Party.id).where(condition, Party.status == PartyStatus.ACTIVE)
    return list(await ctx.session.scalars(wanted.order_by(col(Party.id).desc()).limit(most)))


async def _subjects(ctx: Context, party_ids: Sequence[UUID]) -> dict[UUID, Subject]:
    """Four queries, however many parties."""
    await ctx.vault.load(party_ids)
    parties = (await ctx.session.scalars(select(Party).where(col(Party.id).in_(party_ids)))).all()
    names = await _of(ctx, PartyName, party_ids)
    identifiers = await _of(ctx, PartyIdentifier, party_ids)
    contacts = await _of(ctx, PartyContact, party_ids)
    return {
        party.id: Subject(
            kind=PartyKind(party.kind),
            names=frozenset(_open(ctx, "full_name", names[party.id])),
            birth_date=_born(ctx, party),
            founded_on=party.founded_on,
            gender=party.gender,
            country=party.country,
            identifiers=frozenset(
                (row.type, row.country, value)
                for row, value in zip(identifiers[party.id], _open(ctx, "value", identifiers[party.id]), strict=True)
            ),
            emails=_contacts(ctx, contacts[party.id], ContactKind.EMAIL),
            phones=_contacts(ctx, contacts[party.id], ContactKind.PHONE),
        )
        for party in parties
    }


async def _of(ctx: Context, table: Any, party_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = {party_id: [] for party_id in party_ids}
    for row in await ctx.session.scalars(select(table).where(table.party_id.in_(party_ids))):
        grouped[row.party_id].append(row)
    return grouped


def _open(ctx: Context, column: str, rows: Iterable[Any]) -> list[str]:
    return [ctx.vault.open(row.__tablename__, column, row.id, row.party_id, getattr(row, column)) for row in rows]


def _contacts(ctx: Context, rows: Sequence[Any], kind: ContactKind) -> frozenset[str]:
    return frozenset(_open(ctx, "value", [row for row in rows if row.kind == kind]))


def _born(ctx: Context, party: Party) -> date | None:
    text = ctx.vault.open_optional("party", "birth_date", party.id, party.id, party.birth_date)
    return None if text is None else date.fromisoformat(text)
