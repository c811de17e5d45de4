"""What the survivor of a merge takes over from the loser, re-sealed under the survivor's key.

A row moves as it is: its id, its salts and its commitments stay, so its history still verifies. A row that the
survivor has already (the same identifier, the same tie) remains with the loser, whose record is kept.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.errors import StakesExceedWhole
from backend.customers.models import (
    Document,
    DocumentContent,
    NameKind,
    OwnershipStake,
    Party,
    PartyAddress,
    PartyContact,
    PartyCountry,
    PartyIdentifier,
    PartyName,
    PartyRelationship,
    Stage,
    StakeKind,
)
from backend.customers.service.relations import customer_of
from backend.customers.service.ties import held_together

Key = Callable[[Any], Hashable]

_SCALARS: Final = (
    "gender",
    "occupation",
    "industry",
    "legal_form",
    "founded_on",
    "country",
    "region",
    "correspondence_language",
    "referred_by",
)


async def take_over(ctx: Context, survivor: Party, loser: Party) -> None:
    """Within the open audit entry; both keys are open."""
    _fill_gaps(ctx, survivor, loser)
    for table, key in _tables(ctx):
        await _move(ctx, table, key, survivor.id, loser.id)
    await _move_contents(ctx, survivor.id, loser.id)
    await _move_ties(ctx, PartyRelationship, ("from_id", "to_id"), survivor.id, loser.id)
    await _move_ties(ctx, OwnershipStake, ("owner_id", "owned_id"), survivor.id, loser.id)
    await ctx.session.flush()
    await _refuse_more_than_whole(ctx, survivor.id)
    await _move_relation(ctx, survivor.id, loser.id)


def _fill_gaps(ctx: Context, survivor: Party, loser: Party) -> None:
    """What the survivor's record lacks; what both have stays as the survivor has it."""
    for name in _SCALARS:
        if getattr(survivor, name) is None:
            setattr(survivor, name, getattr(loser, name))
    if survivor.birth_date is None and loser.birth_date is not None:
        text = ctx.vault.open("party", "birth_date", loser.id, loser.id, loser.birth_date)
        survivor.birth_date = ctx.vault.seal("party", "birth_date", survivor.id, survivor.id, text)


def _tables(ctx: Context) -> Sequence[tuple[Any, Key]]:
    """Each table with what makes two of its rows the same."""

    def text(table: str, column: str) -> Callable[[Any], str]:
        return lambda row: ctx.vault.open(table, column, row.id, row.party_id, getattr(row, column))

    full_name, address = text("party_name", "full_name"), text("party_address", "text")
    return (
        (PartyName, lambda row: (row.script, full_name(row).casefold())),
        (PartyIdentifier, lambda row: (row.type, row.country, row.value_tag)),
        (PartyAddress, lambda row: (row.kind, row.country, address(row).casefold())),
        (PartyContact, lambda row: (row.kind, row.value_tag)),
        (PartyCountry, lambda row: (row.kind, row.country)),
        (Document, lambda row: row.sha256),
    )


async def _of(ctx: Context, table: Any, party_id: UUID) -> Sequence[Any]:
    return (await ctx.session.scalars(select(table).where(table.party_id == party_id).order_by(table.id))).all()


async def _move(ctx: Context, table: Any, key: Key, survivor_id: UUID, loser_id: UUID) -> None:
    held = {key(row) for row in await _of(ctx, table, survivor_id)}
    for row in await _of(ctx, table, loser_id):
        if key(row) in held:
            continue
        _reseal(ctx, row, survivor_id, loser_id)
        row.party_id = survivor_id
        if isinstance(row, PartyName) and row.kind == NameKind.LEGAL:
            row.kind = NameKind.ALIAS


def _reseal(ctx: Context, row: Any, survivor_id: UUID, loser_id: UUID) -> None:
    table = row.__table__
    for column in table.columns:
        sealed = getattr(row, column.key)
        if column.info.get("sealed") and sealed is not None:
            moved = ctx.vault.reseal(table.name, column.key, row.id, loser_id, survivor_id, sealed)
            setattr(row, column.key, moved)


async def _move_contents(ctx: Context, survivor_id: UUID, loser_id: UUID) -> None:
    """Of the documents that moved; one at a time, so that a single file is in memory."""
    moved = select(DocumentContent.id).where(
        DocumentContent.party_id == loser_id,
        col(DocumentContent.id).in_(select(Document.id).where(Document.party_id == survivor_id)),
    )
    for document_id in (await ctx.session.scalars(moved)).all():
        stored = await ctx.session.get_one(DocumentContent, document_id)
        content = b"".join(ctx.vault.open_document(loser_id, document_id, stored.body))
        stored.body = ctx.vault.seal_document(survivor_id, document_id, content)
        stored.party_id = survivor_id
        await ctx.session.flush()
        ctx.session.expunge(stored)


async def _move_ties(ctx: Context, table: Any, ends: tuple[str, str], survivor_id: UUID, loser_id: UUID) -> None:
    """A tie between the two, or one that the survivor has already, ends with the loser."""
    rows = (await ctx.session.scalars(_tied(table, ends, (survivor_id, loser_id)))).all()
    held = {_tie(row, ends) for row in rows if loser_id not in _parties(row, ends)}
    for row in rows:
        if loser_id not in _parties(row, ends):
            continue
        new = tuple(survivor_id if party == loser_id else party for party in _parties(row, ends))
        if new[0] == new[1] or _tie(row, ends, new) in held:
            row.valid_to = row.valid_to or ctx.now.date()
            continue
        for end, party in zip(ends, new, strict=True):
            setattr(row, end, party)
        held.add(_tie(row, ends))


def _tied(table: Any, ends: tuple[str, str], parties: Sequence[UUID]) -> Any:
    first, second = (getattr(table, end).in_(parties) for end in ends)
    return select(table).where(first | second).order_by(table.id)


def _parties(row: Any, ends: tuple[str, str]) -> tuple[UUID, UUID]:
    return getattr(row, ends[0]), getattr(row, ends[1])


def _tie(row: Any, ends: tuple[str, str], parties: tuple[UUID, ...] | None = None) -> Hashable:
    return (parties or _parties(row, ends), row.kind, getattr(row, "fraction", None), row.valid_to)


async def _refuse_more_than_whole(ctx: Context, survivor_id: UUID) -> None:
    for kind in (StakeKind.SHARES, StakeKind.VOTES):
        if await held_together(ctx, survivor_id, kind, ctx.now.date()) > 1:
            raise StakesExceedWhole(field="survivor_id", kind=kind.value)


async def _move_relation(ctx: Context, survivor_id: UUID, loser_id: UUID) -> None:
    """Where both are customers, the survivor's relationship goes on and the loser's is closed."""
    theirs, mine = await customer_of(ctx, loser_id), await customer_of(ctx, survivor_id)
    if theirs is None:
        return
    if mine is None:
        theirs.party_id = survivor_id
    elif theirs.stage != Stage.EXITED:
        theirs.stage, theirs.stage_since, theirs.exited_at = Stage.EXITED, ctx.now, ctx.now
