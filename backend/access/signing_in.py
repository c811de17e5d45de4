"""Sign-in: from a password or a token to an actor. Guessing is slowed down, and every failure is in the log.

Every path answers alike: an unknown login, a wrong password, a locked account and a locked address verify one slow
hash and say the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from backend.access import client_tokens, proof_queries, queries, second_factor, sources
from backend.access.context import Context
from backend.access.directory_errors import NotSignedIn
from backend.access.models import ApiClient, Credential, SignIn, StaffUser
from backend.access.proof_models import EmergencyAccess
from backend.access.proof_queries import Live
from backend.access.sign_in_rules import SignInRules, sign_in_rules
from backend.access.tokens import hashed, matches, new_token, outdated, token_digest
from backend.core.actor import Actor, Proof

TIME_FOR_THE_CODE: Final = timedelta(minutes=5)
_SEEN_EVERY: Final = timedelta(minutes=1)
Owes = Literal["password", "second_factor"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`pending` sessions open nothing until the second factor has been shown."""

    user: StaffUser
    token: str
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person at the door; `owes` is what must be done before anything else is opened."""

    actor: Actor
    user: StaffUser
    owes: Owes | None
    emergency: EmergencyAccess | None


async def sign_in(
    ctx: Context, *, login: str, password: str, lifetime: timedelta, device: str | None = None
) -> SignedIn | None:
    """None for a wrong login or password, and while account or address is locked; the failure itself is written."""
    user = await queries.staff_by_login(ctx.session, login)
    right = await password_right(ctx, user, password)
    if user is None or not user.active or not right:
        return None
    owing = await second_factor.enrolled(ctx, user.id)
    session = new_session(
        ctx,
        user,
        lifetime=TIME_FOR_THE_CODE if owing else lifetime,
        device=device,
        confirmed_at=None if owing else ctx.now,
        pending=owing,
    )
    if not owing:
        await ctx.trail.note("session.sign_in", ("staff_user", user.id))
    return session


async def finish(ctx: Context, token: str, code: str, *, lifetime: timedelta) -> SignedIn | None:
    """The second step: a fresh token for the session whose password was right; None for a wrong code."""
    owing = await proof_queries.pending_sign_in(ctx.session, token_digest(token), ctx.now)
    user = None if owing is None else await ctx.session.get(StaffUser, owing.user_id)
    if owing is None or user is None or not user.active:
        return None
    if not await second_factor.verify(ctx, user.id, code):
        return None
    owing.revoked_at = ctx.now
    await ctx.trail.note("session.sign_in", ("staff_user", user.id), reason="session.second_factor")
    return new_session(
        ctx,
        user,
        lifetime=lifetime,
        device=owing.device,
        confirmed_at=ctx.now,
        method=owing.method,
        with_factor=True,
        provider_session=owing.provider_session,
        extra_roles=owing.extra_roles,
    )


def new_session(
    ctx: Context,
    user: StaffUser,
    *,
    lifetime: timedelta,
    device: str | None,
    confirmed_at: datetime | None,
    pending: bool = False,
    with_factor: bool = False,
    method: str = "password",
    provider_session: str | None = None,
    extra_roles: list[str] | None = None,
) -> SignedIn:
    token = new_token()
    ctx.session.add(
        SignIn(
            tenant_id=user.tenant_id,
            user_id=user.id,
            token_hash=token_digest(token),
            created_at=ctx.now,
            expires_at=ctx.now + lifetime,
            seen_at=ctx.now,
            confirmed_at=confirmed_at,
            second_factor=with_factor,
            pending=pending,
            method=method,
            device=device,
            ip_digest=ctx.actor.ip_digest,
            provider_session=provider_session,
            extra_roles=extra_roles,
        )
    )
    return SignedIn(user, token, pending)


async def password_right(ctx: Context, user: StaffUser | None, password: str) -> bool:
    """Counts a failure for account and address, and forgives the account's earlier ones when it is right."""
    rules = sign_in_rules(ctx.policies, ctx.now.date()).rules
    credential = None if user is None else await queries.credential_for_update(ctx.session, user.id)
    shut_out = await sources.locked(ctx)
    locked = credential is not None and credential.locked_until is not None and credential.locked_until > ctx.now
    stored = None if credential is None else credential.password_hash
    fits = await matches(stored, _bounded(rules, password))
    if user is None or credential is None or locked or shut_out or not fits or _over(ctx, credential):
        await _failed(ctx, rules, user, None if locked or shut_out else credential)
        return False
    credential.failures, credential.locked_until = 0, None
    if outdated(credential.password_hash):
        credential.password_hash = await hashed(password)
    return True


def _bounded(rules: SignInRules, password: str) -> str:
    """An endless password is cut, and so is wrong: the hash of one costs time."""
    return password if len(password) <= rules.password.longest else ""


def _over(ctx: Context, credential: Credential) -> bool:
    return credential.expires_at is not None and credential.expires_at <= ctx.now


async def _failed(ctx: Context, rules: SignInRules, user: StaffUser | None, credential: Credential | None) -> None:
    """After a few failures each further one doubles the time the account stays locked."""
    if credential is not None:
        credential.failures += 1
        locked = rules.lock.time(credential.failures, rules.lock.account_failures)
        credential.locked_until = credential.locked_until if locked is None else ctx.now + locked
    await sources.failed(ctx)
    subject = ("tenant", ctx.actor.tenant_id) if user is None else ("staff_user", user.id)
    await ctx.trail.note("session.refuse", subject, outcome="denied", reason="session.refused")


async def sign_out(ctx: Context, token: str) -> None:
    found = await queries.live_sign_in(ctx.session, token_digest(token), ctx.now)
    if found is not None:
        found.revoked_at = ctx.now
        await ctx.trail.note("session.sign_out", ("staff_user", found.user_id))


async def arrive(ctx: Context, token: str, *, ask_second_factor: bool) -> Arrival:
    """The person behind a session token, with the roles of this moment. Raises NotSignedIn."""
    rules = sign_in_rules(ctx.policies, ctx.now.date()).rules
    found = await proof_queries.live(ctx.session, token_digest(token), ctx.now, rules.session.idle)
    if found is None:
        raise NotSignedIn()
    session, user, door = found.session, found.user, ctx.actor
    if session.seen_at is None or ctx.now - session.seen_at >= _SEEN_EVERY:
        session.seen_at = ctx.now
    roles = await _roles(ctx, found)
    actor = Actor(
        user.id,
        user.tenant_id,
        "staff",
        roles,
        door.channel,
        door.request_id,
        team_id=user.team_id,
        locale=user.locale,
        ip_digest=door.ip_digest,
        proof=Proof(session.id, session.confirmed_at, session.second_factor),
    )
    return Arrival(actor, user, await _owes(ctx, rules, found, roles, ask_second_factor), found.emergency)


async def _roles(ctx: Context, found: Live) -> frozenset[str]:
    """Granted ones; those of the provider's groups, unless they would break segregation; those of an emergency."""
    granted = await queries.roles_of(ctx.session, found.user.id, ctx.now)
    extra = frozenset(found.session.extra_roles or ())
    if not ctx.policy.conflicts(granted | extra):
        granted |= extra
    return granted if found.emergency is None else granted | {found.emergency.role}


async def _owes(ctx: Context, rules: SignInRules, found: Live, roles: frozenset[str], ask: bool) -> Owes | None:
    if found.must_change and found.session.method == "password":
        return "password"
    proven = found.session.second_factor or not ask or not second_factor.required(rules, roles)
    return None if proven or await second_factor.enrolled(ctx, found.user.id) else "second_factor"


async def client_actor(ctx: Context, key: str) -> tuple[Actor, ApiClient]:
    """The partner system behind an API key or an access token. Raises NotSignedIn."""
    scope: list[str] | None
    if key.startswith(client_tokens.PREFIX):
        found = await proof_queries.live_token(ctx.session, token_digest(key), ctx.now)
        client, scope = (None, None) if found is None else (found[1], found[0].scopes)
    else:
        client = await proof_queries.client_by_secret(ctx.session, token_digest(key), ctx.now)
        scope = None if client is None else client.scopes
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
        scope=None if scope is None else frozenset(scope),
    ), client
