"""Prospects recorded, followed up, converted and closed; each answers with the prospect as it is afterwards."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key, plain
from backend.api.party_inputs import PartyInput
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    write,
)
from backend.api.prospect_types import Prospect, ProspectSource
from backend.api.prospects import read_prospect
from backend.api.request import Info
from backend.customers import inputs
from backend.engagement.prospects import service
from backend.engagement.prospects.models import Source

ProspectResult = Annotated[
    Prospect | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ProspectResult"),
]


@strawberry.input(description="Consent to offers, given when the prospect was recorded: the text that was read.")
class ProspectConsentInput:
    text_version: int
    text_locale: str = "en"
    channel: str = "any"


@strawberry.input(description="How a prospect came; without a manager whoever records it follows up.")
class ProspectInput:
    source: ProspectSource
    interest: list[str] = strawberry.field(default_factory=list)
    campaign: str | None = None
    referred_by_id: UUID | None = None
    manager_id: UUID | None = None
    next_step_on: date | None = None
    consent: ProspectConsentInput | None = None


def _given(wanted: ProspectInput) -> service.ProspectInput:
    consent = wanted.consent
    return service.ProspectInput(
        source=Source(wanted.source.value),
        interest=wanted.interest,
        campaign=wanted.campaign,
        referred_by_id=wanted.referred_by_id,
        manager_id=wanted.manager_id,
        next_step_on=wanted.next_step_on,
        consent=None if consent is None else service.ConsentGiven(**plain(consent)),
    )


async def _answer(info: Info, act: Callable[[Context], Awaitable[Any]], key: str | None, *given: Any) -> ProspectResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=[plain(each) for each in given])
    return outcome if isinstance(outcome, Problem) else await read_prospect(info, outcome)


@strawberry.type
class ProspectMutation:
    @changes("Records somebody new as a prospect: the party, the relationship, where it came from, the consent.")
    async def record_prospect(
        self, info: Info, party: PartyInput, given: Annotated[ProspectInput, INPUT], idempotency_key: Key = None
    ) -> ProspectResult:
        async def recorded(ctx: Context) -> Any:
            return await service.record(ctx, inputs.parse(inputs.PartyInput, plain(party)), _given(given))

        return await _answer(info, recorded, idempotency_key, party, given)

    @changes("Records somebody on record, who is no customer or no more, as a prospect.")
    async def record_known_prospect(
        self, info: Info, party_id: UUID, given: Annotated[ProspectInput, INPUT], idempotency_key: Key = None
    ) -> ProspectResult:
        async def recorded(ctx: Context) -> Any:
            return await service.record_known(ctx, party_id, _given(given))

        return await _answer(info, recorded, idempotency_key, str(party_id), given)

    @changes("Notes a contact with a prospect, and when the next one is due.")
    async def follow_up_prospect(
        self,
        info: Info,
        record_id: Id,
        contact: str,
        note: str | None = None,
        next_step_on: date | None = None,
        idempotency_key: Key = None,
    ) -> ProspectResult:
        async def followed(ctx: Context) -> Any:
            return await service.follow_up(ctx, record_id, contact, note=note, next_step_on=next_step_on)

        day = None if next_step_on is None else next_step_on.isoformat()
        return await _answer(info, followed, idempotency_key, str(record_id), contact, note, day)

    @changes("Opens an application for a prospect.")
    async def convert_prospect(
        self,
        info: Info,
        record_id: Id,
        purpose: str,
        jurisdiction: str,
        products: list[str] | None = None,
        channel: str | None = None,
        idempotency_key: Key = None,
    ) -> ProspectResult:
        async def converted(ctx: Context) -> Any:
            return await service.convert(
                ctx, record_id, purpose=purpose, jurisdiction=jurisdiction, products=products, channel=channel
            )

        given = [str(record_id), purpose, jurisdiction, products, channel]
        return await _answer(info, converted, idempotency_key, *given)

    @changes("Closes a prospect of whom nothing came; the record is erased after its time.")
    async def lose_prospect(
        self, info: Info, record_id: Id, reason: str, note: str | None = None, idempotency_key: Key = None
    ) -> ProspectResult:
        async def lost(ctx: Context) -> Any:
            return await service.lose(ctx, record_id, reason, note)

        return await _answer(info, lost, idempotency_key, str(record_id), reason, note)
