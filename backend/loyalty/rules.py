"""What the programme decides: points for money, the tier, and what outstanding points will cost. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from backend.core.money import Money
from backend.core.periods import months_later
from backend.loyalty.errors import (
    CurrencyEarnsNothing,
    EarnCodeUnknown,
    ProductEarnsNothing,
    RewardUnavailable,
    RewardUnknown,
)
from backend.loyalty.models import TierReason
from backend.loyalty.ruleset import EarnRule, Programme, Reward, Tier


def earn_rule(programme: Programme, code: str, product_code: str | None) -> EarnRule:
    """Raises EarnCodeUnknown, ProductEarnsNothing."""
    rule = programme.earn_rule(code)
    if rule is None:
        raise EarnCodeUnknown(field="code", given=code, known=", ".join(each.code for each in programme.earning))
    if rule.products and product_code not in rule.products:
        raise ProductEarnsNothing(field="product_code", product=product_code or "—", known=", ".join(rule.products))
    return rule


def points_for(
    programme: Programme, rule: EarnRule, amount: Money | None, tier: str, earned_this_month: int = 0
) -> int:
    """Rounded once, after the tier's multiplier, in the way that the programme states; 0 when the cap is reached.

    Raises CurrencyEarnsNothing where the rule asks for money and gets none, or another currency than it names.
    """
    exact = Decimal(rule.points)
    if rule.per:
        if amount is None or amount.currency not in rule.per:
            raise CurrencyEarnsNothing(field="amount", known=", ".join(rule.per))
        exact *= amount.amount / rule.per[amount.currency]
    standing = programme.tier(tier)
    if rule.multiplied and standing is not None:
        exact *= standing.multiplier
    points = int(exact.to_integral_value(ROUND_HALF_UP if programme.rounding == "half_up" else ROUND_FLOOR))
    if rule.most_a_month is not None:
        points = min(points, rule.most_a_month - earned_this_month)
    return max(points, 0)


def reward(programme: Programme, code: str, points: int) -> Reward:
    """Raises RewardUnknown, RewardUnavailable."""
    found = programme.reward(code)
    if found is None:
        raise RewardUnknown(field="code", given=code, known=", ".join(each.code for each in programme.rewards))
    if points < found.least or (points - found.least) % found.step:
        raise RewardUnavailable(field="points", least=found.least, step=found.step)
    return found


@dataclass(frozen=True, slots=True)
class TierDecision:
    """`next` is the tier above and `missing` what it still takes; `until` the day until which a tier is only held."""

    tier: Tier
    since: date
    reason: TierReason
    next: Tier | None
    missing: int
    until: date | None = None


def tier_of(programme: Programme, code: str, since: date, reason: str, points: int, today: date) -> TierDecision:
    """Up at once, down only after the tier was held for its months; `points` are those that qualify in the window."""
    earned = max((tier for tier in programme.tiers if tier.threshold <= points), key=lambda tier: tier.threshold)
    standing = programme.tier(code) or earned
    above = next((tier for tier in programme.tiers if tier.threshold > points), None)
    missing = 0 if above is None else above.threshold - points
    if earned.threshold > standing.threshold:
        return TierDecision(earned, today, TierReason.REACHED, above, missing)
    if earned.threshold == standing.threshold:
        return TierDecision(standing, since, _kept(reason), above, missing)
    until = months_later(since, programme.tier_holds_months)
    if today < until:
        return TierDecision(standing, since, TierReason.HELD, above, missing, until)
    return TierDecision(earned, today, TierReason.FELL, above, missing)


def _kept(reason: str) -> TierReason:
    """A tier that was only held is reached again; how it came about stays otherwise."""
    return TierReason.REACHED if reason == TierReason.HELD else TierReason(reason)


@dataclass(frozen=True, slots=True)
class Liability:
    """`expected` is the share of points that will not be spent, and `measured` whether it was read off the past."""

    outstanding: int
    expected: Decimal
    measured: bool
    matured: int
    gross: tuple[Money, ...]
    net: tuple[Money, ...]


def liability(
    programme: Programme, outstanding: int, matured: int, lapsed: int, currency: str | None = None
) -> Liability:
    """`matured` points came to their last day in the window of breakage, `lapsed` of them unspent.

    Valued in the institution's `currency` where the programme gives a value in it, else in each that it gives.
    """
    under = programme.breakage
    measured = matured >= under.least_points
    expected = (Decimal(lapsed) / Decimal(matured)).quantize(Decimal("0.0001")) if measured else under.assumed
    values = {code: value for code, value in programme.point_value.items() if code == currency} or programme.point_value
    gross = _valued(values, Decimal(outstanding))
    net = _valued(values, Decimal(outstanding) * (1 - expected))
    return Liability(outstanding, expected, measured, matured, gross, net)


def _valued(values: Mapping[str, Decimal], points: Decimal) -> tuple[Money, ...]:
    cent = Decimal("0.01")
    return tuple(
        Money((points * value).quantize(cent, ROUND_HALF_UP), currency) for currency, value in sorted(values.items())
    )
