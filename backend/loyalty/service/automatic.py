"""Points that are earned without anybody booking them: the ledger is brought to what the records say."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.core.periods import months_later
from backend.core.rulesets import Loaded
from backend.loyalty import automatic, postings, rules, sources
from backend.loyalty.automatic import GONE, PREFIX, Booked, Changes, Earn, Place
from backend.loyalty.models import LoyaltyMember
from backend.loyalty.queries import automatic as booked_by_itself
from backend.loyalty.queries import ledger, members
from backend.loyalty.queries.members import OBJECT
from backend.loyalty.ruleset import EarnRule, Programme
from backend.loyalty.service.loading import Asked, book, rules_of
from backend.loyalty.service.tiers import look_at_tier
from backend.loyalty.sources import Earned


@dataclass(frozen=True, slots=True)
class Done:
    """Where the batch ended (None at the end), how many members, earnings and reversals it had."""

    last: UUID | None
    members: int
    earned: int
    undone: int


async def earn_by_records(ctx: Context, after: UUID | None, limit: int = 50) -> Done:
    """The next members in the order of their ids. Raises NotAllowed, SourceMissing."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    loaded = rules_of(ctx)
    batch = await members.active_after(ctx, after, limit)
    since = months_later(ctx.now.date().replace(day=1), -loaded.rules.automatic_months)
    starts = {each.party_id: max(since, each.enrolled_at.date()) for each in batch}
    told = await _told(ctx, loaded.rules, starts)
    standing = await booked_by_itself.booked(ctx, [each.id for each in batch], since)
    earned = undone = 0
    for member in batch:
        own = [row for row in standing.get(member.id, ()) if _looked_at(loaded.rules, row, starts[member.party_id])]
        found = automatic.changes(told.get(member.party_id, {}), own)
        earned += await _carry_out(ctx, member, found, loaded)
        undone += len(found.undo)
    return Done(batch[-1].id if len(batch) == limit else None, len(batch), earned, undone)


async def _told(ctx: Context, under: Programme, starts: Mapping[UUID, date]) -> dict[UUID, dict[Place, Earned]]:
    """By customer: what happened while they were members, in the time that is looked at."""
    found: dict[UUID, dict[Place, Earned]] = defaultdict(dict)
    for rule in under.earning:
        if rule.by is None:
            continue
        for record in await sources.registered(rule.by.of)(ctx, rule, starts, ctx.now.date()):
            if starts[record.party_id] <= record.on <= ctx.now.date():
                found[record.party_id][Place(rule.by.of, rule.code, record.key)] = record
    return found


def _looked_at(under: Programme, row: Booked, start: date) -> bool:
    """A rule that is gone, or that is not automatic any more, takes nothing back; nor does an earlier membership."""
    found = automatic.place_of(row.reference)
    rule = None if found is None else under.earn_rule(found[0].code)
    return row.on >= start and rule is not None and rule.by is not None and rule.by.of == (found and found[0].of)


def _earns(rule: EarnRule, record: Earned) -> bool:
    if rule.products and record.product_code not in rule.products:
        return False
    return not rule.per or (record.amount is not None and record.amount.currency in rule.per)


async def _carry_out(ctx: Context, member: LoyaltyMember, found: Changes, loaded: Loaded[Programme]) -> int:
    """How many earnings were booked; the tier that they are multiplied by is the one before the first of them."""
    tier, booked = member.tier, 0
    for posting_id in found.undo:
        await _undo(ctx, member, posting_id, loaded)
    for each in found.earn:
        booked += await _earn(ctx, member, tier, each, loaded)
    if booked or found.undo:
        await look_at_tier(ctx, member, loaded)
    return booked


async def _undo(ctx: Context, member: LoyaltyMember, posting_id: UUID, loaded: Loaded[Programme]) -> None:
    row, _ = await ledger.posting(ctx, posting_id)
    what = postings.earning_reversed(await ledger.lots(ctx, member.id), row.id, row.points)
    reference = f"{PREFIX}undo/{row.id.hex}"
    asked = Asked(reference=reference, code=GONE, booked_on=ctx.now.date(), reverses_id=row.id)
    await book(ctx, member, new_id(), what, asked, loaded.sha256)


async def _earn(ctx: Context, member: LoyaltyMember, tier: str, each: Earn, loaded: Loaded[Programme]) -> int:
    rule, record = loaded.rules.earn_rule(each.place.code), each.record
    if rule is None or not _earns(rule, record):
        return 0
    capped = rule.most_a_month is not None
    before = await ledger.earned_in_month(ctx, member.id, rule.code, record.on) if capped else 0
    points = rules.points_for(loaded.rules, rule, record.amount, tier, before)
    if not points:
        return 0
    asked = Asked(
        reference=each.place.reference(each.number),
        code=rule.code,
        booked_on=record.on,
        product_code=record.product_code,
        amount=record.amount,
    )
    posting_id = new_id()
    what = postings.earned(posting_id, points, months_later(record.on, loaded.rules.expiry_months))
    await book(ctx, member, posting_id, what, asked, loaded.sha256)
    return 1
