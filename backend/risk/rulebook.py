"""Rating rule-sets in service: which is in force now, and any that ever decided, found again by its digest.

What an institution has put in force by governance counts before the files in policies/risk. The texts of a rule-set
and of its tables are kept once, under their own hashes, when a rating first uses them; the digest of a rating names
exactly those texts.
"""

import hashlib
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.ids import new_id
from backend.governance import queries as governance
from backend.governance import texts
from backend.governance.errors import UnknownText
from backend.risk import models
from backend.risk.errors import RuleSetNotInForce, RuleSetNotKept
from risk_models import crr_yaml
from risk_models.crr_book import Rating, RatingBook, Version, assemble, listing, rules_version, table_version
from risk_models.crr_rules import CodeTable, RatingRules

KIND: Final = "risk"
_REMEMBERED: Final = 64


@lru_cache(maxsize=4)
def files(directory: Path) -> RatingBook:
    """The rule-sets of the files; they do not change while the process runs."""
    return RatingBook.load(directory / KIND)


async def effective(ctx: Context, scheme: str) -> Rating:
    """The rule-set and its tables that are in force now; nothing is written. Raises RuleSetNotInForce."""
    rules, tables = await _texts(ctx, scheme)
    return parsed(rules, tables)


async def used(ctx: Context, scheme: str) -> Rating:
    """`effective` for a rating that will be stored: its texts are kept. Raises RuleSetNotInForce."""
    rules, tables = await _texts(ctx, scheme)
    rating = parsed(rules, tables)
    await _keep(ctx, rating, [rules, *tables])
    return rating


async def _texts(ctx: Context, scheme: str) -> tuple[bytes, tuple[bytes, ...]]:
    rules = await in_force(ctx, scheme)
    return rules, tuple([await in_force(ctx, name) for name in table_names(rules)])


async def in_force(ctx: Context, name: str) -> bytes:
    """The text of a rule-set or table: the institution's own, or that of the files."""
    standing = await governance.standing_at(ctx.session, KIND, name, ctx.now)
    if standing is not None:
        return await texts.by_hash(ctx, standing.sha256)
    known, today = files(ctx.policies.directory), ctx.now.date()
    versions: tuple[Version[RatingRules] | Version[CodeTable], ...] = (*known.rules, *known.tables)
    for version in versions:
        if version.rules.id == name and version.rules.covers(today):
            return version.document.source
    raise RuleSetNotInForce(scheme=name, day=today.isoformat())


async def by_digest(ctx: Context, digest: str) -> Rating:
    """The rule-set that a rating names, whatever is in force by now. Raises RuleSetNotKept."""
    wanted = select(models.RatingRules).where(models.RatingRules.digest == digest)
    row = (await ctx.session.scalars(wanted)).first()
    try:
        if row is not None:
            tables = [await texts.by_hash(ctx, sha256) for sha256 in row.tables.values()]
            return parsed(await texts.by_hash(ctx, row.rules_sha256), tuple(tables))
    except UnknownText:
        pass
    raise RuleSetNotKept(digest=digest[:12])


async def listings(session: AsyncSession, digests: Collection[str]) -> dict[str, tuple[bytes, frozenset[str]]]:
    """Those of the digests that ratings name: the bytes that have this digest, and the hashes of the texts in them."""
    found = await session.scalars(select(models.RatingRules).where(col(models.RatingRules.digest).in_(digests)))
    return {
        row.digest: (listing(row.rules_sha256, row.tables), frozenset({row.rules_sha256, *row.tables.values()}))
        for row in found
    }


async def _keep(ctx: Context, rating: Rating, sources: Sequence[bytes]) -> None:
    """Nothing is written for a rule-set that is kept already; two that keep it at once keep it once."""
    kept = select(models.RatingRules.id).where(models.RatingRules.digest == rating.digest)
    if await ctx.session.scalar(kept) is not None:
        return
    for source in sources:
        await texts.keep(ctx, source)
    row_id = new_id()
    async with ctx.audit("risk.ruleset.keep", ("risk_ruleset", row_id), ruleset=rating.digest) as entry:
        row = {
            "id": row_id,
            "tenant_id": ctx.actor.tenant_id,
            "entry_id": entry,
            "ver": 1,
            "digest": rating.digest,
            "scheme": rating.rules.id,
            "rules_sha256": rating.rules_sha256,
            "tables": dict(rating.tables_sha256),
            "first_used_at": ctx.now,
        }
        await ctx.session.execute(insert(models.RatingRules).values(row).on_conflict_do_nothing())


@lru_cache(maxsize=_REMEMBERED)
def parsed(rules: bytes, tables: tuple[bytes, ...]) -> Rating:
    """From the bytes alone; who signed them was asked when they came into force. Raises RuleSetRefusedError."""
    versions = [table_version(source, _short(source), signed=False) for source in tables]
    return assemble(rules_version(rules, _short(rules), versions, signed=False), versions)


@lru_cache(maxsize=_REMEMBERED)
def table_names(rules: bytes) -> tuple[str, ...]:
    """The tables that a rule-set's text asks for, in its order."""
    return RatingRules.model_validate(crr_yaml.read(rules, _short(rules)).data).tables


def _short(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()[:12]
