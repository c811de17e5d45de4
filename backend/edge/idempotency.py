"""Idempotency keys: same key and payload, same answer; another payload is refused; in flight, told so.

The key is taken with an advisory lock and written in the business transaction, so an answer is remembered if and
only if its change was.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import func, insert, select

from backend.access.context import Context
from backend.edge.errors import KeyInFlight, KeyMalformed, KeyReused
from backend.edge.models import IdempotencyKey

_LONGEST = 128


def payload_hash(payload: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS, default=str)).digest()


async def recall(ctx: Context, key: str, payload: bytes) -> dict[str, Any] | None:
    """The answer given before, or None when the request is new. Raises KeyReused, KeyInFlight, KeyMalformed."""
    if not key.isprintable() or not 1 <= len(key) <= _LONGEST:
        raise KeyMalformed(field="idempotencyKey")
    if not await ctx.session.scalar(select(func.pg_try_advisory_xact_lock(_lock(ctx, key)))):
        raise KeyInFlight(key=key)
    found = await ctx.session.get(IdempotencyKey, (ctx.actor.tenant_id, ctx.actor.id, key))
    if found is None:
        return None
    if found.payload_hash != payload:
        raise KeyReused(key=key)
    return found.answer


async def remember(ctx: Context, key: str, payload: bytes, answer: Mapping[str, Any]) -> None:
    await ctx.session.execute(
        insert(IdempotencyKey).values(
            tenant_id=ctx.actor.tenant_id,
            actor_id=ctx.actor.id,
            key=key,
            payload_hash=payload,
            answer=dict(answer),
            created_at=ctx.now,
        )
    )


def _lock(ctx: Context, key: str) -> int:
    name = f"{ctx.actor.tenant_id}\0{ctx.actor.id}\0{key}".encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True)
