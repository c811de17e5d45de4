"""Ratings of customers: the level, the steps that led to it, what people decided above it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

import strawberry

from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.core.errors import TenureError
from backend.risk import service
from backend.risk.explanation import Reasons, Step, fact_words
from backend.risk.models import RiskOverride as OverrideRow
from backend.risk.models import RiskRating as RatingRow
from risk_models.crr_book import Rating


@strawberry.enum
class RatingStepKind(Enum):
    ITEM = "item"
    TOTAL = "total"
    TRIGGER = "trigger"
    OVERRIDE = "override"
    LEVEL = "level"


@strawberry.enum
class RiskOverrideState(Enum):
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REOPENED = "reopened"
    REPLACED = "replaced"


@strawberry.type(description="A level of a rating rule-set; `start` and `end` are on its scale from 0 to 100.")
class RatingLevel:
    code: str
    words: str
    start: int
    end: int
    review_months: int


@strawberry.type(
    description=(
        "One step of the waterfall. An item runs from `start` to `end`, in points. `hidden`: there is a value that the"
        " viewer may not see. `unknown`: the fact was not known and was scored as such."
    )
)
class RatingStep:
    kind: RatingStepKind
    code: str
    words: str
    element: str
    fact: str | None
    value: str | None
    hidden: bool
    unknown: bool
    score: int | None
    weight: int | None
    points: int | None
    start: int | None
    end: int | None
    level: str | None
    source: str | None

    @classmethod
    def of(cls, step: Step, locale: str) -> "RatingStep":
        return cls(
            kind=RatingStepKind(step.kind),
            code=step.code,
            words=step.words.text(locale),
            element=step.element.text(locale),
            fact=step.fact,
            value=step.value,
            hidden=step.hidden,
            unknown=step.unknown,
            score=step.score,
            weight=step.weight,
            points=step.points,
            start=step.start,
            end=step.end,
            level=step.level,
            source=step.source,
        )


@strawberry.type(description="Why a level: `computed` is that of the rule-set, `level` the one in force.")
class RatingReasons:
    level: str
    computed: str
    mandatory: str | None = strawberry.field(description="The level that no person may undercut.")
    highest_points: int
    steps: list[RatingStep] = strawberry.field(directives=[Cost(weight=0, size=25)])

    @classmethod
    def of(cls, reasons: Reasons, locale: str) -> "RatingReasons":
        return cls(
            level=reasons.level,
            computed=reasons.computed,
            mandatory=reasons.mandatory,
            highest_points=100 * reasons.rating.rules.highest_score,
            steps=[RatingStep.of(step, locale) for step in reasons.steps],
        )


@strawberry.type(description="Another level than the computed one, for a time, by two people.")
class RiskOverride:
    id: UUID
    level: str
    computed_then: str
    reason: str
    state: RiskOverrideState
    effective_from: date
    expires_on: date
    proposed_at: datetime
    decided_at: datetime | None
    closed_at: datetime | None
    row: strawberry.Private[OverrideRow]

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved("Why, in words; null to who may not know what compliance knows.", weight=3)
    async def note(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: service.note_for(ctx, self.row))

    @classmethod
    def of(cls, row: OverrideRow) -> "RiskOverride":
        return cls(
            id=row.id,
            level=row.level,
            computed_then=row.computed_then,
            reason=row.reason,
            state=RiskOverrideState(row.state),
            effective_from=row.effective_from,
            expires_on=row.expires_on,
            proposed_at=row.proposed_at,
            decided_at=row.decided_at,
            closed_at=row.closed_at,
            row=row,
        )


@strawberry.type(description="One rating. `score` is on the scale of the levels, from 0 to 100.")
class RiskRating:
    id: UUID
    scheme: str
    ruleset: str
    cause: str
    rated_on: date
    rated_at: datetime
    points: int
    score: Decimal
    computed: str
    level: str
    overridden: bool
    next_review_on: date

    @resolved("Every step from the first item to the level; null once the customer was erased.", weight=20)
    async def reasons(self, info: Info) -> RatingReasons | None:
        rating_id, locale = self.id, info.context.actor.locale
        try:
            _, reasons = await info.context.read(lambda ctx: service.explain(ctx, rating_id))
        except TenureError:
            return None
        return RatingReasons.of(reasons, locale)

    @classmethod
    def of(cls, row: RatingRow) -> "RiskRating":
        return cls(
            id=row.id,
            scheme=row.scheme,
            ruleset=row.digest,
            cause=row.cause,
            rated_on=row.rated_on,
            rated_at=row.rated_at,
            points=row.points,
            score=Decimal(row.points) / row.out_of,
            computed=row.computed,
            level=row.level,
            overridden=row.override_id is not None,
            next_review_on=row.next_review_on,
        )


@strawberry.type(description="A fact that a rating rule-set asks about; `codes` are its vocabulary, empty for numbers.")
class RatingFact:
    name: str
    words: str
    kind: str
    unit: str | None
    table: str | None = strawberry.field(description="The table whose codes the fact takes, such as countries.")
    many: bool = strawberry.field(description="Whether it takes several values; a bar stands between them.")
    codes: list[str] = strawberry.field(directives=[Cost(weight=0, size=20)])


@strawberry.type(description="Everything about the rating of one customer.")
class CustomerRating:
    party_id: UUID
    scheme: str
    title: str
    levels: list[RatingLevel] = strawberry.field(directives=[Cost(weight=0, size=5)])
    facts: list[RatingFact] = strawberry.field(directives=[Cost(weight=0, size=20)])
    override_reasons: list[str]
    override_longest_days: int
    history: list[RiskRating] = strawberry.field(directives=[Cost(weight=0, size=10)])
    overrides: list[RiskOverride] = strawberry.field(directives=[Cost(weight=0, size=5)])

    @resolved("The rating in force; null where there is none yet.")
    def current(self) -> RiskRating | None:
        return self.history[0] if self.history else None

    @resolved()
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.party_id)


def rated_customer(party_id: UUID, found: service.Dossier, locale: str) -> CustomerRating:
    rules = found.rating.rules
    return CustomerRating(
        party_id=party_id,
        scheme=rules.id,
        title=rules.wording.zh_CN if locale == "zh_CN" else rules.wording.en,
        levels=levels_of(found.rating, locale),
        facts=facts_of(found.rating, locale),
        override_reasons=list(rules.override.reasons),
        override_longest_days=rules.override.longest_days,
        history=[RiskRating.of(row) for row in found.history],
        overrides=[RiskOverride.of(row) for row in found.overrides],
    )


def levels_of(rating: Rating, locale: str) -> list[RatingLevel]:
    return [
        RatingLevel(
            code=level.code,
            words=level.wording.zh_CN if locale == "zh_CN" else level.wording.en,
            start=level.from_,
            end=level.to,
            review_months=level.review_months,
        )
        for level in rating.rules.levels
    ]


def facts_of(rating: Rating, locale: str) -> list[RatingFact]:
    """Called what the item is called that scores it."""
    found = []
    for name, fact in rating.rules.facts.items():
        codes: Sequence[str] = getattr(fact, "codes", ())
        if fact.kind == "flag":
            codes = ("absent", "present")
        found.append(
            RatingFact(
                name=name,
                words=fact_words(rating, name, locale),
                kind=fact.kind,
                unit=getattr(fact, "unit", None),
                table=getattr(fact, "table", None),
                many=getattr(fact, "many", False),
                codes=list(codes),
            )
        )
    return found
