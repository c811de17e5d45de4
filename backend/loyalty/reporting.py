"""The programme as one picture: members by tier, points by month and by expiry, and what they will cost."""

from dataclasses import dataclass
from typing import Final

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.periods import months_later
from backend.loyalty import rules
from backend.loyalty.models import Account
from backend.loyalty.queries import figures
from backend.loyalty.queries.figures import MonthOfPoints
from backend.loyalty.queries.members import OBJECT
from backend.loyalty.rules import Liability
from backend.loyalty.ruleset import Programme, programme

_MONTHS: Final = 24


@dataclass(frozen=True, slots=True)
class Overview:
    """`accounts` is the trial balance, whose sum is zero; `by_expiry` months of last days with their points."""

    programme: Programme
    ruleset: str
    members: int
    tiers: dict[str, int]
    accounts: dict[str, int]
    months: tuple[MonthOfPoints, ...]
    by_expiry: dict[str, int]
    liability: Liability


async def overview(ctx: Context) -> Overview:
    """Of the whole institution, without names."""
    ctx.require("report", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    today = ctx.now.date()
    loaded = programme(ctx.policies, today)
    tiers, accounts = await figures.tiers(ctx), await figures.totals(ctx)
    matured, lapsed = await figures.matured(ctx, months_later(today, -loaded.rules.breakage.months), today)
    return Overview(
        programme=loaded.rules,
        ruleset=loaded.sha256,
        members=sum(tiers.values()),
        tiers=tiers,
        accounts=accounts,
        months=tuple(await figures.months(ctx, months_later(today.replace(day=1), 1 - _MONTHS))),
        by_expiry=await figures.outstanding_by_expiry(ctx),
        liability=rules.liability(
            loaded.rules, accounts.get(Account.MEMBER, 0), matured, lapsed, await figures.currency(ctx)
        ),
    )
