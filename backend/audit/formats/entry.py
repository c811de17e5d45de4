"""The audit entry, version 1: who did what to which subject, when, why, by which rule-set, and what it changed.

The canonical bytes of an entry are the leaf of the log; they are stored and hashed as they are, never written again.
An entry holds no personal data: changes are digests of record versions, the address of the caller is a keyed digest,
and a read of personal data names the fields that were seen, not what was in them.

    {"v":1,"id":…,"ts":…,"tenant":…,"actor":{…},"action":…,"subject":{…},"outcome":…,"reason":…,"ruleset":…,
     "origin":{…},"changes":[…]}      and "reads":[…] in entries about reading, in no others

An entry fits behind the 16-bit length of a bundle, so one with more than 300 changes lists none. It says how many there
are, and the root of the Merkle tree (RFC 6962) whose leaves are the canonical bytes of each change, in the order of the
list: `"changes":[],"more":{"n":5369,"root":"<hex>"}`. Up to 300 changes `more` is absent: one spelling for each entry.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

from backend.audit.formats import FormatError, canonical
from backend.audit.formats.merkle import HASH_BYTES, Frontier, leaf_hashes
from backend.audit.formats.tiles import MAX_ENTRY_BYTES, EntryTooLong

VERSION = 1
MAX_CHANGES = 300

ActorType = Literal["staff", "partner", "system"]
Outcome = Literal["success", "denied", "failed"]
Channel = Literal["web", "graphql", "job", "cli"]
Operation = Literal["insert", "update", "delete"]
ACTOR_TYPES: tuple[str, ...] = get_args(ActorType)
OUTCOMES: tuple[str, ...] = get_args(Outcome)
CHANNELS: tuple[str, ...] = get_args(Channel)
OPERATIONS: tuple[str, ...] = get_args(Operation)

_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UUID7 = 7


class InvalidEntry(FormatError):
    """A value that an audit entry cannot hold. `path` is like `$.changes[2].ver`."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted; `on_behalf_of` is the person a substitute or a job stands in for."""

    id: UUID
    type: ActorType
    roles: frozenset[str]
    on_behalf_of: UUID | None = None

    def __post_init__(self) -> None:
        _require_choice(self.type, ACTOR_TYPES, "$.actor.type")
        _require(all(self.roles), "$.actor.roles", "a role has no name")

    def as_value(self) -> dict[str, object]:
        return {
            "id": str(self.id),
            "type": self.type,
            "roles": sorted(self.roles),
            "on_behalf_of": None if self.on_behalf_of is None else str(self.on_behalf_of),
        }


@dataclass(frozen=True, slots=True)
class Subject:
    """What the action was about: a kind of record and its id."""

    type: str
    id: UUID

    def __post_init__(self) -> None:
        _require(_NAME.fullmatch(self.type) is not None, "$.subject.type", f"{self.type!r} is not a lower-case name")

    def as_value(self) -> dict[str, object]:
        return {"type": self.type, "id": str(self.id)}


@dataclass(frozen=True, slots=True)
class Origin:
    """The way in: `ip` is a keyed digest of the address, None where there is none; `request` ties to the logs."""

    channel: Channel
    ip: str | None
    request: str

    def __post_init__(self) -> None:
        _require_choice(self.channel, CHANNELS, "$.origin.channel")
        _require(self.ip != "", "$.origin.ip", "an absent address is null, not empty")
        _require(self.request != "", "$.origin.request", "is empty")

    def as_value(self) -> dict[str, object]:
        return {"channel": self.channel, "ip": self.ip, "request": self.request}


@dataclass(frozen=True, slots=True)
class Change:
    """Version `ver` of one row; `digest` = SHA-256 of the version's canonical row, 32 bytes."""

    table: str
    id: UUID
    ver: int
    op: Operation
    digest: bytes

    def __post_init__(self) -> None:
        _require(_NAME.fullmatch(self.table) is not None, "$.changes.t", f"{self.table!r} is not a table")
        _require(self.ver >= 1, "$.changes.ver", f"versions count from 1, this is {self.ver}")
        _require_choice(self.op, OPERATIONS, "$.changes.op")
        _require(len(self.digest) == HASH_BYTES, "$.changes.d", f"{len(self.digest)} bytes are not a SHA-256 digest")

    @property
    def key(self) -> tuple[str, str, int]:
        return self.table, str(self.id), self.ver

    def as_value(self) -> dict[str, object]:
        return {"t": self.table, "id": str(self.id), "ver": self.ver, "op": self.op, "d": self.digest.hex()}


@dataclass(frozen=True, slots=True)
class More:
    """What stands for the changes of an entry that has too many to list: `n` of them, `root` over them, 32 bytes."""

    n: int
    root: bytes

    def __post_init__(self) -> None:
        _require(self.n > MAX_CHANGES, "$.more.n", f"{self.n} changes are listed, more than {MAX_CHANGES} are not")
        _require(len(self.root) == HASH_BYTES, "$.more.root", f"{len(self.root)} bytes are not a root")

    @classmethod
    def over(cls, changes: Sequence[bytes]) -> "More":
        """Of the canonical bytes of each change, in the order of the list."""
        return cls(len(changes), Frontier().grow(leaf_hashes(changes)).frontier.root)

    def as_value(self) -> dict[str, object]:
        return {"n": self.n, "root": self.root.hex()}


@dataclass(frozen=True, slots=True)
class Read:
    """Fields of one record that the actor saw."""

    type: str
    id: UUID
    fields: frozenset[str]

    def __post_init__(self) -> None:
        _require(_NAME.fullmatch(self.type) is not None, "$.reads.type", f"{self.type!r} is not a lower-case name")
        _require(bool(self.fields) and all(self.fields), "$.reads.fields", "a read names the fields that were seen")

    @property
    def key(self) -> tuple[str, str]:
        return self.type, str(self.id)

    def as_value(self) -> dict[str, object]:
        return {"type": self.type, "id": str(self.id), "fields": sorted(self.fields)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `changes` and `reads` are kept sorted by their keys, in whatever order they are given; more than
    MAX_CHANGES changes are not kept, but summed up in `more`."""

    id: UUID
    ts: datetime
    tenant: UUID
    actor: Actor
    action: str
    subject: Subject
    outcome: Outcome
    reason: str | None
    ruleset: str | None
    origin: Origin
    changes: tuple[Change, ...] = ()
    reads: tuple[Read, ...] = ()
    more: More | None = None

    def __post_init__(self) -> None:
        _require(self.id.version == _UUID7, "$.id", "is not a UUIDv7")
        _require(self.ts.utcoffset() == timedelta(0), "$.ts", "the time is not in UTC")
        _require(_ACTION.fullmatch(self.action) is not None, "$.action", f"{self.action!r} is not subject.verb")
        _require_choice(self.outcome, OUTCOMES, "$.outcome")
        _require(self.reason != "", "$.reason", "an absent reason is null, not empty")
        _require(self.ruleset is None or _SHA256.fullmatch(self.ruleset) is not None, "$.ruleset", "is not a SHA-256")
        object.__setattr__(self, "changes", tuple(sorted(self.changes, key=lambda change: change.key)))
        object.__setattr__(self, "reads", tuple(sorted(self.reads, key=lambda read: read.key)))
        _require_distinct([change.key for change in self.changes], "$.changes")
        if len(self.changes) > MAX_CHANGES:
            _require(self.more is None, "$.more", "stands for changes that are listed")
            listed = [canonical.encode(change.as_value()) for change in self.changes]
            object.__setattr__(self, "more", More.over(listed))
            object.__setattr__(self, "changes", ())
        _require(self.more is None or not self.changes, "$.more", "stands beside changes that are listed")
        _require_distinct([read.key for read in self.reads], "$.reads")

    def as_value(self) -> dict[str, object]:
        value: dict[str, object] = {
            "v": VERSION,
            "id": str(self.id),
            "ts": format_time(self.ts),
            "tenant": str(self.tenant),
            "actor": self.actor.as_value(),
            "action": self.action,
            "subject": self.subject.as_value(),
            "outcome": self.outcome,
            "reason": self.reason,
            "ruleset": self.ruleset,
            "origin": self.origin.as_value(),
            "changes": [change.as_value() for change in self.changes],
        }
        if self.more is not None:
            value["more"] = self.more.as_value()
        if self.reads:
            value["reads"] = [read.as_value() for read in self.reads]
        return value

    def encode(self) -> bytes:
        """Canonical bytes: the leaf. Raises EntryTooLong beyond what a bundle can hold (some hundred reads)."""
        data = canonical.encode(self.as_value())
        if len(data) > MAX_ENTRY_BYTES:
            raise EntryTooLong(len(data))
        return data


def format_time(ts: datetime) -> str:
    """`2026-11-22T01:57:12.123456Z`: always six digits, always Z. The caller has seen to UTC."""
    return ts.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _require(condition: bool, path: str, problem: str) -> None:
    if not condition:
        raise InvalidEntry(path, problem)


def _require_choice(value: str, choices: tuple[str, ...], path: str) -> None:
    if value not in choices:
        raise InvalidEntry(path, f"{value!r} is not one of {', '.join(choices)}")


def _require_distinct(keys: Sequence[object], path: str) -> None:
    _require(len(set(keys)) == len(keys), path, "names the same thing twice")
