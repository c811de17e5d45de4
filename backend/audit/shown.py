"""Versions as they are handed to outsiders: what every reader gets, and what the reader's rights add to it.

Table, record, version, operation and digest stand in the log already. The content of a row, and the values behind its
commitments, are shown only where a `Reveal` says so; access decisions are made on the floor above.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Protocol
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.privacy.field import Disclosure

_COLUMNS: Final = "l.idx, v.table_name, v.record_id, v.ver, v.op, v.entry_id, v.digest, v.row::text AS row, v.sealed"
_ORDER: Final = 'ORDER BY l.idx, v.table_name COLLATE "C", v.record_id, v.ver'
_OF_LEAVES: Final = text(
    f"SELECT {_COLUMNS} FROM audit_leaf l JOIN record_version v ON v.entry_id = l.entry_id "  # noqa: S608 - constants
    f"WHERE l.tenant_id = :tenant AND l.idx = ANY(:leaves) {_ORDER}"
)


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """`row` is the canonical text that was hashed, until an erasure redacts it; `sealed` has the ciphertexts that are
    still there."""

    leaf: int
    table: str
    record_id: UUID
    ver: int
    op: str
    entry_id: UUID
    digest: bytes
    row: str
    sealed: Mapping[str, bytes]

    @property
    def whole(self) -> bool:
        return sha256(self.row.encode()).digest() == self.digest

    @property
    def values(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = orjson.loads(self.row)
        return found


@dataclass(frozen=True, slots=True)
class Shown:
    """How one version leaves the house: with its content or without, and with which values in clear."""

    content: bool = False
    opened: Mapping[str, Disclosure] = field(default_factory=dict)


class Reveal(Protocol):
    async def __call__(self, versions: Sequence[StoredVersion]) -> Sequence[Shown]:
        """One answer a version, in their order; whatever it opens, it has noted for the log."""


async def nothing(versions: Sequence[StoredVersion]) -> Sequence[Shown]:
    """The reader who sees digests alone."""
    return [Shown()] * len(versions)


async def versions_of(session: AsyncSession, tenant_id: UUID, leaves: Sequence[int]) -> list[StoredVersion]:
    """What these leaves changed, in the order of the log."""
    rows = await session.execute(_OF_LEAVES, {"tenant": tenant_id, "leaves": list(leaves)})
    return [_version(row) for row in rows]


def _version(row: Row[Any]) -> StoredVersion:
    sealed = {column: base64.b64decode(value) for column, value in (row.sealed or {}).items()}
    return StoredVersion(
        row.idx, row.table_name, row.record_id, row.ver, row.op, row.entry_id, bytes(row.digest), row.row, sealed
    )


async def lines(versions: Sequence[StoredVersion], reveal: Reveal) -> list[dict[str, Any]]:
    """The version lines of a pack (docs/audit.md)."""
    answers = await reveal(versions)
    return [_line(version, shown) for version, shown in zip(versions, answers, strict=True)]


def _line(version: StoredVersion, shown: Shown) -> dict[str, Any]:
    content = shown.content and version.whole
    line: dict[str, Any] = {
        "i": version.leaf,
        "t": version.table,
        "id": str(version.record_id),
        "ver": version.ver,
        "op": version.op,
        "d": version.digest.hex(),
        "row": version.row if content else None,
    }
    if content and shown.opened:
        line["open"] = {column: [_salt(value.salt), value.text] for column, value in sorted(shown.opened.items())}
    return line


def _salt(salt: bytes) -> str:
    return base64.urlsafe_b64encode(salt).decode().rstrip("=")
