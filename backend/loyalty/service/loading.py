"""What the verbs work on, and the one way in which points are booked."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.core.money import Money
from backend.core.rulesets import Loaded
from backend.customers.queries.sight import facts
from backend.loyalty.automatic import PREFIX
from backend.loyalty.errors import DayOutOfRange, MemberLeft, ReferenceReused, ReferenceUnreadable
from backend.loyalty.models import LoyaltyLine, LoyaltyMember, LoyaltyPosting, MemberState
from backend.loyalty.postings import Posting
from backend.loyalty.queries import ledger, members
from backend.loyalty.queries.members import OBJECT
from backend.loyalty.ruleset import Programme, programme

_REFERENCE: Final = re.compile(r"[A-Za-z0-9._:/-]{1,80}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a posting is booked as; the same reference must come with the same of it."""

    reference: str
    code: str
    booked_on: date
    product_code: str | None = None
    amount: Money | None = None
    reverses_id: UUID | None = None


async def active_member(ctx: Context, party_id: UUID, action: str) -> LoyaltyMember:
    """Locked until the transaction ends. Raises NotAllowed, MemberNotFound, MemberLeft."""
    ctx.require(action, OBJECT, await facts(ctx, party_id))
    member = await members.locked(ctx, party_id)
    if member.state != MemberState.ACTIVE:
        raise MemberLeft()
    return member


def rules_of(ctx: Context) -> Loaded[Programme]:
    return programme(ctx.policies, ctx.now.date())


def reference(given: str) -> str:
    """What the ledger calls its own entries is nobody else's. Raises ReferenceUnreadable."""
    if not _REFERENCE.match(given) or given.startswith(PREFIX):
        raise ReferenceUnreadable(field="reference")
    return given


def day(ctx: Context, given: date | None, under: Programme) -> date:
    """Raises DayOutOfRange."""
    today = ctx.now.date()
    booked_on = given or today
    if not today - timedelta(days=under.latest_entry_days) <= booked_on <= today:
        raise DayOutOfRange(field="booked_on", days=under.latest_entry_days)
    return booked_on


async def repeated(
    ctx: Context, member: LoyaltyMember, asked: Asked, points: int | None = None
) -> LoyaltyPosting | None:
    """What was booked under the reference already. Raises ReferenceReused when that was something else."""
    found = await ledger.by_reference(ctx, member.id, asked.reference)
    if found is None:
        return None
    money = None if found.amount is None else Money(found.amount, found.currency or "")
    same = (found.code, found.product_code, found.reverses_id) == (asked.code, asked.product_code, asked.reverses_id)
    if not same or money != asked.amount or (points is not None and found.points != points):
        raise ReferenceReused(field="reference")
    return found


async def book(
    ctx: Context, member: LoyaltyMember, posting_id: UUID, what: Posting, asked: Asked, ruleset: str
) -> LoyaltyPosting:
    """The posting and its lines, in one entry of the log; the database proves the sum when the transaction ends."""
    row = LoyaltyPosting(
        id=posting_id,
        tenant_id=member.tenant_id,
        member_id=member.id,
        kind=what.kind,
        reference=asked.reference,
        code=asked.code,
        product_code=asked.product_code,
        amount=None if asked.amount is None else asked.amount.amount,
        currency=None if asked.amount is None else asked.amount.currency,
        points=what.points,
        uncovered=what.uncovered,
        booked_on=asked.booked_on,
        expires_on=what.expires_on,
        reverses_id=asked.reverses_id,
        ruleset=ruleset,
        at=ctx.now,
        by=ctx.actor.id,
    )
    async with ctx.audit(f"loyalty.{what.kind}", ("party", member.party_id), reason=asked.code, ruleset=ruleset):
        ctx.session.add(row)
        await ctx.session.flush()
        ctx.session.add_all(_lines(member, row, what))
    payload = {"customer": str(member.party_id), "points": what.points, "code": asked.code}
    await ctx.emit(f"loyalty.{_PAST[what.kind]}", row.id, payload)
    return row


_PAST: Final = {
    "earn": "earned",
    "burn": "burned",
    "expire": "expired",
    "reverse": "reversed",
    "transfer": "transferred",
}


def _lines(member: LoyaltyMember, row: LoyaltyPosting, what: Posting) -> list[LoyaltyLine]:
    return [
        LoyaltyLine(
            id=new_id(),
            tenant_id=row.tenant_id,
            posting_id=row.id,
            member_id=member.id,
            account=line.account,
            lot_id=line.lot_id,
            points=line.points,
        )
        for line in what.lines
    ]
