"""Keys of partner systems: registered, changed with an overlap, revoked. Every one of these stands in the log."""

import re
import secrets
from datetime import timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from backend.access import proof_queries, queries
from backend.access.client_scopes import narrowed
from backend.access.context import Context
from backend.access.models import ApiClient
from backend.access.proof_models import ClientKey, ClientKeyKind
from backend.access.scopes import Facts
from backend.access.sign_in_errors import ClientKeyMalformed, ClientKeyTaken, ClientKeyUnknown, ClientUnknown
from backend.access.tokens import token_digest

_SMALLEST_RSA: Final = 2048
_KID: Final = re.compile(r"\A[\w.:-]{1,100}\Z", re.ASCII)
_PUBLIC: Final = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
_CURVES: Final = {"EC": "P-256", "OKP": "Ed25519"}


async def add_public_key(ctx: Context, name: str, jwk: dict[str, Any] | str, *, lifetime: timedelta) -> ClientKey:
    """A JWK, or the PEM of a public key. Raises ClientKeyMalformed, ClientKeyTaken."""
    client = await _client(ctx, name)
    public, kid = read_public_key(jwk)
    await _refuse_taken(ctx, client, kid)
    key = ClientKey(
        tenant_id=client.tenant_id,
        client_id=client.id,
        kind=ClientKeyKind.PUBLIC,
        kid=kid,
        jwk=public,
        valid_from=ctx.now,
        valid_to=ctx.now + lifetime,
    )
    async with ctx.audit("client.add_key", ("api_client", client.id), reason=ClientKeyKind.PUBLIC):
        ctx.session.add(key)
    return key


async def add_secret(ctx: Context, name: str, *, lifetime: timedelta) -> tuple[ClientKey, str]:
    """A further secret; the older ones stay good until they end or are revoked. It is shown once."""
    client = await _client(ctx, name)
    secret = f"tnr_{secrets.token_urlsafe(32)}"
    key = ClientKey(
        tenant_id=client.tenant_id,
        client_id=client.id,
        kind=ClientKeyKind.SECRET,
        kid=f"secret-{secrets.token_hex(4)}",
        key_hash=token_digest(secret),
        valid_from=ctx.now,
        valid_to=ctx.now + lifetime,
    )
    async with ctx.audit("client.add_key", ("api_client", client.id), reason=ClientKeyKind.SECRET):
        ctx.session.add(key)
    return key, secret


async def revoke_key(ctx: Context, name: str, kid: str) -> None:
    """Also ends the tokens that the client holds: nobody can tell which key opened them."""
    client = await _client(ctx, name, action="revoke")
    key = next((each for each in await proof_queries.keys_of(ctx.session, client.id) if each.kid == kid), None)
    if key is None or key.revoked_at is not None:
        raise ClientKeyUnknown(kid=kid)
    async with ctx.audit("client.revoke_key", ("api_client", client.id), reason=key.kind):
        key.revoked_at = ctx.now
    await _end_tokens(ctx, client)


async def revoke_client(ctx: Context, name: str) -> None:
    client = await _client(ctx, name, action="revoke")
    async with ctx.audit("client.revoke", ("api_client", client.id)):
        client.active = False
    await _end_tokens(ctx, client)


async def limit_scopes(ctx: Context, name: str, scopes: list[str]) -> ApiClient:
    """The most that the client's tokens may be used for. Raises ScopeUnknown."""
    client = await _client(ctx, name)
    allowed = narrowed(scopes, None)
    async with ctx.audit("client.edit", ("api_client", client.id)):
        client.scopes = allowed
    await _end_tokens(ctx, client)
    return client


async def listed(ctx: Context, name: str) -> tuple[ApiClient, list[ClientKey]]:
    client = await _client(ctx, name, action="view")
    await ctx.trail.note("client.view", ("api_client", client.id))
    return client, list(await proof_queries.keys_of(ctx.session, client.id))


def read_public_key(given: dict[str, Any] | str) -> tuple[dict[str, str], str]:
    """The public part of an RSA, P-256 or Ed25519 key, and its key id (RFC 7638 where it brings none)."""
    if isinstance(given, dict) and given.get("kty") not in _PUBLIC:
        raise ClientKeyMalformed(problem="only RSA, P-256 and Ed25519 keys are taken")
    try:
        key = JWKRegistry.import_key(given) if isinstance(given, dict) else _of_pem(given)
        if key.is_private:
            raise ClientKeyMalformed(problem="it holds the private part, which stays with the partner")
        whole = key.as_dict(private=False)
        thumbprint = key.thumbprint()
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ClientKeyMalformed(problem=type(error).__name__) from None
    kind = str(whole["kty"])
    _refuse_weak(key, kind, whole)
    kid = str(given.get("kid") or thumbprint) if isinstance(given, dict) else thumbprint
    if not _KID.match(kid):
        raise ClientKeyMalformed(problem="its kid has signs that are not taken")
    return {"kty": kind, "kid": kid, **{name: str(whole[name]) for name in _PUBLIC[kind]}}, kid


def _of_pem(text: str) -> RSAKey | ECKey | OKPKey:
    for kind in (RSAKey, ECKey, OKPKey):
        try:
            return kind.import_key(text)
        except (JoseError, ValueError, TypeError):
            continue
    raise ClientKeyMalformed(problem="it is neither a JWK nor a PEM")


def _refuse_weak(key: Any, kind: str, whole: dict[str, Any]) -> None:
    if kind in _CURVES and whole["crv"] != _CURVES[kind]:
        raise ClientKeyMalformed(problem=f"of {kind} keys only {_CURVES[kind]} is taken")
    public = key.public_key if kind == "RSA" else None
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < _SMALLEST_RSA:
        raise ClientKeyMalformed(problem=f"an RSA key has at least {_SMALLEST_RSA} bits")


async def _client(ctx: Context, name: str, action: str = "create") -> ApiClient:
    """Whoever may register a client may also change its keys."""
    ctx.require(action, "partner_client", Facts(tenant_id=ctx.actor.tenant_id))
    client = await queries.client_by_name(ctx.session, name)
    if client is None:
        raise ClientUnknown(name=name)
    return client


async def _refuse_taken(ctx: Context, client: ApiClient, kid: str) -> None:
    if any(each.kid == kid for each in await proof_queries.keys_of(ctx.session, client.id)):
        raise ClientKeyTaken(kid=kid)


async def _end_tokens(ctx: Context, client: ApiClient) -> None:
    for token in await proof_queries.tokens_of(ctx.session, client.id, ctx.now):
        token.revoked_at = ctx.now
