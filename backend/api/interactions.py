"""The history of contact with customers, messages on their way, and whether somebody may be contacted."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.inputs import Id, plain
from backend.api.interaction_codes import ContactChannel, InteractionDirection, InteractionState
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.servicing.interactions import models, service, words
from backend.servicing.interactions.queries import history
from backend.servicing.interactions.ruleset import contact_rules

_HISTORY: Final = "interactions"
_OUTBOX: Final = "messages"


@strawberry.type(description="What stands against contact: a stable code, and words in the reader's language.")
class ContactReason:
    code: str
    words: str


def reasons_shown(ctx: Context, reasons: Collection[str]) -> list[ContactReason]:
    return [ContactReason(code=each, words=words.said(each, ctx.actor.locale)) for each in reasons]


@strawberry.type(description="One contact with a customer, by whatever channel; or a message that is to be sent.")
class Interaction:
    id: UUID
    direction: InteractionDirection
    channel: ContactChannel
    state: InteractionState
    purpose: str | None
    purpose_words: str
    topic: str | None
    topic_words: str
    locale: str
    reference: str | None
    record_type: str | None
    record_id: UUID | None
    happened_at: datetime
    recorded_at: datetime
    not_before: datetime | None
    expires_at: datetime | None
    attempts: int
    adapter: str | None
    claimed_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    opened_at: datetime | None
    bounced_at: datetime | None
    reasons: list[ContactReason] = strawberry.field(directives=[Cost(weight=0, size=2)])
    row: strawberry.Private[models.Interaction]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @strawberry.field
    def recorded_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.recorded_by)

    @resolved("Noted in the log.")
    async def subject(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: service.read(ctx, self.row, "subject"))

    @resolved("What was said or written. Noted in the log.")
    async def body(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: service.read(ctx, self.row, "body"))

    @resolved("What the viewer may do with it now.", size=2)
    async def actions(self, info: Info) -> list[str]:
        async def found(ctx: Context) -> list[str]:
            return list(service.actions(ctx, self.row, await history.access(ctx, self.row.party_id)))

        return await info.context.read(found)


_SAME: Final = (
    "id",
    "purpose",
    "topic",
    "locale",
    "reference",
    "record_type",
    "record_id",
    "happened_at",
    "recorded_at",
    "not_before",
    "expires_at",
    "attempts",
    "adapter",
    "claimed_at",
    "sent_at",
    "delivered_at",
    "opened_at",
    "bounced_at",
)


def interaction_shown(ctx: Context, row: models.Interaction) -> Interaction:
    under, locale = contact_rules(ctx.policies, ctx.now.date()).rules, ctx.actor.locale
    purpose = under.purposes.get(row.purpose or "")
    topic = next((word.text(locale) for word in under.topics if word.code == row.topic), "")
    told: dict[str, Any] = {name: getattr(row, name) for name in _SAME}
    return Interaction(
        **told,
        direction=InteractionDirection(row.direction),
        channel=ContactChannel(row.channel),
        state=InteractionState(row.state),
        purpose_words=(row.purpose or "") if purpose is None else purpose.wording.text(locale),
        topic_words=topic,
        reasons=reasons_shown(ctx, row.reasons),
        row=row,
    )


async def fetch_interactions(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Interaction | None]:
    return {found: interaction_shown(ctx, row) for found, row in (await history.by_ids(ctx, ids)).items()}


@strawberry.input(description="Only what fits all of these that are given.")
class InteractionFilter:
    direction: InteractionDirection | None = None
    channel: ContactChannel | None = None
    topic: str | None = None
    purpose: str | None = None


@strawberry.type(description="May a customer be contacted; if not, why not, and from when on, if it is known.")
class ContactAnswer:
    party_id: UUID
    allowed: bool
    channel: ContactChannel | None
    not_before: datetime | None
    reasons: list[ContactReason] = strawberry.field(directives=[Cost(weight=0, size=2)])


def answer_shown(ctx: Context, party_id: UUID, found: service.ContactAnswer) -> ContactAnswer:
    return ContactAnswer(
        party_id=party_id,
        allowed=found.allowed,
        channel=None if found.channel is None else ContactChannel(found.channel),
        not_before=found.not_before,
        reasons=reasons_shown(ctx, found.reasons),
    )


@strawberry.type(description="A purpose of contact, and whether the customer may be contacted for it now.")
class PurposeAnswer:
    purpose: str
    words: str
    answer: ContactAnswer


@strawberry.type(description="How many messages stand in a state.")
class MessageFigure:
    state: InteractionState
    count: int


@strawberry.type
class InteractionQuery:
    @resolved("Every contact with a customer, the newest first.", weight=5, sliced_by="first")
    async def interactions_of(
        self,
        info: Info,
        party_id: UUID,
        given: Annotated[InteractionFilter | None, strawberry.argument(name="filter")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Interaction]:
        wanted = history.Filters(**(plain(given) if given is not None else {}))
        listed, limit = f"{_HISTORY} {party_id} {wanted}", page_size(first)
        start = _after(place(info, listed, after))

        async def page(ctx: Context) -> list[Interaction]:
            rows = await history.history(ctx, party_id, wanted, after=start, limit=limit + 1)
            return [interaction_shown(ctx, row) for row in rows]

        return _page(info, listed, await info.context.read(page), limit)

    @resolved("A contact that may be seen.", weight=3)
    async def interaction(self, info: Info, record_id: Id) -> Interaction:
        async def found(ctx: Context) -> Interaction:
            return interaction_shown(ctx, await history.interaction(ctx, record_id))

        return await info.context.read(found)

    @resolved("Messages in these states, the newest first; those that did not leave yet.", weight=5, sliced_by="first")
    async def messages(
        self, info: Info, states: list[InteractionState] | None = None, first: First = 20, after: After = None
    ) -> Connection[Interaction]:
        wanted = history.OPEN if states is None else tuple(models.State(each.value) for each in states)
        listed, limit = f"{_OUTBOX} {sorted(wanted)}", page_size(first)
        start = _after(place(info, listed, after))

        async def page(ctx: Context) -> list[Interaction]:
            return [
                interaction_shown(ctx, row) for row in await history.outbox(ctx, wanted, after=start, limit=limit + 1)
            ]

        return _page(info, listed, await info.context.read(page), limit)

    @resolved("How many messages stand in each state.", weight=3, size=12)
    async def message_figures(self, info: Info) -> list[MessageFigure]:
        found = await info.context.read(history.figures)
        return [
            MessageFigure(state=state, count=found[state.value]) for state in InteractionState if state.value in found
        ]

    @resolved("May these customers be contacted for the purpose? At most 100 at once.", weight=5, size=100)
    async def may_contact(
        self, info: Info, party_ids: list[UUID], purpose: str, channel: ContactChannel | None = None
    ) -> list[ContactAnswer]:
        async def found(ctx: Context) -> list[ContactAnswer]:
            wanted = None if channel is None else channel.value
            answers = await service.asked_by_person(ctx, party_ids, purpose, wanted)
            return [answer_shown(ctx, party_id, each) for party_id, each in answers.items()]

        return await info.context.read(found)

    @resolved("For which purposes a customer may be contacted now, and by which channel.", weight=6, size=8)
    async def contact_overview(self, info: Info, party_id: UUID) -> list[PurposeAnswer]:
        async def found(ctx: Context) -> list[PurposeAnswer]:
            under = contact_rules(ctx.policies, ctx.now.date()).rules
            return [
                PurposeAnswer(
                    purpose=code,
                    words=under.purposes[code].wording.text(ctx.actor.locale),
                    answer=answer_shown(ctx, party_id, each),
                )
                for code, each in (await service.overview(ctx, party_id)).items()
            ]

        return await info.context.read(found)


def _after(text: str | None) -> history.After | None:
    return None if text is None else history.After(*read_instant_place(text))


def _page(info: Info, listed: str, rows: list[Interaction], limit: int) -> Connection[Interaction]:
    more = instant_place(rows[limit - 1].happened_at, rows[limit - 1].id) if len(rows) > limit else None
    return Connection.of(info, listed, rows[:limit], more)
