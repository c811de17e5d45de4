"""Segments as a governed rule-set: a proposal is tried on the whole portfolio before anybody signs it."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Final
from uuid import UUID

import pandas as pd

from backend.access.context import Context
from backend.core.rulesets import Loaded
from backend.engagement.segments import queries, rules
from backend.engagement.segments.models import Scheme
from backend.engagement.segments.ruleset import SEGMENTS, SegmentRules
from backend.engagement.segments.service.portfolio import portfolio
from backend.governance.documents import Cell, Code, Customer, Document, Figure, Statement, Table, words
from backend.governance.kinds import Progress
from backend.governance.yaml_kind import YamlKind

_SHOWN: Final = 50


class SegmentsKind(YamlKind[SegmentRules]):
    """Tells how large each segment would be, and who would move."""

    def __init__(self) -> None:
        super().__init__("segments", "Segments of customers", SEGMENTS, SegmentRules)

    async def simulate(
        self, ctx: Context, base: Loaded[SegmentRules] | None, proposed: Loaded[SegmentRules], progress: Progress
    ) -> Document:
        day, frame = await portfolio(ctx)
        before = {} if base is None else await _assigned(frame, base.rules)
        after = await _assigned(frame, proposed.rules)
        await progress(len(after), len(after))
        moved = [party for party, segment in after.items() if before.get(party, segment) != segment]
        told = words(
            "{moved} of {customers} customers would move, on the facts of {day}.",
            moved=len(moved),
            customers=len(after),
            day=day.isoformat(),
        )
        tables = [_sizes(before, after)]
        if moved:
            tables.append(_moves(before, after, moved))
        return Document(statements=(Statement(told),), tables=tuple(tables))

    async def stamp(self, ctx: Context) -> str:
        """Another run of the portfolio is another ground to decide on."""
        newest = await queries.newest_run(ctx, Scheme.RULES)
        return "none" if newest is None else newest.digest


async def _assigned(frame: pd.DataFrame, of: SegmentRules) -> dict[UUID, str]:
    found = await asyncio.to_thread(rules.assign, frame, of)
    return dict(zip(frame.index, found, strict=True))


def _sizes(before: Mapping[UUID, str], after: Mapping[UUID, str]) -> Table:
    was, then = Counter(before.values()), Counter(after.values())
    rows: list[tuple[Cell, ...]] = [
        (Code(code), Figure(str(was[code])), Figure(str(then[code]))) for code in sorted(was.keys() | then.keys())
    ]
    headings = (words("Segment"), words("Customers now"), words("Customers then"))
    return Table(words("Sizes of the segments"), headings, rows)


def _moves(before: Mapping[UUID, str], after: Mapping[UUID, str], moved: list[UUID]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (Customer(party), Code(before[party]), Code(after[party])) for party in moved[:_SHOWN]
    ]
    headings = (words("Customer"), words("Segment now"), words("Segment then"))
    return Table(words("Customers who would move"), headings, rows, total=len(moved))
