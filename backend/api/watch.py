"""Early warnings of customers who may leave: the watch list, what was done, and how warnings ended."""

from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.errors import CursorInvalid
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.request import Info
from backend.api.stages import life_words
from backend.api.watch_types import (
    EarlyWarning,
    WarningOutcome,
    WarningSeverity,
    WarningState,
    WatchChoices,
    WatchFigure,
    WatchOutcome,
    act_words,
    warnings_shown,
)
from backend.engagement.watch import queries
from backend.engagement.watch.ruleset import watch_policy

_LISTED: Final = "watchList"


@strawberry.type
class WatchQuery:
    @resolved("Customers who may leave: the most severe and the longest waiting first.", weight=8, sliced_by="first")
    async def watch_list(
        self,
        info: Info,
        state: WarningState | None = None,
        severity: WarningSeverity | None = None,
        signal: str | None = None,
        mine: bool = False,
        waiting: bool = False,
        closed: bool = False,
        first: First = 20,
        after: After = None,
    ) -> Connection[EarlyWarning]:
        filters = queries.Filters(
            state=None if state is None else state.value,
            severity=None if severity is None else severity.value,
            signal=signal,
            manager_id=info.context.actor.id if mine else None,
            waiting=waiting,
            closed=closed,
        )
        listed, limit = f"{_LISTED} {filters}", page_size(first)
        start = _after(place(info, listed, after))

        async def page(ctx: Context) -> tuple[list[EarlyWarning], queries.After | None]:
            rows, end = await queries.watch_list(ctx, filters, start, limit)
            return await warnings_shown(ctx, rows), end

        nodes, end = await info.context.read(page)
        more = None if end is None else f"{end.rank}|{instant_place(end.raised_at, end.id)}"
        return Connection.of(info, listed, nodes, more)

    @resolved("A warning that may be seen.", weight=3)
    async def early_warning(self, info: Info, record_id: Id) -> EarlyWarning:
        return await read_warning(info, record_id)

    @resolved("All warnings of a customer, the newest first.", weight=3, size=5)
    async def warnings_of(self, info: Info, party_id: UUID) -> list[EarlyWarning]:
        async def found(ctx: Context) -> list[EarlyWarning]:
            return await warnings_shown(ctx, await queries.of_party(ctx, party_id))

        return await info.context.read(found)

    @resolved("How many warnings are not closed, by state and severity.", weight=3, size=12)
    async def watch_figures(self, info: Info) -> list[WatchFigure]:
        found = await info.context.read(queries.counts)
        return [
            WatchFigure(state=WarningState(state), severity=WarningSeverity(severity), warnings=number)
            for (state, severity), number in sorted(found.items())
        ]

    @resolved("How the warnings ended that closed since a day.", weight=3, size=12)
    async def watch_outcomes(self, info: Info, since: date) -> list[WatchOutcome]:
        async def found(ctx: Context) -> list[WatchOutcome]:
            ended = await queries.outcomes(ctx, datetime.combine(since, time(), UTC))
            return [
                WatchOutcome(act=act_words(ctx, act), outcome=WarningOutcome(outcome), warnings=number)
                for (act, outcome), number in sorted(ended.items(), key=lambda item: -item[1])
            ]

        return await info.context.read(found)

    @resolved("The words of signals and of what can be done.", weight=2)
    async def watch_choices(self, info: Info) -> WatchChoices:
        async def found(ctx: Context) -> WatchChoices:
            policy, locale = watch_policy(ctx.policies, ctx.now.date()).rules, ctx.actor.locale
            return WatchChoices(
                signals=life_words(policy.signals, locale),
                acts=life_words(policy.acts, locale),
                longest_snooze_days=policy.longest_snooze_days,
            )

        return await info.context.read(found)


def _after(text: str | None) -> queries.After | None:
    if text is None:
        return None
    rank, bar, rest = text.partition("|")
    if not bar or not rank.isdigit():
        raise CursorInvalid(field="after")
    return queries.After(int(rank), *read_instant_place(rest))


async def read_warning(info: Info, warning_id: UUID) -> EarlyWarning:
    async def found(ctx: Context) -> list[EarlyWarning]:
        return await warnings_shown(ctx, [await queries.warning(ctx, warning_id)])

    return (await info.context.read(found))[0]
