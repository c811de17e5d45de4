"""An .auditproof: one small file that proves some entries on its own (docs/audit.md).

It holds the bytes of each entry with its `c2sp.org/tlog-proof@v1`, the versions the entries made as far as the reader
may see them, the rule-sets they were decided by, and the entries by which the people in them were recorded.
"""

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import proofs, shown
from backend.audit.actions import ACTIONS
from backend.audit.errors import NoHead, NotDecided, NotInLog
from backend.audit.export import RuleSets, newest
from backend.audit.formats.checkpoint import parse_text
from backend.audit.formats.note import VerifierKey
from backend.audit.formats.note import parse as parse_note
from backend.audit.history import audited_names
from backend.audit.shown import Reveal
from backend.audit.timestamps import Stamps

FORMAT: Final = "tenure-auditproof@1"
SUFFIX: Final = ".auditproof"
_LEAVES: Final = text(
    "SELECT entry_id, idx FROM audit_leaf WHERE tenant_id = :tenant AND entry_id = ANY(:entries) AND idx < :size"
)
_ABOUT: Final = text(
    "SELECT EXISTS (SELECT FROM audit_entry WHERE id = :entry AND subject_id = ANY(:ids)) "
    "OR EXISTS (SELECT FROM record_version WHERE entry_id = :entry AND table_name = ANY(:tables) "
    "AND record_id = ANY(:ids)) "
    "OR EXISTS (SELECT FROM audit_read WHERE entry_id = :entry AND record_id = ANY(:ids))"
)
_DECISION: Final = text(
    """
    SELECT e.id, e.action FROM audit_entry e
     WHERE e.subject_type = :type AND e.subject_id = :id AND e.outcome = 'success' AND e.action = ANY(:actions)
     ORDER BY e.ts, e.id"""
)
_PEOPLE: Final = text(
    """
    SELECT DISTINCT ON (v.record_id) v.entry_id
      FROM record_version v JOIN audit_leaf l ON l.entry_id = v.entry_id JOIN audit_entry e ON e.id = v.entry_id
     WHERE v.table_name = 'staff_user' AND v.record_id = ANY(:people) AND l.idx < :size AND e.ts <= :until
     ORDER BY v.record_id, v.ver DESC"""
)
_PERSON: Final = text(
    "SELECT actor_id, actor::json ->> 'on_behalf_of' AS behalf, ts FROM audit_entry WHERE id = ANY(:entries)"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The file, and which leaves it proves besides those that name the people."""

    content: bytes
    leaves: tuple[int, ...]
    size: int

    @property
    def name(self) -> str:
        return f"entry-{'-'.join(map(str, self.leaves[:4]))}{SUFFIX}"


async def evidence(
    session: AsyncSession,
    tenant_id: UUID,
    key: VerifierKey,
    entries: Sequence[UUID],
    reveal: Reveal,
    rulesets: RuleSets,
    stamps: Stamps,
) -> Evidence:
    """Under the newest signed head. Raises NoHead, NotInLog while an entry waits, LogBroken."""
    note = await newest(session, tenant_id)
    head = parse_text(parse_note(note.encode()).text)
    leaves = await _leaves(session, tenant_id, entries, head.size)
    people = await _leaves(session, tenant_id, await _people(session, entries, head.size), head.size)
    given = await proofs.inclusion_of(session, tenant_id, sorted({*leaves, *people}), note)
    lines = await shown.lines(await shown.versions_of(session, tenant_id, [*leaves, *people]), reveal)
    wanted = {sha for each in given if (sha := orjson.loads(each.body)["ruleset"]) is not None}
    known = await rulesets(session, wanted)
    value = {
        "format": FORMAT,
        "origin": head.origin,
        "key": key.encode(),
        "tenant": str(tenant_id),
        "checkpoint": note,
        "entries": [{"entry": each.body.decode(), "proof": each.proof.encode().decode()} for each in given],
        "versions": [line if line["i"] in leaves else _of_person(line) for line in lines],
        "rulesets": {sha: base64.b64encode(content).decode() for sha, content in sorted(known.items())},
        "timestamps": _stamps(stamps, tenant_id, head.size),
        "words": {action: ACTIONS[action] for action in sorted(_actions(each.body for each in given) & ACTIONS.keys())},
    }
    return Evidence(orjson.dumps(value, option=orjson.OPT_INDENT_2), tuple(leaves), head.size)


@dataclass(frozen=True, slots=True)
class Course:
    """The actions that a decision is made of: `begins` proposes it, `undone` takes the proposal back."""

    steps: frozenset[str]
    begins: str
    undone: str


async def decided(session: AsyncSession, subject: tuple[str, UUID], course: Course) -> tuple[UUID, ...]:
    """The entries of the last decision about a record: from its last proposal on, or all there are of a decision that
    needed none. Raises NotDecided."""
    actions = sorted(course.steps | {course.begins, course.undone})
    found: list[UUID] = []
    for row in await session.execute(_DECISION, {"type": subject[0], "id": subject[1], "actions": actions}):
        if row.action in {course.begins, course.undone}:
            found.clear()
        if row.action != course.undone:
            found.append(row.id)
    if not found:
        raise NotDecided()
    return tuple(found)


async def concerns(session: AsyncSession, entry_id: UUID, ids: Collection[UUID]) -> bool:
    """Is the entry about one of these records, or did it change or read one?"""
    params = {"entry": entry_id, "ids": list(ids), "tables": audited_names()}
    return bool(await session.scalar(_ABOUT, params))


async def _leaves(session: AsyncSession, tenant_id: UUID, entries: Sequence[UUID], size: int) -> list[int]:
    rows = await session.execute(_LEAVES, {"tenant": tenant_id, "entries": list(entries), "size": size})
    found = {row.entry_id: row.idx for row in rows}
    for entry in entries:
        if entry not in found:
            raise NotInLog(entry=entry)
    return sorted(found.values())


async def _people(session: AsyncSession, entries: Sequence[UUID], size: int) -> list[UUID]:
    """The entries that last recorded the colleagues who acted, so that their names are proven as well."""
    acted = (await session.execute(_PERSON, {"entries": list(entries)})).all()
    if not acted:
        raise NoHead()
    ids = {row.actor_id for row in acted} | {UUID(row.behalf) for row in acted if row.behalf is not None}
    until = max(row.ts for row in acted)
    rows = await session.execute(_PEOPLE, {"people": list(ids), "size": size, "until": until})
    return [row.entry_id for row in rows]


def _of_person(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of an entry that is there for a name, the rest of what it changed by digest alone."""
    return line if line["t"] == "staff_user" else {**line, "row": None, "open": {}}


def _actions(bodies: Iterable[bytes]) -> set[str]:
    return {orjson.loads(body)["action"] for body in bodies}


def _stamps(stamps: Stamps, tenant_id: UUID, size: int) -> list[dict[str, str]]:
    """Those of this very head."""
    return [
        {"file": name, "stamp": base64.b64encode(data).decode()}
        for name, data in stamps.all(tenant_id, size)
        if name.startswith(f"{size}-")
    ]
