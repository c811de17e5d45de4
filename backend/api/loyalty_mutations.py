"""Joining and leaving the programme, points booked and reversed, and steps of care; each answers with the member."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key, plain
from backend.api.loyalty import LoyaltyMember, fetch_members
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    answered,
    write,
)
from backend.api.request import Info
from backend.core.money import Money
from backend.loyalty import service
from backend.loyalty.consents import Agreement
from backend.loyalty.queries import members

LoyaltyResult = Annotated[
    LoyaltyMember | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("LoyaltyResult"),
]
Act = Callable[[Context], Awaitable[Any]]


@strawberry.input(description="The text that the customer agreed to; left out where consent is in force already.")
class LoyaltyAgreementInput:
    text_version: int
    locale: str = "en"
    evidence: str


@strawberry.input(description="`reference` is the asker's own: it is booked once, however often it is sent.")
class EarnPointsInput:
    party_id: UUID
    code: str
    reference: str
    amount: Decimal | None = None
    currency: str | None = None
    product_code: str | None = None
    booked_on: date | None = None


@strawberry.input(description="`code` is the reward; `reference` is booked once, however often it is sent.")
class BurnPointsInput:
    party_id: UUID
    code: str
    points: int
    reference: str


async def _member(info: Info, act: Act, id_of: Callable[[Any], UUID], key: str | None, *given: Any) -> LoyaltyResult:
    outcome = await write(info, act, id_of, key=key, given=[plain(each) for each in given])
    return await answered(info, outcome, fetch_members)


@strawberry.type
class LoyaltyMutation:
    @changes("Enrols a customer; consent is recorded with it, or is in force already.")
    async def enrol_loyalty(
        self,
        info: Info,
        party_id: UUID,
        agreement: LoyaltyAgreementInput | None = None,
        idempotency_key: Key = None,
    ) -> LoyaltyResult:
        agreed = None if agreement is None else Agreement(agreement.text_version, agreement.locale, agreement.evidence)
        return await _member(
            info,
            lambda ctx: service.enrol(ctx, party_id, agreed),
            lambda row: row.id,
            idempotency_key,
            party_id,
            agreement,
        )

    @changes("Ends a membership: what is left of the points ends with it, and consent is withdrawn.")
    async def leave_loyalty(self, info: Info, party_id: UUID, idempotency_key: Key = None) -> LoyaltyResult:
        return await _member(
            info, lambda ctx: service.leave(ctx, party_id), lambda row: row.id, idempotency_key, party_id
        )

    @changes("Books points that a member earned, by the programme's rule.")
    async def earn_points(
        self, info: Info, given: Annotated[EarnPointsInput, INPUT], idempotency_key: Key = None
    ) -> LoyaltyResult:
        paid = None if given.amount is None else Money(given.amount, given.currency or "")
        wanted = service.EarnInput(
            party_id=given.party_id,
            code=given.code,
            reference=given.reference,
            amount=paid,
            product_code=given.product_code,
            booked_on=given.booked_on,
        )
        return await _member(
            info, lambda ctx: service.earn(ctx, wanted), lambda row: row.member_id, idempotency_key, given
        )

    @changes("Books points that a member spent, those that expire first first.")
    async def burn_points(
        self, info: Info, given: Annotated[BurnPointsInput, INPUT], idempotency_key: Key = None
    ) -> LoyaltyResult:
        wanted = service.BurnInput(**plain(given))
        return await _member(
            info, lambda ctx: service.burn(ctx, wanted), lambda row: row.member_id, idempotency_key, given
        )

    @changes("Reverses points that were earned or spent, for a reason of the programme.")
    async def reverse_points(
        self, info: Info, record_id: Id, code: str, reference: str, idempotency_key: Key = None
    ) -> LoyaltyResult:
        return await _member(
            info,
            lambda ctx: service.reverse(ctx, record_id, code, reference),
            lambda row: row.member_id,
            idempotency_key,
            record_id,
            code,
            reference,
        )

    @changes("Ends a step of care; it comes again where the plan says so.")
    async def complete_care_step(
        self, info: Info, record_id: Id, words: str = "", idempotency_key: Key = None
    ) -> LoyaltyResult:
        async def done(ctx: Context) -> UUID:
            step = await service.complete_step(ctx, record_id, words)
            member = await members.member_of(ctx, step.party_id)
            return step.id if member is None else member.id

        return await _member(info, done, lambda found: found, idempotency_key, record_id, words)
