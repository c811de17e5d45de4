"""What a person does about their own way of signing in; a wrong try is written before it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from backend.access import passwords, proof_queries, second_factor, session_list, signing_in
from backend.access.context import Context
from backend.access.directory_errors import NotSignedIn
from backend.access.models import SignIn, StaffUser
from backend.access.second_factor import Enrolment
from backend.access.sign_in_errors import NotConfirmed
from backend.access.sign_in_rules import sign_in_rules
from backend.core.actor import Actor, Proof
from backend.edge.platform import Platform
from backend.edge.sessions import Person

Way = Literal["code", "password", "provider"]


@dataclass(frozen=True, slots=True)
class Device:
    """One session, as its person reads it; `here` is the one that asks, `same_network` a hint at the place."""

    id: UUID
    device: str | None
    method: str
    opened_at: datetime
    seen_at: datetime
    here: bool
    same_network: bool
    network: str | None


@dataclass(frozen=True, slots=True)
class Account:
    way: Way
    enrolled_at: datetime | None
    factor_required: bool
    recovery_codes: int
    confirmed_at: datetime | None
    step_up_minutes: int
    shortest_password: int
    devices: tuple[Device, ...]


async def account(platform: Platform, actor: Actor) -> Account:
    """How the person signs in, and where they are signed in. Raises NotSignedIn for who comes through no door."""

    async def read(ctx: Context) -> Account:
        rules = sign_in_rules(ctx.policies, ctx.now.date()).rules
        factor = await proof_queries.second_factor(ctx.session, actor.id)
        proof = _proof(actor)
        return Account(
            way=await _way(ctx),
            enrolled_at=None if factor is None else factor.enrolled_at,
            factor_required=second_factor.required(rules, actor.roles),
            recovery_codes=await proof_queries.recovery_codes_left(ctx.session, actor.id),
            confirmed_at=proof.confirmed_at,
            step_up_minutes=rules.step_up.minutes,
            shortest_password=rules.password.shortest,
            devices=_devices(actor, await session_list.mine(ctx)),
        )

    return await platform.run(actor, read)


async def way_to_confirm(platform: Platform, actor: Actor) -> Way:
    return await platform.run(actor, _way)


async def confirm(platform: Platform, actor: Actor, secret: str) -> Actor:
    """The actor whose session has just been confirmed, by a code or, where there is no factor, by the password.

    Raises NotConfirmed.
    """

    async def check(ctx: Context) -> Proof | None:
        proof = _proof(actor)
        way = await _way(ctx)
        if way == "code":
            right = await second_factor.verify(ctx, actor.id, secret)
        else:
            user = await ctx.session.get_one(StaffUser, actor.id)
            right = await signing_in.password_right(ctx, user, secret) if way == "password" else False
        if not right:
            return None
        session = await ctx.session.get_one(SignIn, proof.session_id)
        session.confirmed_at, session.second_factor = ctx.now, session.second_factor or way == "code"
        await ctx.trail.note("session.confirm", ("staff_user", actor.id), reason=f"session.{way}")
        return Proof(session.id, ctx.now, session.second_factor)

    confirmed = await platform.run(actor, check)
    if confirmed is None:
        raise NotConfirmed()
    return replace(actor, proof=confirmed)


async def change_password(platform: Platform, person: Person, old: str, new: str) -> None:
    """Raises NotConfirmed, WeakPassword, PasswordCommon, PasswordSame, PasswordTooLong."""
    if not await platform.run(person.actor, lambda ctx: passwords.change_password(ctx, old=old, new=new)):
        raise NotConfirmed()


async def begin_second_factor(platform: Platform, person: Person) -> Enrolment:
    return await platform.run(person.actor, lambda ctx: second_factor.begin(ctx, person.tenant.slug))


async def pending_second_factor(platform: Platform, person: Person) -> Enrolment | None:
    return await platform.run(person.actor, lambda ctx: second_factor.pending(ctx, person.tenant.slug))


async def enrol_second_factor(platform: Platform, person: Person, code: str) -> tuple[str, ...]:
    """The recovery codes. Raises NotConfirmed, NotEnrolled, AlreadyEnrolled."""

    async def enrol(ctx: Context) -> tuple[str, ...] | None:
        codes = await second_factor.enrol(ctx, code)
        if codes is not None:
            await second_factor.confirm_session(ctx)
        return codes

    codes = await platform.run(person.actor, enrol)
    if codes is None:
        raise NotConfirmed()
    return codes


async def remove_second_factor(platform: Platform, person: Person, code: str) -> None:
    """Raises NotConfirmed, SecondFactorRequired."""
    if not await platform.run(person.actor, lambda ctx: second_factor.remove_own(ctx, code)):
        raise NotConfirmed()


async def renew_recovery_codes(platform: Platform, person: Person, code: str) -> tuple[str, ...]:
    """Raises NotConfirmed, NotEnrolled."""

    async def renew(ctx: Context) -> tuple[str, ...] | None:
        right = await second_factor.verify(ctx, person.actor.id, code)
        return await second_factor.renew_recovery_codes(ctx) if right else None

    codes = await platform.run(person.actor, renew)
    if codes is None:
        raise NotConfirmed()
    return codes


async def end_session(platform: Platform, person: Person, session_id: UUID) -> None:
    await platform.run(person.actor, lambda ctx: session_list.end(ctx, session_id))


async def end_other_sessions(platform: Platform, person: Person) -> int:
    return await platform.run(person.actor, session_list.end_others)


async def _way(ctx: Context) -> Way:
    """Never the weaker one: whoever has a second factor shows it."""
    if await second_factor.enrolled(ctx, ctx.actor.id):
        return "code"
    session = await ctx.session.get_one(SignIn, _proof(ctx.actor).session_id)
    return "provider" if session.method == "oidc" else "password"


def _proof(actor: Actor) -> Proof:
    if actor.proof is None:
        raise NotSignedIn()
    return actor.proof


def _devices(actor: Actor, sessions: Sequence[SignIn]) -> tuple[Device, ...]:
    here = _proof(actor).session_id
    return tuple(
        Device(
            id=row.id,
            device=row.device,
            method=row.method,
            opened_at=row.created_at,
            seen_at=row.seen_at or row.created_at,
            here=row.id == here,
            same_network=row.ip_digest is not None and row.ip_digest == actor.ip_digest,
            network=None if row.ip_digest is None else row.ip_digest[:6],
        )
        for row in sessions
    )
