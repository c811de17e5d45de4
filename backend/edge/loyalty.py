"""The consents of the loyalty programme are kept where all consents are; wired once a process."""

from collections.abc import Collection
from uuid import UUID

from backend.access.context import Context
from backend.consent import service as consents
from backend.consent.service import ConsentInput
from backend.loyalty.consents import Agreement, register


class RecordedConsents:
    async def given(self, ctx: Context, party_ids: Collection[UUID], purpose: str) -> Collection[UUID]:
        decided = await consents.allowed(ctx, party_ids, purpose)
        return {party_id for party_id, decision in decided.items() if decision.allowed}

    async def record(self, ctx: Context, party_id: UUID, purpose: str, agreement: Agreement) -> None:
        given = ConsentInput(
            purpose=purpose,
            text_version=agreement.text_version,
            text_locale=agreement.locale,
            evidence=agreement.evidence,
        )
        await consents.record_consent(ctx, party_id, given)

    async def withdraw(self, ctx: Context, party_id: UUID, purpose: str) -> None:
        await consents.withdraw_consent(ctx, party_id, purpose)


register(RecordedConsents())
