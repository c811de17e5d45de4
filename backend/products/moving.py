"""Steps of a product: proposed, signed or refused by others, and taken when all that its gate asks for is there."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlmodel import select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.products import lifecycle, queries
from backend.products.days import NO_DAYS, check_days, earlier, first_day
from backend.products.errors import (
    AnotherPersonMustSign,
    ContentChanged,
    GateClosed,
    MoveOpen,
    NoMoveOpen,
    NoSuchStep,
    ProductNotFound,
    ProductStateForbids,
    RoleNotAsked,
    SignedAlready,
)
from backend.products.hindrances import hindrance_of, refuse_hindered
from backend.products.models import (
    MoveState,
    Product,
    ProductMove,
    ProductSignature,
    ProductState,
    ProductVersion,
    Vote,
)
from backend.products.rebinding import rebind, void, void_stale
from backend.products.standing import Papers, Step, Terms, binding, makers, papers, step

_S: Final = ProductState


async def propose(
    ctx: Context,
    product_id: UUID,
    target: ProductState,
    *,
    of_version: bool = False,
    terms: Terms = NO_DAYS,
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
    return await _propose(ctx, found, _S.UNDER_REVIEW, False, NO_DAYS, reason)


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
        await void_stale(ctx, at.gate, given)
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
        if at.passes and await hindrance_of(ctx, found, ProductState(move.target)) is None:
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


async def fall_back(ctx: Context, found: Papers) -> None:
    """The version in preparation goes back to design, with the step that its rules have for it. Raises NoSuchStep."""
    pending = found.open_move(of_version=True)
    if pending is not None:
        await _end(ctx, found, pending, MoveState.TAKEN_BACK, "product.take_back")
    await _propose(ctx, await papers(ctx, found.product), _S.DESIGN, True, NO_DAYS, None)


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
    check_days(found, target, sides, terms, ctx.now.date())
    await refuse_hindered(ctx, found, target)
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


async def _end(ctx: Context, found: Papers, move: ProductMove, state: MoveState, action: str) -> ProductMove:
    async with ctx.audit(action, (queries.OBJECT, found.product.id), reason=move.target):
        move.state, move.ended_by, move.ended_at = state, ctx.actor.id, ctx.now
    await ctx.emit(f"product.step_{state.value}", found.product.id, _payload(found.product, move))
    return move


async def _take(ctx: Context, found: Papers, move: ProductMove, version: ProductVersion) -> ProductMove:
    row, target = found.product, ProductState(move.target)
    await refuse_hindered(ctx, found, target)
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
        first = first_day(move, ctx.now.date())
        before = found.approved
        if before is not None:
            before.effective_to = earlier(before.effective_to, first - timedelta(days=1))
            await ctx.session.flush()
        version.effective_from, version.effective_to = first, move.effective_to
    version.stage = lifecycle.stage_after(target)


def _follow_product(ctx: Context, found: Papers, move: ProductMove, target: ProductState) -> None:
    row, today = found.product, ctx.now.date()
    row.state = target
    if target is _S.ON_SALE and move.of_version:
        row.opened_on = first_day(move, today)
    if target is _S.WITHDRAWN:
        row.closed_on = today
        for version in found.versions:
            if version.effective_from is not None:
                version.effective_to = earlier(version.effective_to, today - timedelta(days=1))


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
