"""The rules of reviews as a governed kind: simulated over everybody's next review, late ones and movements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from backend.access.context import Context
from backend.core.rulesets import Loaded
from backend.governance.documents import Document, Statement, words
from backend.governance.kinds import Progress
from backend.governance.yaml_kind import YamlKind
from backend.reviews.queries import movements, plan, reviews
from backend.reviews.rules import clock
from backend.reviews.ruleset import DIRECTORY, ReviewRules
from backend.reviews.service.behaviour import patterns
from backend.reviews.simulation import Call, Side, told
from backend.risk import queries as ratings

_PAGE = 1_000


class ReviewKind(YamlKind[ReviewRules]):
    def __init__(self) -> None:
        super().__init__("reviews", "Reviews of customers", DIRECTORY, ReviewRules)

    async def simulate(
        self, ctx: Context, base: Loaded[ReviewRules] | None, proposed: Loaded[ReviewRules], progress: Progress
    ) -> Document:
        """Today's portfolio under both rule-sets. Movements are looked at again only where their limits change."""
        if base is None:
            return Document(statements=(Statement(words("No rules of reviews are in force to compare with."), "warn"),))
        total = await ratings.portfolio_size(ctx)
        await progress(0, total)
        rules = (base.rules, proposed.rules)
        flags: Sequence[Mapping[str, int]] = ({}, {})
        if rules[0].behaviour != rules[1].behaviour:
            flags = await _flags(ctx, rules, progress, total)
        before, after = [
            Side(each, await _calls(ctx, each), await _restricted(ctx, each), found)
            for each, found in zip(rules, flags, strict=True)
        ]
        await progress(total, total)
        return told(before, after, ctx.now.date())

    async def stamp(self, ctx: Context) -> str:
        """The size of the portfolio to two digits: one customer more is no other portfolio."""
        return f"{await ratings.portfolio_size(ctx):.2g}"


async def _calls(ctx: Context, rules: ReviewRules) -> dict[UUID, Call]:
    return {
        party_id: Call(level, planned_on, opened_on)
        async for party_id, level, planned_on, opened_on in plan.calls(ctx, rules)
    }


async def _restricted(ctx: Context, rules: ReviewRules) -> int:
    late = await reviews.overdue(ctx)
    return sum(clock(rules, level, due_at, ctx.now).restrict for level, due_at in late)


async def _flags(
    ctx: Context, rules: Sequence[ReviewRules], progress: Progress, total: int
) -> Sequence[Mapping[str, int]]:
    """Customers by pattern under each rule-set, as the ledger stands."""
    counted: tuple[Counter[str], ...] = tuple(Counter() for _ in rules)
    as_of, after, done = await movements.last_booking(ctx), None, 0
    while as_of is not None and (page := await movements.owners(ctx, after, _PAGE)):
        for counts, each in zip(counted, rules, strict=True):
            counts.update(found.pattern for found in await patterns(ctx, page, as_of, each.behaviour))
        after, done = page[-1], done + len(page)
        await progress(done, max(total, done))
    return counted
