"""How likely customers accept: a model's score of each where there is one, else how often others accepted."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.engagement.models.queries import Score, scores
from backend.engagement.offers import queries
from backend.engagement.offers.models import Basis
from backend.engagement.offers.rules import Chance
from backend.engagement.offers.ruleset import BaseRate, OfferRules
from risk_models.proportion import share_estimate

_PLACES: Final = Decimal("0.000001")


async def base_rates(ctx: Context, rules: OfferRules, codes: Collection[str]) -> dict[str, Chance]:
    """By product: the rule-set's assumption and the institution's answers together, with Wilson's interval."""
    since = ctx.now - timedelta(days=rules.base_rate.lookback_days)
    counted = await queries.accepted_and_asked(ctx, since)
    return {code: base_rate(rules.base_rate, *counted.get(code, (0, 0))) for code in codes}


def base_rate(assumed: BaseRate, accepted: int, asked: int) -> Chance:
    found = share_estimate("accepted", accepted + assumed.accepted, asked + assumed.asked)
    low, high = found.low or 0.0, 1.0 if found.high is None else found.high
    return Chance(_exact(found.value), _exact(low), _exact(high), Basis.BASE_RATE)


def acceptance(accepted: int, asked: int) -> Chance | None:
    """The share that accepted, of those who said yes or no; None before anybody did."""
    if not asked:
        return None
    found = share_estimate("accepted", accepted, asked)
    return Chance(_exact(found.value), _exact(found.low or 0.0), _exact(found.high or 0.0), Basis.BASE_RATE)


async def chances(
    ctx: Context, rules: OfferRules, party_ids: Collection[UUID], codes: Collection[str]
) -> Mapping[UUID, Mapping[str, Chance]]:
    """For every party and product; a score counts before a base rate."""
    base = await base_rates(ctx, rules, codes)
    found: dict[UUID, dict[str, Chance]] = defaultdict(lambda: dict(base))
    for code in await queries.scored(ctx, codes):
        for party_id, score in (await scores(ctx, f"{queries.PROPENSITY}{code}", party_ids)).items():
            found[party_id][code] = _scored(score)
    return {party_id: found[party_id] for party_id in party_ids}


def _scored(score: Score) -> Chance:
    low = score.value if score.low is None else score.low
    high = score.value if score.high is None else score.high
    return Chance(
        _exact(score.value),
        _exact(min(low, score.value)),
        _exact(max(high, score.value)),
        Basis.MODEL,
        score.model,
        score.version,
        score.reasons,
    )


def _exact(share: float) -> Decimal:
    return Decimal(repr(min(max(share, 0.0), 1.0))).quantize(_PLACES)
