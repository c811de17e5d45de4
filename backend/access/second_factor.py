"""The second factor: time-based codes (RFC 6238) of an app on the person's own device, and recovery codes on paper.

The secret is sealed under a data key of its person. A code is taken once: the time step it belongs to is remembered,
and neither it nor an earlier one is taken again.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import delete
from sqlmodel import col

from backend.access import own_key, proof_queries, session_list
from backend.access.context import Context
from backend.access.models import SignIn, StaffUser
from backend.access.proof_models import RecoveryCode, SecondFactor
from backend.access.sign_in_errors import (
    AlreadyEnrolled,
    NotEnrolled,
    SecondFactorRequired,
)
from backend.access.sign_in_rules import SignInRules, sign_in_rules
from backend.core.ids import new_id

_ISSUER: Final = "Tenure"
_RECOVERY_BYTES: Final = 10
_TABLE, _COLUMN = "second_factor", "secret"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the person's app needs; shown until a first code proves that it arrived."""

    secret: str
    uri: str


def required(rules: SignInRules, roles: frozenset[str]) -> bool:
    return bool(rules.second_factor.required_for & roles)


async def begin(ctx: Context, institution: str) -> Enrolment:
    """A fresh secret, which counts only once `enrol` has seen a code of it. Raises AlreadyEnrolled."""
    user = await ctx.session.get_one(StaffUser, ctx.actor.id)
    factor = await proof_queries.second_factor_for_update(ctx.session, user.id)
    if factor is not None and factor.enrolled_at is not None:
        raise AlreadyEnrolled()
    secret = pyotp.random_base32(32)
    await own_key.ensure(ctx, user.id)
    if factor is None:
        factor = SecondFactor(id=new_id(), tenant_id=user.tenant_id, user_id=user.id, secret=b"", created_at=ctx.now)
    factor.secret = ctx.vault.seal(_TABLE, _COLUMN, factor.id, user.id, secret)
    ctx.session.add(factor)
    await ctx.trail.note("second_factor.begin", ("staff_user", user.id))
    return _enrolment(secret, user.login, institution)


async def pending(ctx: Context, institution: str) -> Enrolment | None:
    """What `begin` gave, for a page that is shown again after a wrong code."""
    factor = await proof_queries.second_factor(ctx.session, ctx.actor.id)
    if factor is None or factor.enrolled_at is not None:
        return None
    user = await ctx.session.get_one(StaffUser, ctx.actor.id)
    return _enrolment(await _secret(ctx, factor), user.login, institution)


async def enrol(ctx: Context, code: str) -> tuple[str, ...] | None:
    """The recovery codes, shown once; None for a wrong code, whose failure is written. Raises NotEnrolled."""
    factor = await proof_queries.second_factor_for_update(ctx.session, ctx.actor.id)
    if factor is None:
        raise NotEnrolled()
    if factor.enrolled_at is not None:
        raise AlreadyEnrolled()
    if not await _takes(ctx, factor, code):
        await _failed(ctx, factor)
        return None
    factor.enrolled_at = ctx.now
    await ctx.trail.note("second_factor.enrol", ("staff_user", factor.user_id))
    return await _new_recovery_codes(ctx, factor.user_id)


async def verify(ctx: Context, user_id: UUID, code: str) -> bool:
    """A code of the app, or a recovery code; each is taken once. A failure is counted and written."""
    factor = await proof_queries.second_factor_for_update(ctx.session, user_id)
    if factor is None or factor.enrolled_at is None:
        return False
    if factor.locked_until is not None and factor.locked_until > ctx.now:
        await _note_refusal(ctx, user_id)
        return False
    if await _takes(ctx, factor, code) or await _takes_recovery(ctx, user_id, code):
        factor.failures, factor.locked_until = 0, None
        return True
    await _failed(ctx, factor)
    return False


async def renew_recovery_codes(ctx: Context) -> tuple[str, ...]:
    """The old ones are worth nothing from here on. Raises NotEnrolled."""
    if not await enrolled(ctx, ctx.actor.id):
        raise NotEnrolled()
    await ctx.trail.note("second_factor.recovery_codes", ("staff_user", ctx.actor.id))
    return await _new_recovery_codes(ctx, ctx.actor.id)


async def remove_own(ctx: Context, code: str) -> bool:
    """False for a wrong code, whose failure is written. Raises SecondFactorRequired where the roles ask for one."""
    if required(sign_in_rules(ctx.policies, ctx.now.date()).rules, ctx.actor.roles):
        raise SecondFactorRequired()
    if not await verify(ctx, ctx.actor.id, code):
        return False
    await _remove(ctx, ctx.actor.id)
    await ctx.trail.note("second_factor.remove", ("staff_user", ctx.actor.id))
    return True


async def take_away(ctx: Context, user_id: UUID) -> None:
    """Part of a use case that may: factor and recovery codes go, and every session of the person ends."""
    await _remove(ctx, user_id)
    await session_list.end_all(ctx, user_id)
    await ctx.emit("second_factor.reset", user_id, {})


async def enrolled(ctx: Context, user_id: UUID) -> bool:
    factor = await proof_queries.second_factor(ctx.session, user_id)
    return factor is not None and factor.enrolled_at is not None


async def confirm_session(ctx: Context) -> None:
    """The session that asks has just seen a code."""
    if ctx.actor.proof is not None:
        session = await ctx.session.get_one(SignIn, ctx.actor.proof.session_id)
        session.confirmed_at, session.second_factor = ctx.now, True


async def _takes(ctx: Context, factor: SecondFactor, code: str) -> bool:
    """RFC 6238 section 5.2: a code is not taken a second time, nor one older than the newest that was."""
    window = sign_in_rules(ctx.policies, ctx.now.date()).rules.second_factor.window_steps
    digits = "".join(code.split())
    try:
        totp = pyotp.TOTP(await _secret(ctx, factor))
        step = totp.verify_and_get_timecode(digits, for_time=ctx.now, valid_window=window)
    except OTPVerificationError:
        return False
    if step <= factor.last_step:
        return False
    factor.last_step = step
    return True


async def _takes_recovery(ctx: Context, user_id: UUID, code: str) -> bool:
    found = await proof_queries.recovery_code_for_update(ctx.session, user_id, _code_hash(code))
    if found is None or found.used_at is not None:
        return False
    found.used_at = ctx.now
    await ctx.trail.note("second_factor.recover", ("staff_user", user_id))
    return True


async def _failed(ctx: Context, factor: SecondFactor) -> None:
    rules = sign_in_rules(ctx.policies, ctx.now.date()).rules.lock
    factor.failures += 1
    locked = rules.time(factor.failures, rules.account_failures)
    factor.locked_until = None if locked is None else ctx.now + locked
    await _note_refusal(ctx, factor.user_id)


async def _note_refusal(ctx: Context, user_id: UUID) -> None:
    await ctx.trail.note("second_factor.refuse", ("staff_user", user_id), outcome="denied", reason="session.refused")


async def _new_recovery_codes(ctx: Context, user_id: UUID) -> tuple[str, ...]:
    rules = sign_in_rules(ctx.policies, ctx.now.date()).rules.second_factor
    codes = tuple(_recovery_code() for _ in range(rules.recovery_codes))
    await ctx.session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    for code in codes:
        ctx.session.add(RecoveryCode(tenant_id=ctx.actor.tenant_id, user_id=user_id, code_hash=_code_hash(code)))
    return codes


def _recovery_code() -> str:
    """Four groups of four signs."""
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _code_hash(code: str) -> bytes:
    bare = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(bare.encode()).digest()


async def _remove(ctx: Context, user_id: UUID) -> None:
    await ctx.session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    await ctx.session.execute(delete(SecondFactor).where(col(SecondFactor.user_id) == user_id))


async def _secret(ctx: Context, factor: SecondFactor) -> str:
    await ctx.vault.load([factor.user_id])
    return ctx.vault.open(_TABLE, _COLUMN, factor.id, factor.user_id, factor.secret)


def _enrolment(secret: str, login: str, institution: str) -> Enrolment:
    uri = pyotp.TOTP(secret).provisioning_uri(name=f"{login}@{institution}", issuer_name=_ISSUER)
    return Enrolment(secret, uri)
