"""What rating learns from reviews and movements: the last review, how the money moves, what stood out since.

Nothing is said of customers whose accounts moved nothing in the ledger's last year: their share of cash is not known.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.reviews.models import Outcome
from backend.reviews.queries import movements, reviews
from backend.reviews.queries.movements import Year
from backend.risk.facts import REVIEWED_ON, register
from backend.risk.rules import Offered
from backend.risk.ruleset import MovementRules, record_rules

CASH_SHARE: Final = "cash_share_bp"
TURNOVER: Final = "yearly_turnover_eur"
_BASIS: Final = 10_000
_AT_A_BRANCH: Final = "branch"
_EXPLAINED: Final = (Outcome.KEEP, Outcome.CHANGE_LEVEL)


class ReviewFacts:
    name: str = "reviews"

    async def facts(self, ctx: Context, party_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Offered]]:
        found: dict[UUID, dict[str, Offered]] = defaultdict(dict)
        for party_id, at in (await reviews.last_completed(ctx, party_ids)).items():
            found[party_id][REVIEWED_ON] = at.date().isoformat()
        held = timedelta(days=_rules(ctx).patterns_hold_days)
        for party_id, patterns in (await _unexplained(ctx, party_ids, ctx.now - held)).items():
            found[party_id]["unusual_patterns"] = frozenset(patterns)
        return found


async def _unexplained(ctx: Context, party_ids: Sequence[UUID], since: datetime) -> dict[UUID, set[str]]:
    """Patterns that no review has explained: one that ended with a restriction or an exit left them as they were."""
    explained = await reviews.last_completed(ctx, party_ids, _EXPLAINED)
    found: dict[UUID, set[str]] = defaultdict(set)
    for party_id, pattern, at in await reviews.flagged_since(ctx, party_ids, since):
        if at > explained.get(party_id, since):
            found[party_id].add(pattern)
    return found


class MovementFacts:
    name: str = "movements"

    async def facts(self, ctx: Context, party_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Offered]]:
        rules, found = _rules(ctx), defaultdict[UUID, dict[str, Offered]](dict)
        for party_id, year in (await movements.years(ctx, party_ids, rules)).items():
            found[party_id] |= told(year, rules)
        for party_id in await movements.kept_at_a_branch(ctx, party_ids):
            found[party_id]["served_at"] = _AT_A_BRANCH
        return found


def told(year: Year, rules: MovementRules) -> dict[str, Offered]:
    """Whole euros and basis points, rounded down. A currency without a rate, or a bank that no form fits, is not
    guessed: the fact is left out.
    """
    found: dict[str, Offered] = {}
    if year.moved.keys() <= rules.per_euro.keys():
        moved, cash = (_euros(amounts, rules) for amounts in (year.moved, year.cash))
        found[TURNOVER] = int(moved)
        if moved:
            found[CASH_SHARE] = int(cash * _BASIS / moved)
    countries = {rules.country(bank) for bank in year.banks}
    if countries and None not in countries:
        found["counterparty_countries"] = frozenset(country for country in countries if country is not None)
    income = {rules.income[p] for p, times in year.credits.items() if p in rules.income and times >= rules.income_times}
    if income:
        found["income"] = frozenset(income)
    return found


def _euros(amounts: Mapping[str, Decimal], rules: MovementRules) -> Decimal:
    return sum((amount / rules.per_euro[currency] for currency, amount in amounts.items()), Decimal())


def _rules(ctx: Context) -> MovementRules:
    return record_rules(ctx.policies, ctx.now.date()).movements


register(ReviewFacts())
register(MovementFacts())
