"""The institution's relationship with a party: opened, given to somebody, moved along its stages."""

from uuid import UUID

from sqlmodel import select

from backend.access.context import Context
from backend.access.models import StaffUser, Team
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.customers import rulesets
from backend.customers.errors import RecordNotFound, RelationExists, StageNotReachable, StageReasonUnknown
from backend.customers.inputs import RelationInput
from backend.customers.models import Customer, Stage
from backend.customers.numbering import customer_number
from backend.customers.queries.sight import facts
from backend.customers.rulesets import Steps
from backend.customers.service.loading import party_for, record


def open_relation(ctx: Context, party_id: UUID, given: RelationInput) -> Customer:
    """Within an open audit entry; the caller has asked for the right."""
    customer_id = new_id()
    customer = Customer(
        id=customer_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        number=customer_number(customer_id),
        manager_id=given.manager_id,
        team_id=given.team_id,
        stage=given.stage,
        stage_since=ctx.now,
    )
    ctx.session.add(customer)
    return customer


async def open_customer(ctx: Context, party_id: UUID, given: RelationInput) -> Customer:
    """For a party that was recorded without a relationship: an owner or director who becomes a customer."""
    await party_for(ctx, party_id)
    known = await customer_of(ctx, party_id)
    if known is not None:
        raise RelationExists(number=known.number)
    await _known_people(ctx, given.manager_id, given.team_id)
    async with ctx.audit("customer.create", ("party", party_id)):
        return open_relation(ctx, party_id, given)


async def assign_customer(ctx: Context, customer_id: UUID, manager_id: UUID | None, team_id: UUID | None) -> Customer:
    """The right is asked for where the customer stands and where it would go: nobody pushes work to a foreign team."""
    customer = await record(ctx, Customer, customer_id, "customer")
    standing = await facts(ctx, customer.party_id)
    ctx.require("assign", "customer", standing)
    await _known_people(ctx, manager_id, team_id)
    ctx.require("assign", "customer", Facts(tenant_id=standing.tenant_id, manager_id=manager_id, team_id=team_id))
    async with ctx.audit("customer.assign", ("party", customer.party_id)):
        customer.manager_id, customer.team_id = manager_id, team_id
    await ctx.emit("customer.assigned", customer.id, {"party": str(customer.party_id)})
    return customer


async def set_stage(ctx: Context, customer: Customer, stage: Stage, reason: str) -> None:
    """For processes above whose own act was authorised: onboarding activates, servicing closes. `reason` is a code."""
    loaded = rulesets.stages(ctx)
    _refuse_unreachable(loaded.rules.steps[Stage(customer.stage)].process, customer.stage, stage)
    await _move(ctx, customer, stage, reason, loaded.sha256)


async def change_stage(ctx: Context, customer_id: UUID, stage: Stage, reason: str) -> Customer:
    """By a person, with a reason of the rule-set; activation and exit are not theirs to declare."""
    customer = await record(ctx, Customer, customer_id, "customer")
    ctx.require("edit", "customer", await facts(ctx, customer.party_id))
    loaded = rulesets.stages(ctx)
    known = [term.code for term in loaded.rules.reasons]
    if reason not in known:
        raise StageReasonUnknown(field="reason", reason=reason, known=", ".join(known))
    steps: Steps = loaded.rules.steps[Stage(customer.stage)]
    _refuse_unreachable(steps.person, customer.stage, stage)
    await _move(ctx, customer, stage, reason, loaded.sha256)
    return customer


def _refuse_unreachable(possible: frozenset[Stage], stage: str, target: Stage) -> None:
    if target not in possible:
        raise StageNotReachable(stage=stage, target=target.value, possible=", ".join(sorted(possible)) or "-")


async def _move(ctx: Context, customer: Customer, stage: Stage, reason: str, ruleset: str) -> None:
    action = "customer.activate" if stage is Stage.ACTIVE and customer.activated_at is None else "customer.stage"
    previous = customer.stage
    async with ctx.audit(action, ("party", customer.party_id), reason=reason, ruleset=ruleset):
        customer.stage, customer.stage_since = stage, ctx.now
        if stage is Stage.ACTIVE and customer.activated_at is None:
            customer.activated_at = ctx.now
        customer.exited_at = ctx.now if stage is Stage.EXITED else None
    payload = {"party": str(customer.party_id), "from": previous, "to": stage.value, "reason": reason}
    await ctx.emit("customer.stage_changed", customer.id, payload)


async def customer_of(ctx: Context, party_id: UUID) -> Customer | None:
    return (await ctx.session.scalars(select(Customer).where(Customer.party_id == party_id))).first()


async def _known_people(ctx: Context, manager_id: UUID | None, team_id: UUID | None) -> None:
    """Row-level security keeps other institutions' colleagues out, so an unknown id is one of them or none."""
    if manager_id is not None and await ctx.session.get(StaffUser, manager_id) is None:
        raise RecordNotFound(what="relationship manager", field="manager_id")
    if team_id is not None and await ctx.session.get(Team, team_id) is None:
        raise RecordNotFound(what="team", field="team_id")
