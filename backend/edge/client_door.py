"""The token endpoint of partners (RFC 6749 section 4.4, RFC 7523): who may have a token, and the log of who may not."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from backend.access import client_assertion, client_tokens
from backend.access.client_tokens import Issued
from backend.access.context import Context
from backend.access.sign_in_errors import ClientRefused
from backend.core.actor import Actor
from backend.edge import sessions
from backend.edge.platform import Platform

T = TypeVar("T")
GRANT: Final = "client_credentials"


@dataclass(frozen=True, slots=True)
class Asked:
    """The form of a token request, and the credentials of its Authorization header when it has one."""

    form: Mapping[str, str]
    basic: tuple[str, str] | None
    address: str | None
    request_id: str


def audiences(platform: Platform, slug: str) -> frozenset[str]:
    """What an assertion for us may be addressed to; never taken from the request."""
    issuer = f"{platform.settings.base_url}/oauth/{slug}"
    return frozenset({issuer, f"{issuer}/token"})


async def token(platform: Platform, slug: str, asked: Asked) -> Issued:
    """Raises ClientRefused, ScopeUnknown."""
    wanted = asked.form.get("scope", "").split()
    kind, assertion = asked.form.get("client_assertion_type"), asked.form.get("client_assertion")
    door = await _door(platform, slug, asked)

    async def issue(ctx: Context) -> Issued:
        if kind is not None or assertion is not None:
            if kind != client_assertion.TYPE or assertion is None or asked.basic is not None:
                raise ClientRefused(problem="assertion_type")
            return await client_tokens.by_assertion(ctx, assertion, wanted, audiences(platform, slug))
        client_id, secret = asked.basic or (asked.form.get("client_id", ""), asked.form.get("client_secret", ""))
        return await client_tokens.by_secret(ctx, client_id, secret, wanted)

    return await _noted(platform, door, issue)


async def revoke(platform: Platform, slug: str, asked: Asked) -> None:
    """Whoever holds a token may end it."""
    door = await _door(platform, slug, asked)
    await platform.run(door, lambda ctx: client_tokens.revoke(ctx, asked.form.get("token", "")))


async def _door(platform: Platform, slug: str, asked: Asked) -> Actor:
    tenant = await sessions.tenant_by_slug(platform, slug, asked.request_id)
    if tenant is None:
        raise ClientRefused(problem="institution")
    return sessions.door_actor(platform, tenant.id, asked.request_id, "graphql", asked.address)


async def _noted(platform: Platform, door: Actor, use_case: Callable[[Context], Awaitable[T]]) -> T:
    """Like `Platform.run`, with the code of what was wrong in the log; the caller is not told it."""
    try:
        async with platform.transaction(door) as ctx:
            return await use_case(ctx)
    except ClientRefused as refused:
        async with platform.transaction(door) as ctx:
            reason = f"client.{refused.params.get('problem')}"
            await ctx.trail.note("client.refuse", ("tenant", door.tenant_id), outcome="denied", reason=reason)
        raise
