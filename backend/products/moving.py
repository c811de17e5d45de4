"""Steps of a product: proposed, signed or refused by others, and taken when all that its gate asks for is there."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.products import lifecycle, queries, registry
from backend.products.errors import (
    AnotherPersonMustSign,
    ContentChanged,
    DayInvalid,
    GateClosed,
    HoldingsOpen,
    HoldingsUnknown,
    MoveOpen,
    NewBusinessPossible,
    NoMoveOpen,
    NoSuchStep,
    ProductNotFound,
    ProductStateForbids,
    RoleNotAsked,
    SignedAlready,
)
from backend.products.gates import Gate
from backend.products.models import (
    MoveState,
    Product,
    ProductMove,
    ProductSignature,
    ProductState,
    ProductVersion,
    Vote,
)
from backend.products.standing import Papers, Step, Terms, binding, makers, papers, step

_S: Final = ProductState
ON_THE_MARKET: Final = frozenset({_S.ON_SALE, _S.UNDER_REVIEW, _S.REMEDIATION})
_NOW: Final = Terms()


async def propose(
    ctx: Context,
    product_id: UUID,
    target: ProductState,
    *,
    of_version: bool = False,
    terms: Terms = _NOW,
    reason: str | None = None,
) -> ProductMove:
    """Proposes a step, and takes it at once where its gate asks for nothing more. Run it SERIALIZABLE.

    `of_version` means the version in preparation of a product that is sold already; of one that never was, both move
    together. Raises NoSuchStep, MoveOpen, DayInvalid, NewBusinessPossible, HoldingsOpen.
    """
    row = await locked(ctx, product_id)
    ctx.require("propose", queries.OBJECT, queries.facts(ctx, row))
    return await _propose(ctx, await papers(ctx, row), target, of_version, terms, reason)


async def suspend(ctx: Context, product_id: UUID, reason: str) -> ProductMove:
    """Off sale at once, for a review; whatever step of the product was open is taken back."""
    row = await locked(ctx, product_id)
    ctx.require("suspend", queries.OBJECT, queries.facts(ctx, row))
    if row.state != _S.ON_SALE:
        raise ProductStateForbids(state=row.state, verb="suspend")
    found = await papers(ctx, row)
    pending = found.open_move(of_version=False)
    if pending is not None:
        await _end(ctx, found, pending, MoveState.TAKEN_BACK, "product.take_back")
        found = await papers(ctx, row)
    return await _propose(ctx, found, _S.UNDER_REVIEW, False, _NOW, reason)


async def sign(
    ctx: Context, move_id: UUID, vote: Vote, *, binding: str | None = None, note: str | None = None
) -> ProductMove:
    """One word of the actor, in the role that still lacks one; the last one needed takes the step. Run it SERIALIZABLE.

    `binding` is what the signer saw. Raises AnotherPersonMustSign, SignedAlready, RoleNotAsked, ContentChanged.
    """
    move, found, at = await _open(ctx, move_id)
    version = found.version(move.version_id)
    given = [each for each in found.signatures.get(move.id, ()) if each.voided_at is None]
    ctx.require("sign", queries.OBJECT, maker_facts(ctx, found, move))
    if binding is not None and binding != at.standing.binding:
        raise ContentChanged()
    role = _role(ctx, at)
    if move.binding != at.standing.binding:
        await void(ctx, found, version)
        await rebind(ctx, found.product)
    else:
        await _void_stale(ctx, at.gate, given)
    action = "product.sign" if vote is Vote.AGREE else "product.refuse"
    async with ctx.audit(action, (queries.OBJECT, found.product.id), reason=role, ruleset=found.rules.sha256):
        ctx.session.add(_signature(ctx, move, at, role, vote, note))
    found = await papers(ctx, found.product)
    at = step(found, at.gate, version, ctx.now, move)
    if lifecycle.refused(at.gate, at.standing):
        return await _end(ctx, found, move, MoveState.REFUSED, "product.end_step")
    return await _take(ctx, found, move, version) if at.passes else move


async def take(ctx: Context, move_id: UUID) -> ProductMove:
    """Takes a step whose waiting time is over. Raises GateClosed, which says what is missing."""
    move, found, at = await _open(ctx, move_id)
    ctx.require("propose", queries.OBJECT, queries.facts(ctx, found.product))
    if not at.passes:
        missing = ", ".join(f"{item.sort} {item.name}" for item in at.items if not item.met)
        raise GateClosed(missing=missing)
    return await _take(ctx, found, move, found.version(move.version_id))


async def take_back(ctx: Context, move_id: UUID) -> ProductMove:
    """Ends an open step without taking it."""
    move, found, _ = await _open(ctx, move_id)
    ctx.require("propose", queries.OBJECT, queries.facts(ctx, found.product))
    return await _end(ctx, found, move, MoveState.TAKEN_BACK, "product.take_back")


async def advance(ctx: Context) -> int:
    """For the schedule: takes every open step to which nothing is missing any more."""
    ctx.require("advance", queries.OBJECT, queries.facts(ctx))
    waiting = await ctx.session.scalars(select(ProductMove).where(ProductMove.state == MoveState.OPEN))
    taken = 0
    for row in waiting.all():
        move, found, at = await _open(ctx, row.id)
        if at.passes and await _hindrance(ctx, found, ProductState(move.target)) is None:
            await _take(ctx, found, move, found.version(move.version_id))
            taken += 1
    return taken


async def locked(ctx: Context, product_id: UUID) -> Product:
    """Who changes a product waits for whoever changes it just now. Raises ProductNotFound."""
    await queries.product(ctx, product_id)
    query = select(Product).where(Product.id == product_id).with_for_update().execution_options(populate_existing=True)
    row = (await ctx.session.scalars(query)).first()
    if row is None:
        raise ProductNotFound()
    return row


async def void(ctx: Context, found: Papers, version: ProductVersion) -> None:
    """What was said on a step of the version no longer holds, because what it was said about is going to change."""
    open_ = [move for move in found.moves if move.state == MoveState.OPEN and move.version_id == version.id]
    given = [each for move in open_ for each in found.signatures.get(move.id, ()) if each.voided_at is None]
    await _void(ctx, found.product.id, given)


async def rebind(ctx: Context, row: Product) -> None:
    """Binds the open steps to what lies there now."""
    found = await papers(ctx, row)
    for move in found.moves:
        if move.state != MoveState.OPEN:
            continue
        version, terms = found.version(move.version_id), Terms(move.effective_on, move.effective_to)
        bound = binding(found, version, ProductState(move.target), terms, of_version=move.of_version)
        if move.binding != bound:
            async with ctx.audit("product.rebind", (queries.OBJECT, row.id), ruleset=found.rules.sha256):
                move.binding, move.ruleset = bound, found.rules.sha256


async def fall_back(ctx: Context, found: Papers) -> None:
    """The version in preparation goes back to design, with the step that its rules have for it. Raises NoSuchStep."""
    pending = found.open_move(of_version=True)
    if pending is not None:
        await _end(ctx, found, pending, MoveState.TAKEN_BACK, "product.take_back")
    await _propose(ctx, await papers(ctx, found.product), _S.DESIGN, True, _NOW, None)


async def _propose(
    ctx: Context, found: Papers, target: ProductState, of_version: bool, terms: Terms, reason: str | None
) -> ProductMove:
    row = found.product
    version, sides = _about(found, of_version)
    origin = ProductState(version.stage if sides[0] else row.state)
    gate = found.rules.rules.gate(origin, target, *found.steps_of)
    if gate is None:
        raise NoSuchStep(origin=origin.value, target=target.value)
    if any(found.open_move(of_version=side) for side, moved in zip((True, False), sides, strict=True) if moved):
        raise MoveOpen()
    _check_days(found, target, sides, terms, ctx.now.date())
    await _refuse_hindered(ctx, found, target)
    move = ProductMove(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        product_id=row.id,
        version_id=version.id,
        of_version=sides[0],
        of_product=sides[1],
        origin=origin,
        target=target,
        binding=binding(found, version, target, terms, of_version=sides[0]),
        ruleset=found.rules.sha256,
        reason=(reason or "").strip() or None,
        effective_on=terms.effective_on,
        effective_to=terms.effective_to,
        proposed_by=ctx.actor.id,
        proposed_at=ctx.now,
    )
    async with ctx.audit("product.propose", (queries.OBJECT, row.id), reason=target.value, ruleset=found.rules.sha256):
        ctx.session.add(move)
    found = await papers(ctx, row)
    if step(found, gate, version, ctx.now, move).passes:
        return await _take(ctx, found, move, version)
    await ctx.emit("product.step_proposed", row.id, _payload(row, move))
    return move


def _about(found: Papers, of_version: bool) -> tuple[ProductVersion, tuple[bool, bool]]:
    """The version that a step is about, and whether it moves the version and the product."""
    draft, state = found.draft, ProductState(found.product.state)
    if lifecycle.in_preparation(state.value) or of_version:
        if draft is None:
            raise NoSuchStep(origin=state.value, target="")
        return draft, (True, lifecycle.in_preparation(state.value))
    version = found.approved or draft
    if version is None:
        raise NoSuchStep(origin=state.value, target="")
    return version, (False, True)


def _check_days(found: Papers, target: ProductState, sides: tuple[bool, bool], terms: Terms, today: date) -> None:
    if terms == _NOW:
        return
    day, until = terms.effective_on, terms.effective_to
    launch = target is _S.ON_SALE and sides[0]
    if not launch and target is not _S.WITHDRAWN:
        raise DayInvalid(field="effectiveOn", problem="this step has no day")
    if until is not None and (not launch or until < (day or today)):
        raise DayInvalid(field="effectiveTo", problem="the last day comes before the first")
    if day is not None and day < today and not (launch and found.approved is None):
        raise DayInvalid(field="effectiveOn", problem="the day is past")
    if launch and found.approved is not None and (day or today) <= (found.approved.effective_from or today):
        raise DayInvalid(field="effectiveOn", problem="the version before begins only then")


async def _open(ctx: Context, move_id: UUID) -> tuple[ProductMove, Papers, Step]:
    """An open step of a product that the actor may see. Raises NoMoveOpen, NoSuchStep when its gate is gone."""
    known = await queries.move(ctx, move_id)
    if known is None:
        raise NoMoveOpen()
    row = await locked(ctx, known.product_id)
    found = await papers(ctx, row)
    move = next(each for each in found.moves if each.id == move_id)
    if move.state != MoveState.OPEN:
        raise NoMoveOpen()
    origin, target = ProductState(move.origin), ProductState(move.target)
    gate = found.rules.rules.gate(origin, target, *found.steps_of)
    if gate is None:
        raise NoSuchStep(origin=origin.value, target=target.value)
    return move, found, step(found, gate, found.version(move.version_id), ctx.now, move)


def _role(ctx: Context, at: Step) -> str:
    held = roles_of(ctx)
    role = lifecycle.capacity(at.gate, at.standing, ctx.actor.id, held, ctx.now, ctx.actor.roles)
    if role is not None:
        return role
    if ctx.actor.id in at.standing.makers:
        raise AnotherPersonMustSign()
    if any(each.by == ctx.actor.id for each in lifecycle.valid(at.gate, at.standing, ctx.now)):
        raise SignedAlready()
    raise RoleNotAsked()


def roles_of(ctx: Context) -> frozenset[str]:
    """Every role the actor has, inherited ones too."""
    known = ctx.policy.roles.known
    return frozenset(role for name in ctx.actor.roles if name in known for role in known[name].inherits)


def maker_facts(ctx: Context, found: Papers, move: ProductMove) -> Facts:
    """Whoever signed this very step already is told so by the gate, and not kept out as its maker."""
    return Facts(
        tenant_id=ctx.actor.tenant_id,
        owner_id=found.product.owner_id,
        maker_id=move.proposed_by,
        deciders=makers(found.version(move.version_id), move, of_version=move.of_version),
    )


def _signature(ctx: Context, move: ProductMove, at: Step, role: str, vote: Vote, note: str | None) -> ProductSignature:
    return ProductSignature(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        move_id=move.id,
        product_id=move.product_id,
        role=role,
        vote=vote,
        binding=at.standing.binding,
        note=(note or "").strip() or None,
        signed_by=ctx.actor.id,
        signed_at=ctx.now,
    )


async def _void_stale(ctx: Context, gate: Gate, given: Sequence[ProductSignature]) -> None:
    """One person's signature that is too old makes room for another."""
    if gate.signatures_days is not None:
        oldest = ctx.now - timedelta(days=gate.signatures_days)
        stale = [each for each in given if each.signed_at <= oldest]
        await _void(ctx, stale[0].product_id if stale else None, stale)


async def _void(ctx: Context, product_id: UUID | None, given: Sequence[ProductSignature]) -> None:
    if given and product_id is not None:
        async with ctx.audit("product.void", (queries.OBJECT, product_id)):
            for each in given:
                each.voided_at = ctx.now


async def _end(ctx: Context, found: Papers, move: ProductMove, state: MoveState, action: str) -> ProductMove:
    async with ctx.audit(action, (queries.OBJECT, found.product.id), reason=move.target):
        move.state, move.ended_by, move.ended_at = state, ctx.actor.id, ctx.now
    await ctx.emit(f"product.step_{state.value}", found.product.id, _payload(found.product, move))
    return move


async def _take(ctx: Context, found: Papers, move: ProductMove, version: ProductVersion) -> ProductMove:
    row, target = found.product, ProductState(move.target)
    await _refuse_hindered(ctx, found, target)
    async with ctx.audit("product.move", (queries.OBJECT, row.id), reason=target.value, ruleset=found.rules.sha256):
        move.state, move.ended_by, move.ended_at = MoveState.DONE, ctx.actor.id, ctx.now
        if move.of_version:
            await _follow_version(ctx, found, move, version, target)
        if move.of_product:
            _follow_product(ctx, found, move, target)
    await ctx.emit("product.moved", row.id, _payload(row, move))
    return move


async def _follow_version(
    ctx: Context, found: Papers, move: ProductMove, version: ProductVersion, target: ProductState
) -> None:
    if target is _S.ON_SALE:
        first = _first_day(move, ctx.now.date())
        before = found.approved
        if before is not None:
            before.effective_to = _earlier(before.effective_to, first - timedelta(days=1))
            await ctx.session.flush()
        version.effective_from, version.effective_to = first, move.effective_to
    version.stage = lifecycle.stage_after(target)


def _first_day(move: ProductMove, today: date) -> date:
    """The day that was asked for, or today when that has passed meanwhile; of what was sold before, its day then."""
    day = move.effective_on or today
    first = day if day < move.proposed_at.date() else max(day, today)
    if move.effective_to is not None and move.effective_to < first:
        raise DayInvalid(field="effectiveTo", problem="the last day comes before the first")
    return first


def _follow_product(ctx: Context, found: Papers, move: ProductMove, target: ProductState) -> None:
    row, today = found.product, ctx.now.date()
    row.state = target
    if target is _S.ON_SALE and move.of_version:
        row.opened_on = _first_day(move, today)
    if target is _S.WITHDRAWN:
        row.closed_on = today
        for version in found.versions:
            if version.effective_from is not None:
                version.effective_to = _earlier(version.effective_to, today - timedelta(days=1))


def _earlier(day: date | None, other: date) -> date:
    return other if day is None else min(day, other)


async def _refuse_hindered(ctx: Context, found: Papers, target: ProductState) -> None:
    hindrance = await _hindrance(ctx, found, target)
    if hindrance is not None:
        raise hindrance


async def _hindrance(
    ctx: Context, found: Papers, target: ProductState
) -> NewBusinessPossible | HoldingsOpen | HoldingsUnknown | ProductStateForbids | None:
    """What stands against a step beside its gate."""
    state, today = ProductState(found.product.state), ctx.now.date()
    if target is _S.ON_SALE and not lifecycle.in_preparation(state.value) and state not in ON_THE_MARKET:
        return ProductStateForbids(state=state.value, verb=target.value)
    if target is _S.RUN_OFF and (day := _last_sale(found)) is not None and day >= today:
        return NewBusinessPossible(why=day.isoformat())
    if target is _S.RETIRED and found.approved is not None and state not in ON_THE_MARKET:
        ids = [version.id for version in found.versions if version.effective_from is not None]
        count = await registry.open_holdings(ctx, ids)
        if count is None:
            return HoldingsUnknown()
        return HoldingsOpen(count=count) if count else None
    return None


def _last_sale(found: Papers) -> date | None:
    """The last day on which a version may be sold; far away while it has no end."""
    days = [
        version.effective_to or date.max
        for version in found.versions
        if version.effective_from is not None
        and (version.effective_to is None or version.effective_to >= version.effective_from)
    ]
    return max(days, default=None)


def _payload(row: Product, move: ProductMove) -> dict[str, str | bool]:
    return {
        "product": str(row.id),
        "code": row.code,
        "move": str(move.id),
        "version": str(move.version_id),
        "origin": move.origin,
        "target": move.target,
        "of_version": move.of_version,
        "of_product": move.of_product,
    }
