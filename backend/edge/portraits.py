"""What floors that engagement does not know say of a customer, as facts of the portrait."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.rulesets import Wording
from backend.customers.queries.sight import facts
from backend.engagement.offers.portrait import best_offer
from backend.engagement.playbooks.portrait import playbooks
from backend.engagement.portrait.sources import Fact, register
from backend.loyalty.queries.members import standing
from backend.loyalty.ruleset import programme
from backend.reviews.models import ACTIVE
from backend.reviews.queries import reviews
from backend.servicing.feedback import queries as feedback
from backend.servicing.interactions.queries import history as interactions

_HUNDRED: Final = 100


async def contact(ctx: Context, party_id: UUID) -> Sequence[Fact]:
    """By which channel the customer comes to us, and when there was contact last."""
    if not ctx.may("view", "interaction", await facts(ctx, party_id)):
        return ()
    used = (await interactions.channel_use(ctx, [party_id])).get(party_id, {})
    found = []
    if used:
        total = sum(used.values())
        channel = max(sorted(used), key=lambda each: used[each])
        reasons = (f"{round(_HUNDRED * used[channel] / total)} %",)
        found.append(
            Fact(
                "contact",
                "preferred_channel",
                channel,
                "interactions",
                ctx.now.date(),
                vocabulary="contact_channel",
                reasons=reasons,
            )
        )
    for direction, at in sorted((await interactions.last_contacts(ctx, [party_id])).get(party_id, {}).items()):
        found.append(Fact("contact", f"last_{direction}", at.date(), "interactions", at.date()))
    return found


async def satisfaction(ctx: Context, party_id: UUID) -> Sequence[Fact]:
    answer = (await feedback.satisfaction(ctx, [party_id])).get(party_id)
    if answer is None or answer.score is None:
        return ()
    on = answer.answered_at.date()
    return [Fact("satisfaction", answer.kind, Decimal(answer.score), "feedback", on)]


async def loyalty(ctx: Context, party_id: UUID) -> Sequence[Fact]:
    if not ctx.may("view", "loyalty", await facts(ctx, party_id)):
        return ()
    found = (await standing(ctx, [party_id])).get(party_id)
    if found is None:
        return ()
    code, points = found
    tier = next((each for each in programme(ctx.policies, ctx.now.date()).rules.tiers if each.code == code), None)
    today, named = ctx.now.date(), code if tier is None else Wording(en=tier.en, zh_CN=tier.zh_CN)
    return [Fact("loyalty", "tier", named, "loyalty", today), Fact("loyalty", "points", points, "loyalty", today)]


async def review(ctx: Context, party_id: UUID) -> Sequence[Fact]:
    rows = (await reviews.of_parties(ctx, [party_id])).get(party_id, [])
    return [
        Fact(
            "risk",
            "review_open",
            row.state,
            "reviews",
            row.opened_at.date(),
            vocabulary="review_state",
            record=("review", row.id),
        )
        for row in rows
        if row.state in ACTIVE
    ]


register("contact", contact)
register("satisfaction", satisfaction)
register("loyalty", loyalty)
register("review", review)
register("offers", best_offer)
register("playbooks", playbooks)
