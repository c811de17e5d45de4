"""Lists, their versions and entries, and how far the parties of the record are screened against them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, personal_column, sealed_column, utc_column


class ListKind(StrEnum):
    SANCTIONS = "sanctions"
    PEP = "pep"
    INTERNAL = "internal"
    OTHER = "other"


class VersionState(StrEnum):
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WAITING = "waiting"
    """So much was removed that a person has to confirm it; the former version stays in force."""
    REFUSED = "refused"
    """The file could not be read; `problem` says why and on which line."""
    DISMISSED = "dismissed"


class RunKind(StrEnum):
    DIFFERENCE = "difference"
    PORTFOLIO = "portfolio"


class RunState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"


class ScreeningList(Audited, table=True):
    """A list that parties are screened against. Audited: taking a list out of use decides whom nobody looks for.

    `checked_at` is when a file of the list was last taken or found to bring nothing new; older than `max_age_days`
    it is stale.
    """

    __tablename__ = "screening_list"
    __table_args__ = (UniqueConstraint("tenant_id", "code"), CheckConstraint("max_age_days > 0", name="max_age"))

    code: str
    name: str
    format: str
    kind: str
    active: bool = True
    max_age_days: int
    in_force_id: UUID | None = None
    checked_at: datetime | None = utc_column(nullable=True, default=None)
    created_at: datetime = utc_column()


class ListVersion(Audited, table=True):
    """One import of a list, also one that was refused or waits. Audited: its entry holds the digest of the content, so
    the entries, which are not versioned one by one, are proven by it.

    `digest` is over the references and digests of all entries; `added`, `changed` and `removed` count against the
    version in force before. `restored_id` is the version that a roll-back brought back.
    """

    __tablename__ = "screening_list_version"
    __table_args__ = (
        UniqueConstraint("list_id", "number"),
        CheckConstraint("decided_by IS NULL OR decided_by <> loaded_by", name="four_eyes"),
    )

    list_id: UUID = Field(foreign_key="screening_list.id")
    number: int
    state: str
    file_sha256: str
    digest: str | None = None
    published_on: date | None = None
    entries: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    loaded_by: UUID
    loaded_at: datetime = utc_column()
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    restored_id: UUID | None = None
    problem: dict[str, Any] | None = Field(default=None, sa_type=JSONB, nullable=True)


class ListEntity(Tenanted, table=True):
    """An entry of a list from version `since` until before version `until`: each version can be had again, and a day
    costs only what changed. Not audited: lists are public, and the version's entry holds the digest of them all.
    """

    __tablename__ = "screening_list_entity"
    __table_args__ = (
        UniqueConstraint("list_id", "ref", "since"),
        Index("ix_screening_list_entity_since", "list_id", "since"),
        Index("ix_screening_list_entity_until", "list_id", "until"),
    )

    list_id: UUID = Field(foreign_key="screening_list.id")
    ref: str
    digest: str
    since: int
    until: int | None = None
    payload: dict[str, Any] = Field(sa_type=JSONB)


class HeldContent(Tenanted, table=True):
    """The entries of a version that waits, compressed, under the version's id; gone when somebody has decided. Not
    audited: the version names its digest.
    """

    __tablename__ = "screening_list_held"

    content: bytes = Field(sa_type=LargeBinary)


class ListState(Tenanted, table=True):
    """Which versions were in force together, numbered: one number tells a process whether its index is current. Not
    audited: each row follows from the versions, in the same transaction. `versions` maps list id to version id,
    `numbers` list id to the version's number.
    """

    __tablename__ = "screening_state"
    __table_args__ = (UniqueConstraint("tenant_id", "number"),)

    number: int
    versions: dict[str, str] = Field(sa_type=JSONB)
    numbers: dict[str, int] = Field(sa_type=JSONB)
    made_at: datetime = utc_column()


class ScreenedParty(Tenanted, table=True):
    """How far a party is screened: on which facts (keyed digest), against which state of the lists.

    `keys` are keyed tags of what the party's names and numbers are found by, so that a change of a list finds whom it
    can concern without opening anybody's name. `outline` is the same word by word with what each word weighs
    (matching.outlines), sealed: it narrows them to those whom a search would compare. `keys_of` names the way both
    were made. The id is the party's. Not audited: all of it is derived, and every finding has an entry of its own.
    """

    __tablename__ = "screening_standing"
    __table_args__ = (UniqueConstraint("party_id"),)

    party_id: UUID = Field(foreign_key="party.id")
    facts_digest: bytes = Field(sa_type=LargeBinary)
    state: int
    ruleset: str
    screened_at: datetime = utc_column()
    keys: list[int] | None = personal_column(sa_type=ARRAY(Integer), nullable=True, default=None)
    outline: bytes | None = sealed_column(nullable=True, default=None)
    keys_of: str


class ScreeningRun(Tenanted, table=True):
    """A screening of many: of everybody, or of those whom the change from one state of the lists to another concerns.

    `cursor` is the last party that was done, so a run that was killed goes on behind it. Not audited: progress is no
    record; entries say when a run began and ended.
    """

    __tablename__ = "screening_run"
    __table_args__ = (
        Index("ix_screening_run_running", "tenant_id", unique=True, postgresql_where=text("state = 'running'")),
        Index("ix_screening_run_to_state", "tenant_id", "state", "to_state"),
    )

    kind: str
    state: str = RunState.RUNNING
    from_state: int
    to_state: int
    ruleset: str
    cursor: UUID | None = None
    done: int = 0
    total: int = 0
    compared: int = 0
    opened: int = 0
    suppressed: int = 0
    reopened: int = 0
    obsolete: int = 0
    started_by: UUID
    started_at: datetime = utc_column()
    updated_at: datetime = utc_column()
    finished_at: datetime | None = utc_column(nullable=True, default=None)
