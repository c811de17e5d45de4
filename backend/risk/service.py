"""What people and the platform do with ratings: one verb per use case."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.access.context import Context
from backend.access.fields import Visibility
from backend.access.scopes import Facts
from backend.privacy.errors import DataKeyDestroyed
from backend.risk import queries, rulebook
from backend.risk.errors import NotRated
from backend.risk.explanation import Reasons, of_rating
from backend.risk.findings import FindingFacts, Report, ToldFinding, findings
from backend.risk.findings import record as record_finding
from backend.risk.findings import withdraw as withdraw_finding
from backend.risk.models import Cause, RiskOverride, RiskRating
from backend.risk.overrides import approve, expire_due, mandatory, note_of, propose, reject, withdraw
from backend.risk.portfolio import advance, go_on, rate_all, rate_new, renew, start, unrated
from backend.risk.rating import Rated, by_scheme, rate
from backend.risk.record import RecordFacts
from backend.risk.replay import replay
from backend.risk.ruleset import record_rules
from backend.risk.what_if import of_nobody, what_if
from risk_models.crr_book import Rating

__all__ = [
    "Dossier",
    "FindingFacts",
    "RecordFacts",
    "Report",
    "ToldFinding",
    "advance",
    "approve",
    "dossier",
    "expire_due",
    "explain",
    "findings",
    "go_on",
    "mandatory",
    "note_for",
    "of_nobody",
    "propose",
    "rate",
    "rate_all",
    "rate_new",
    "rate_now",
    "record_finding",
    "reject",
    "renew",
    "replay",
    "start",
    "unrated",
    "what_if",
    "withdraw",
    "withdraw_finding",
]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A customer's ratings and overrides, the newest first, and the rule-set that would rate them now."""

    rating: Rating
    history: Sequence[RiskRating]
    overrides: Sequence[RiskOverride]


async def dossier(ctx: Context, party_id: UUID) -> Dossier:
    """Raises PartyNotFound, NotAllowed, NotRated for a party that nobody rates any more."""
    await queries.seen(ctx, party_id)
    groups = await by_scheme(ctx, record_rules(ctx.policies, ctx.now.date()), [party_id])
    if not groups:
        raise NotRated()
    rating = await rulebook.effective(ctx, next(iter(groups)))
    history = (await queries.ratings_of(ctx, [party_id])).get(party_id, ())
    return Dossier(rating, history, await queries.overrides_of(ctx, party_id))


async def note_for(ctx: Context, row: RiskOverride) -> str | None:
    """Why a person overrode a level; it may speak of what the customer must not learn."""
    access = await queries.seen(ctx, row.party_id)
    if ctx.policy.visibility(ctx.actor, "customer.compliance_fact", access) is not Visibility.CLEAR:
        return None
    await ctx.vault.load([row.party_id])
    ctx.saw(("party", row.party_id), "compliance_fact")
    try:
        return note_of(ctx, row)
    except DataKeyDestroyed:
        return None


async def rate_now(ctx: Context, party_ids: Sequence[UUID], cause: Cause = Cause.REQUEST) -> Rated:
    """By a person's or the platform's own will."""
    ctx.require("run", "rating", Facts(tenant_id=ctx.actor.tenant_id))
    return await rate(ctx, party_ids, cause)


async def explain(ctx: Context, rating_id: UUID) -> tuple[RiskRating, Reasons]:
    """A rating with its reasons, as far as the actor may know them. Raises RatingNotFound, RatingErased."""
    row = await queries.rating(ctx, rating_id)
    return row, await of_rating(ctx, row, await queries.seen(ctx, row.party_id))
