"""What a reader of proofs and packs may see of record versions: contents, and values behind commitments.

A version's content is one text that was hashed whole, so it is shown whole or not at all: only where the reader sees
every open personal column of it in clear. A sealed value is disclosed where its field is in clear. What is neither is
in the log as a digest or a commitment, which proves it to whoever gets the value elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.access.fields import Visibility
from backend.access.scopes import Facts
from backend.audit.shown import Shown, StoredVersion
from backend.core.actor import Actor
from backend.core.tables import metadata
from backend.customers import queries as customers
from backend.customers.guards import guard_of_any, party_of
from backend.privacy.errors import DataKeyDestroyed, DataKeyMissing, FieldUnreadable
from backend.privacy.field import Disclosure

_KEYS: Final = frozenset({"api_client", "client_key"})
"""Tables whose rows hold digests of keys; nobody outside has a use for them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A `Reveal` by the rights of one person; what it opens is noted by the transaction of `ctx`.

    `records` are those whose trail the person may read; None for all of the institution.
    """

    ctx: Context
    person: Actor
    records: frozenset[UUID] | None = None

    async def __call__(self, versions: Sequence[StoredVersion]) -> Sequence[Shown]:
        rows = [version.values if self._may_show(version) else None for version in versions]
        owners = [
            None if row is None else party_of(version.table, version.record_id, row)
            for version, row in zip(versions, rows, strict=True)
        ]
        known = await customers.facts_of(self.ctx, {owner for owner in owners if owner is not None})
        await self.ctx.vault.load(known)
        return [
            Shown() if row is None else self._shown(version, row, owner, known)
            for version, row, owner in zip(versions, rows, owners, strict=True)
        ]

    def _may_show(self, version: StoredVersion) -> bool:
        listed = self.records is None or version.record_id in self.records or version.table == "staff_user"
        return listed and version.table not in _KEYS

    def _shown(
        self, version: StoredVersion, row: Mapping[str, Any], owner: UUID | None, known: Mapping[UUID, Facts]
    ) -> Shown:
        facts = None if owner is None else known.get(owner)
        fields = {column: field for column in row if (field := guard_of_any(version.table, column, row)) is not None}
        bare = {field for column, field in fields.items() if _is_open(row[column])}
        if not all(self._sees(field, facts) for field in bare):
            return Shown()
        clear = [column for column in version.sealed if column in fields and self._sees(fields[column], facts)]
        opened = dict(self._opened(version, row, clear))
        if owner is not None and (seen := bare | {fields[column] for column in opened}):
            self.ctx.saw(("party", owner), *seen)
        return Shown(content=True, opened=opened)

    def _sees(self, field: str, facts: Facts | None) -> bool:
        if facts is None:
            return False
        return self.ctx.policy.visibility(self.person, f"customer.{field}", facts) is Visibility.CLEAR

    def _opened(
        self, version: StoredVersion, row: Mapping[str, Any], columns: Iterable[str]
    ) -> Iterable[tuple[str, Disclosure]]:
        """What was erased, or cannot be read, stays a commitment."""
        for column in columns:
            owner = UUID(row[metadata.tables[version.table].c[column].info["owner"]])
            try:
                value = self.ctx.vault.disclose(version.table, column, version.record_id, owner, version.sealed[column])
            except (DataKeyDestroyed, DataKeyMissing, FieldUnreadable):
                continue
            yield column, value


def _is_open(value: object) -> bool:
    """Neither absent nor a commitment."""
    return value is not None and not isinstance(value, dict)
