"""A product's file as one actor may read it: every step there could be, what it lacks, what the actor may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate
from uuid import UUID

from backend.access.context import Context
from backend.products import hindrances, lifecycle, moving, queries
from backend.products.lifecycle import Item
from backend.products.models import (
    MoveState,
    Product,
    ProductMove,
    ProductState,
    ProductVersion,
)
from backend.products.standing import Papers, Step, papers, step


class Verb(StrEnum):
    EDIT = "edit"
    BEGIN_VERSION = "begin_version"
    PROPOSE = "propose"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class StepView:
    """`role` is the one in which the actor may sign now; `may_take`: everything is there and the actor may go on."""

    origin: ProductState
    target: ProductState
    of_version: bool
    version_id: UUID
    items: tuple[Item, ...]
    binding: str
    move: ProductMove | None
    role: str | None
    may_propose: bool
    may_take: bool
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of a product's life; `until` is None while it lasts."""

    state: ProductState
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class File:
    papers: Papers
    phases: Sequence[Phase]
    steps: Sequence[StepView]
    verbs: frozenset[Verb]


async def file(ctx: Context, row: Product) -> File:
    """For a product that the actor was shown."""
    found = await papers(ctx, row)
    return File(found, phases(found), list(_steps(ctx, found)), _verbs(ctx, found))


def phases(found: Papers) -> list[Phase]:
    """From the first concept on; what was sold before the platform knew it was prepared by the day it was sold."""
    moves = [move for move in found.moves if move.of_product and move.state == MoveState.DONE and move.ended_at]
    moves.sort(key=lambda move: (move.ended_at, move.id))
    marks = [(found.product.created_at.date(), ProductState.CONCEPT)]
    marks += [(_began(move), ProductState(move.target)) for move in moves]
    days = list(accumulate(reversed([day for day, _ in marks]), min))[::-1]
    return [Phase(state, day, until) for (_, state), day, until in zip(marks, days, [*days[1:], None], strict=True)]


def _began(move: ProductMove) -> date:
    """A launch counts from the first day of sale that was agreed."""
    ended = move.ended_at.date() if move.ended_at is not None else move.proposed_at.date()
    return move.effective_on if move.target == ProductState.ON_SALE and move.effective_on is not None else ended


def _steps(ctx: Context, found: Papers) -> list[StepView]:
    """Steps of the version in preparation first, then those of the product."""
    state = ProductState(found.product.state)
    views: list[StepView] = []
    if found.draft is not None:
        views += _from(ctx, found, found.draft, ProductState(found.draft.stage))
    if found.approved is not None and not lifecycle.in_preparation(state.value):
        views += _from(ctx, found, found.approved, state)
    return views


def _from(ctx: Context, found: Papers, version: ProductVersion, origin: ProductState) -> list[StepView]:
    of_version = lifecycle.in_preparation(version.stage)
    pending = found.open_move(of_version=of_version)
    gates = found.rules.rules.steps(origin, *found.steps_of)
    chosen = [gate for gate in gates if pending is None or gate.target == pending.target]
    return [_view(ctx, found, version, step(found, gate, version, ctx.now, pending), pending) for gate in chosen]


def _view(ctx: Context, found: Papers, version: ProductVersion, at: Step, move: ProductMove | None) -> StepView:
    may = ctx.may("propose", queries.OBJECT, queries.facts(ctx, found.product))
    return StepView(
        origin=at.gate.origin,
        target=at.gate.target,
        of_version=lifecycle.in_preparation(version.stage),
        version_id=version.id,
        items=at.items,
        binding=at.standing.binding,
        move=move,
        role=None if move is None else _role(ctx, found, at, move),
        may_propose=may and move is None,
        may_take=may and move is not None and at.passes,
        may_take_back=may and move is not None,
    )


def _role(ctx: Context, found: Papers, at: Step, move: ProductMove) -> str | None:
    if not ctx.may("sign", queries.OBJECT, moving.maker_facts(ctx, found, move)):
        return None
    return lifecycle.capacity(at.gate, at.standing, ctx.actor.id, moving.roles_of(ctx), ctx.now, ctx.actor.roles)


def _verbs(ctx: Context, found: Papers) -> frozenset[Verb]:
    facts, verbs = queries.facts(ctx, found.product), set[Verb]()
    if ctx.may("edit", queries.OBJECT, facts):
        if found.draft is not None:
            verbs.add(Verb.EDIT)
        elif ProductState(found.product.state) in hindrances.ON_THE_MARKET:
            verbs.add(Verb.BEGIN_VERSION)
    if ctx.may("propose", queries.OBJECT, facts):
        verbs.add(Verb.PROPOSE)
    if found.product.state == ProductState.ON_SALE and ctx.may("suspend", queries.OBJECT, facts):
        verbs.add(Verb.SUSPEND)
    return frozenset(verbs)


def shown_version(versions: Sequence[ProductVersion], on: date) -> ProductVersion | None:
    """The one that is sold on the day, else the one in preparation, else the newest: what a page shows first."""
    sold = (row for row in versions if _sold(row, on))
    drafts = (row for row in versions if lifecycle.in_preparation(row.stage))
    return next(sold, None) or next(drafts, None) or next(iter(versions), None)


def _sold(row: ProductVersion, on: date) -> bool:
    begun = row.effective_from is not None and row.effective_from <= on
    return begun and (row.effective_to is None or row.effective_to >= on)
