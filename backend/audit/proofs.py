"""Proofs for outsiders: this entry is in the log, and this head continues that one.

A proof is computed from the stored tiles it needs and checked before it is handed out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.errors import LogBroken, NoSuchCheckpoint, NotInLog
from backend.audit.formats import FormatError
from backend.audit.formats.checkpoint import Checkpoint, parse_text
from backend.audit.formats.merkle import HASH_BYTES, NodeGetter, consistency_proof, inclusion_proof, leaf_hash
from backend.audit.formats.note import parse as parse_note
from backend.audit.formats.proof import LogProof
from backend.audit.formats.tiles import WIDTH, Tile, node_getter
from backend.audit.formats.verification import verify_consistency, verify_inclusion
from backend.audit.tree import driver, tile_reader

_NEWEST = text("SELECT note FROM audit_checkpoint WHERE tenant_id = :tenant ORDER BY size DESC LIMIT 1")
_HEAD = text("SELECT note FROM audit_checkpoint WHERE tenant_id = :tenant AND size = :size")
_LEAF = text("SELECT idx FROM audit_leaf WHERE tenant_id = :tenant AND entry_id = :entry")
_LEAVES = text("SELECT idx, body FROM audit_leaf WHERE tenant_id = :tenant AND idx = ANY(:leaves)")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EntryProof:
    """`body` is the entry, `proof.encode()` the `.tlog-proof` file that goes with it."""

    body: bytes
    proof: LogProof
    head: Checkpoint


@dataclass(frozen=True, slots=True)
class Consistency:
    """Two signed notes and the hashes that lead from one to the other."""

    old: bytes
    new: bytes
    hashes: tuple[bytes, ...]


async def inclusion(session: AsyncSession, tenant_id: UUID, entry_id: UUID) -> EntryProof:
    """Against the newest signed head. Raises NotInLog while the entry waits, LogBroken if the tiles lead elsewhere."""
    leaf = (await session.execute(_LEAF, {"tenant": tenant_id, "entry": entry_id})).first()
    note = await session.scalar(_NEWEST, {"tenant": tenant_id})
    if leaf is None or note is None:
        raise NotInLog(entry=entry_id)
    (given,) = await inclusion_of(session, tenant_id, [leaf.idx], note)
    return given


async def inclusion_of(
    session: AsyncSession, tenant_id: UUID, leaves: Sequence[int], note: str
) -> tuple[EntryProof, ...]:
    """Of these leaves, in their order, all against one signed head. Raises LogBroken."""
    head = parse_text(parse_note(note.encode()).text)
    rows = await session.execute(_LEAVES, {"tenant": tenant_id, "leaves": list(leaves)})
    bodies = {row.idx: bytes(row.body) for row in rows}

    def prove(node: NodeGetter) -> list[list[bytes]]:
        return [inclusion_proof(node, index, head.size) for index in leaves]

    paths = await _hashes(session, tenant_id, head.size, prove)
    try:
        for index, path in zip(leaves, paths, strict=True):
            verify_inclusion(leaf_hash(bodies[index]), index, head.size, path, head.root)
    except (FormatError, KeyError) as error:
        raise LogBroken(tenant=tenant_id, problem=str(error)) from error
    return tuple(
        EntryProof(bodies[index], LogProof(index, tuple(path), note.encode()), head)
        for index, path in zip(leaves, paths, strict=True)
    )


async def consistency(session: AsyncSession, tenant_id: UUID, old_size: int, new_size: int) -> Consistency:
    """From an older signed head to a newer one. Raises NoSuchCheckpoint, LogBroken."""
    if old_size > new_size:
        raise NoSuchCheckpoint(size=new_size)
    old, new = await _head(session, tenant_id, old_size), await _head(session, tenant_id, new_size)
    hashes = await _hashes(session, tenant_id, new_size, lambda node: consistency_proof(node, old_size, new_size))
    try:
        old_root, new_root = (parse_text(parse_note(note).text).root for note in (old, new))
        verify_consistency(old_size, new_size, hashes, old_root, new_root)
    except FormatError as error:
        raise LogBroken(tenant=tenant_id, problem=str(error)) from error
    return Consistency(old, new, tuple(hashes))


async def _head(session: AsyncSession, tenant_id: UUID, size: int) -> bytes:
    note = await session.scalar(_HEAD, {"tenant": tenant_id, "size": size})
    if note is None:
        raise NoSuchCheckpoint(size=size)
    return str(note).encode()


async def _hashes(session: AsyncSession, tenant_id: UUID, size: int, prove: Callable[[NodeGetter], T]) -> T:
    """Which tiles a proof needs depends on sizes alone: a first pass over blank tiles asks, one query answers."""
    wanted: set[tuple[int, int]] = set()

    def note_tile(tile: Tile) -> bytes:
        wanted.add((tile.level or 0, tile.index))
        return bytes(WIDTH * HASH_BYTES)

    prove(node_getter(note_tile, size))
    read = await tile_reader(await driver(session), tenant_id, sorted(wanted))
    try:
        return prove(node_getter(read, size))
    except FormatError as error:
        raise LogBroken(tenant=tenant_id, problem=str(error)) from error
