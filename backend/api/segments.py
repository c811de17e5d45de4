"""Segments of the portfolio: their sizes, who moved between them and why."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.engagement.segments import models, service
from backend.engagement.segments.models import Scheme
from backend.engagement.segments.ruleset import FACTS, Condition, segment_rules


@strawberry.enum(description="By rules that people wrote, or by groups that the data falls into.")
class SegmentScheme(Enum):
    RULES = "rules"
    CLUSTERS = "clusters"


@strawberry.type(description="A segment of one run: `code` in the rule-set or grouping, and how many belong to it.")
class SegmentSize:
    code: str
    name: str
    purpose: str
    customers: int
    conditions: list["SegmentCondition"] = strawberry.field(directives=[Cost(weight=0, size=4)])


@strawberry.type(description="What must hold for a segment; `kind` says what the figures are, money in minor units.")
class SegmentCondition:
    fact: str
    kind: str
    comparison: str
    limit: str


@strawberry.type(description="How many went from one segment to another in a run.")
class SegmentFlow:
    origin: str
    target: str
    customers: int


@strawberry.type(description="A figure that crossed a limit; `met` says whether the condition holds now.")
class SegmentCrossing:
    segment: str
    fact: str
    kind: str
    comparison: str
    limit: str
    before: str | None
    after: str | None
    met: bool


@strawberry.type(description="One customer who moved; no crossing means that the rules changed and not the customer.")
class SegmentMove:
    id: UUID
    origin: str
    target: str
    moved_on: date
    crossings: list[SegmentCrossing] = strawberry.field(directives=[Cost(weight=0, size=3)])
    party_id: strawberry.Private[UUID]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.party_id)


@strawberry.type(description="The whole portfolio put into segments, as of a day.")
class SegmentRun:
    id: UUID
    scheme: SegmentScheme
    as_of: date
    run_at: datetime
    ruleset: str
    digest: str
    customers: int
    outside: int = strawberry.field(description="Of the customers, those whom the grouping does not compare.")
    moved: int
    left: int
    sizes: list[SegmentSize] = strawberry.field(directives=[Cost(weight=0, size=10)])
    flows: list[SegmentFlow] = strawberry.field(directives=[Cost(weight=0, size=30)])
    arrivals: list[SegmentFlow] = strawberry.field(
        description="Of whoever was in no segment before; without an origin.", directives=[Cost(weight=0, size=10)]
    )
    row: strawberry.Private[models.SegmentRun]

    @strawberry.field
    def run_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.run_by)


@strawberry.type
class SegmentMember:
    segment: str
    since: date
    party_id: strawberry.Private[UUID]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.party_id)


def segment_run(ctx: Context, row: models.SegmentRun, used: models.SegmentClustering | None) -> SegmentRun:
    scheme = Scheme(row.scheme)
    fits = used if used is not None and used.id == row.clustering_id else None
    names = service.told(ctx, scheme, row.sizes, fits)
    return SegmentRun(
        id=row.id,
        scheme=SegmentScheme(row.scheme),
        as_of=row.as_of,
        run_at=row.run_at,
        ruleset=row.ruleset,
        digest=row.digest,
        customers=row.customers,
        outside=service.outside(row),
        moved=row.moved,
        left=row.left,
        sizes=[_size(ctx, scheme, names[code], count) for code, count in row.sizes.items()],
        flows=[SegmentFlow(origin=a, target=b, customers=count) for a, b, count in service.flows_told(row)],
        arrivals=[SegmentFlow(origin="", target=b, customers=count) for b, count in service.arrivals_told(row)],
        row=row,
    )


def _size(ctx: Context, scheme: Scheme, told: service.Told, count: int) -> SegmentSize:
    rules = segment_rules(ctx.policies, ctx.now.date()).rules
    segment = rules.segment(told.code) if scheme is Scheme.RULES else None
    conditions = () if segment is None else segment.when
    return SegmentSize(
        code=told.code,
        name=told.name,
        purpose=told.purpose,
        customers=count,
        conditions=[condition_shown(each) for each in conditions],
    )


def condition_shown(each: Condition) -> SegmentCondition:
    return SegmentCondition(
        fact=each.fact,
        kind=FACTS[each.fact],
        comparison="in" if each.among is not None else "at_least" if each.at_least is not None else "below",
        limit=", ".join(sorted(each.among)) if each.among is not None else f"{each.limit:f}",
    )


def segment_move(row: models.SegmentMove) -> SegmentMove:
    return SegmentMove(
        id=row.id,
        origin=row.from_segment,
        target=row.to_segment,
        moved_on=row.moved_on,
        party_id=row.party_id,
        crossings=[
            SegmentCrossing(
                segment=each.segment,
                fact=each.fact,
                kind=FACTS.get(each.fact, "code"),
                comparison=each.comparison,
                limit=each.limit,
                before=None if each.before is None else str(each.before),
                after=None if each.after is None else str(each.after),
                met=each.met,
            )
            for each in service.whys(row.because)
        ],
    )
