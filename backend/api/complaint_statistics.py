"""The figures of complaints of a period, in all and by product, category, cause, channel and month."""

from datetime import date
from decimal import Decimal

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.request import Info
from backend.api.scalars import Money
from backend.complaints import statistics
from backend.complaints.errors import WordUnknown
from backend.complaints.frames import Period, complaints_frame
from backend.complaints.ruleset import complaint_handling, said


@strawberry.type(description="Shares in per cent; null of nothing.")
class ComplaintCount:
    key: str
    words: str
    received: int
    answered: int
    in_time: int
    by_summary: int
    decided: int
    upheld: int
    overdue: int
    withdrawn: int
    referred: int
    vulnerable: int
    upheld_share: Decimal | None
    in_time_share: Decimal | None
    summary_share: Decimal | None
    redress: list[Money] = strawberry.field(directives=[Cost(weight=0, size=3)])


@strawberry.type(description="Complaints received from `since` on and before `until`.")
class ComplaintStatistics:
    since: date
    until: date
    total: ComplaintCount
    groups: list[ComplaintCount] = strawberry.field(directives=[Cost(weight=0, size=20)])
    months: list[ComplaintCount] = strawberry.field(directives=[Cost(weight=0, size=24)])


@strawberry.type
class ComplaintStatisticsQuery:
    @resolved(
        "What a supervisor asks for of a period, by product_code, category, cause, channel, jurisdiction or outcome.",
        weight=20,
    )
    async def complaint_statistics(
        self, info: Info, since: date, until: date, by: str = "product_code"
    ) -> ComplaintStatistics:
        return await info.context.read(lambda ctx: _counted(ctx, since, until, by))


async def _counted(ctx: Context, since: date, until: date, by: str) -> ComplaintStatistics:
    if by not in statistics.DIMENSIONS:
        raise WordUnknown(field="by", given=by, known=", ".join(statistics.DIMENSIONS))
    frame, today = await complaints_frame(ctx, Period(since, until)), ctx.now.date()
    return ComplaintStatistics(
        since=since,
        until=until,
        total=_shown(ctx, statistics.counted(frame, today), ""),
        groups=[_shown(ctx, each, by) for each in statistics.by(frame, by, today)],
        months=[_shown(ctx, each, "month") for each in statistics.by(frame, "month", today)],
    )


def _shown(ctx: Context, count: statistics.Count, by: str) -> ComplaintCount:
    under = complaint_handling(ctx.policies, ctx.now.date()).rules
    words = {"category": under.categories, "cause": under.causes}.get(by)
    return ComplaintCount(
        key=count.key,
        words=count.key if words is None else said(count.key, words, ctx.actor.locale),
        received=count.received,
        answered=count.answered,
        in_time=count.in_time,
        by_summary=count.by_summary,
        decided=count.decided,
        upheld=count.upheld,
        overdue=count.overdue,
        withdrawn=count.withdrawn,
        referred=count.referred,
        vulnerable=count.vulnerable,
        upheld_share=count.upheld_share,
        in_time_share=count.in_time_share,
        summary_share=count.summary_share,
        redress=[Money(amount=amount, currency=currency) for currency, amount in count.redress.items()],
    )
