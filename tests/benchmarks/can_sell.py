"""What one answer of canSell costs from warm data: a customer with two assessments, products of every kind.

Run with `python -m tests.benchmarks.can_sell`: the median and the slowest product, each the best of fifty-one short
rounds (a busy machine disturbs long ones), against the target of 50 µs an answer.
"""

import statistics
import sys
from collections.abc import Iterator
from datetime import date
from timeit import repeat
from typing import Final

from backend.core.ids import new_id
from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.products.selling.rules import Bar, Client, Offered, Standing, decide
from backend.products.selling.ruleset import RISKS, SellingRules, selling_rules
from backend.products.target_market import Condition, TargetMarket
from backend.products.target_market import compile as compiled

DAY: Final = date(2026, 11, 22)
TARGET: Final = 50.0
_KNOWLEDGE: Final = ("none", "basic", "informed", "advanced")
_LOSSES: Final = ("none", "limited", "full", "beyond")


def market() -> TargetMarket:
    """As many conditions as a fund of the demonstration has, and two more."""
    return TargetMarket(
        positive=(
            Condition(id="adult", fact="age", op="at_least", value=18),
            Condition(id="here", fact="residence", op="in", value=("CZ", "SK", "AT")),
            Condition(id="knowledge", fact="knowledge", op="at_least", value="basic", scale=_KNOWLEDGE),
            Condition(id="losses", fact="capacity_for_loss", op="at_least", value="limited", scale=_LOSSES),
            Condition(id="goal", fact="objective", op="in", value=("income", "growth")),
            Condition(id="time", fact="horizon_months", op="at_least", value=36),
        ),
        negative=(
            Condition(id="guarantee", fact="capacity_for_loss", op="is", value="none"),
            Condition(id="vulnerable", fact="vulnerable", op="is", value=True),
        ),
    )


def offers() -> Iterator[Offered]:
    for risk in RISKS:
        for state in ("on_sale", "under_review", "withdrawn"):
            yield Offered(
                code=f"fund-{risk}-{state}",
                kind="fund",
                state=state,
                channels=frozenset({"branch", "web"}),
                risk=risk,
                needs="suitability",
                questionnaire="suitability-eu",
                horizon_months=36,
                noted_for_vulnerable=True,
                market=compiled(market()),
            )


def client() -> Client:
    standing = {name: Standing(new_id(), "C3", DAY) for name in ("suitability-eu", "demands-and-needs")}
    facts = {
        "party_type": "person",
        "residence": "CZ",
        "age": 44,
        "knowledge": "basic",
        "capacity_for_loss": "limited",
        "objective": "growth",
        "horizon_months": 36,
        "needs": frozenset({"home_cover"}),
        "vulnerable": False,
        "risk_grade": "C3",
    }
    return Client(standing, facts, bars=(Bar("review.restriction", frozenset({"loan", "card"})),))


def microseconds(one: Client, offer: Offered, rules: SellingRules, times: int = 200) -> float:
    return min(repeat(lambda: decide(one, offer, "branch", DAY, rules), number=times, repeat=51)) / times * 1e6


def main() -> int:
    rules, one = selling_rules(Policies(Settings().policies), DAY, "CZ").rules, client()
    taken = {offer.code: microseconds(one, offer, rules) for offer in offers()}
    slowest = max(taken, key=lambda code: taken[code])
    print(f"median of {len(taken)} products   {statistics.median(taken.values()):6.2f} µs an answer")
    print(f"slowest ({slowest})   {taken[slowest]:6.2f} µs, target {TARGET:.0f} µs")
    return int(taken[slowest] > TARGET)


if __name__ == "__main__":
    sys.exit(main())
