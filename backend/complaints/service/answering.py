"""Letters: drafted from the rule-set's template, approved by a second person, sent; sending answers the complaint."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.complaints import letters, queries, rules
from backend.complaints.errors import (
    ComplaintNotFound,
    LetterNotOpen,
    LetterRepeated,
    NoSummaryHere,
    SummaryTooLate,
)
from backend.complaints.models import (
    Channel,
    Complaint,
    ComplaintLetter,
    ComplaintLetterContent,
    LetterKind,
    LetterState,
    RedressState,
    State,
)
from backend.complaints.queries import OBJECT
from backend.complaints.ruleset import said
from backend.complaints.service.loading import complaint_for, handling, law, move, step, tell
from backend.core.i18n import translate
from backend.core.ids import new_id
from backend.customers.models import Party

OUTCOMES: Final = {
    "upheld": "We uphold your complaint",
    "partly_upheld": "We uphold your complaint in part",
    "not_upheld": "We do not uphold your complaint",
}
REDRESS: Final = "To make good we pay you {amounts}."
_NEEDED: Final[Mapping[LetterKind, frozenset[State]]] = {
    LetterKind.ACKNOWLEDGEMENT: frozenset({State.RECEIVED, State.INVESTIGATING, State.REOPENED}),
    LetterKind.SUMMARY: frozenset({State.RESOLVED}),
    LetterKind.FINAL_RESPONSE: frozenset({State.RESOLVED}),
}
_LIVE: Final = frozenset({LetterState.DRAFTED, LetterState.APPROVED})


@dataclass(frozen=True, slots=True)
class Download:
    file_name: str
    content: bytes


async def draft(ctx: Context, complaint_id: UUID, kind: LetterKind, locale: str | None = None) -> ComplaintLetter:
    """In the language of whoever complains. Raises SummaryTooLate, NoSummaryHere, LetterRepeated."""
    row = await complaint_for(ctx, complaint_id, "handle")
    rules.standing(row.state, _NEEDED[kind])
    _in_time(ctx, row, kind)
    known_letters = (await queries.letters(ctx, [row.id])).get(row.id, [])
    if any(each.kind == kind and each.state in _LIVE for each in known_letters):
        raise LetterRepeated()
    loaded = handling(ctx)
    template, language = loaded.rules.letters[kind], locale or row.locale
    subject, body = letters.merged(template, language, await _fields(ctx, row, language))
    letter_id = new_id()
    letter = ComplaintLetter(
        id=letter_id,
        tenant_id=row.tenant_id,
        complaint_id=row.id,
        owner_id=row.owner_id,
        kind=kind,
        locale=language,
        ruleset=loaded.sha256,
        subject=subject,
        body=ctx.vault.seal("complaint_letter", "body", letter_id, row.owner_id, body),
        needs_approval=template.approval,
        drafted_by=ctx.actor.id,
        drafted_at=ctx.now,
    )
    async with ctx.audit("complaint.letter_draft", (OBJECT, row.id), reason=kind, ruleset=loaded.sha256):
        ctx.session.add(letter)
        step(ctx, row, "letter_drafted", kind)
    await tell(ctx, row, "letter_drafted")
    return letter


def _in_time(ctx: Context, row: Complaint, kind: LetterKind) -> None:
    """A summary is enough until its day alone; reopened, a complaint has had its chance."""
    if kind is not LetterKind.SUMMARY:
        return
    if row.summary_by is None or row.reopened:
        raise NoSummaryHere(jurisdiction=row.jurisdiction)
    if ctx.now.astimezone(law(ctx, row).calendar.zone).date() > row.summary_by:
        raise SummaryTooLate(day=row.summary_by.isoformat())


async def _fields(ctx: Context, row: Complaint, locale: str) -> dict[str, str]:
    words = handling(ctx).rules
    outcome = "" if row.outcome is None else translate(locale, OUTCOMES[row.outcome])
    return {
        "name": await complainant_name(ctx, row),
        "number": row.number,
        "received_on": letters.day(row.received_on, locale),
        "due_on": letters.day(row.due_on, locale),
        "today": letters.day(ctx.now.date(), locale),
        "category": said(row.category, words.categories, locale),
        "product": row.product_code or "",
        "outcome": outcome,
        "cause": said(row.cause, words.causes, locale) if row.cause else "",
        "finding": ctx.vault.open_optional("complaint", "finding", row.id, row.owner_id, row.finding) or "",
        "redress": await _redress(ctx, row, locale),
        "institution": await queries.institution(ctx),
        "ombudsman": law(ctx, row).ombudsman.text(locale),
    }


async def complainant_name(ctx: Context, row: Complaint) -> str:
    """As the record has it, for the letter; noted as read."""
    if row.party_id is None:
        assert row.complainant is not None  # noqa: S101 - the table refuses a complaint of nobody
        return ctx.vault.open("complaint", "complainant", row.id, row.owner_id, row.complainant)
    party = await ctx.session.get_one(Party, row.party_id)
    ctx.saw(("party", row.party_id), "name")
    return ctx.vault.open("party", "name", party.id, party.id, party.name)


async def _redress(ctx: Context, row: Complaint, locale: str) -> str:
    """What was decided to be given, summed by currency; nothing of what still waits."""
    sums: dict[str, Decimal] = {}
    for each in (await queries.redress(ctx, [row.id])).get(row.id, []):
        if each.state in {RedressState.APPROVED, RedressState.PAID}:
            sums[each.currency] = sums.get(each.currency, Decimal()) + each.amount
    if not sums:
        return ""
    amounts = ", ".join(f"{amount.quantize(Decimal('0.01')):,} {currency}" for currency, amount in sorted(sums.items()))
    return translate(locale, REDRESS, amounts=amounts)


async def approve(ctx: Context, letter_id: UUID) -> ComplaintLetter:
    """By somebody else than who drafted it; run SERIALIZABLE."""
    letter = await queries.letter(ctx, letter_id)
    row = await complaint_for(ctx, letter.complaint_id, "approve", letter.drafted_by)
    if letter.state != LetterState.DRAFTED:
        raise LetterNotOpen(state=letter.state)
    async with ctx.audit("complaint.letter_approve", (OBJECT, row.id), reason=letter.kind):
        letter.state, letter.approved_by, letter.approved_at = LetterState.APPROVED, ctx.actor.id, ctx.now
        step(ctx, row, "letter_approved", letter.kind)
    await tell(ctx, row, "letter_approved")
    return letter


async def reject(ctx: Context, letter_id: UUID) -> ComplaintLetter:
    """By the second person, or by whoever handles the complaint and wants another draft."""
    letter = await queries.letter(ctx, letter_id)
    row = await complaint_for(ctx, letter.complaint_id, "handle")
    if letter.state not in _LIVE:
        raise LetterNotOpen(state=letter.state)
    async with ctx.audit("complaint.letter_reject", (OBJECT, row.id), reason=letter.kind):
        letter.state, letter.rejected_by = LetterState.REJECTED, ctx.actor.id
        step(ctx, row, "letter_rejected", letter.kind)
    await tell(ctx, row, "letter_rejected")
    return letter


async def send(ctx: Context, letter_id: UUID, through: Channel) -> ComplaintLetter:
    """The PDF is made, kept under the customer's key with its hash, and the complaint moves on."""
    letter = await queries.letter(ctx, letter_id)
    row = await complaint_for(ctx, letter.complaint_id, "handle")
    ready = LetterState.APPROVED if letter.needs_approval else LetterState.DRAFTED
    if letter.state not in {ready, LetterState.APPROVED}:
        raise LetterNotOpen(state=letter.state)
    kind = LetterKind(letter.kind)
    rules.standing(row.state, _NEEDED[kind])
    _in_time(ctx, row, kind)
    text = ctx.vault.open("complaint_letter", "body", letter.id, letter.owner_id, letter.body)
    content = letters.typeset(await queries.institution(ctx), letter.subject, text, letter.locale, ctx.now)
    async with ctx.audit("complaint.letter_send", (OBJECT, row.id), reason=kind, ruleset=letter.ruleset):
        letter.state, letter.sent_at, letter.sent_by = LetterState.SENT, ctx.now, ctx.actor.id
        letter.sent_through, letter.sha256 = through, hashlib.sha256(content).hexdigest()
        _answered(ctx, row, kind)
        step(ctx, row, "letter_sent", kind)
        await ctx.session.flush()
        body = ctx.vault.seal_document(letter.owner_id, letter.id, content)
        ctx.session.add(
            ComplaintLetterContent(
                id=letter.id, tenant_id=row.tenant_id, owner_id=letter.owner_id, letter_id=letter.id, body=body
            )
        )
    await tell(ctx, row, "letter_sent", letter=kind.value, through=through.value)
    return letter


def _answered(ctx: Context, row: Complaint, kind: LetterKind) -> None:
    """What sending a letter does to the complaint; an acknowledgement in the middle of the work moves nothing."""
    if kind is LetterKind.ACKNOWLEDGEMENT:
        row.acknowledged_at = row.acknowledged_at or ctx.now
        if row.state == State.RECEIVED:
            move(row, State.ACKNOWLEDGED)
        return
    row.response_at, row.response_kind = ctx.now, kind
    if kind is LetterKind.FINAL_RESPONSE:
        move(row, State.FINAL_RESPONSE)


async def download(ctx: Context, letter_id: UUID) -> Download:
    """Each download is an entry of its own in the log; a file that is not what left the house is refused."""
    letter = await queries.letter(ctx, letter_id)
    row = await complaint_for(ctx, letter.complaint_id, "view")
    stored = await queries.letter_content(ctx, letter_id)
    if stored is None:
        raise LetterNotOpen(state=letter.state)
    content = b"".join(ctx.vault.open_document(letter.owner_id, letter.id, stored.body))
    if hashlib.sha256(content).hexdigest() != letter.sha256:
        raise ComplaintNotFound()
    await ctx.trail.note("complaint.letter_download", (OBJECT, row.id))
    return Download(f"{row.number}-{letter.kind}.pdf", content)
