"""Rule-sets by their hash, for proofs and packs: the texts that governance keeps, and the files of this version."""

import asyncio
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.export import RuleSets
from backend.governance import queries


def rulesets_of(policies: Path) -> RuleSets:
    async def source(session: AsyncSession, wanted: set[str]) -> Mapping[str, bytes]:
        kept = await queries.texts(session, wanted)
        return {**kept, **await asyncio.to_thread(_from_files, policies, wanted - kept.keys())}

    return source


def _from_files(policies: Path, wanted: Collection[str]) -> dict[str, bytes]:
    if not wanted:
        return {}
    contents = (path.read_bytes() for path in sorted(policies.rglob("*")) if path.is_file())
    return {sha: content for content in contents if (sha := sha256(content).hexdigest()) in wanted}
