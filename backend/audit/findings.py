"""What verification finds, in words that name the table, the record, the version, the entry and the leaf."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from backend.audit.formats.checkpoint import Checkpoint
from backend.core.i18n import translate

TEXTS: Final[Mapping[str, str]] = {
    "leaf_missing": "Leaf {leaf} is missing from the log.",
    "leaf_changed": "Leaf {leaf} (entry {entry}) was changed: its bytes do not have the hash that the tree holds.",
    "leaf_unreadable": "Leaf {leaf} is not an audit entry: {problem}",
    "leaf_misplaced": "Leaf {leaf} is filed under entry {entry}, but holds entry {other}.",
    "leaf_too_many": "The log holds leaf {leaf}, but its tree ends at {size}.",
    "tile_changed": "The stored hashes of tile {tile} are not those of the tree.",
    "tree_changed": "The stored right edge of the tree (size {stored}) is not that of its {size} leaves.",
    "head_forged": "The signed head of size {size} ({source}) is not by the log's key: {problem}",
    "head_edited": "The row of the head of size {size} does not say what its signed note says.",
    "head_differs": "The signed head of size {size} ({source}) has another root: "
    "something between leaf {first} and leaf {last} was changed.",
    "head_beyond": "A signed head of size {size} ({source}) exists, but the log ends at {end}: it was cut back.",
    "head_order": "The file of heads goes back from size {size} to size {next}.",
    "head_unfiled": "The signed head of size {size} is gone from the file of heads.",
    "head_unstored": "The signed head of size {size} is in the file of heads and gone from the database.",
    "head_missing": "The log has {size} entries, but its newest signed head covers {covered}.",
    "heads_file_missing": "There is no file of heads at {path}, though heads were signed.",
    "key_missing": "The log's key is not at {path}, so no signature can be checked.",
    "entry_missing": "Entry {entry} (leaf {leaf}) is gone from the table of entries.",
    "entry_changed": "Entry {entry} (leaf {leaf}) was changed in the table of entries: {fields}.",
    "entry_unlogged": "Entry {entry} neither stands in the log nor waits for it.",
    "entry_unfit": "Entry {entry} waits for the log and has no canonical form, so it cannot be logged: {problem}",
    "version_missing": "Version {version} of {table} {record} is missing; entry {entry} (leaf {leaf}) made it.",
    "version_unnamed": "Version {version} of {table} {record} claims entry {entry} (leaf {leaf}), which names no such.",
    "version_differs": "Version {version} of {table} {record} is not the one that entry {entry} (leaf {leaf}) made.",
    "versions_differ": "The {stored} versions of entry {entry} (leaf {leaf}) are not the {named} changes it sums up.",
    "version_edited": "Version {version} of {table} {record} (entry {entry}) was changed: its digest is another.",
    "version_without_entry": "Version {version} of {table} {record} names entry {entry}, which does not exist.",
    "version_gap": "{table} {record} has {count} versions, numbered from {first} to {last}: some are missing.",
    "sealed_edited": "The sealed {column} in version {version} of {table} {record} does not carry its commitment.",
    "row_without_version": "{table} {record} exists, but nothing says who made it.",
    "row_deleted": "{table} {record} is gone, but no version says that it was deleted (last: version {version}, "
    "entry {entry}).",
    "row_undeleted": "{table} {record} was deleted in version {version} (entry {entry}), but exists.",
    "row_changed": "{table} {record} was changed behind the audit: it differs from version {version} "
    "(entry {entry}, leaf {leaf}).",
    "table_missing": "{table} has versions in the log, but the table does not exist.",
    "table_unguarded": "{table} has lost its audit triggers or functions: changes to it go unseen.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `params` are ids, numbers, column names and paths, never personal data."""

    code: str
    params: Mapping[str, object]

    def words(self, locale: str = "en") -> str:
        return translate(locale, TEXTS[self.code], **self.params)


@dataclass(slots=True)
class Findings:
    """Collects findings up to a limit, so that a log that is wrong all over still verifies in bounded memory."""

    limit: int = 1000
    kept: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, code: str, **params: object) -> None:
        self.count += 1
        if len(self.kept) < self.limit:
            self.kept.append(Finding(code, params))


@dataclass(frozen=True, slots=True)
class Report:
    """`pending` entries are committed and wait for the sequencer; `head` is the newest signed head that verified.
    `findings` are the first `limit` of `total`."""

    tenant_id: UUID
    leaves: int
    versions: int
    rows: int
    heads: int
    pending: int
    head: Checkpoint | None
    findings: tuple[Finding, ...]
    total: int

    @property
    def sound(self) -> bool:
        return self.total == 0
