"""One customer's data key rotated: a new version, and what is sealed under an older one sealed anew.

Salt and commitment of a value stay, so the digest of every version and the log still hold. Versions of the past, and
rows that are never changed, keep their ciphertext: the older key stays wrapped for them, until the customer is erased.
There is no cursor, since what is left is found by the key version that each value names: a killed rotation is ended by
running it again.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, func, insert, or_, select, update
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.database import APP_ROLE
from backend.customers.models import DocumentContent
from backend.privacy.errors import DataKeyDestroyed, DataKeyMissing
from backend.privacy.models import DataKey
from backend.privacy.personal import sealed_columns
from backend.privacy.wrapping import data_key, ids

_ROWS: Final = 200
_DOCUMENTS: Final = 10


class Owned(NamedTuple):
    """The encrypted columns of one table that one column names the owner of."""

    table: Table
    owner: str
    columns: tuple[str, ...]

    @property
    def audited(self) -> bool:
        return "entry_id" in self.table.c


async def begin(ctx: Context, owner_id: UUID) -> int:
    """The next version of the key, under the current epoch: whatever is written from now on is sealed under it.

    Raises DataKeyMissing or DataKeyDestroyed.
    """
    ctx.require("rotate", "encryption_key", Facts(tenant_id=ctx.actor.tenant_id))
    version = await _newest(ctx, owner_id, lock=True) + 1
    created = (await ctx.vault.keyring.create(ctx.actor.tenant_id, [owner_id], version))[owner_id]
    epoch, _ = ids(data_key(ctx.actor.tenant_id, owner_id), created.wrapped)
    await ctx.trail.note("key.rotate_data", ("party", owner_id), reason=f"version={version}")
    row = {"tenant_id": ctx.actor.tenant_id, "owner_id": owner_id, "version": version, "epoch": epoch}
    await ctx.session.execute(insert(DataKey), [row | {"wrapped": created.wrapped, "created_at": ctx.now}])
    return version


async def reseal_some(ctx: Context, owner_id: UUID) -> int:
    """Some rows or documents brought under the newest key; 0 when none is left."""
    ctx.require("rotate", "encryption_key", Facts(tenant_id=ctx.actor.tenant_id))
    version = await _newest(ctx, owner_id)
    await ctx.vault.load([owner_id])
    for of in await _changeable(ctx):
        done = await _reseal_rows(ctx, of, owner_id, version)
        if done:
            return done
    return await _reseal_documents(ctx, owner_id, version)


async def _reseal_rows(ctx: Context, of: Owned, owner_id: UUID, version: int) -> int:
    c = of.table.c
    left = or_(*(_older(c[key], version) for key in of.columns))
    wanted = select(c.id, *(c[key] for key in of.columns)).where(c[of.owner] == owner_id, left).limit(_ROWS)
    rows = (await ctx.session.execute(wanted.with_for_update())).mappings().all()
    if rows and of.audited:
        async with ctx.audit("key.reseal", ("party", owner_id), reason=of.table.name) as entry:
            await _write(ctx, of, owner_id, rows, {"entry_id": entry, "ver": c.ver + 1})
    elif rows:
        await _write(ctx, of, owner_id, rows, {})
    return len(rows)


async def _write(ctx: Context, of: Owned, owner_id: UUID, rows: Sequence[Any], also: Mapping[str, Any]) -> None:
    for row in rows:
        fresh = {
            key: ctx.vault.reseal(of.table.name, key, row["id"], owner_id, owner_id, row[key])
            for key in of.columns
            if row[key] is not None
        }
        await ctx.session.execute(update(of.table).where(of.table.c.id == row["id"]).values(**fresh, **also))


async def _reseal_documents(ctx: Context, owner_id: UUID, version: int) -> int:
    of_owner = select(DocumentContent).where(
        col(DocumentContent.party_id) == owner_id, _older(col(DocumentContent.body), version)
    )
    documents = (await ctx.session.scalars(of_owner.limit(_DOCUMENTS).with_for_update())).all()
    for document in documents:
        content = b"".join(ctx.vault.open_document(owner_id, document.id, document.body))
        document.body = ctx.vault.seal_document(owner_id, document.id, content)
    await ctx.session.flush()
    return len(documents)


def _older(value: Any, version: int) -> ColumnElement[bool]:
    """By the key version in the header, which a field and a document have at the same place."""
    stamp: ColumnElement[bool] = func.substring(value, 2, 4) < version.to_bytes(4, "big")
    return and_(value.is_not(None), stamp)


async def _changeable(ctx: Context) -> list[Owned]:
    """Columns that the application may change; the others are history."""
    sealed = sealed_columns()
    asked = [func.has_column_privilege(APP_ROLE, one.table.name, one.name, "UPDATE") for one in sealed]
    allowed = (await ctx.session.execute(select(*asked))).one()
    kept = [one for one, may in zip(sealed, allowed, strict=True) if may]
    grouped = groupby(kept, key=lambda one: (one.table, one.owner))
    return [Owned(table, owner, tuple(one.name for one in some)) for (table, owner), some in grouped]


async def _newest(ctx: Context, owner_id: UUID, *, lock: bool = False) -> int:
    wanted = select(DataKey).where(col(DataKey.owner_id) == owner_id).order_by(col(DataKey.version).desc()).limit(1)
    newest = (await ctx.session.scalars(wanted.with_for_update() if lock else wanted)).one_or_none()
    if newest is None:
        raise DataKeyMissing(owner_id=owner_id, version=0)
    if newest.wrapped is None:
        raise DataKeyDestroyed(owner_id=owner_id)
    return newest.version
