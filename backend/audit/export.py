"""Exporting the log: page by page out of the database into a pack, in bounded memory.

The head is fixed first. Leaves below it, and what they changed, never change again, so each page may be a transaction
of its own; what the reader sees in it is noted for the log in that same transaction.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import proofs, shown
from backend.audit.actions import ACTIONS
from backend.audit.errors import NoHead
from backend.audit.formats import FormatError, tiles
from backend.audit.formats.checkpoint import Checkpoint, parse_text
from backend.audit.formats.merkle import HASH_BYTES
from backend.audit.formats.note import VerifierKey
from backend.audit.formats.note import parse as parse_note
from backend.audit.formats.tiles import WIDTH, Tile
from backend.audit.heads import Heads
from backend.audit.pack import FORMAT, PackWriter, numbered
from backend.audit.selection import PAGE, Leaf, Selection, leaves
from backend.audit.shown import Reveal
from backend.audit.timestamps import Stamps
from backend.audit.tree import driver, tile_reader

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
RuleSets = Callable[[AsyncSession, set[str]], Awaitable[Mapping[str, bytes]]]
"""The bytes of those rule-sets that are known, by their SHA-256 in hexadecimal."""
_NEWEST: Final = text("SELECT note FROM audit_checkpoint WHERE tenant_id = :tenant ORDER BY size DESC LIMIT 1")
_HEADS: Final = text(
    "SELECT size, note FROM audit_checkpoint "
    "WHERE tenant_id = :tenant AND size > :above AND size <= :end ORDER BY size LIMIT 1000"
)
_TILES: Final = 64


class InTransaction(Protocol):
    """Carries one page out in a transaction of the reader's."""

    async def __call__(self, page: Callable[[AsyncSession, Reveal], Awaitable[T]]) -> T: ...


@dataclass(frozen=True, slots=True)
class Log:
    """Which log, and what lies beside the database."""

    tenant_id: UUID
    key: VerifierKey
    heads: Heads
    stamps: Stamps


@dataclass(slots=True)
class Exported:
    """What went into the pack."""

    head: Checkpoint
    entries: int = 0
    versions: int = 0
    contents: int = 0
    values: int = 0
    rulesets: int = 0
    missing_rulesets: int = 0
    wanted: set[str] = field(default_factory=set, repr=False)


async def export(
    path: Path,
    log: Log,
    run: InTransaction,
    *,
    selection: Selection,
    rulesets: RuleSets,
    now: datetime,
    progress: Progress = lambda _stage, _done, _of: None,
) -> Exported:
    """Raises NoHead, FileThere, LogBroken. The caller has asked for the right and noted the export."""
    filed = log.heads.length(log.tenant_id)
    note = await run(lambda session, _: newest(session, log.tenant_id))
    done = Exported(parse_text(parse_note(note.encode()).text))
    with PackWriter(path) as pack:
        pack.file("checkpoint", note.encode())
        if selection.whole:
            await _whole(pack, log, run, done, filed, progress)
        else:
            await _selected(pack, log, run, done, selection, note, progress)
        await _rulesets(pack, run, done, rulesets)
        for name, data in log.stamps.all(log.tenant_id, done.head.size):
            pack.file(f"timestamps/{name}", data)
        pack.manifest(_manifest(log, done, selection, now))
    return done


async def newest(session: AsyncSession, tenant_id: UUID) -> str:
    note = await session.scalar(_NEWEST, {"tenant": tenant_id})
    if note is None:
        raise NoHead()
    return str(note)


async def _whole(
    pack: PackWriter, log: Log, run: InTransaction, done: Exported, filed: int, progress: Progress
) -> None:
    size = done.head.size
    for start in range(0, size, PAGE):

        async def page(session: AsyncSession, reveal: Reveal, start: int = start) -> None:
            found = await leaves(session, log.tenant_id, Selection(), start, size)
            if found:
                pack.bundle(Tile(None, start // WIDTH, min(WIDTH, size - start)), [leaf.body for leaf in found])
            await _versions(pack, session, log.tenant_id, found, reveal, done, start // WIDTH)

        await run(page)
        progress("entries", min(start + PAGE, size), size)
    await _hash_tiles(pack, log, run, size, progress)
    await _heads(pack, log, run, size, filed)


async def _selected(
    pack: PackWriter,
    log: Log,
    run: InTransaction,
    done: Exported,
    selection: Selection,
    note: str,
    progress: Progress,
) -> None:
    size, start, number = done.head.size, 0, 0
    while start < size:

        async def page(session: AsyncSession, reveal: Reveal, start: int = start, number: int = number) -> list[Leaf]:
            found = list(await leaves(session, log.tenant_id, selection, start, size))
            given = await proofs.inclusion_of(session, log.tenant_id, [leaf.index for leaf in found], note)
            pack.json_lines(
                numbered("proofs", number),
                [{"entry": each.body.decode(), "proof": each.proof.encode().decode()} for each in given],
            )
            await _versions(pack, session, log.tenant_id, found, reveal, done, number)
            return found

        found = await run(page)
        start, number = found[-1].index + 1 if len(found) == PAGE else size, number + 1
        progress("entries", start, size)


async def _versions(
    pack: PackWriter,
    session: AsyncSession,
    tenant_id: UUID,
    found: Sequence[Leaf],
    reveal: Reveal,
    done: Exported,
    number: int,
) -> None:
    lines = await shown.lines(await shown.versions_of(session, tenant_id, [leaf.index for leaf in found]), reveal)
    pack.json_lines(numbered("versions", number), lines)
    done.entries += len(found)
    done.versions += len(lines)
    done.contents += sum(line["row"] is not None for line in lines)
    done.values += sum(len(line.get("open", ())) for line in lines)
    done.wanted |= {sha for leaf in found if (sha := orjson.loads(leaf.body)["ruleset"]) is not None}


async def _hash_tiles(pack: PackWriter, log: Log, run: InTransaction, size: int, progress: Progress) -> None:
    """As they are stored, cut to the width they have at this size: what was done to them shows."""
    wanted = list(tiles.hash_tiles(size))
    for start in range(0, len(wanted), _TILES):

        async def page(session: AsyncSession, _: Reveal, some: list[Tile] = wanted[start : start + _TILES]) -> None:
            read = await tile_reader(await driver(session), log.tenant_id, [(t.level or 0, t.index) for t in some])
            for tile in some:
                pack.file(tile.path, read(tile)[: tile.width * HASH_BYTES])

        await run(page)
        progress("tiles", min(start + _TILES, len(wanted)), len(wanted))


async def _heads(pack: PackWriter, log: Log, run: InTransaction, size: int, filed: int) -> None:
    """Every signed head, of the database and of the write-once file; where the two differ, both are handed out."""
    file = iter(_filed(log, filed))
    waiting = next(file, None)
    above = 0
    with pack.appending("checkpoints") as out:
        while page := await run(_page_of_heads(log.tenant_id, above, size)):
            for above, note in page:
                while waiting is not None and waiting[0] <= above:
                    if waiting[1] != note.encode():
                        out.write(waiting[1] + b"\n")
                    waiting = next(file, None)
                out.write(note.encode() + b"\n")
        while waiting is not None:
            out.write(waiting[1] + b"\n")
            waiting = next(file, None)


def _page_of_heads(
    tenant_id: UUID, above: int, end: int
) -> Callable[[AsyncSession, Reveal], Awaitable[list[tuple[int, str]]]]:
    async def page(session: AsyncSession, _: Reveal) -> list[tuple[int, str]]:
        rows = await session.execute(_HEADS, {"tenant": tenant_id, "above": above, "end": end})
        return [(row.size, row.note) for row in rows]

    return page


def _filed(log: Log, length: int) -> Iterator[tuple[int, bytes]]:
    """What is no head in the file is handed out where it stands, for the verifier to name."""
    size = 0
    for note in log.heads.read(log.tenant_id, length):
        with suppress(FormatError):
            size = parse_text(parse_note(note).text).size
        yield size, note


async def _rulesets(pack: PackWriter, run: InTransaction, done: Exported, source: RuleSets) -> None:
    known = await run(lambda session, _: source(session, done.wanted))
    for sha256, content in sorted(known.items()):
        pack.file(f"rulesets/{sha256}", content)
    done.rulesets, done.missing_rulesets = len(known), len(done.wanted - known.keys())


def _manifest(log: Log, done: Exported, selection: Selection, now: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "origin": done.head.origin,
        "key": log.key.encode(),
        "tenant": str(log.tenant_id),
        "size": done.head.size,
        "exported_at": now.isoformat(),
        "selection": selection.as_value(),
        "entries": done.entries,
        "versions": done.versions,
        "words": ACTIONS,
    }
