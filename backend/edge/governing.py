"""What each institution has put in force, in the memory of this process and at most a second old.

A change of standing raises the institution's stamp. Whoever opens a transaction a second after the last look reads
the stamp, one small row, and only a new stamp reads texts. What was built is swapped in at once: a use case works with
the old rules to its end, the next one with the new.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.policy import AccessPolicy
from backend.core.rulesets import Policies
from backend.governance import queries, standing
from backend.governance.access import bundle, kind
from backend.governance.models import Standing

LOOK_AGAIN_SECONDS: Final = 1.0
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Governed:
    """One institution's own: its access policies with the instants from which they count, and its rule-sets."""

    version: int
    access: Sequence[tuple[datetime, AccessPolicy]]
    policies: Policies

    def policy(self, now: datetime) -> AccessPolicy | None:
        """None while the files' policy counts."""
        return next((policy for begin, policy in reversed(self.access) if begin <= now), None)


@dataclass(slots=True)
class Governing:
    files: Policies
    _known: dict[UUID, Governed] = field(default_factory=dict)
    _looked: dict[UUID, float] = field(default_factory=dict)

    async def refresh(self, session: AsyncSession, tenant_id: UUID, instant: datetime) -> None:
        now = time.monotonic()
        if tenant_id == _NOBODY or now - self._looked.get(tenant_id, float("-inf")) < LOOK_AGAIN_SECONDS:
            return
        version = await queries.stamp(session)
        known = self._known.get(tenant_id)
        if version > (0 if known is None else known.version):
            texts = await standing.all_texts(session)
            self._swap(tenant_id, await asyncio.to_thread(_build, version, texts, self.files, instant))
        self._looked[tenant_id] = now

    def policies(self, tenant_id: UUID) -> Policies:
        known = self._known.get(tenant_id)
        return self.files if known is None else known.policies

    def policy(self, tenant_id: UUID, now: datetime) -> AccessPolicy | None:
        known = self._known.get(tenant_id)
        return None if known is None else known.policy(now)

    def _swap(self, tenant_id: UUID, built: Governed) -> None:
        """Two that looked at once may finish in either order; an older snapshot never takes the newer one's place."""
        known = self._known.get(tenant_id)
        if known is None or built.version > known.version:
            self._known[tenant_id] = built


def _build(version: int, texts: list[tuple[Standing, bytes]], files: Policies, now: datetime) -> Governed:
    """A text that this version of the program cannot read stops the institution, in words: no guess replaces it.

    Access policies of the past decide nothing any more and are not read; past rule-sets still explain old decisions.
    """
    lasting = (pair for pair in texts if pair[0].effective_to is None or pair[0].effective_to > now)
    access = [(row.effective_from, bundle.policy(content)) for row, content in lasting if row.kind == kind.NAME]
    return Governed(version, access, files.governed(standing.of_books(texts)))
