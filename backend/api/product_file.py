"""The life of a product and its steps: what each gate asks for, who signed, what the reader may do."""

import datetime as dt
from uuid import UUID

import strawberry

from backend.api.costs import Cost, resolved
from backend.api.product_codes import (
    ProductGateSort,
    ProductState,
    ProductStepState,
    ProductVerb,
    ProductVote,
)
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.core.i18n import translate
from backend.products import models
from backend.products.gates import GateRules, gates_on
from backend.products.lifecycle import Item
from backend.products.view import File, StepView

_SHORT = [Cost(weight=0, size=5)]


@strawberry.type(description="A paper that a gate asked for; its content lies at /products/contents/{sha256}.")
class ProductArtefact:
    id: UUID
    kind: str
    number: int
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: dt.datetime
    row: strawberry.Private[models.ProductArtefact]

    @strawberry.field
    def added_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.added_by)

    @resolved("What it is, in the reader's words.")
    def words(self, info: Info) -> str:
        return artefact_words(info, self.kind)

    @classmethod
    def of(cls, row: models.ProductArtefact) -> "ProductArtefact":
        return cls(
            id=row.id,
            kind=row.kind,
            number=row.number,
            name=row.name,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            added_at=row.added_at,
            row=row,
        )


@strawberry.type(description="One person's word on a step; void when what it was given for changed.")
class ProductSignature:
    role: str
    vote: ProductVote
    note: str | None
    signed_at: dt.datetime
    voided_at: dt.datetime | None
    row: strawberry.Private[models.ProductSignature]

    @strawberry.field
    def signed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.signed_by)

    @classmethod
    def of(cls, row: models.ProductSignature) -> "ProductSignature":
        return cls(
            role=row.role,
            vote=ProductVote(row.vote),
            note=row.note,
            signed_at=row.signed_at,
            voided_at=row.voided_at,
            row=row,
        )


@strawberry.type(description="A step that was proposed.")
class ProductMove:
    id: UUID
    state: ProductStepState
    origin: ProductState
    target: ProductState
    of_version: bool
    of_product: bool
    version_id: UUID
    reason: str | None
    effective_on: dt.date | None
    effective_to: dt.date | None
    proposed_at: dt.datetime
    ended_at: dt.datetime | None
    signatures: list[ProductSignature] = strawberry.field(directives=_SHORT)
    row: strawberry.Private[models.ProductMove]

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def ended_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.ended_by)

    @classmethod
    def of(cls, row: models.ProductMove, file: File) -> "ProductMove":
        return cls(
            id=row.id,
            state=ProductStepState(row.state),
            origin=ProductState(row.origin),
            target=ProductState(row.target),
            of_version=row.of_version,
            of_product=row.of_product,
            version_id=row.version_id,
            reason=row.reason,
            effective_on=row.effective_on,
            effective_to=row.effective_to,
            proposed_at=row.proposed_at,
            ended_at=row.ended_at,
            signatures=[ProductSignature.of(each) for each in file.papers.signatures.get(row.id, ())],
            row=row,
        )


@strawberry.type(description="One line of a gate's checklist; `refused` counts the votes of a committee against.")
class ProductGateItem:
    sort: ProductGateSort
    name: str
    words: str
    need: int
    have: int
    refused: int
    met: bool
    until: dt.datetime | None


@strawberry.type(description="A step that waits or could be proposed, with what its gate asks for.")
class ProductStep:
    origin: ProductState
    target: ProductState
    of_version: bool
    version_id: UUID
    binding: str = strawberry.field(description="The hash of all that a signature is given for.")
    items: list[ProductGateItem] = strawberry.field(directives=_SHORT)
    move: ProductMove | None
    role: str | None = strawberry.field(description="The role in which the reader may sign now.")
    may_propose: bool
    may_take: bool
    may_take_back: bool


@strawberry.type
class ProductPhase:
    state: ProductState
    since: dt.date
    until: dt.date | None


@strawberry.type
class ProductFile:
    phases: list[ProductPhase] = strawberry.field(directives=_SHORT)
    steps: list[ProductStep] = strawberry.field(directives=_SHORT)
    moves: list[ProductMove] = strawberry.field(description="Every step ever proposed.", directives=_SHORT)
    verbs: list[ProductVerb] = strawberry.field(directives=_SHORT)

    @classmethod
    def of(cls, file: File, info: Info) -> "ProductFile":
        return cls(
            phases=[
                ProductPhase(state=ProductState(each.state.value), since=each.since, until=each.until)
                for each in file.phases
            ],
            steps=[_step(each, file, info) for each in file.steps],
            moves=[ProductMove.of(row, file) for row in file.papers.moves],
            verbs=[ProductVerb(verb.value) for verb in sorted(file.verbs)],
        )


def _step(each: StepView, file: File, info: Info) -> ProductStep:
    rules = file.papers.rules.rules
    return ProductStep(
        origin=ProductState(each.origin.value),
        target=ProductState(each.target.value),
        of_version=each.of_version,
        version_id=each.version_id,
        binding=each.binding,
        items=[_item(item, rules, info.context.actor.locale) for item in each.items],
        move=None if each.move is None else ProductMove.of(each.move, file),
        role=each.role,
        may_propose=each.may_propose,
        may_take=each.may_take,
        may_take_back=each.may_take_back,
    )


def _item(item: Item, rules: GateRules, locale: str) -> ProductGateItem:
    return ProductGateItem(
        sort=ProductGateSort(item.sort),
        name=item.name,
        words=_words(item, rules, locale),
        need=item.need,
        have=item.have,
        refused=item.refused,
        met=item.met,
        until=item.until,
    )


def _words(item: Item, rules: GateRules, locale: str) -> str:
    if item.sort == "artefact" and item.name in rules.artefacts:
        return rules.artefacts[item.name].wording.text(locale)
    if item.sort in {"signature", "committee"}:
        return translate(locale, item.name.replace("_", " ").capitalize())
    return item.name


def artefact_words(info: Info, kind: str) -> str:
    policies = info.context.platform.policies_of(info.context.actor)
    known = gates_on(policies, info.context.platform.clock().date()).rules.artefacts
    return known[kind].wording.text(info.context.actor.locale) if kind in known else kind
