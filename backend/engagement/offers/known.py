"""What ranking needs to know of customers beside what was offered: their group of customers alike, and amounts.

Only of whom the actor may see the holdings and who does not object to being analysed; of the others nothing is known,
and they get what everybody gets.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

import pandas as pd
from babel.numbers import get_currency_precision

from backend.access.context import Context
from backend.engagement.facts import analysed_facts, as_of_day
from backend.engagement.offers.likeness import alike
from backend.engagement.offers.ruleset import OfferRules


@dataclass(frozen=True, slots=True)
class Known:
    """`groups`: of every customer asked about, None of whoever is in none; `amounts` by fact, in whole units."""

    groups: Mapping[UUID, str | None]
    amounts: Mapping[UUID, Mapping[str, Decimal]] = field(default_factory=dict)


async def known_of(ctx: Context, rules: OfferRules, party_ids: Collection[UUID], currency: str) -> Known:
    """As of the last day of the ledger; nothing is asked where the rule-set needs nothing.

    Of whoever keeps no account here the amounts are unknown, not nothing.
    """
    if not rules.facts:
        return Known(dict.fromkeys(party_ids))
    facts = await analysed_facts(ctx, await as_of_day(ctx), party_ids)
    units = minor(currency)
    groups = {} if rules.likeness is None else alike(facts, rules.likeness, currency, units)
    money = [name for name in sorted(rules.facts) if name.endswith("_minor")]
    told = facts.loc[facts["months_inactive"].notna(), money]
    return Known({party_id: groups.get(party_id) for party_id in party_ids}, _amounts(told, units))


def minor(currency: str) -> int:
    """How many minor units are one of the currency."""
    return int(10 ** get_currency_precision(currency))


def _amounts(money: pd.DataFrame, units: int) -> dict[UUID, dict[str, Decimal]]:
    columns = {name: [Decimal(int(figure)) / units for figure in money[name]] for name in money.columns}
    return {party_id: {name: columns[name][at] for name in columns} for at, party_id in enumerate(money.index)}
