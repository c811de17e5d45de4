"""What is taken away of a person whose keys are destroyed: ciphertexts, keyed tags, open columns, files; and of what
was kept openly also the values in earlier versions.

Driven by what the tables say of their columns, so a new table is emptied like the others. What stays is written down in
`certificate.REMAINS`: each certificate lists it.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, text, update
from sqlalchemy.engine import CursorResult
from sqlmodel import col

from backend.access.context import Context
from backend.customers.models import NameTag
from backend.privacy.personal import PersonalTable, about, personal_tables

_ROWS_AN_ENTRY: Final = 200
_REDACT: Final = text("SELECT redact_versions(:entry, :emptied)")
_REDACT_DELETED: Final = text("SELECT redact_deleted(:entry, :erased, :target, :owner, :emptied)")


async def strip_rows(ctx: Context, lineage: Collection[UUID], subject: UUID) -> int:
    """Every audited row gets one more version, without anything of the person; how many were emptied."""
    return sum([await _strip(ctx, of, lineage, subject) for of in personal_tables().values() if of.audited])


async def remove_contents(ctx: Context, lineage: Collection[UUID]) -> int:
    """Files, scores and other contents that are kept beside the records, and the tags of names; how many rows."""
    removed = 0
    for of in personal_tables().values():
        if not of.audited and (of.binary or of.plain):
            gone = await ctx.session.execute(delete(of.table).where(_about(of, lineage)))
            removed += _count(gone)
    tags = await ctx.session.execute(delete(NameTag).where(col(NameTag.party_id).in_(lineage)))
    return removed + _count(tags)


async def redact_deleted(ctx: Context, erased: UUID, entry: UUID) -> int:
    """What records held openly that were deleted while the person was here; how many versions had some."""
    done = 0
    for of in personal_tables().values():
        for owner in of.owners if of.audited and _open(of) else ():
            about_it = {"entry": entry, "erased": erased, "target": of.name, "owner": owner, "emptied": _open(of)}
            done += (await ctx.session.execute(_REDACT_DELETED, about_it)).scalar_one()
    return done


async def _strip(ctx: Context, of: PersonalTable, lineage: Collection[UUID], subject: UUID) -> int:
    changes, left = _emptied(of, lineage)
    if not changes:
        return 0
    ids = (await ctx.session.scalars(select(of.table.c.id).where(left).order_by(of.table.c.id))).all()
    for start in range(0, len(ids), _ROWS_AN_ENTRY):
        await _empty(ctx, of, changes, ids[start : start + _ROWS_AN_ENTRY], subject)
    return len(ids)


async def _empty(ctx: Context, of: PersonalTable, changes: dict[str, Any], ids: Sequence[UUID], subject: UUID) -> None:
    async with ctx.audit("customer.erase", ("party", subject), reason=of.name) as entry:
        of_part = update(of.table).where(of.table.c.id.in_(ids))
        await ctx.session.execute(of_part.values(entry_id=entry, ver=of.table.c.ver + 1, **changes))
        if _open(of):
            await ctx.session.execute(_REDACT, {"entry": entry, "emptied": _open(of)})


def _emptied(of: PersonalTable, lineage: Collection[UUID]) -> tuple[dict[str, Any], ColumnElement[bool]]:
    """What becomes of each column, and which rows still have something to lose."""
    c = of.table.c
    changes: dict[str, Any] = {}
    left: list[ColumnElement[bool]] = []
    owned = _about(of, lineage)
    for key, owner in of.sealed.items():
        changes[key] = func.emptied_field(c[key])
        left.append(and_(c[owner].in_(lineage), c[key] != func.emptied_field(c[key])))
    for key in _open(of):
        changes[key] = None
        left.append(and_(owned, c[key].is_not(None)))
    return changes, or_(*left) if left else owned


def _open(of: PersonalTable) -> list[str]:
    """Columns that are no fields of their own: said openly, or keyed tags."""
    return [*of.plain, *(name for name in of.binary if of.table.c[name].nullable)]


def _about(of: PersonalTable, lineage: Collection[UUID]) -> ColumnElement[bool]:
    return about(of.name, lineage, personal_tables())


def _count(result: Any) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101 - of a DELETE it always is
    return int(result.rowcount)
