"""How a customer stands to contact: what bars it, which addresses work, and the words that forms take."""

from datetime import datetime
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.interaction_codes import ContactBarKind, ContactChannel
from backend.api.request import Info
from backend.servicing.interactions import models
from backend.servicing.interactions.merging import GIVEN, KNOWN
from backend.servicing.interactions.queries import history
from backend.servicing.interactions.ruleset import contact_rules


@strawberry.type(description="Why a customer is not contacted at all.")
class ContactBar:
    id: UUID
    kind: ContactBarKind
    since: datetime


@strawberry.type(description="What is known of an address as a way to reach the customer by a channel.")
class ContactAddress:
    id: UUID
    address_id: UUID
    channel: ContactChannel
    confirmed_at: datetime | None
    bounces: int
    closed_at: datetime | None


@strawberry.type(description="What bars contact with a customer, and what is known of the addresses.")
class ContactStanding:
    party_id: UUID
    bars: list[ContactBar] = strawberry.field(directives=[Cost(weight=0, size=2)])
    addresses: list[ContactAddress] = strawberry.field(directives=[Cost(weight=0, size=4)])


async def fetch_standing(ctx: Context, party_id: UUID) -> ContactStanding:
    return ContactStanding(
        party_id=party_id,
        bars=[
            ContactBar(id=row.id, kind=ContactBarKind(row.kind), since=row.since)
            for row in await history.bars(ctx, party_id)
        ],
        addresses=[_address(row) for row in await history.known_addresses(ctx, party_id)],
    )


def _address(row: models.ContactAddress) -> ContactAddress:
    return ContactAddress(
        id=row.id,
        address_id=row.address_id,
        channel=ContactChannel(row.channel),
        confirmed_at=row.confirmed_at,
        bounces=row.bounces,
        closed_at=row.closed_at,
    )


@strawberry.type(description="A code of the rule-set with its words.")
class ContactWord:
    code: str
    words: str


@strawberry.type(description="A purpose of contact; `ownWords`: colleagues may write in words of their own.")
class ContactPurpose:
    code: str
    words: str
    own_words: bool
    channels: list[ContactChannel] = strawberry.field(directives=[Cost(weight=0, size=6)])
    sendable: list[ContactChannel] = strawberry.field(directives=[Cost(weight=0, size=6)])


@strawberry.type(description="The words that forms of contact take, from the rule-set.")
class ContactChoices:
    purposes: list[ContactPurpose] = strawberry.field(directives=[Cost(weight=0, size=8)])
    topics: list[ContactWord] = strawberry.field(directives=[Cost(weight=0, size=12)])
    merge_known: list[str] = strawberry.field(directives=[Cost(weight=0, size=6)])
    merge_given: list[str] = strawberry.field(directives=[Cost(weight=0, size=14)])


def _choices(ctx: Context) -> ContactChoices:
    under, locale = contact_rules(ctx.policies, ctx.now.date()).rules, ctx.actor.locale
    purposes = [
        ContactPurpose(
            code=code,
            words=rule.wording.text(locale),
            own_words=rule.free_text,
            channels=[ContactChannel(each.value) for each in rule.channels],
            sendable=[ContactChannel(each.value) for each in under.channels_of(code, None)],
        )
        for code, rule in under.purposes.items()
    ]
    topics = [ContactWord(code=word.code, words=word.text(locale)) for word in under.topics]
    return ContactChoices(purposes=purposes, topics=topics, merge_known=sorted(KNOWN), merge_given=sorted(GIVEN))


@strawberry.type
class ContactStandingQuery:
    @resolved("What bars contact with a customer, and what is known of the addresses.", weight=3)
    async def contact_standing(self, info: Info, party_id: UUID) -> ContactStanding:
        return await info.context.read(lambda ctx: fetch_standing(ctx, party_id))

    @resolved("The words that forms of contact take.", weight=2)
    async def contact_choices(self, info: Info) -> ContactChoices:
        async def found(ctx: Context) -> ContactChoices:
            return _choices(ctx)

        return await info.context.read(found)
