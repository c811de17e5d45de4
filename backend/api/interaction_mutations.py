"""Contact written down, messages put on their way and decided about; each answers with the contact as it is then."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key, plain
from backend.api.interaction_codes import ContactBarKind, ContactChannel, InteractionDirection
from backend.api.interaction_standing import ContactStanding, fetch_standing
from backend.api.interactions import Interaction, fetch_interactions
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    answered,
    write,
)
from backend.api.request import Info
from backend.core.ids import new_id
from backend.servicing.interactions import service
from backend.servicing.interactions.models import BarKind, Channel, Direction

InteractionResult = Annotated[
    Interaction | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("InteractionResult"),
]
ContactStandingResult = Annotated[
    ContactStanding | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ContactStandingResult"),
]
Act = Callable[[Context], Awaitable[Any]]


@strawberry.input(description="Contact that took place; `at` is now when it is left out.")
class InteractionInput:
    direction: InteractionDirection
    channel: ContactChannel
    body: str
    subject: str | None = None
    topic: str | None = None
    purpose: str | None = None
    at: datetime | None = None
    locale: str | None = None
    record_type: str | None = None
    record_id: UUID | None = None


@strawberry.input(description="A colleague's own words, for a purpose that allows them.")
class MessageInput:
    purpose: str
    channel: ContactChannel
    subject: str = ""
    body: str


@strawberry.input(description="One merge field and what stands in its place.")
class MergeInput:
    name: str
    text: str


@strawberry.input(description="An approved template; the same `reference` is never sent twice.")
class TemplateMessageInput:
    template: str
    purpose: str
    channel: ContactChannel | None = None
    merge: list[MergeInput] = strawberry.field(default_factory=list)
    reference: str | None = None


def merge_given(merge: list[MergeInput]) -> dict[str, str]:
    return {each.name: each.text for each in merge}


async def _shown(info: Info, act: Act, key: str | None, *given: Any) -> InteractionResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=[plain(each) for each in given])
    return await answered(info, outcome, fetch_interactions)


async def _standing(info: Info, act: Act, key: str | None, *given: Any) -> ContactStandingResult:
    outcome = await write(info, act, lambda row: row.party_id, key=key, given=[plain(each) for each in given])
    if isinstance(outcome, Problem):
        return outcome
    found: ContactStanding = await info.context.read(lambda ctx: fetch_standing(ctx, outcome))
    return found


def _reference(info: Info, key: str | None) -> str:
    """A message without a reference of its own is one for each idempotency key."""
    return f"{info.context.actor.id}:{key or new_id()}"


@strawberry.type
class InteractionMutation:
    @changes("Writes down contact that took place; partners do so for customers whom they referred.")
    async def record_interaction(
        self, info: Info, party_id: UUID, given: Annotated[InteractionInput, INPUT], idempotency_key: Key = None
    ) -> InteractionResult:
        told = plain(given)
        kind, record = told.pop("record_type", None), told.pop("record_id", None)
        about = None if kind is None or record is None else service.About(kind, record)
        told |= {"direction": Direction(told["direction"]), "channel": Channel(told["channel"]), "about": about}
        wanted = service.RecordInput(**told)
        return await _shown(info, lambda ctx: service.record(ctx, party_id, wanted), idempotency_key, party_id, given)

    @changes("Puts a message in a colleague's own words on its way.")
    async def write_message(
        self, info: Info, party_id: UUID, given: Annotated[MessageInput, INPUT], idempotency_key: Key = None
    ) -> InteractionResult:
        told = plain(given)
        reference = _reference(info, idempotency_key)
        return await _shown(
            info,
            lambda ctx: service.write(ctx, party_id, reference=reference, **told),
            idempotency_key,
            party_id,
            given,
        )

    @changes("Puts an approved template on its way.")
    async def send_template(
        self, info: Info, party_id: UUID, given: Annotated[TemplateMessageInput, INPUT], idempotency_key: Key = None
    ) -> InteractionResult:
        reference = given.reference or _reference(info, idempotency_key)
        channel = None if given.channel is None else given.channel.value
        merge = merge_given(given.merge)

        async def act(ctx: Context) -> Any:
            return await service.send(
                ctx,
                party_id,
                given.template,
                purpose=given.purpose,
                channel=channel,
                merge=merge,
                reference=reference,
            )

        return await _shown(info, act, idempotency_key, party_id, given)

    @changes("Takes a message back that waits or has failed.")
    async def cancel_message(self, info: Info, record_id: Id, idempotency_key: Key = None) -> InteractionResult:
        return await _shown(info, lambda ctx: service.cancel(ctx, record_id), idempotency_key, record_id)

    @changes("Sends a message again that certainly was not sent.")
    async def retry_message(self, info: Info, record_id: Id, idempotency_key: Key = None) -> InteractionResult:
        return await _shown(info, lambda ctx: service.retry(ctx, record_id), idempotency_key, record_id)

    @changes("Says of a stuck message whether it was sent; one that was not is sent again.")
    async def resolve_message(
        self, info: Info, record_id: Id, sent: bool, idempotency_key: Key = None
    ) -> InteractionResult:
        return await _shown(
            info, lambda ctx: service.resolve(ctx, record_id, sent=sent), idempotency_key, record_id, sent
        )

    @changes("Notes that the customer is reached at this address by this channel.")
    async def confirm_contact_address(
        self, info: Info, party_id: UUID, address_id: UUID, channel: ContactChannel, idempotency_key: Key = None
    ) -> ContactStandingResult:
        by = Channel(channel.value)
        return await _standing(
            info, lambda ctx: service.confirm(ctx, party_id, address_id, by), idempotency_key, address_id, channel
        )

    @changes("Notes that the customer has died, or wants to hear nothing.")
    async def bar_contact(
        self, info: Info, party_id: UUID, kind: ContactBarKind, idempotency_key: Key = None
    ) -> ContactStandingResult:
        what = BarKind(kind.value)
        return await _standing(info, lambda ctx: service.bar(ctx, party_id, what), idempotency_key, party_id, kind)

    @changes("Lifts what was noted by mistake, or is over.")
    async def lift_contact_bar(self, info: Info, record_id: Id, idempotency_key: Key = None) -> ContactStandingResult:
        return await _standing(info, lambda ctx: service.lift_bar(ctx, record_id), idempotency_key, record_id)
