"""From what a provider has proven to a session of a colleague who was entered here: nobody is made by signing in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from backend.access import proof_queries, queries, second_factor, signing_in
from backend.access.context import Context
from backend.access.id_token import Identity
from backend.access.models import SignIn, StaffUser
from backend.access.proof_models import ExternalIdentity
from backend.access.sign_in_errors import IdentityUnknown, NotConfirmed
from backend.access.signing_in import SignedIn


@dataclass(frozen=True, slots=True)
class Trust:
    """What of a provider's word counts: the claim that holds the user name, the proofs that are a second factor, and
    the roles that its groups give for a session."""

    login_claim: str
    second_factor: frozenset[str]
    groups_claim: str
    group_roles: Mapping[str, str]


async def sign_in(
    ctx: Context, identity: Identity, trust: Trust, *, lifetime: timedelta, device: str | None
) -> SignedIn:
    """Where a second factor is set up here and the provider has shown none, it is asked for. Raises IdentityUnknown."""
    user = await _colleague(ctx, identity, trust)
    strong = bool(identity.proofs & trust.second_factor)
    owing = not strong and await second_factor.enrolled(ctx, user.id)
    opened = signing_in.new_session(
        ctx,
        user,
        lifetime=min(lifetime, signing_in.TIME_FOR_THE_CODE) if owing else lifetime,
        device=device,
        pending=owing,
        with_factor=strong,
        method="oidc",
        confirmed_at=None if identity.authenticated_at is None else min(identity.authenticated_at, ctx.now),
        provider_session=identity.session,
        extra_roles=session_roles(ctx, identity, trust),
    )
    if not owing:
        await ctx.trail.note("session.sign_in", ("staff_user", user.id), reason="session.oidc")
    return opened


async def confirm(ctx: Context, identity: Identity, trust: Trust) -> None:
    """The person of the session has just proven at the provider to be there. Raises NotConfirmed."""
    known = await proof_queries.identity(ctx.session, identity.issuer, identity.subject)
    if known is None or known.user_id != ctx.actor.id or ctx.actor.proof is None or identity.authenticated_at is None:
        raise NotConfirmed()
    session = await ctx.session.get_one(SignIn, ctx.actor.proof.session_id)
    session.confirmed_at = min(identity.authenticated_at, ctx.now)
    session.second_factor = session.second_factor or bool(identity.proofs & trust.second_factor)
    await ctx.trail.note("session.confirm", ("staff_user", ctx.actor.id), reason="session.oidc")


async def end_at_provider(ctx: Context, provider_session: str) -> int:
    ended = await proof_queries.sessions_at_provider(ctx.session, provider_session)
    for session in ended:
        session.revoked_at = ctx.now
        await ctx.trail.note("session.sign_out", ("staff_user", session.user_id), reason="session.oidc")
    return len(ended)


def session_roles(ctx: Context, identity: Identity, trust: Trust) -> list[str] | None:
    """Of the roles that the groups stand for, those that need no second person to give; the others are not given."""
    groups = identity.texts(trust.groups_claim)
    named = {role for group, role in trust.group_roles.items() if group in groups}
    known = (ctx.policy.roles.known.get(name) for name in sorted(named))
    given = [
        role.name for role in known if role and role.actor_type == "staff" and role.grantable and not role.sensitive
    ]
    return given or None


async def _colleague(ctx: Context, identity: Identity, trust: Trust) -> StaffUser:
    """By issuer and subject; the first time by the user name, after which another name changes nothing."""
    known = await proof_queries.identity(ctx.session, identity.issuer, identity.subject)
    if known is not None:
        user = await ctx.session.get(StaffUser, known.user_id)
        if user is None or not user.active:
            raise IdentityUnknown()
        return user
    login = identity.text(trust.login_claim)
    user = None if login is None else await queries.staff_by_login(ctx.session, login)
    if user is None or not user.active:
        raise IdentityUnknown()
    if await proof_queries.identity_of(ctx.session, user.id, identity.issuer) is not None:
        raise IdentityUnknown()  # the name was given to somebody else at the provider
    async with ctx.audit("staff.link_identity", ("staff_user", user.id)):
        ctx.session.add(
            ExternalIdentity(
                tenant_id=user.tenant_id,
                user_id=user.id,
                issuer=identity.issuer,
                subject=identity.subject,
                linked_at=ctx.now,
            )
        )
    return user
