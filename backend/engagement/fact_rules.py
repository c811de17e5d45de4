"""How movements are read where the life of a customer is measured: the shape of policies/engagement/facts."""

from datetime import date

from backend.core.rulesets import Loaded, Policies, RuleSet

BOOK = "engagement/facts"


class FactRules(RuleSet):
    """`bank_purposes` are bookings of the bank itself; `competitors` are codes of counterpart banks."""

    bank_purposes: frozenset[str]
    competitors: frozenset[str]


def fact_rules(policies: Policies, day: date) -> Loaded[FactRules]:
    return policies.book(BOOK, FactRules).effective(day)
