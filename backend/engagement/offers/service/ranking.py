"""What to offer next: to one customer, with everything that is not offered and why, or over one's whole book."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.consent import service as consent
from backend.core.rulesets import Loaded
from backend.customers.errors import PartyNotFound
from backend.customers.queries import facts
from backend.engagement import contact
from backend.engagement.models.about import about
from backend.engagement.models.queries import best_uplift
from backend.engagement.offers import queries, rules
from backend.engagement.offers.chances import chances
from backend.engagement.offers.choice import Choice, Customer, Ground
from backend.engagement.offers.draw import drawn
from backend.engagement.offers.known import Known, known_of
from backend.engagement.offers.queries import OBJECT
from backend.engagement.offers.rules import Ranked, Ranking
from backend.engagement.offers.ruleset import OfferRules, offer_rules
from backend.products.selling import matching
from backend.products.selling.matching import Question

MOST_LOOKED_AT: Final = 1_000
_SPARE: Final = 3
"""So many times as many are looked at as are shown: some offers are gone since the night."""


@dataclass(frozen=True, slots=True)
class Next:
    """The best offer to one customer, and how many others there are."""

    party_id: UUID
    offer: Ranked
    others: int
    currency: str


async def next_best(ctx: Context, party_id: UUID) -> Ranking:
    """Raises NotAllowed and PartyNotFound."""
    ctx.require("view", OBJECT, await facts(ctx, party_id))
    found = await rankings(ctx, [party_id])
    if party_id not in found:
        raise PartyNotFound()
    return found[party_id]


async def next_of_book(ctx: Context, limit: int, product: str | None = None) -> Sequence[Next]:
    """The best of every customer for whom the actor may see offers, the most valuable first; or of those alone whose
    best is this product.

    Whom the last night found most promising is ranked anew; what was answered or forbidden since is no more there.
    Before the first night everybody is looked at, up to MOST_LOOKED_AT, whoever has waited longest first.
    """
    party_ids = await queries.promising(ctx, limit * _SPARE, product)
    if not party_ids and product is None:
        stages = offer_rules(ctx.policies, ctx.now.date()).rules.stages
        party_ids = await queries.book(ctx, [stage.value for stage in stages], MOST_LOOKED_AT)
    found = await rankings(ctx, party_ids)
    best = [
        Next(party_id, each.offers[0], len(each.offers) - 1, each.currency)
        for party_id, each in found.items()
        if each.offers and product in (None, each.offers[0].choice.code)
    ]
    return sorted(best, key=lambda each: (-each.offer.expected, each.party_id))[:limit]


async def rankings(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Ranking]:
    """A fixed number of queries and one for each product that a model has scored, however many the customers."""
    if not party_ids:
        return {}
    today, loaded = ctx.now.date(), offer_rules(ctx.policies, ctx.now.date())
    asked = await matching.questions(ctx, party_ids, loaded.rules.channel.value, today)
    currency, shelf = await queries.currency(ctx), _shelf(asked)
    known = await known_of(ctx, loaded.rules, asked, currency)
    likely = await chances(ctx, loaded.rules, known.groups, shelf)
    held, said = await queries.held(ctx, asked), await queries.last_said(ctx, asked)
    customers = await _customers(ctx, loaded, asked, known)
    found = {}
    for party_id, question in asked.items():
        choices = [
            Choice(
                code,
                shelf[code],
                question.answer(code),
                likely[party_id][code],
                held=code in held.get(party_id, ()),
                said=said.get(party_id, {}).get(code),
            )
            for code in question.catalogue.by_code
        ]
        found[party_id] = rules.rank(customers[party_id], choices, loaded.rules, today, currency)
    return found


def _shelf(asked: Mapping[UUID, Question]) -> dict[str, str]:
    """The kind of every product of the day, by code."""
    offers = {code: offer for question in asked.values() for code, offer in question.catalogue.by_code.items()}
    return {code: offers[code].definition.kind.value for code in sorted(offers)}


async def _customers(
    ctx: Context, loaded: Loaded[OfferRules], asked: Mapping[UUID, Question], known: Known
) -> dict[UUID, Customer]:
    stages = await queries.stages(ctx, asked)
    answers = await contact.may_contact(ctx, list(asked), loaded.rules.purpose)
    refused = await refusals(ctx, loaded.rules, asked)
    speaks, learning = await _speaking_for(ctx, asked), loaded.rules.ranked_by
    return {
        party_id: Customer(
            stages.get(party_id),
            refused[party_id],
            tuple(reason for reason in answers[party_id].reasons if reason not in loaded.rules.in_person),
            speaks.get(party_id, ()),
            known.amounts.get(party_id, {}),
            known.groups[party_id],
            explored=learning is not None and drawn(party_id, ctx.now.date(), learning.explored_bp),
        )
        for party_id in asked
    }


async def refusals(ctx: Context, rules: OfferRules, party_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Of each customer the consents that are missing, by purpose with the reason."""
    found: dict[UUID, dict[str, str]] = {party_id: {} for party_id in party_ids}
    for purpose in rules.consents:
        for party_id, decision in (await consent.allowed(ctx, list(party_ids), purpose)).items():
            if not decision.allowed:
                found[party_id][purpose] = decision.reason.value
    return found


async def _speaking_for(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, tuple[Ground, ...]]:
    """Whom a playbook changes most, as its model of uplift in use tells; in the reader's language."""
    found = await best_uplift(ctx, party_ids)
    names = await about(ctx, {score.model for score in found.values()})
    return {
        party_id: (Ground("uplift", {"playbook": names[score.model], "points": f"{100 * score.value:.1f}"}),)
        for party_id, score in found.items()
    }
