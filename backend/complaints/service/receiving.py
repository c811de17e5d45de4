"""A complaint comes in: by whatever door, from a customer or from anybody with a name."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.complaints import queries, rules
from backend.complaints.errors import ComplainantMissing, DetailsMissing, ReceiptOutOfRange, StaffUnknown
from backend.complaints.models import Channel, Complaint
from backend.complaints.ruleset import ComplaintClocks, ComplaintHandling, complaint_clocks, known
from backend.complaints.service.loading import handling, step, tell
from backend.core.i18n import LOCALES
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.languages import language_of
from backend.customers.numbering import customer_number
from backend.customers.service.loading import party_for


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintInput:
    """`received_on` is the day on which it reached the institution, None is today; `locale` that of the letters, None
    is the customer's language of correspondence, or for somebody who is no customer that of whoever takes it in.

    `complainant` names who complains where nobody on record does, `contact` says how to reach them.
    """

    channel: Channel
    category: str
    details: str
    party_id: UUID | None = None
    complainant: str | None = None
    contact: str | None = None
    wish: str | None = None
    received_on: date | None = None
    product_code: str | None = None
    holding_id: UUID | None = None
    staff: Collection[UUID] = field(default=())
    vulnerable: bool = False
    jurisdiction: str | None = None
    locale: str | None = None


async def receive(ctx: Context, given: ComplaintInput) -> Complaint:
    """The law's clock starts with the day of receipt; the clock is that of the category."""
    if given.party_id is None:
        ctx.require("receive", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id, owner_id=ctx.actor.id))
    else:
        await party_for(ctx, given.party_id, "receive", queries.OBJECT)
    where = given.jurisdiction or await queries.jurisdiction(ctx)
    received_on = given.received_on or ctx.now.date()
    under = handling(ctx).rules
    _check(ctx, given, under, received_on)
    staff = await checked_staff(ctx, given.staff)
    loaded = complaint_clocks(ctx.policies, where, received_on)
    row = await _row(ctx, given, _Terms(where, received_on, staff, loaded))
    async with ctx.audit("complaint.receive", (queries.OBJECT, row.id), reason=given.category, ruleset=loaded.sha256):
        ctx.session.add(row)
        await ctx.session.flush()
        step(ctx, row, "received", given.channel)
    await tell(ctx, row, "received")
    return row


def _check(ctx: Context, given: ComplaintInput, under: ComplaintHandling, received_on: date) -> None:
    today = ctx.now.date()
    if not today - timedelta(days=under.latest_entry_days) <= received_on <= today:
        raise ReceiptOutOfRange(field="received_on", days=under.latest_entry_days)
    known(given.category, under.categories, "category")
    if not given.details.strip():
        raise DetailsMissing(field="details")
    if given.party_id is None and not (given.complainant or "").strip():
        raise ComplainantMissing(field="complainant")


async def checked_staff(ctx: Context, staff: Collection[UUID]) -> list[str]:
    """Sorted, so that the same people are the same record. Raises StaffUnknown."""
    if set(staff) - await queries.colleagues(ctx, staff):
        raise StaffUnknown(field="staff")
    return sorted(str(each) for each in set(staff))


@dataclass(frozen=True, slots=True)
class _Terms:
    jurisdiction: str
    received_on: date
    staff: list[str]
    law: Loaded[ComplaintClocks]


async def _locale(ctx: Context, given: ComplaintInput) -> str:
    """The complaint's own wins: its letters are written in it until it is closed."""
    if given.locale in LOCALES:
        return given.locale
    return ctx.actor.locale if given.party_id is None else await language_of(ctx, given.party_id)


async def _row(ctx: Context, given: ComplaintInput, under: _Terms) -> Complaint:
    """Under a key of its own where nobody on record complains."""
    clock = under.law.rules.clock(given.category)
    last = rules.deadlines(clock, under.received_on, under.law.rules.calendar)
    row_id = new_id()
    owner_id = given.party_id or row_id
    if given.party_id is None:
        await ctx.vault.create([owner_id])
    await ctx.vault.load([owner_id])

    def seal(column: str, text: str | None) -> bytes | None:
        clean = (text or "").strip() or None
        return ctx.vault.seal_optional("complaint", column, row_id, owner_id, clean)

    return Complaint(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        number=f"B{customer_number(row_id)[1:]}",
        party_id=given.party_id,
        owner_id=owner_id,
        complainant=seal("complainant", given.complainant),
        contact=seal("contact", given.contact),
        details=ctx.vault.seal("complaint", "details", row_id, owner_id, given.details.strip()),
        wish=seal("wish", given.wish),
        jurisdiction=under.jurisdiction,
        ruleset=under.law.sha256,
        clock=clock.code,
        staff=under.staff,
        received_on=under.received_on,
        acknowledge_by=last.acknowledge_by,
        summary_by=last.summary_by,
        first_due_on=last.due_on,
        due_on=last.due_on,
        locale=await _locale(ctx, given),
        channel=given.channel,
        category=given.category,
        product_code=given.product_code,
        holding_id=given.holding_id,
        vulnerable=given.vulnerable,
        recorded_at=ctx.now,
        received_by=ctx.actor.id,
    )
