"""Erasure by key destruction, in steps that are each one transaction: a kill between two of them loses nothing.

    approved → keys_destroyed → stripped → complete          (or cancelled, when something came to keep the data)

With the first step nothing personal can be read again; the others take the ciphertexts, tags and files away.
"""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.customers.models import Party, PartyStatus
from backend.privacy.shredding import destroy_keys, erase_ciphertexts
from backend.rights import queries, stripping
from backend.rights.errors import ErasureElsewhere
from backend.rights.models import DueState, Erasure, ErasureState, RetentionDue
from backend.rights.service import requests
from backend.rights.service.loading import judged_whole, lock, retention


async def advance(ctx: Context) -> int:
    """For the schedule: the next step of one erasure, 0 when all are complete. Run again after a kill: it goes on."""
    ctx.require("run", "erasure", Facts(tenant_id=ctx.actor.tenant_id))
    erasure = await queries.unfinished(ctx)
    if erasure is None:
        return 0
    await _STEPS[ErasureState(erasure.state)](ctx, erasure)
    return 1


async def _destroy(ctx: Context, erasure: Erasure) -> None:
    """The record is locked first: a hold that was placed before is seen, one that comes later comes too late."""
    party = await lock(ctx, erasure.party_id)
    if party.status == PartyStatus.MERGED:
        raise ErasureElsewhere(party_id=erasure.party_id)
    under = await retention(ctx)
    if not (await judged_whole(ctx, erasure.party_id, under.rules)).erasable:
        await _cancel(ctx, erasure)
        return
    lineage = await queries.lineage(ctx, erasure.party_id)
    subject = ("party", erasure.party_id)
    async with ctx.audit("customer.shredded", subject, reason=erasure.ground, ruleset=erasure.ruleset) as entry:
        keys = await destroy_keys(ctx.session, ctx.actor.tenant_id, lineage, ctx.now)
        for record in await ctx.session.scalars(select(Party).where(col(Party.id).in_(lineage))):
            record.status = PartyStatus.SHREDDED
        erasure.state, erasure.shredded_entry = ErasureState.KEYS_DESTROYED, entry
        erasure.counts = {"records": len(lineage), "keys": keys}
    ctx.vault.keyring.destroyed(ctx.actor.tenant_id, lineage)
    await ctx.emit("customer.shredded", erasure.party_id, {"records": [str(each) for each in lineage]})


async def _strip(ctx: Context, erasure: Erasure) -> None:
    lineage = await queries.lineage(ctx, erasure.party_id)
    rows = await stripping.strip_rows(ctx, lineage, erasure.party_id)
    contents = await stripping.remove_contents(ctx, lineage)
    async with ctx.audit("customer.erase", ("party", erasure.party_id), reason="versions") as entry:
        versions = sum([await _emptied_versions(ctx, each, entry) for each in lineage])
        erasure.state = ErasureState.STRIPPED
        erasure.counts = {**erasure.counts, "rows": rows, "contents": contents, "versions": versions}


async def _emptied_versions(ctx: Context, party_id: UUID, entry: UUID) -> int:
    sealed = await erase_ciphertexts(ctx.session, party_id, entry)
    return sealed + await stripping.redact_deleted(ctx, party_id, entry)


async def _complete(ctx: Context, erasure: Erasure) -> None:
    async with ctx.audit("erasure.complete", ("party", erasure.party_id), reason=erasure.ground) as entry:
        erasure.state, erasure.completed_entry, erasure.completed_at = ErasureState.COMPLETE, entry, ctx.now
    if erasure.request_id is not None:
        await requests.erased(ctx, erasure.request_id)
    await ctx.emit("erasure.completed", erasure.id, {"party": str(erasure.party_id)})


async def _cancel(ctx: Context, erasure: Erasure) -> None:
    async with ctx.audit("erasure.cancel", ("party", erasure.party_id), reason="must_be_kept"):
        erasure.state = ErasureState.CANCELLED
        for due in await _dues(ctx, erasure.batch_id, erasure.party_id):
            due.state, due.reason = DueState.KEPT, "no_longer_due"
    if erasure.request_id is not None:
        await requests.cancelled_erasure(ctx, erasure.request_id)


async def _dues(ctx: Context, batch_id: UUID | None, party_id: UUID) -> Any:
    of_batch = select(RetentionDue).where(RetentionDue.batch_id == batch_id, RetentionDue.party_id == party_id)
    return await ctx.session.scalars(of_batch)


_STEPS: Final[Mapping[ErasureState, Callable[[Context, Erasure], Awaitable[None]]]] = MappingProxyType(
    {
        ErasureState.APPROVED: _destroy,
        ErasureState.KEYS_DESTROYED: _strip,
        ErasureState.STRIPPED: _complete,
    }
)
