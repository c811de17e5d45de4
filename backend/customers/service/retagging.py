"""Search tags of some parties computed anew, under the version that is written now: the backfill of a rotation."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.customers.models import Party, PartyContact, PartyIdentifier, PartyStatus
from backend.customers.service.loading import tag_names
from backend.customers.tagging import index_of, opened

_TABLES: Final[tuple[type[PartyIdentifier] | type[PartyContact], ...]] = (PartyIdentifier, PartyContact)


async def retag_page(ctx: Context, after: UUID | None, size: int, run_id: UUID) -> Sequence[UUID]:
    """The parties of the page, in the order of their ids; erased ones among them have nothing to tag."""
    ctx.require("rotate", "encryption_key", Facts(tenant_id=ctx.actor.tenant_id))
    wanted = select(Party.id, Party.status).order_by(col(Party.id)).limit(size)
    rows = (await ctx.session.execute(wanted if after is None else wanted.where(col(Party.id) > after))).all()
    async with ctx.audit("key.index_retag", ("key_rotation", run_id)):
        await retag(ctx, [party_id for party_id, status in rows if status != PartyStatus.SHREDDED])
    return [party_id for party_id, _ in rows]


async def retag(ctx: Context, party_ids: Collection[UUID]) -> None:
    """Inside an entry. Parties are locked in the order of their ids: who writes names meanwhile waits."""
    ordered = sorted(party_ids)
    await ctx.vault.load(ordered)
    lock = select(Party.id).where(col(Party.id).in_(ordered)).order_by(col(Party.id))
    await ctx.session.execute(lock.with_for_update(key_share=True))
    for table in _TABLES:
        found = select(table).where(col(table.party_id).in_(ordered), col(table.value_tag).is_not(None))
        rows: Iterable[Any] = await ctx.session.scalars(
            found.with_for_update().execution_options(populate_existing=True)
        )
        for row in rows:
            tag = ctx.vault.search.tag(index_of(row), opened(ctx, row))
            if row.value_tag != tag:
                row.value_tag = tag
    await ctx.session.flush()
    for party_id in ordered:
        await tag_names(ctx, party_id)
