"""The steps of complaints; each answers with the complaint as it is afterwards."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.complaint_codes import ComplaintChannel, ComplaintLetterKind, ComplaintOutcome
from backend.api.complaints import Complaint, fetch_complaints
from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key, plain
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    answered,
    write,
)
from backend.api.request import Info
from backend.complaints import service
from backend.complaints.models import Channel, LetterKind, Outcome
from backend.core.money import Money

ComplaintResult = Annotated[
    Complaint | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ComplaintResult"),
]
Act = Callable[[Context], Awaitable[Any]]


@strawberry.input(description="From a customer (`partyId`) or from somebody else by name; `staff` is complained of.")
class ComplaintInput:
    channel: ComplaintChannel
    category: str
    details: str
    party_id: UUID | None = None
    complainant: str | None = None
    contact: str | None = None
    wish: str | None = None
    received_on: date | None = None
    product_code: str | None = None
    holding_id: UUID | None = None
    staff: list[UUID] = strawberry.field(default_factory=list)
    vulnerable: bool = False
    jurisdiction: str | None = None
    locale: str | None = strawberry.field(
        default=None, description="Of the letters; without it the customer's language of correspondence."
    )


async def _complaint(
    info: Info, act: Act, id_of: Callable[[Any], UUID], key: str | None, given: Any
) -> ComplaintResult:
    """Several steps may be a second person's, so all are serialised."""
    outcome = await write(info, act, id_of, key=key, given=given, four_eyes=True)
    return await answered(info, outcome, fetch_complaints)


async def _own(info: Info, act: Act, key: str | None, *given: Any) -> ComplaintResult:
    return await _complaint(info, act, lambda row: row.id, key, [plain(each) for each in given])


async def _part(info: Info, act: Act, key: str | None, *given: Any) -> ComplaintResult:
    """A step on a letter or on redress."""
    return await _complaint(info, act, lambda row: row.complaint_id, key, [plain(each) for each in given])


@strawberry.type
class ComplaintMutation:
    @changes("Takes in a complaint; the law's clock starts with the day of receipt.")
    async def receive_complaint(
        self, info: Info, given: Annotated[ComplaintInput, INPUT], idempotency_key: Key = None
    ) -> ComplaintResult:
        told = plain(given)
        wanted = service.ComplaintInput(**{**told, "channel": Channel(told["channel"])})
        return await _own(info, lambda ctx: service.receive(ctx, wanted), idempotency_key, given)

    @changes("Gives a complaint to a colleague who may handle it and is not complained of; without one, to oneself.")
    async def assign_complaint(
        self, info: Info, record_id: Id, handler_id: UUID | None = None, idempotency_key: Key = None
    ) -> ComplaintResult:
        whom = handler_id or info.context.actor.id
        return await _own(
            info, lambda ctx: service.assign(ctx, record_id, whom), idempotency_key, record_id, handler_id
        )

    @changes("Begins the investigation, also of what was decided and is looked at again.")
    async def investigate_complaint(self, info: Info, record_id: Id, idempotency_key: Key = None) -> ComplaintResult:
        return await _own(info, lambda ctx: service.investigate(ctx, record_id), idempotency_key, record_id)

    @changes("Adds a note to the course.")
    async def note_complaint(
        self, info: Info, record_id: Id, words: str, idempotency_key: Key = None
    ) -> ComplaintResult:
        return await _own(info, lambda ctx: service.note(ctx, record_id, words), idempotency_key, record_id, words)

    @changes("Puts a complaint under other words, or names other colleagues who are complained of.")
    async def reclassify_complaint(
        self,
        info: Info,
        record_id: Id,
        category: str,
        staff: list[UUID],
        vulnerable: bool,
        product_code: str | None = None,
        idempotency_key: Key = None,
    ) -> ComplaintResult:
        return await _own(
            info,
            lambda ctx: service.reclassify(
                ctx, record_id, category=category, product_code=product_code, staff=staff, vulnerable=vulnerable
            ),
            idempotency_key,
            record_id,
            category,
            [str(each) for each in staff],
            vulnerable,
            product_code,
        )

    @changes("Extends the time, once, for a reason that the law knows.")
    async def extend_complaint(
        self, info: Info, record_id: Id, reason: str, idempotency_key: Key = None
    ) -> ComplaintResult:
        return await _own(info, lambda ctx: service.extend(ctx, record_id, reason), idempotency_key, record_id, reason)

    @changes("Stops the clock, for a reason that the law knows.")
    async def pause_complaint(
        self, info: Info, record_id: Id, reason: str, idempotency_key: Key = None
    ) -> ComplaintResult:
        return await _own(info, lambda ctx: service.pause(ctx, record_id, reason), idempotency_key, record_id, reason)

    @changes("Lets the clock go on; what was left is left.")
    async def resume_complaint(self, info: Info, record_id: Id, idempotency_key: Key = None) -> ComplaintResult:
        return await _own(info, lambda ctx: service.resume(ctx, record_id), idempotency_key, record_id)

    @changes("Decides a complaint: the outcome, its root cause, and what was found.")
    async def decide_complaint(
        self,
        info: Info,
        record_id: Id,
        outcome: ComplaintOutcome,
        cause: str,
        finding: str,
        idempotency_key: Key = None,
    ) -> ComplaintResult:
        return await _own(
            info,
            lambda ctx: service.decide(ctx, record_id, Outcome(outcome.value), cause, finding),
            idempotency_key,
            record_id,
            outcome,
            cause,
            finding,
        )

    @changes("Drafts a letter from its template, in the language of whoever complains unless told otherwise.")
    async def draft_complaint_letter(
        self,
        info: Info,
        record_id: Id,
        kind: ComplaintLetterKind,
        locale: str | None = None,
        idempotency_key: Key = None,
    ) -> ComplaintResult:
        return await _part(
            info,
            lambda ctx: service.draft(ctx, record_id, LetterKind(kind.value), locale),
            idempotency_key,
            record_id,
            kind,
            locale,
        )

    @changes("Approves a letter, by somebody else than who drafted it.")
    async def approve_complaint_letter(self, info: Info, letter_id: Id, idempotency_key: Key = None) -> ComplaintResult:
        return await _part(info, lambda ctx: service.approve(ctx, letter_id), idempotency_key, letter_id)

    @changes("Rejects a letter, so that another can be drafted.")
    async def reject_complaint_letter(self, info: Info, letter_id: Id, idempotency_key: Key = None) -> ComplaintResult:
        return await _part(info, lambda ctx: service.reject_letter(ctx, letter_id), idempotency_key, letter_id)

    @changes("Sends a letter: its PDF is made and kept with its hash, and the complaint moves on.")
    async def send_complaint_letter(
        self, info: Info, letter_id: Id, through: ComplaintChannel, idempotency_key: Key = None
    ) -> ComplaintResult:
        return await _part(
            info,
            lambda ctx: service.send(ctx, letter_id, Channel(through.value)),
            idempotency_key,
            letter_id,
            through,
        )

    @changes("Proposes redress; within the proposer's authority it is approved at once.")
    async def propose_complaint_redress(
        self, info: Info, record_id: Id, kind: str, amount: Decimal, currency: str, idempotency_key: Key = None
    ) -> ComplaintResult:
        return await _part(
            info,
            lambda ctx: service.propose(ctx, record_id, kind, Money(amount, currency)),
            idempotency_key,
            record_id,
            kind,
            str(amount),
            currency,
        )

    @changes("Signs redress, by somebody else than who proposed it.")
    async def sign_complaint_redress(self, info: Info, redress_id: Id, idempotency_key: Key = None) -> ComplaintResult:
        return await _part(info, lambda ctx: service.sign(ctx, redress_id), idempotency_key, redress_id)

    @changes("Rejects redress, as second person.")
    async def reject_complaint_redress(
        self, info: Info, redress_id: Id, idempotency_key: Key = None
    ) -> ComplaintResult:
        return await _part(info, lambda ctx: service.reject_redress(ctx, redress_id), idempotency_key, redress_id)

    @changes("Records that redress was paid.")
    async def pay_complaint_redress(self, info: Info, redress_id: Id, idempotency_key: Key = None) -> ComplaintResult:
        return await _part(info, lambda ctx: service.pay(ctx, redress_id), idempotency_key, redress_id)

    @changes("Closes a complaint that was answered and made good.")
    async def close_complaint(self, info: Info, record_id: Id, idempotency_key: Key = None) -> ComplaintResult:
        return await _own(info, lambda ctx: service.close(ctx, record_id), idempotency_key, record_id)

    @changes("Records that the ombudsman took the complaint up.")
    async def refer_complaint(
        self, info: Info, record_id: Id, reference: str | None = None, idempotency_key: Key = None
    ) -> ComplaintResult:
        return await _own(
            info, lambda ctx: service.refer(ctx, record_id, reference), idempotency_key, record_id, reference
        )

    @changes("Opens a complaint again; its clock begins anew.")
    async def reopen_complaint(
        self, info: Info, record_id: Id, words: str, idempotency_key: Key = None
    ) -> ComplaintResult:
        return await _own(info, lambda ctx: service.reopen(ctx, record_id, words), idempotency_key, record_id, words)

    @changes("Ends a complaint that was taken back, in the person's words.")
    async def withdraw_complaint(
        self, info: Info, record_id: Id, words: str, idempotency_key: Key = None
    ) -> ComplaintResult:
        return await _own(info, lambda ctx: service.withdraw(ctx, record_id, words), idempotency_key, record_id, words)
