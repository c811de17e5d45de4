"""Access tokens of partners (RFC 6749 client credentials): short-lived, for some scopes, revocable."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from backend.access import client_assertion, proof_queries
from backend.access.client_scopes import narrowed
from backend.access.context import Context
from backend.access.models import ApiClient
from backend.access.proof_models import AccessToken, UsedAssertion
from backend.access.sign_in_errors import ClientRefused
from backend.access.tokens import new_token, token_digest
from backend.core.ids import new_id

PREFIX: Final = "tna_"
LIFETIME: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Issued:
    token: str
    scopes: list[str] | None
    lifetime: timedelta


async def by_assertion(ctx: Context, assertion: str, wanted: list[str], audiences: frozenset[str]) -> Issued:
    """Raises ClientRefused, ScopeUnknown."""
    claimed = client_assertion.claimed_client(assertion)
    client = await _client(ctx, claimed)
    keys = {row.kid: row.jwk or {} for row in await proof_queries.public_keys(ctx.session, client.id, ctx.now)}
    proven = client_assertion.verify(assertion, keys, client_id=claimed, audiences=audiences, now=ctx.now)
    await _use_once(ctx, client, proven)
    return await _issue(ctx, client, wanted)


async def by_secret(ctx: Context, client_id: str, secret: str, wanted: list[str]) -> Issued:
    """Raises ClientRefused, ScopeUnknown."""
    client = await proof_queries.client_by_secret(ctx.session, token_digest(secret), ctx.now)
    if client is None or str(client.id) != client_id:
        raise ClientRefused(problem="secret")
    return await _issue(ctx, client, wanted)


async def revoke(ctx: Context, token: str) -> None:
    """By whoever holds it; an unknown token is none of anybody's business (RFC 7009 section 2.2)."""
    found = await proof_queries.live_token(ctx.session, token_digest(token), ctx.now)
    if found is not None:
        found[0].revoked_at = ctx.now
        await ctx.trail.note("client.revoke_token", ("api_client", found[1].id))


async def _client(ctx: Context, client_id: str) -> ApiClient:
    try:
        client = await proof_queries.client(ctx.session, UUID(client_id), ctx.now)
    except ValueError:
        client = None
    if client is None:
        raise ClientRefused(problem="client_unknown")
    return client


async def _use_once(ctx: Context, client: ApiClient, proven: client_assertion.Assertion) -> None:
    """The unique key decides when two requests bring the same assertion at the same moment."""
    over = delete(UsedAssertion).where(col(UsedAssertion.client_id) == client.id)
    await ctx.session.execute(over.where(col(UsedAssertion.expires_at) <= ctx.now))
    first = insert(UsedAssertion).values(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        client_id=client.id,
        jti_hash=proven.jti_hash,
        expires_at=proven.expires_at,
    )
    taken = await ctx.session.execute(
        first.on_conflict_do_nothing(index_elements=["client_id", "jti_hash"]).returning(col(UsedAssertion.id))
    )
    if taken.first() is None:
        raise ClientRefused(problem="replayed")


async def _issue(ctx: Context, client: ApiClient, wanted: list[str]) -> Issued:
    scopes = narrowed(wanted, client.scopes)
    token = f"{PREFIX}{client.tenant_id.hex}.{new_token()}"
    over = delete(AccessToken).where(col(AccessToken.client_id) == client.id)
    await ctx.session.execute(over.where(col(AccessToken.expires_at) <= ctx.now))
    ctx.session.add(
        AccessToken(
            tenant_id=client.tenant_id,
            client_id=client.id,
            token_hash=token_digest(token),
            scopes=scopes,
            issued_at=ctx.now,
            expires_at=ctx.now + LIFETIME,
        )
    )
    await ctx.trail.note("client.token", ("api_client", client.id))
    return Issued(token, scopes, LIFETIME)
