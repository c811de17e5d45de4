"""Undoing what was booked: never by changing it, always by a posting that says which it reverses and why."""

from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.loyalty import postings
from backend.loyalty.errors import AlreadyReversed, NotReversible, ReversalUnknown
from backend.loyalty.models import LoyaltyPosting, PostingKind
from backend.loyalty.postings import Posting
from backend.loyalty.queries import ledger
from backend.loyalty.ruleset import Programme
from backend.loyalty.service import loading
from backend.loyalty.service.loading import Asked, active_member, book, repeated, rules_of
from backend.loyalty.service.tiers import look_at_tier

_UNDONE = frozenset({PostingKind.EARN, PostingKind.BURN})


async def reverse(ctx: Context, posting_id: UUID, code: str, reference: str) -> LoyaltyPosting:
    """Repeating a reference answers what was booked. Raises AlreadyReversed, NotReversible, ReversalUnknown."""
    row, party_id = await ledger.posting(ctx, posting_id)
    member = await active_member(ctx, party_id, "reverse")
    loaded = rules_of(ctx)
    asked = Asked(reference=loading.reference(reference), code=code, booked_on=ctx.now.date(), reverses_id=row.id)
    booked = await repeated(ctx, member, asked)
    if booked is not None:
        return booked
    await _check(ctx, row, loaded.rules, code)
    reversal_id = new_id()
    what = await _posting(ctx, row, reversal_id, loaded.rules)
    reversal = await book(ctx, member, reversal_id, what, asked, loaded.sha256)
    await look_at_tier(ctx, member, loaded)
    return reversal


async def _check(ctx: Context, row: LoyaltyPosting, under: Programme, code: str) -> None:
    known = [word.code for word in under.reversals]
    if code not in known:
        raise ReversalUnknown(field="code", given=code, known=", ".join(known))
    if row.kind not in _UNDONE:
        raise NotReversible()
    if await ledger.reversal_of(ctx, row.id) is not None:
        raise AlreadyReversed()


async def _posting(ctx: Context, row: LoyaltyPosting, reversal_id: UUID, under: Programme) -> Posting:
    if row.kind == PostingKind.EARN:
        return postings.earning_reversed(await ledger.lots(ctx, row.member_id), row.id, row.points)
    spent = await ledger.spent(ctx, row.id)
    return postings.burning_reversed(reversal_id, spent, ctx.now.date(), under.restored_days)
