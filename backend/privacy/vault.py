"""The vault of one transaction: opens customers' data keys in one query, seals and opens their personal fields."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.privacy import blob
from backend.privacy.blind import Blinder, BlindIndex
from backend.privacy.errors import DataKeyDestroyed, DataKeyMissing
from backend.privacy.field import Disclosure, FieldRef, key_version, reseal
from backend.privacy.keyring import KeyId, Keyring, OpenKey
from backend.privacy.models import DataKey
from backend.privacy.searching import SearchTags
from backend.privacy.wrapping import data_key, ids

_stored = DataKey.__table__.c  # type: ignore[attr-defined]
# Past the mapper, and one text for any number of owners: every page of customers asks this.
_STORED = select(_stored.owner_id, _stored.version, _stored.wrapped).where(
    _stored.owner_id == func.any(bindparam("owners", type_=ARRAY(Uuid)))
)


@cache
def field_ref(table: str, column: str) -> FieldRef:
    return FieldRef(table, column)


@dataclass(slots=True)
class Vault:
    session: AsyncSession
    tenant_id: UUID
    keyring: Keyring
    blinder: Blinder
    search: SearchTags
    now: datetime
    _keys: dict[UUID, dict[int, OpenKey]] = field(default_factory=dict)

    async def load(self, owner_ids: Iterable[UUID]) -> None:
        """Open the keys of these customers; a destroyed key is refused only when it is used."""
        missing = set(owner_ids) - self._keys.keys()
        if not missing:
            return
        rows = (await self.session.execute(_STORED, {"owners": list(missing)})).all()
        wrapped: dict[KeyId, bytes] = {}
        for owner_id, version, sealed in rows:
            versions = self._keys.setdefault(owner_id, {})
            if sealed is None:
                continue
            try:
                versions[version] = self.keyring.get(self.tenant_id, owner_id, version)
            except DataKeyMissing:
                wrapped[KeyId(owner_id, version)] = sealed
        for key_id, opened in (await self.keyring.open_many(self.tenant_id, wrapped)).items():
            self._keys[key_id.owner_id][key_id.version] = opened

    async def create(self, owner_ids: Iterable[UUID]) -> None:
        """A data key for each new customer, stored in this transaction."""
        rows = await self.fresh(owner_ids)
        await self.session.execute(insert(DataKey), rows)

    async def fresh(self, owner_ids: Iterable[UUID]) -> list[dict[str, object]]:
        """New keys, open in this vault; the caller stores the rows (bulk writers by COPY)."""
        created = await self.keyring.create(self.tenant_id, owner_ids)
        for owner_id, key in created.items():
            self._keys[owner_id] = {1: key.opened}
        return [
            {
                "tenant_id": self.tenant_id,
                "owner_id": owner_id,
                "version": 1,
                "epoch": ids(data_key(self.tenant_id, owner_id), key.wrapped)[0],
                "wrapped": key.wrapped,
                "created_at": self.now,
            }
            for owner_id, key in created.items()
        ]

    def seal(self, table: str, column: str, row_id: UUID, owner_id: UUID, text: str) -> bytes:
        return self._newest(owner_id).sealer.seal(field_ref(table, column), row_id, text)

    def seal_optional(self, table: str, column: str, row_id: UUID, owner_id: UUID, text: str | None) -> bytes | None:
        return None if text is None else self.seal(table, column, row_id, owner_id, text)

    def open(self, table: str, column: str, row_id: UUID, owner_id: UUID, value: bytes) -> str:
        """Raises DataKeyDestroyed once the customer was erased, FieldUnreadable for a value from elsewhere."""
        ref = field_ref(table, column)
        return self._key(owner_id, key_version(ref, value)).sealer.open(ref, row_id, value)

    def open_optional(self, table: str, column: str, row_id: UUID, owner_id: UUID, value: bytes | None) -> str | None:
        return None if value is None else self.open(table, column, row_id, owner_id, value)

    def disclose(self, table: str, column: str, row_id: UUID, owner_id: UUID, value: bytes) -> Disclosure:
        """Value and salt, for somebody who checks them against the commitment; raises as `open` does."""
        ref = field_ref(table, column)
        return self._key(owner_id, key_version(ref, value)).sealer.disclose(ref, row_id, value)

    def reseal(self, table: str, column: str, row_id: UUID, owner_id: UUID, heir_id: UUID, value: bytes) -> bytes:
        """The same value of the same row under another customer's key; salt and commitment stay as they are."""
        ref = field_ref(table, column)
        old = self._key(owner_id, key_version(ref, value)).sealer
        return reseal(old, self._newest(heir_id).sealer, ref, row_id, value)

    def blind(self, index: BlindIndex, value: str) -> bytes:
        """A digest that is compared over years: keyed by the first index root, whatever becomes of `search`."""
        return self.blinder.tag(index, value)

    def seal_document(self, owner_id: UUID, document_id: UUID, content: bytes) -> bytes:
        key = self._newest(owner_id)
        ref = blob.BlobRef(self.tenant_id, owner_id, document_id)
        return b"".join(blob.seal_blob(key.key, key.sealer.key_version, ref, [content]))

    def open_document(self, owner_id: UUID, document_id: UUID, body: bytes) -> Iterator[bytes]:
        ref = blob.BlobRef(self.tenant_id, owner_id, document_id)
        version = blob.key_version(ref, body)
        return blob.open_blob(self._key(owner_id, version).key, version, ref, [body])

    def _newest(self, owner_id: UUID) -> OpenKey:
        versions = self._versions(owner_id)
        return versions[max(versions)]

    def _key(self, owner_id: UUID, version: int) -> OpenKey:
        try:
            return self._versions(owner_id)[version]
        except KeyError:
            raise DataKeyMissing(owner_id=owner_id, version=version) from None

    def _versions(self, owner_id: UUID) -> dict[int, OpenKey]:
        versions = self._keys.get(owner_id)
        if versions is None:
            raise DataKeyMissing(owner_id=owner_id, version=0)
        if not versions:
            raise DataKeyDestroyed(owner_id=owner_id)
        return versions
