"""May customers be contacted? Asked for any number of them at once."""

from collections.abc import Collection, Hashable
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.customers.queries.sight import facts_of
from backend.servicing.interactions import rules
from backend.servicing.interactions.answers import ContactAnswer
from backend.servicing.interactions.errors import TooManyAsked
from backend.servicing.interactions.queries.history import OBJECT, access
from backend.servicing.interactions.queries.standing import standings
from backend.servicing.interactions.ruleset import contact_rules

_MOST: Final = 100


async def may_contact(
    ctx: Context, party_ids: Collection[UUID], purpose: str, channel: str | None = None
) -> dict[UUID, ContactAnswer]:
    """By that channel, or by the best of those that the purpose has. A handful of queries, however many are asked for.

    Raises PurposeUnknown, ChannelUnknown. Every party is answered, also one that is not on record.
    """
    under = contact_rules(ctx.policies, ctx.now.date()).rules
    asked = under.asked(purpose, channel)
    found = await standings(ctx, under, party_ids, under.purpose(purpose).processing)
    answers: dict[Hashable, ContactAnswer] = {}
    for each in found.values():
        if each.alike not in answers:
            answers[each.alike] = rules.answer(under, purpose, asked, each, ctx.now)
    return {party_id: answers[each.alike] for party_id, each in found.items()}


async def asked_by_person(
    ctx: Context, party_ids: Collection[UUID], purpose: str, channel: str | None = None
) -> dict[UUID, ContactAnswer]:
    """`may_contact` for whoever may ask about each of them. Raises NotAllowed, TooManyAsked."""
    if len(party_ids) > _MOST:
        raise TooManyAsked(field="party_ids", most=_MOST)
    places = await facts_of(ctx, party_ids)
    for party_id in party_ids:
        ctx.require("ask", OBJECT, places.get(party_id, Facts()))
    found = await may_contact(ctx, party_ids, purpose, channel)
    return {party_id: found[party_id] for party_id in party_ids}


async def overview(ctx: Context, party_id: UUID) -> dict[str, ContactAnswer]:
    """For every purpose of the rule-set, by the best channel that it has."""
    ctx.require("ask", OBJECT, await access(ctx, party_id))
    under = contact_rules(ctx.policies, ctx.now.date()).rules
    bases = {rule.processing for rule in under.purposes.values()}
    found = {each: (await standings(ctx, under, [party_id], each))[party_id] for each in bases}
    return {
        purpose: rules.answer(under, purpose, rule.channels, found[rule.processing], ctx.now)
        for purpose, rule in under.purposes.items()
    }
