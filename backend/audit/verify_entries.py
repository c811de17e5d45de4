"""Do entries and versions name each other? The bytes of each leaf are assembled again from the tables; where they
differ, what was changed is told apart: the entry, a version that is gone, one too many, one with another content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from backend.audit.assembly import Changes, StoredEntry, fetch
from backend.audit.findings import Findings
from backend.audit.formats import FormatError
from backend.audit.formats.entry_reader import parse
from backend.audit.formats.merkle import Frontier, leaf_hashes
from backend.audit.tree import Connection

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    index: int
    entry_id: UUID
    body: bytes
    hash: bytes


async def check_entries(connection: Connection, leaves: Sequence[StoredLeaf], found: Findings) -> None:
    entries, changes = await fetch(connection, [leaf.entry_id for leaf in leaves])
    for leaf in leaves:
        entry = entries.get(leaf.entry_id)
        if entry is None:
            found.add("entry_missing", entry=leaf.entry_id, leaf=leaf.index)
        elif _assembled(entry, changes.get(leaf.entry_id)) != leaf.body:
            _tell_apart(leaf, entry, changes.get(leaf.entry_id), found)


def _assembled(entry: StoredEntry, changes: Changes | None) -> bytes | None:
    try:
        return entry.assemble(changes)
    except FormatError:
        return None


def _tell_apart(leaf: StoredLeaf, entry: StoredEntry, changes: Changes | None, found: Findings) -> None:
    try:
        parse(leaf.body)
    except FormatError as error:
        found.add("leaf_unreadable", leaf=leaf.index, problem=str(error))
        return
    logged = orjson.loads(leaf.body)
    if logged["id"] != str(leaf.entry_id):
        found.add("leaf_misplaced", leaf=leaf.index, entry=leaf.entry_id, other=logged["id"])
        return
    fields = _changed_fields(logged, entry)
    if fields:
        found.add("entry_changed", entry=leaf.entry_id, leaf=leaf.index, fields=", ".join(fields))
    if "more" in logged:
        _compare_sum(leaf, logged["more"], changes, found)
    else:
        _compare_changes(leaf, logged["changes"], changes, found)


def _changed_fields(logged: Mapping[str, Any], entry: StoredEntry) -> list[str]:
    """Names of the fields whose value in the table is not the one in the log."""
    stored = {
        "ts": entry.ts.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "tenant": str(entry.tenant_id),
        "actor": _value(entry.actor),
        "action": entry.action,
        "subject": {"type": entry.subject_type, "id": str(entry.subject_id)},
        "outcome": entry.outcome,
        "reason": entry.reason,
        "ruleset": entry.ruleset,
        "origin": _value(entry.origin),
        "reads": _in_order(_value(entry.reads or "null")),
    }
    return [name for name, value in stored.items() if value != logged.get(name)]


def _value(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _in_order(reads: Any) -> Any:
    """Reads as the log sorts them; whatever else stands there is compared as it is."""
    try:
        return sorted(reads, key=lambda read: (read["type"], read["id"])) if reads else None
    except (TypeError, KeyError):
        return reads


def _compare_changes(
    leaf: StoredLeaf, logged: Sequence[Mapping[str, Any]], changes: Changes | None, found: Findings
) -> None:
    named = {_key(change): change for change in logged}
    stored = {_key(change): change for change in map(orjson.loads, _lines(changes))}
    for key in sorted(named.keys() | stored.keys()):
        where = {"table": key[0], "record": key[1], "version": key[2], "entry": leaf.entry_id, "leaf": leaf.index}
        if key not in stored:
            found.add("version_missing", **where)
        elif key not in named:
            found.add("version_unnamed", **where)
        elif named[key] != stored[key]:
            found.add("version_differs", **where)


def _compare_sum(leaf: StoredLeaf, more: Mapping[str, Any], changes: Changes | None, found: Findings) -> None:
    from_table = _lines(changes)
    tree = Frontier().grow(leaf_hashes([line.encode() for line in from_table])).frontier
    if (tree.size, tree.root.hex()) != (more["n"], more["root"]):
        found.add("versions_differ", entry=leaf.entry_id, leaf=leaf.index, stored=tree.size, named=more["n"])


def _lines(changes: Changes | None) -> list[str]:
    return [] if changes is None else changes[1].split("\n")


def _key(change: Mapping[str, Any]) -> tuple[str, str, int]:
    return change["t"], change["id"], change["ver"]


async def check_unlogged(connection: Connection, tenant_id: UUID, found: Findings) -> int:
    """How many entries wait for the sequencer. What neither waits nor was logged was taken out of its way."""
    async with connection.cursor() as cursor:
        await cursor.execute(
            "SELECT id FROM audit_entry e WHERE tenant_id = %s "
            "AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id) "
            "AND NOT EXISTS (SELECT FROM audit_queue q WHERE q.entry_id = e.id)",
            [tenant_id],
        )
        async for (entry_id,) in cursor:
            found.add("entry_unlogged", entry=entry_id)
        await cursor.execute("SELECT entry_id FROM audit_queue WHERE tenant_id = %s ORDER BY entry_id", [tenant_id])
        waiting = [row[0] for row in await cursor.fetchall()]
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        entries, changes = await fetch(connection, batch)
        for entry_id in batch:
            try:
                entries[entry_id].assemble(changes.get(entry_id))
            except KeyError:
                found.add("entry_missing", entry=entry_id, leaf="–")
            except FormatError as error:
                found.add("entry_unfit", entry=entry_id, problem=str(error))
    return len(waiting)
