"""Records for the services to work on: found, open to change, and allowed to be changed by the actor."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.tables import Audited, Tenanted
from backend.customers.errors import PartyClosed, PartyErased, PartyNotFound, RecordNotFound
from backend.customers.models import NameTag, Party, PartyName, PartyStatus
from backend.customers.queries.sight import facts

R = TypeVar("R", bound=Tenanted)


async def party_for(ctx: Context, party_id: UUID, action: str = "edit", obj: str = "customer") -> Party:
    """The right is asked for first, so that a refusal tells nothing of the record; its keys are open afterwards."""
    ctx.require(action, obj, await facts(ctx, party_id))
    party = await ctx.session.get(Party, party_id)
    if party is None:
        raise PartyNotFound()
    if party.status != PartyStatus.ACTIVE:
        raise PartyErased() if party.status == PartyStatus.SHREDDED else PartyClosed()
    await ctx.vault.load([party_id])
    return party


async def record(ctx: Context, table: type[R], record_id: UUID, what: str) -> R:
    found = await ctx.session.get(table, record_id)
    if found is None:
        raise RecordNotFound(what=what)
    return found


def new_party_facts(ctx: Context, manager_id: UUID | None, team_id: UUID | None) -> Facts:
    """Where a party will stand that is not recorded yet."""
    actor = ctx.actor
    return Facts(
        tenant_id=actor.tenant_id,
        manager_id=manager_id,
        team_id=team_id,
        referred_by=actor.id if actor.type == "partner" else None,
        maker_id=actor.id,
        deciders=frozenset(),
    )


async def remove(ctx: Context, row: Audited, entry: UUID) -> None:
    """The last version names who removed it, and why; the database then keeps the removal as a version too."""
    row.entry_id = entry
    await ctx.session.flush()
    await ctx.session.delete(row)
    await ctx.session.flush()


async def tag_names(ctx: Context, party_id: UUID) -> None:
    """Tags of all names of the party, those that ended included: people are looked up by former names.

    One at a time for a party: of two that write names, the second sees what the first wrote.
    """
    await ctx.session.execute(select(Party.id).where(Party.id == party_id).with_for_update(key_share=True))
    rows = await ctx.session.scalars(select(PartyName).where(PartyName.party_id == party_id))
    tags: set[bytes] = set()
    for row in rows:
        tags.update(ctx.vault.search.name(ctx.vault.open("party_name", "full_name", row.id, party_id, row.full_name)))
    await ctx.session.execute(delete(NameTag).where(col(NameTag.party_id) == party_id))
    ctx.session.add_all(NameTag(tenant_id=ctx.actor.tenant_id, party_id=party_id, tag=tag) for tag in sorted(tags))
    await ctx.session.flush()
