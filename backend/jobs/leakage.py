"""`tenure keys leakage`: every index over encrypted values, measured on what the institution really holds.

The tags are counted as they lie in the database, by records that share one. Which kind of word a tag of a name stands
for is seen by opening the names and tagging them again; only counts leave this module.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.customers.models import ContactKind, NameTag, PartyContact, PartyIdentifier, PartyName
from backend.privacy.leakage import Leakage, leakage
from backend.privacy.tags import Kind, name_tokens
from backend.screening.models import ScreenedParty

PAGE: Final = 500
Progress = Callable[[int, int], None]


async def measure(ctx: Context, progress: Progress) -> dict[str, Leakage]:
    """By index; without those that hold nothing. `progress` counts names that were opened."""
    ctx.require("view", "encryption_key", Facts(tenant_id=ctx.actor.tenant_id))
    kind = col(PartyContact.kind)
    key = func.unnest(col(ScreenedParty.keys))
    counts: dict[str, Sequence[int]] = {
        "identifier": await _shared(ctx, col(PartyIdentifier.value_tag), col(PartyIdentifier.party_id)),
        "e-mail": await _shared(
            ctx, col(PartyContact.value_tag), col(PartyContact.party_id), kind == ContactKind.EMAIL
        ),
        "phone": await _shared(ctx, col(PartyContact.value_tag), col(PartyContact.party_id), kind == ContactKind.PHONE),
        **await _names(ctx, progress),
        "screening": await _shared(ctx, key, col(ScreenedParty.party_id)),
    }
    return {index: told for index, shared in counts.items() if (told := leakage(shared)) is not None}


async def _shared(ctx: Context, tag: Any, party: Any, *only: ColumnElement[bool]) -> Sequence[int]:
    """How many parties have each tag."""
    pairs = select(tag.label("tag"), party.label("party")).where(*only).distinct().subquery()
    counted = select(func.count()).where(pairs.c.tag.is_not(None)).group_by(pairs.c.tag)
    return (await ctx.session.scalars(counted)).all()


async def _names(ctx: Context, progress: Progress) -> dict[str, list[int]]:
    """By kind of token; a tag whose kind is not found again would be one of a name that is gone."""
    kinds = await _kinds(ctx, progress)
    shared = select(col(NameTag.tag), func.count(col(NameTag.party_id))).group_by(col(NameTag.tag))
    found: dict[str, list[int]] = {f"name: {kind}": [] for kind in Kind}
    for tag, count in await ctx.session.execute(shared):
        if tag in kinds:
            found[f"name: {kinds[tag]}"].append(count)
    return found


async def _kinds(ctx: Context, progress: Progress) -> dict[bytes, Kind]:
    total = await ctx.session.scalar(select(func.count(col(PartyName.id)))) or 0
    kinds: dict[bytes, Kind] = {}
    last: UUID | None = None
    done = 0
    while page := await _page(ctx, last):
        await ctx.vault.load({party for _, party, _ in page})
        kinds.update(_tagged(ctx, page))
        last, done = page[-1][0], done + len(page)
        progress(done, total)
    return kinds


async def _page(ctx: Context, after: UUID | None) -> Sequence[tuple[UUID, UUID, bytes]]:
    """Of parties that were not erased, in the order of the names' ids."""
    place = col(PartyName.id)
    tagged = select(col(NameTag.party_id))
    wanted = select(place, col(PartyName.party_id), col(PartyName.full_name)).order_by(place).limit(PAGE)
    wanted = wanted.where(col(PartyName.party_id).in_(tagged))
    rows = await ctx.session.execute(wanted if after is None else wanted.where(place > after))
    return [(id_, party, sealed) for id_, party, sealed in rows]


def _tagged(ctx: Context, page: Sequence[tuple[UUID, UUID, bytes]]) -> Iterator[tuple[bytes, Kind]]:
    for id_, party, sealed in page:
        name = ctx.vault.open("party_name", "full_name", id_, party, sealed)
        yield from ((ctx.vault.search.token(token), token.kind) for token in name_tokens(name))
