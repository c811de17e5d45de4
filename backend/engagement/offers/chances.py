"""How likely customers accept: a model's score of each where there is one, else how often others like them accepted."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from scipy.special import betaincinv, expit, logit

from backend.access.context import Context
from backend.engagement.models.queries import Score, scores
from backend.engagement.offers import evidence, queries
from backend.engagement.offers.choice import Alike, Chance
from backend.engagement.offers.likely import NOTHING, Evidence, Likely, Seen, exact, likely
from backend.engagement.offers.models import Basis
from backend.engagement.offers.ruleset import Assumed, OfferRules
from risk_models.estimate import LEVEL, quantile
from risk_models.proportion import share_estimate

_HALF: Final = Decimal("0.5")
_SURE: Final = 1e-6
Kinds = Mapping[str, str]
"""The kind of each product, by code."""


def base_rate(assumed: Assumed, accepted: int, asked: int, level: Decimal = _HALF) -> Chance:
    """The same for everybody: what was assumed and the institution's answers together, with Wilson's interval."""
    of, yes = asked + assumed.asked, accepted + assumed.accepted
    found = share_estimate("accepted", yes, of)
    low, high = found.low or 0.0, 1.0 if found.high is None else found.high
    shape = (max(yes, NOTHING), max(of - yes, NOTHING))
    lower, upper = (exact(float(betaincinv(*shape, float(each)))) for each in (level, 1 - level))
    return Chance(exact(found.value), exact(low), exact(high), Basis.BASE_RATE, lower=lower, upper=upper)


def acceptance(accepted: int, asked: int) -> Chance | None:
    """The share that accepted, of those who said yes or no; None before anybody did."""
    if not asked:
        return None
    found = share_estimate("accepted", accepted, asked)
    return Chance(exact(found.value), exact(found.low or 0.0), exact(found.high or 0.0), Basis.BASE_RATE)


async def chances(
    ctx: Context, rules: OfferRules, likeness: Mapping[UUID, str | None], kinds: Kinds
) -> Mapping[UUID, Mapping[str, Chance]]:
    """For every party, with the group that it belongs to, and product; a score counts before the answers of others."""
    seen = await evidence.seen(ctx, ctx.now - timedelta(days=rules.base_rate.lookback_days))
    by_group = _by_group(rules, kinds, seen)
    found: dict[UUID, dict[str, Chance]] = {
        party_id: {code: _of_group(groups, group) for code, groups in by_group.items()}
        for party_id, group in likeness.items()
    }
    level = _level(rules)
    for code in await queries.scored(ctx, kinds):
        for party_id, score in (await scores(ctx, f"{queries.PROPENSITY}{code}", likeness)).items():
            found[party_id][code] = scored(score, level)
    return found


def _of_group(groups: Mapping[str, Chance], group: str | None) -> Chance:
    """A group of which nothing was seen yet is expected to do as everybody does."""
    found, others = groups.get(group or ""), groups[""]
    if found is not None or others.alike is None:
        return others if found is None else found
    return replace(others, alike=replace(others.alike, group=group))


def _by_group(
    rules: OfferRules, kinds: Kinds, seen: Mapping[str, Mapping[str, Seen]]
) -> dict[str, Mapping[str, Chance]]:
    found: dict[str, Mapping[str, Chance]] = {}
    for code, kind in kinds.items():
        groups, assumed = seen.get(code, {}), rules.assumed(code, kind)
        everybody = _together(groups.values())
        if rules.likeness is None:
            found[code] = {"": base_rate(assumed, everybody.accepted, everybody.asked, _level(rules))}
            continue
        known = tuple(sorted((name, group) for name, group in groups.items() if name))
        rests_on = Evidence(
            (assumed.accepted, assumed.asked), everybody, known, assumed.asked, rules.likeness.most_times
        )
        likelies = likely(rests_on, _level(rules))
        found[code] = {name: _alike(name, each, everybody) for name, each in likelies.items()}
    return found


def _level(rules: OfferRules) -> Decimal:
    return _HALF if rules.ranked_by is None else rules.ranked_by.quantile


def _together(groups: Collection[Seen]) -> Seen:
    totals = [[group.accepted, group.asked, group.opened, group.could] for group in groups]
    return Seen(*(sum(column) for column in zip(*totals, strict=True))) if totals else Seen()


def _alike(group: str, found: Likely, everybody: Seen) -> Chance:
    return Chance(
        found.value,
        found.low,
        found.high,
        Basis.BASE_RATE,
        lower=found.lower,
        upper=found.upper,
        alike=Alike(group or None, found.seen, everybody, found.times),
    )


def scored(score: Score, level: Decimal) -> Chance:
    """With the quantiles of a normal curve in the log-odds through the score and each end of its interval."""
    value = min(max(score.value, _SURE), 1 - _SURE)
    low = value if score.low is None else min(max(score.low, _SURE), value)
    high = value if score.high is None else max(min(score.high, 1 - _SURE), value)
    share = quantile(float(1 - 2 * level)) / quantile(LEVEL)
    return Chance(
        exact(score.value),
        exact(low),
        exact(high),
        Basis.MODEL,
        score.model,
        score.version,
        score.reasons,
        lower=exact(_between(value, low, share)),
        upper=exact(_between(value, high, share)),
    )


def _between(value: float, end: float, share: float) -> float:
    return float(expit(logit(value) + share * (logit(end) - logit(value))))
