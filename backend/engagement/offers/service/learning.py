"""What customers who are alike open: counted over the whole portfolio every night, for chances of the next day."""

from typing import Final

import pandas as pd
from sqlalchemy import delete

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.audit.copying import Batch
from backend.core.ids import new_id
from backend.core.periods import months_later
from backend.engagement.facts import analysed_facts, as_of_day
from backend.engagement.offers import evidence, queries
from backend.engagement.offers.known import minor
from backend.engagement.offers.likeness import Likeness, alike
from backend.engagement.offers.models import OfferOpening
from backend.engagement.offers.openings import count_openings
from backend.engagement.offers.queries import OBJECT
from backend.engagement.offers.ruleset import offer_rules

_EMPTY: Final = pd.DataFrame({"could": [], "opened": []}, index=pd.MultiIndex.from_arrays([[], []]))


async def learn(ctx: Context) -> int:
    """In place of what was counted before; of how many pairs of product and group. Raises NotAllowed.

    Groups are those of the first day of the window: what was opened in it must not decide who is like whom.
    """
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    likeness = offer_rules(ctx.policies, ctx.now.date()).rules.likeness
    found = _EMPTY if likeness is None else await _counted(ctx, likeness)
    await ctx.session.execute(delete(OfferOpening))
    batch = Batch(ctx.trail)
    for (code, group), could, opened in zip(found.index, found["could"], found["opened"], strict=True):
        batch.add(
            OfferOpening,
            id=new_id(),
            product_code=code,
            likeness=group,
            could=int(could),
            opened=int(opened),
        )
    await batch.write(ctx.session)
    return len(found)


async def _counted(ctx: Context, likeness: Likeness) -> pd.DataFrame:
    until = await as_of_day(ctx)
    since, currency = months_later(until, -likeness.openings_months), await queries.currency(ctx)
    facts = await analysed_facts(ctx, since)
    facts = facts[facts["tenure_months"].notna()]
    groups = pd.Series(alike(facts, likeness, currency, minor(currency)), dtype=object).reindex(facts.index)
    contracts = await evidence.contracts(ctx, since, until, facts.index)
    return count_openings(contracts, groups.dropna(), since)
