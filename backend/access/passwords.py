"""Passwords: which are taken, how they are changed, and how an administrator gives somebody a new one."""

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from backend.access import queries, session_list, signing_in
from backend.access.context import Context
from backend.access.directory_errors import WeakPassword
from backend.access.models import Credential, StaffUser
from backend.access.scopes import Facts
from backend.access.sign_in_errors import ColleagueUnknown, PasswordCommon, PasswordSame, PasswordTooLong
from backend.access.sign_in_rules import PasswordRules, sign_in_rules
from backend.access.tokens import hashed

# Letters that people write as signs, so that "P@ssw0rd" is read as the word it is.
_LEET: Final = str.maketrans("013457@$!", "oieastasi")
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def check_password(rules: PasswordRules, login: str, password: str) -> None:
    """Raises WeakPassword, PasswordTooLong, PasswordCommon."""
    if len(password) < rules.shortest:
        raise WeakPassword(field="password", shortest=rules.shortest)
    if len(password) > rules.longest:
        raise PasswordTooLong(field="password", longest=rules.longest)
    if len(set(own_part(rules, login, password))) < rules.own_letters:
        raise PasswordCommon(field="password")


def own_part(rules: PasswordRules, login: str, password: str) -> str:
    """What is left when common words, the login, digits and signs are taken away: what a guesser has to guess."""
    text = password.casefold()
    left = {_without(given, rules.common | {login.casefold()}) for given in (text, text.translate(_LEET))}
    return min(left, key=len)


def _without(text: str, words: frozenset[str]) -> str:
    for word in sorted((word for word in words if len(word) > 2), key=len, reverse=True):  # noqa: PLR2004 - no initials
        text = text.replace(word, " ")
    return "".join(sign for sign in text if sign.isalpha())


async def change_password(ctx: Context, *, old: str, new: str) -> bool:
    """One's own; every other session ends. False for a wrong old one, whose failure is counted like one at sign-in."""
    user = await ctx.session.get_one(StaffUser, ctx.actor.id)
    check_password(sign_in_rules(ctx.policies, ctx.now.date()).rules.password, user.login, new)
    if old == new:
        raise PasswordSame(field="password")
    credential = await queries.credential_for_update(ctx.session, user.id)
    if credential is None or not await signing_in.password_right(ctx, user, old):
        return False
    await _set(credential, new)
    credential.changed_at = ctx.now
    await session_list.end_all(ctx, user.id, keep=None if ctx.actor.proof is None else ctx.actor.proof.session_id)
    await ctx.trail.note("staff.password_change", ("staff_user", user.id))
    return True


async def reset_password(ctx: Context, user_id: UUID) -> str:
    """A temporary password, shown once, which opens nothing but the choice of a new one; all sessions end."""
    user = await ctx.session.get(StaffUser, user_id)
    if user is None:
        raise ColleagueUnknown()
    ctx.require("reset_credentials", "staff", Facts(tenant_id=user.tenant_id, team_id=user.team_id, subject_id=user.id))
    rules = sign_in_rules(ctx.policies, ctx.now.date()).rules.password
    temporary = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
    credential = await queries.credential_for_update(ctx.session, user.id)
    if credential is None:
        credential = Credential(tenant_id=user.tenant_id, user_id=user.id, password_hash="", changed_at=ctx.now)
        ctx.session.add(credential)
    await _set(credential, temporary)
    credential.must_change, credential.expires_at = True, ctx.now + timedelta(hours=rules.temporary_hours)
    credential.changed_at = ctx.now
    await session_list.end_all(ctx, user.id)
    await ctx.trail.note("staff.password_reset", ("staff_user", user.id))
    await ctx.emit("staff.password_reset", user.id, {})
    return temporary


async def _set(credential: Credential, password: str) -> None:
    credential.password_hash = await hashed(password)
    credential.must_change, credential.expires_at = False, None
    credential.failures, credential.locked_until = 0, None
