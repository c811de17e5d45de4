"""What a prospect is to whoever reads it: how they came, what they want, what was done."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyCase, LazyParty
from backend.api.histories import HistoryKind, Recorded
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.api.stages import LifeWord
from backend.customers.queries.book import merges_of
from backend.customers.queries.sight import sights
from backend.engagement.prospects import models, queries
from backend.engagement.prospects.ruleset import ProspectRules, Word, prospect_rules


@strawberry.enum
class ProspectSource(Enum):
    CAMPAIGN = "campaign"
    REFERRAL = "referral"
    PARTNER = "partner"
    BRANCH = "branch"
    WEB = "web"


@strawberry.enum
class ProspectState(Enum):
    NEW = "new"
    FOLLOWED_UP = "followed_up"
    CONVERTED = "converted"
    LOST = "lost"


@strawberry.type(description="One contact with a prospect, the oldest first.")
class ProspectStep:
    contact: str
    words: str = strawberry.field(description="What the contact is called.")
    note: str | None
    at: datetime
    by_id: strawberry.Private[UUID]

    @strawberry.field
    def by(self, info: Info) -> Agent | None:
        return agent(info, self.by_id)


@strawberry.type(description="Somebody who may become a customer, by the way they came.")
class Prospect:
    id: UUID
    source: ProspectSource
    campaign: LifeWord | None
    interest: list[str] = strawberry.field(directives=[Cost(weight=0, size=4)])
    state: ProspectState
    recorded_at: datetime
    next_step_on: date | None
    last_step_at: datetime
    lost_reason: LifeWord | None
    ended_at: datetime | None
    steps: list[ProspectStep] = strawberry.field(directives=[Cost(weight=0, size=5)])
    may_be_known: bool = strawberry.field(description="Another record may be the same, and nobody has judged it yet.")
    party_id: UUID
    case_id: UUID | None
    referred_by_id: strawberry.Private[UUID | None]
    recorded_by_id: strawberry.Private[UUID]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.party_id)

    @resolved("The customer who told of the prospect.", weight=2)
    def referred_by(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.referred_by_id)

    @resolved("The application that the prospect was converted into.", weight=2)
    async def case(self, info: Info) -> LazyCase | None:
        return await graph.case(info, self.case_id)

    @strawberry.field
    def recorded_by(self, info: Info) -> Agent | None:
        return agent(info, self.recorded_by_id)


@strawberry.type(description="How many prospects of a source are in a state.")
class ProspectCount:
    source: ProspectSource
    state: ProspectState
    prospects: int


@strawberry.type(
    description="A prospect that belongs to nobody yet, without who it is; to take its work is to have it."
)
class UnassignedProspect:
    id: UUID
    source: ProspectSource
    campaign: LifeWord | None
    interest: list[str] = strawberry.field(directives=[Cost(weight=0, size=4)])
    region: str | None
    recorded_at: datetime
    due_at: datetime | None = strawberry.field(description="Until when somebody should have spoken with them.")
    work_id: UUID | None = strawberry.field(description="The piece of work to claim.")


@strawberry.type(description="The text of a consent that is in use.")
class ProspectConsentText:
    purpose: str
    version: int
    text: str


@strawberry.type(description="The words that prospects take; campaigns are those that run today.")
class ProspectChoices(Recorded):
    campaigns: list[LifeWord] = strawberry.field(directives=[Cost(weight=0, size=8)])
    contacts: list[LifeWord] = strawberry.field(directives=[Cost(weight=0, size=6)])
    lost: list[LifeWord] = strawberry.field(directives=[Cost(weight=0, size=8)])
    consent: ProspectConsentText | None

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.CAMPAIGNS, ""


async def prospects_shown(ctx: Context, rows: Sequence[models.Prospect]) -> list[Prospect]:
    """A few queries more, however many; notes by the right on the field."""
    steps = await queries.steps_of(ctx, [row.id for row in rows])
    merges = await merges_of(ctx, {row.party_id for row in rows}) if rows else {}
    noted = {step.party_id for several in steps.values() for step in several if step.words is not None}
    seen = await sights(ctx, noted) if noted else {}
    rules = prospect_rules(ctx.policies, ctx.now.date()).rules

    def note(step: models.ProspectStep) -> str | None:
        sight = seen.get(step.party_id)
        return None if sight is None else sight.open("note", ("prospect_step", "words"), step.id, step.words)

    return [
        _shown(
            ctx,
            row,
            [_step(ctx, rules, step, note(step)) for step in steps[row.id]],
            any(pair.status == "open" for pair in merges.get(row.party_id, ())),
            rules,
        )
        for row in rows
    ]


def unassigned_shown(ctx: Context, found: Sequence[queries.Unassigned]) -> list[UnassignedProspect]:
    rules, locale = prospect_rules(ctx.policies, ctx.now.date()).rules, ctx.actor.locale
    return [
        UnassignedProspect(
            id=each.row.id,
            source=ProspectSource(each.row.source),
            campaign=None if each.row.campaign is None else _word(rules.campaigns, each.row.campaign, locale),
            interest=each.row.interest,
            region=each.region,
            recorded_at=each.row.recorded_at,
            due_at=each.due_at,
            work_id=each.item_id,
        )
        for each in found
    ]


def _step(ctx: Context, rules: ProspectRules, row: models.ProspectStep, note: str | None) -> ProspectStep:
    word = _word(rules.contacts, row.contact, ctx.actor.locale)
    return ProspectStep(contact=row.contact, words=word.words, note=note, at=row.at, by_id=row.by)


def _shown(
    ctx: Context, row: models.Prospect, steps: list[ProspectStep], known: bool, rules: ProspectRules
) -> Prospect:
    locale = ctx.actor.locale
    return Prospect(
        id=row.id,
        source=ProspectSource(row.source),
        campaign=None if row.campaign is None else _word(rules.campaigns, row.campaign, locale),
        interest=row.interest,
        state=ProspectState(row.state),
        recorded_at=row.recorded_at,
        next_step_on=row.next_step_on,
        last_step_at=row.last_step_at,
        lost_reason=None if row.lost_reason is None else _word(rules.lost, row.lost_reason, locale),
        ended_at=row.ended_at,
        steps=steps,
        may_be_known=known,
        party_id=row.party_id,
        case_id=row.case_id,
        referred_by_id=row.referred_by_id,
        recorded_by_id=row.recorded_by,
    )


def _word(words: Sequence[Word], code: str, locale: str) -> LifeWord:
    """The code where the rule-set knows the word no more."""
    known = next((word for word in words if word.code == code), None)
    return LifeWord(code=code, words=code if known is None else known.text(locale))
