"""The tags of an institution in the version that is written and in all that are asked for.

While the tags are rotated, a record carries the old or the new version, and a query asks for either: nobody is missed.
The index root of version 1 also keys what is no search (digests, cursors) and stays; what is rotated is search alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.privacy.blind import Blinder, BlindIndex
from backend.privacy.providers.base import KeyProvider
from backend.privacy.tags import Tagger, Token

FIRST: Final = 1
_ENTER: Final = text("SELECT set_config('tenure.tenant', :tenant, true), search_versions(:id)").bindparams(
    bindparam("tenant"), bindparam("id")
)
_CHANGE: Final = text("SELECT pg_advisory_xact_lock(search_lock(:id))")
_PATIENCE: Final = text("SET LOCAL lock_timeout = '2s'")


class Versions(NamedTuple):
    """`asking` holds `writing`, and during a rotation the other one."""

    writing: int
    asking: tuple[int, ...]


async def enter(session: AsyncSession, tenant_id: UUID) -> Versions:
    """The institution of this transaction, and the versions that count until it ends: no rotation moves on before."""
    given: dict[str, Any] = {"tenant": str(tenant_id), "id": tenant_id}
    _, (writing, *others) = (await session.execute(_ENTER, given)).one()
    return Versions(writing, (writing, *others))


async def alone(session: AsyncSession, tenant_id: UUID) -> None:
    """Wait until no transaction works with the versions as they are; raises the database's error after two seconds."""
    await session.execute(_PATIENCE)
    await session.execute(_CHANGE, {"id": tenant_id})


class IndexRoots:
    """Of every version, asked of the provider once."""

    def __init__(self, provider: KeyProvider, first: bytes) -> None:
        self._provider = provider
        self._roots = {FIRST: first}

    async def of(self, version: int) -> bytes:
        if version not in self._roots:
            self._roots[version] = await self._provider.index_root(version)
        return self._roots[version]

    async def search_tags(self, tenant_id: UUID, versions: Versions) -> "SearchTags":
        asking = [_Tags.of(await self.of(version), tenant_id) for version in versions.asking]
        return SearchTags(versions, asking[0], tuple(asking))


@dataclass(frozen=True, slots=True)
class _Tags:
    blinder: Blinder
    tagger: Tagger

    @classmethod
    def of(cls, root: bytes, tenant_id: UUID) -> Self:
        return cls(Blinder(root, tenant_id), Tagger(root, tenant_id))


@dataclass(frozen=True, slots=True)
class SearchTags:
    """What is stored has one version, what is asked for has each that may be stored."""

    versions: Versions
    _writing: _Tags
    _asking: Sequence[_Tags]

    @property
    def rotating(self) -> bool:
        return len(self._asking) > 1

    def tag(self, index: BlindIndex, value: str) -> bytes:
        return self._writing.blinder.tag(index, value)

    def asked(self, index: BlindIndex, value: str) -> list[bytes]:
        return [tags.blinder.tag(index, value) for tags in self._asking]

    def name(self, text: str) -> list[bytes]:
        """Sorted, so that the order of the words is not stored."""
        return self._writing.tagger.name(text)

    def token(self, token: Token) -> bytes:
        return self._writing.tagger.tag(token)

    def query(self, text: str) -> list[list[bytes]]:
        """AND over the outer list, OR over the inner ones: a name's tags are all of one version."""
        versions = [tags.tagger.query(text) for tags in self._asking]
        return [sorted({tag for group in groups for tag in group}) for groups in zip(*versions, strict=True)]
