"""Rule-sets by their hash, for proofs and packs: the texts that governance keeps, and the files of this version.

A rating names the digest of a list of texts; that list is handed out under the digest, and with it the texts it lists.
"""

import asyncio
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.export import RuleSets
from backend.governance import queries
from backend.risk import rulebook


def rulesets_of(policies: Path) -> RuleSets:
    async def source(session: AsyncSession, wanted: set[str]) -> Mapping[str, bytes]:
        lists = await rulebook.listings(session, wanted)
        asked = wanted.union(*(parts for _, parts in lists.values())) - lists.keys()
        kept = await queries.texts(session, asked)
        files = await asyncio.to_thread(_from_files, policies, asked - kept.keys())
        return {**{digest: content for digest, (content, _) in lists.items()}, **kept, **files}

    return source


def _from_files(policies: Path, wanted: Collection[str]) -> dict[str, bytes]:
    if not wanted:
        return {}
    contents = (path.read_bytes() for path in sorted(policies.rglob("*")) if path.is_file())
    return {sha: content for content in contents if (sha := sha256(content).hexdigest()) in wanted}
