"""Sign-in: from a password or a token to an actor. Guessing is slowed down, and every failure is in the log."""

from dataclasses import dataclass
from datetime import timedelta

from backend.access import queries
from backend.access.context import Context
from backend.access.directory_errors import NotSignedIn
from backend.access.models import ApiClient, Credential, SignIn, StaffUser
from backend.access.tokens import new_token, password_matches, token_digest
from backend.core.actor import Actor

_FREE_FAILURES = 5
_LONGEST_LOCK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    user: StaffUser
    token: str


async def sign_in(ctx: Context, *, login: str, password: str, lifetime: timedelta) -> SignedIn | None:
    """None for a wrong login or password, and while the account is locked; the failure itself is written."""
    user = await queries.staff_by_login(ctx.session, login)
    credential = None if user is None else await queries.credential_for_update(ctx.session, user.id)
    locked = credential is not None and credential.locked_until is not None and credential.locked_until > ctx.now
    matches = password_matches(None if credential is None else credential.password_hash, password)
    if user is None or credential is None or locked or not matches or not user.active:
        await _failed(ctx, user, None if locked else credential)
        return None
    credential.failures, credential.locked_until = 0, None
    token = new_token()
    ctx.session.add(
        SignIn(
            tenant_id=user.tenant_id,
            user_id=user.id,
            token_hash=token_digest(token),
            created_at=ctx.now,
            expires_at=ctx.now + lifetime,
        )
    )
    await ctx.trail.note("session.sign_in", ("staff_user", user.id))
    return SignedIn(user, token)


async def _failed(ctx: Context, user: StaffUser | None, credential: Credential | None) -> None:
    """After a few failures each further one doubles the time the account stays locked."""
    if credential is not None:
        credential.failures += 1
        excess = credential.failures - _FREE_FAILURES
        if excess >= 0:
            credential.locked_until = ctx.now + min(_LONGEST_LOCK, timedelta(seconds=30 * 2 ** min(excess, 10)))
    subject = ("tenant", ctx.actor.tenant_id) if user is None else ("staff_user", user.id)
    await ctx.trail.note("session.refuse", subject, outcome="denied", reason="session.refused")


async def sign_out(ctx: Context, token: str) -> None:
    found = await queries.live_sign_in(ctx.session, token_digest(token), ctx.now)
    if found is not None:
        found.revoked_at = ctx.now
        await ctx.trail.note("session.sign_out", ("staff_user", found.user_id))


async def staff_actor(ctx: Context, token: str) -> tuple[Actor, StaffUser]:
    """The person behind a session token, with the roles of this moment. Raises NotSignedIn."""
    found = await queries.live_sign_in(ctx.session, token_digest(token), ctx.now)
    user = None if found is None else await ctx.session.get(StaffUser, found.user_id)
    if user is None or not user.active:
        raise NotSignedIn()
    roles = await queries.roles_of(ctx.session, user.id, ctx.now)
    door = ctx.actor
    return Actor(
        user.id,
        user.tenant_id,
        "staff",
        roles,
        door.channel,
        door.request_id,
        team_id=user.team_id,
        locale=user.locale,
        ip_digest=door.ip_digest,
    ), user


async def client_actor(ctx: Context, key: str) -> tuple[Actor, ApiClient]:
    """The partner system behind an API key. Raises NotSignedIn."""
    client = await queries.live_client(ctx.session, token_digest(key), ctx.now)
    if client is None:
        raise NotSignedIn()
    roles = await queries.roles_of(ctx.session, client.id, ctx.now)
    door = ctx.actor
    return Actor(
        client.id,
        client.tenant_id,
        "partner",
        roles,
        door.channel,
        door.request_id,
        locale=door.locale,
        ip_digest=door.ip_digest,
    ), client
