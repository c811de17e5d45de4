"""The question that everybody asks who sells: may this be sold to this customer, through this channel, on this day?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.rulesets import Loaded
from backend.customers.errors import PartyNotFound
from backend.customers.queries import facts
from backend.products import queries as products
from backend.products.definition import Channel
from backend.products.queries import Catalogue, Offer
from backend.products.selling import client, closures, queries, rules
from backend.products.selling.errors import ChannelUnknown
from backend.products.selling.rules import Answer, Client, Offered
from backend.products.selling.ruleset import SellingRules, selling_rules
from backend.products.suitability.queries import jurisdiction

_CHANNELS: Final = tuple(channel.value for channel in Channel)


@dataclass(frozen=True, slots=True)
class Question:
    """One customer asked about, with everything that an answer needs: as many products as there are cost no query."""

    client: Client
    catalogue: Catalogue
    loaded: Loaded[SellingRules]
    channel: str
    on: date
    closed: Mapping[UUID, frozenset[str]]
    """Channels that are closed beside what the versions say, by product."""

    def answer(self, code: str) -> Answer:
        offer = self.catalogue.by_code.get(code)
        if offer is None:
            return rules.not_offered(code, self.loaded.rules)
        asked, closed = offered(offer), self.closed.get(offer.product_id)
        if closed is not None:
            asked = replace(asked, channels=asked.channels - closed)
        return rules.decide(self.client, asked, self.channel, self.on, self.loaded.rules)

    def needs_amount(self, code: str) -> bool:
        offer = self.catalogue.by_code.get(code)
        return offer is not None and offer.definition.kind in self.loaded.rules.amount_for


async def can_sell(ctx: Context, party_id: UUID, product_code: str, channel: str, on: date | None = None) -> Answer:
    """For one product; a code that the catalogue does not know is not offered. Needs the right to ask."""
    return (await can_sell_many(ctx, party_id, [product_code], channel, on))[product_code]


async def can_sell_many(
    ctx: Context,
    party_id: UUID,
    product_codes: Collection[str] | None,
    channel: str,
    on: date | None = None,
    *,
    without: Collection[str] = (),
) -> dict[str, Answer]:
    """By code; None asks of every product of the day. `without` names bars that are not asked (onboarding: its own).

    Raises PartyNotFound and ChannelUnknown.
    """
    ctx.require("check", queries.OBJECT, await facts(ctx, party_id))
    question = (await questions(ctx, [party_id], channel, on or ctx.now.date(), without)).get(party_id)
    if question is None:
        raise PartyNotFound()
    codes = question.catalogue.by_code if product_codes is None else product_codes
    return {code: question.answer(code) for code in codes}


async def questions(
    ctx: Context, party_ids: Collection[UUID], channel: str, on: date, without: Collection[str] = ()
) -> dict[UUID, Question]:
    """For use cases whose right was required there (offers to many customers); those not recorded are missing."""
    if channel not in _CHANNELS:
        raise ChannelUnknown(field="channel", channel=channel, known=", ".join(_CHANNELS))
    loaded = selling_rules(ctx.policies, on, await jurisdiction(ctx))
    catalogue = await products.effective(ctx, on)
    known = await client.clients(ctx, party_ids, on, without)
    closed = await closures.closed(ctx, [offer.product_id for offer in catalogue.by_code.values()])
    return {party_id: Question(each, catalogue, loaded, channel, on, closed) for party_id, each in known.items()}


def offered(offer: Offer) -> Offered:
    """What matching needs of a version; kept with it, because a version in the catalogue does not change."""
    kept: Offered | None = offer.__dict__.get("_offered")
    if kept is None:
        kept = offer.__dict__["_offered"] = _made(offer)
    return kept


def _made(offer: Offer) -> Offered:
    definition = offer.definition
    return Offered(
        code=offer.code,
        kind=definition.kind.value,
        state=offer.state.value,
        channels=frozenset(channel.value for channel in definition.channels),
        risk=definition.risk_grade,
        needs=definition.needs_assessment,
        questionnaire=definition.questionnaire,
        horizon_months=definition.horizon_months,
        noted_for_vulnerable=definition.vulnerable_notes is not None,
        market=offer.market,
    )
