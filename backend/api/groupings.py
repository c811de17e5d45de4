"""Groups that the portfolio falls into: how clear they are, what stands out in each, and who decided on them."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost
from backend.api.histories import HistoryKind, Recorded
from backend.api.request import Info
from backend.api.segments import SegmentCondition, condition_shown
from backend.api.staff import Agent, agent
from backend.engagement.segments import models, service
from backend.engagement.segments.models import Scheme
from backend.engagement.segments.ruleset import FACTS, cluster_rules
from risk_models.clusters import Trait


@strawberry.enum
class GroupingState(Enum):
    PROPOSED = "proposed"
    IN_USE = "in_use"
    REJECTED = "rejected"
    RETIRED = "retired"


@strawberry.type(description="How a group differs from everybody: −2 much less, −1 less, 1 more, 2 much more.")
class GroupTrait:
    fact: str
    kind: str
    degree: int
    typical: Decimal


@strawberry.type(description="A figure at a group's centre, in standard deviations from the average of everybody.")
class GroupFigure:
    fact: str
    deviations: float


@strawberry.type
class Group:
    code: str
    name: str
    words: str
    customers: int
    steady: Decimal | None = strawberry.field(
        description="How alike the group is found again on other samples (Jaccard): 1 the same; from .75 on stable."
    )
    centre: list[GroupFigure] = strawberry.field(directives=[Cost(weight=0, size=5)])
    traits: list[GroupTrait] = strawberry.field(directives=[Cost(weight=0, size=5)])


@strawberry.type(description="How clear the groups would be with another number of them.")
class GroupingTried:
    groups: int
    silhouette: Decimal


@strawberry.type(description="Groups found in the portfolio; whoever fitted them does not bring them into use.")
class Grouping(Recorded):
    id: UUID
    number: int
    state: GroupingState
    as_of: date
    customers: int = strawberry.field(description="Whom the grouping compares.")
    outside: int = strawberry.field(description="Whoever does not meet the conditions of `population`.")
    population: list[SegmentCondition] = strawberry.field(
        description="What the grouping asks of whom it compares; empty: it compares everybody.",
        directives=[Cost(weight=0, size=2)],
    )
    silhouette: Decimal
    stability: Decimal
    weak: list[str] = strawberry.field(directives=[Cost(weight=0, size=2)])
    tried: list[GroupingTried] = strawberry.field(directives=[Cost(weight=0, size=6)])
    groups: list[Group] = strawberry.field(directives=[Cost(weight=0, size=8)])
    fitted_at: datetime
    decided_at: datetime | None
    may_decide: bool
    row: strawberry.Private[models.SegmentClustering]

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.SEGMENTS, str(self.id)

    @strawberry.field
    def fitted_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.fitted_by)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)


def grouping_shown(ctx: Context, row: models.SegmentClustering) -> Grouping:
    limits, found = cluster_rules(ctx.policies, ctx.now.date()).rules, service.traits(row)
    names = service.told(ctx, Scheme.CLUSTERS, row.sizes, row)
    tried, steady = service.tried(row), service.steady(row)
    centres = service.centres(row)
    return Grouping(
        id=row.id,
        number=row.number,
        state=GroupingState(row.state),
        as_of=row.as_of,
        customers=row.customers,
        outside=row.outside or 0,
        population=[condition_shown(each) for each in service.population_of(row)],
        silhouette=Decimal(row.quality["silhouette"]),
        stability=Decimal(row.quality["stability"]),
        weak=list(service.weak(row, limits)),
        tried=[GroupingTried(groups=groups, silhouette=Decimal(value)) for groups, value in sorted(tried.items())],
        groups=[
            Group(
                code=code,
                name=names[code].name,
                words=names[code].purpose,
                customers=count,
                steady=steady.get(code),
                centre=[GroupFigure(fact=fact, deviations=value) for fact, value in centres.get(code, ())],
                traits=[_trait(each) for each in found.get(code, ())],
            )
            for code, count in row.sizes.items()
        ],
        fitted_at=row.fitted_at,
        decided_at=row.decided_at,
        may_decide=service.may_decide(ctx, row),
        row=row,
    )


def _trait(each: Trait) -> GroupTrait:
    typical = Decimal(f"{each.typical:.2f}") + 0
    return GroupTrait(fact=each.feature, kind=FACTS.get(each.feature, "number"), degree=each.degree, typical=typical)
