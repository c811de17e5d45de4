"""Rule-sets in force, their history, and proposals to change them with difference, simulation and signatures: types."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.api.costs import Cost
from backend.api.histories import HistoryKind, Recorded
from backend.api.request import Info
from backend.api.rule_effects import RuleSetSimulation, simulation
from backend.api.staff import Agent, agent
from backend.core.i18n import translate
from backend.governance import kinds, reading
from backend.governance.kinds import Change
from backend.governance.models import Proposal as ProposalRow
from backend.governance.models import Standing as StandingRow


@strawberry.enum
class RuleSetProposalState(Enum):
    DRAFT = "draft"
    SIMULATED = "simulated"
    PROPOSED = "proposed"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


@strawberry.enum
class ChangeSort(Enum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@strawberry.enum
class DiffSort(Enum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    GAP = "gap"


@strawberry.type(description="A difference in words of the reader's language.")
class RuleChange:
    sort: ChangeSort
    place: str
    words: str


@strawberry.type(description="A line of the text difference; a gap stands for unchanged lines that were left out.")
class RuleDiffLine:
    sort: DiffSort
    old: int | None
    new: int | None
    text: str


@strawberry.type(description="A step that the state allows or not; `whyNot` says what stands in the way of the reader.")
class RuleSetAct:
    verb: str
    available: bool
    why_not: str | None


@strawberry.type
class RuleSetProposalLine:
    id: UUID
    kind: str
    kind_title: str
    name: str
    state: RuleSetProposalState
    reason: str
    effective_on: date | None
    proposed_at: datetime
    decided_at: datetime | None
    row: strawberry.Private[ProposalRow]

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def approved_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.approved_by)

    @classmethod
    def of(cls, row: ProposalRow, locale: str) -> "RuleSetProposalLine":
        return cls(
            id=row.id,
            kind=row.kind,
            kind_title=translate(locale, kinds.find(row.kind).title),
            name=row.name,
            state=RuleSetProposalState(row.state),
            reason=row.reason,
            effective_on=row.effective_on,
            proposed_at=row.proposed_at,
            decided_at=row.decided_at,
            row=row,
        )


@strawberry.type
class RuleSetProposal(RuleSetProposalLine):
    base_sha256: str | None
    new_sha256: str
    decision_note: str | None
    restores_id: UUID | None
    begins: datetime | None = strawberry.field(description="When it took or takes effect, once approved.")
    moved: bool = strawberry.field(description="The rules in force have changed since it was made.")
    text: str
    format: str
    changes: list[RuleChange] = strawberry.field(directives=[Cost(weight=0, size=10)])
    lines: list[RuleDiffLine] = strawberry.field(directives=[Cost(weight=0, size=20)])
    acts: list[RuleSetAct] = strawberry.field(directives=[Cost(weight=0, size=7)])
    simulation: RuleSetSimulation | None

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)

    @classmethod
    def of_view(cls, view: reading.ProposalView, locale: str) -> "RuleSetProposal":
        row, line = view.row, RuleSetProposalLine.of(view.row, locale)
        return cls(
            **vars(line),
            base_sha256=row.base_sha256,
            new_sha256=row.new_sha256,
            decision_note=row.decision_note,
            restores_id=row.restores_id,
            begins=view.begins,
            moved=view.moved,
            text=view.source,
            format=view.kind.format,
            changes=[rule_change(change, locale) for change in view.changes],
            lines=[RuleDiffLine(sort=DiffSort(x.sort), old=x.old, new=x.new, text=x.text) for x in view.lines],
            acts=[RuleSetAct(verb=act.verb, available=act.available, why_not=act.why_not) for act in view.acts],
            simulation=None if view.simulation is None else simulation(view, view.simulation, locale),
        )


@strawberry.type(description="A rule-set as it counts now; without `since` it is the text of the product's files.")
class RuleSet(Recorded):
    kind: str
    kind_title: str
    name: str
    format: str
    sha256: str
    since: datetime | None
    proposal_id: UUID | None
    may_propose: bool
    open: list[RuleSetProposalLine] = strawberry.field(directives=[Cost(weight=0, size=3)])

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.RULE_SET, f"{self.kind}/{self.name}"

    @classmethod
    def of(cls, found: reading.InForce, locale: str) -> "RuleSet":
        row = found.standing
        return cls(
            kind=found.kind.name,
            kind_title=translate(locale, found.kind.title),
            name=found.name,
            format=found.kind.format,
            sha256=found.sha256,
            since=None if row is None else row.effective_from,
            proposal_id=None if row is None else row.proposal_id,
            may_propose=found.may_propose,
            open=[RuleSetProposalLine.of(each, locale) for each in found.open],
        )


@strawberry.type(description="A period in which a text was, is or will be in force.")
class RuleSetPeriod:
    id: UUID
    sha256: str
    since: datetime
    until: datetime | None
    proposal_id: UUID

    @classmethod
    def of(cls, row: StandingRow) -> "RuleSetPeriod":
        return cls(
            id=row.id,
            sha256=row.sha256,
            since=row.effective_from,
            until=row.effective_to,
            proposal_id=row.proposal_id,
        )


@strawberry.type
class RuleSetHistory:
    now: RuleSet
    text: str
    files_sha256: str | None
    periods: list[RuleSetPeriod] = strawberry.field(directives=[Cost(weight=0, size=10)])
    proposals: list[RuleSetProposalLine] = strawberry.field(directives=[Cost(weight=0, size=10)])


@strawberry.type(description="Whether a text can be read: if not, the line (0: none in particular) and what is wrong.")
class RuleSetCheck:
    readable: bool
    line: int | None
    problem: str | None
    changes: list[RuleChange] = strawberry.field(directives=[Cost(weight=0, size=10)])


async def proposal(info: Info, proposal_id: UUID) -> RuleSetProposal:
    view = await info.context.read(lambda ctx: reading.proposal(ctx, proposal_id))
    return RuleSetProposal.of_view(view, info.context.actor.locale)


def rule_change(change: Change, locale: str) -> RuleChange:
    return RuleChange(sort=ChangeSort(change.sort), place=change.place, words=change.words.said(locale))
