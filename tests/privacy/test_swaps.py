"""A sealed value opens in its own place alone: every personal column, moved through the database to every other place.

The columns come from the tables' own metadata. Values lie in copies of the real tables (without their constraints, so
that any value can be put anywhere, as somebody with the database in hand would), and are read back through the vault.
"""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, text, update
from sqlmodel import col

import backend.schema
from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.privacy.errors import FieldUnreadable, KeyUnreadable
from backend.privacy.field import Sealer
from backend.privacy.models import DataKey
from backend.privacy.personal import SealedColumn, sealed_columns
from backend.privacy.vault import field_ref

COLUMNS = sealed_columns(backend.schema.metadata)
TEXT = "Rozálie Kvapilová"
Refusals = dict[str, type[Exception] | None]


class Place:
    """One row of a copied table, that holds a value of `column` sealed for `owner`."""

    def __init__(self, ctx: Context, column: SealedColumn, owner: UUID, row: UUID | None = None) -> None:
        self.ctx, self.column, self.owner = ctx, column, owner
        self.row = (owner if column.owner == "id" else new_id()) if row is None else row

    @property
    def table(self) -> str:
        return self.column.table.name

    async def keep(self, value: bytes) -> None:
        owner = "" if self.column.owner == "id" else f", {self.column.owner}"
        given = "" if self.column.owner == "id" else ", :owner"
        statement = f'INSERT INTO "{self.table}" (id, "{self.column.name}"{owner}) VALUES (:row, :value{given})'
        await self.ctx.session.execute(text(statement), {"row": self.row, "value": value, "owner": self.owner})

    async def seal(self) -> bytes:
        return self.ctx.vault.seal(self.table, self.column.name, self.row, self.owner, TEXT)

    async def read(self) -> str:
        found = await self.ctx.session.execute(
            text(f'SELECT "{self.column.owner}", "{self.column.name}" FROM "{self.table}" WHERE id = :row'),
            {"row": self.row},
        )
        owner, value = found.one()
        return self.ctx.vault.open(self.table, self.column.name, self.row, owner, value)

    async def refusal(self) -> type[Exception] | None:
        try:
            await self.read()
        except (FieldUnreadable, KeyUnreadable) as refused:
            return type(refused)
        return None


async def _copy_tables(ctx: Context) -> None:
    for table in {column.table for column in COLUMNS}:
        wanted = {"id"} | {c.owner for c in COLUMNS if c.table is table} | {c.name for c in COLUMNS if c.table is table}
        columns = ", ".join(f'"{name}"' for name in sorted(wanted))
        copy = f'CREATE TEMP TABLE "{table.name}" ON COMMIT DROP AS SELECT {columns} FROM public."{table.name}" LIMIT 0'
        await ctx.session.execute(text(copy))


Move = Callable[[Context, SealedColumn, UUID], Awaitable[Sequence[Place]]]


async def _in_place(ctx: Context, column: SealedColumn, owner: UUID) -> Sequence[Place]:
    place = Place(ctx, column, owner)
    await place.keep(await place.seal())
    return [place]


async def _to_another_row(ctx: Context, column: SealedColumn, owner: UUID) -> Sequence[Place]:
    value = await Place(ctx, column, owner).seal()
    moved = Place(ctx, column, owner, new_id())
    await moved.keep(value)
    return [moved] if column.owner != "id" else []  # there the row is the customer: another test's


async def _to_every_other_column(ctx: Context, column: SealedColumn, owner: UUID) -> Sequence[Place]:
    value = await Place(ctx, column, owner, owner).seal()
    places = [Place(ctx, other, owner, owner) for other in COLUMNS if str(other) != str(column)]
    for place in places:
        await ctx.session.execute(text(f'DELETE FROM "{place.table}" WHERE id = :row'), {"row": owner})
        await place.keep(value)
        assert await place.refusal() is FieldUnreadable, f"{column} opened as {place.column}"
    return places[-1:]


async def _to_another_customer(ctx: Context, column: SealedColumn, owner: UUID) -> Sequence[Place]:
    other = new_id()
    await ctx.vault.create([other])
    row = other if column.owner == "id" else new_id()
    value = await Place(ctx, column, owner, row).seal()
    moved = Place(ctx, column, other, row)
    await moved.keep(value)
    return [moved]


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (_in_place, None),
        (_to_another_row, FieldUnreadable),
        (_to_every_other_column, FieldUnreadable),
        (_to_another_customer, FieldUnreadable),
    ],
)
async def test_a_value_opens_in_its_own_place_alone(
    platform: Platform, here: Actor, move: Move, expected: type[Exception] | None
) -> None:
    refusals: Refusals = {}
    async with platform.transaction(here) as ctx:
        await _copy_tables(ctx)
        for column in COLUMNS:
            owner = new_id()
            await ctx.vault.create([owner])
            refusals |= {str(column): await place.refusal() for place in await move(ctx, column, owner)}
    assert refusals == dict.fromkeys(refusals, expected)
    assert len(refusals) >= len(COLUMNS) - 2  # party.name and party.birth_date have no row apart from their customer


async def test_a_value_moved_to_another_institution_is_refused(platform: Platform, here: Actor, there: Actor) -> None:
    """To a customer of that institution, under the same row id."""
    refusals: Refusals = {}
    for column in COLUMNS:
        owner, row = new_id(), new_id()
        async with platform.transaction(here) as ctx:
            await ctx.vault.create([owner])
            value = await Place(ctx, column, owner, row).seal()
        async with platform.transaction(there) as ctx:
            await _copy_tables(ctx)
            await ctx.vault.create([row])
            moved = Place(ctx, column, row, row)
            await moved.keep(value)
            refusals[str(column)] = await moved.refusal()
    assert refusals == dict.fromkeys(map(str, COLUMNS), FieldUnreadable)


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_the_same_key_in_another_institution_opens_nothing(column: SealedColumn) -> None:
    """Even somebody who could bring the key along is refused: the institution is bound to the value."""
    key, owner, row = bytes(range(32)), new_id(), new_id()
    here, there = (Sealer(key, 1, new_id(), owner) for _ in range(2))
    ref = field_ref(column.table.name, column.name)
    value = here.seal(ref, row, TEXT)
    assert here.open(ref, row, value) == TEXT
    with pytest.raises(FieldUnreadable):
        there.open(ref, row, value)


async def test_a_key_moved_to_another_customer_is_refused(platform: Platform, here: Actor) -> None:
    owner, other = new_id(), new_id()
    await platform.run(here, lambda ctx: ctx.vault.create([owner, other]))
    async with platform.transaction(here) as ctx:
        key = await ctx.session.scalar(select(DataKey.wrapped).where(DataKey.owner_id == owner))
        moved = update(DataKey).where(col(DataKey.owner_id) == other).values(wrapped=bindparam("key"))
        await ctx.session.execute(moved, {"key": key})
    platform.keyring.forget_tenant(here.tenant_id)
    with pytest.raises(KeyUnreadable):
        await platform.run(here, lambda ctx: ctx.vault.load([other]))


async def test_a_key_moved_to_another_institution_is_refused(platform: Platform, here: Actor, there: Actor) -> None:
    owner = new_id()
    await platform.run(here, lambda ctx: ctx.vault.create([owner]))
    async with platform.transaction(here) as ctx:
        key = (await ctx.session.execute(select(DataKey).where(DataKey.owner_id == owner))).scalar_one()
        wrapped, elsewhere = key.wrapped, new_id()
    await platform.run(there, lambda ctx: ctx.vault.create([elsewhere]))
    async with platform.transaction(there) as ctx:
        moved = update(DataKey).where(col(DataKey.owner_id) == elsewhere).values(wrapped=wrapped)
        await ctx.session.execute(moved)
    platform.keyring.forget_tenant(there.tenant_id)
    with pytest.raises(KeyUnreadable):
        await platform.run(there, lambda ctx: ctx.vault.load([elsewhere]))
