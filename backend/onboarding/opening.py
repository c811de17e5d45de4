"""The first half of a case, made by the first line: opened, filled in, submitted."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser
from backend.core.ids import new_id
from backend.customers.inputs import RelationInput
from backend.customers.models import Customer, Party, PartyKind, Stage
from backend.customers.service.relations import open_relation
from backend.onboarding import demands, queries
from backend.onboarding.acting import Step, announce, begin, enter, hand_over, subject, within
from backend.onboarding.errors import CaseAlreadyOpen, CaseChanged, PartyUnknown
from backend.onboarding.models import CaseState, OnboardingCase
from backend.onboarding.numbering import case_number
from backend.onboarding.owners import owners_of
from backend.onboarding.queries import Found
from backend.onboarding.ruleset import choose
from backend.onboarding.states import Verb, machine

BENEFICIAL_OWNER = "beneficial_owner"


async def open_case(
    ctx: Context,
    *,
    party_id: UUID,
    purpose: str,
    jurisdiction: str,
    products: list[str],
    channel: str,
    customer_id: UUID | None = None,
) -> OnboardingCase:
    """A draft for a party; raises NoRuleSetEffective when no rule-set covers jurisdiction and purpose.

    With it begins the relationship of a party that had none, beside whoever recorded the party; an owner gets none.
    """
    party, customer = await _party(ctx, party_id, customer_id)
    case = _new(ctx, party, customer, purpose, jurisdiction, products, channel)
    found = Found(case, party, customer, await _team_of(ctx, party.created_by))
    ctx.require("create", "onboarding_case", found.facts())
    await _refuse_second(ctx, party.id, purpose)
    loaded = choose(ctx.policies, jurisdiction, purpose, ctx.now.date())
    if customer is None and purpose != BENEFICIAL_OWNER:
        customer = await _begin_relation(ctx, party)
        case.customer_id, found = customer.id, Found(case, party, customer)
    async with ctx.audit("customer.kyc.open", subject(found.case.id), ruleset=loaded.sha256):
        ctx.session.add(found.case)
    if customer is not None and customer.stage == Stage.PROSPECT:
        async with ctx.audit("customer.stage", ("customer", customer.id), reason="onboarding_opened"):
            customer.stage, customer.stage_since = Stage.ONBOARDING, ctx.now
    step = within(ctx, found, Verb.EDIT)
    await demands.settle(step)
    await hand_over(step, owner_id=ctx.actor.id if ctx.actor.type == "staff" else None)
    await announce(step, "onboarding.opened")
    return found.case


async def edit_case(
    ctx: Context,
    case_id: UUID,
    *,
    ver: int,
    products: list[str] | None = None,
    channel: str | None = None,
) -> OnboardingCase:
    """`ver` is the version the editor saw; raises CaseChanged when it has moved on. None leaves a field as it is."""
    step = await begin(ctx, case_id, Verb.EDIT)
    if step.case.ver != ver:
        raise CaseChanged(case_id=case_id)
    given: dict[str, Any] = {"products": None if products is None else sorted(set(products)), "channel": channel}
    async with ctx.audit("customer.kyc.edit", step.subject):
        for name, value in given.items():
            if value is not None and getattr(step.case, name) != value:
                setattr(step.case, name, value)
    await demands.settle(step)
    return step.case


async def recompute(ctx: Context, case_id: UUID) -> OnboardingCase:
    """Facts of the party or its documents changed; who may see the case may have it computed anew."""
    found = await queries.found(ctx, case_id, lock=True)
    if found.case.state not in queries.FINAL:
        await demands.settle(within(ctx, found, Verb.EDIT))
    return found.case


async def recompute_party(ctx: Context, party_id: UUID) -> list[UUID]:
    """For whoever hears that a party's record changed: its open cases, each computed anew."""
    cases = await queries.open_cases_of(ctx, party_id)
    return [(await recompute(ctx, case.id)).id for case in cases]


async def submit(ctx: Context, case_id: UUID) -> OnboardingCase:
    """From here on the case runs on this version of the rule-set; owners of an organisation get cases of their own."""
    step = await begin(ctx, case_id, Verb.SUBMIT)
    await _submitted(step)
    if step.found.party.kind == PartyKind.ORGANISATION:
        await _open_owner_cases(step)
    await demands.settle(step)
    return step.case


async def _submitted(step: Step) -> None:
    ctx, case = step.ctx, step.case
    async with ctx.audit("customer.kyc.submit", step.subject, ruleset=step.loaded.sha256):
        enter(step, CaseState.SUBMITTED)
        case.ruleset, case.submitted_by, case.submitted_at = step.loaded.sha256, ctx.actor.id, ctx.now
    await hand_over(step, excluded_id=ctx.actor.id)
    await announce(step)


async def _open_owner_cases(step: Step) -> None:
    """One for each beneficial owner that has none under this parent."""
    ctx, case = step.ctx, step.case
    owners = await owners_of(ctx, step.found.party)
    present = {child.party_id for child in await queries.children(ctx, case.id)}
    for owner_id in owners.beneficial:
        if owner_id not in present:
            owner = (await ctx.session.scalars(select(Party).where(col(Party.id) == owner_id))).one()
            await _open_child(step, owner)


async def _open_child(step: Step, owner: Party) -> None:
    """The owner stands beside the customer's relationship, so the same people may act; submitted with its parent."""
    ctx, case, customer = step.ctx, step.case, step.found.customer
    child = _new(ctx, owner, customer, BENEFICIAL_OWNER, case.jurisdiction, case.products, case.channel)
    child.parent_id = case.id
    loaded = choose(ctx.policies, case.jurisdiction, BENEFICIAL_OWNER, ctx.now.date())
    async with ctx.audit("customer.kyc.open", subject(child.id), reason=BENEFICIAL_OWNER, ruleset=loaded.sha256):
        ctx.session.add(child)
    inner = within(ctx, Found(child, owner, customer), Verb.SUBMIT).under(loaded)
    await _submitted(inner)
    await demands.settle(inner)


def _new(
    ctx: Context,
    party: Party,
    customer: Customer | None,
    purpose: str,
    jurisdiction: str,
    products: list[str],
    channel: str,
) -> OnboardingCase:
    id_ = new_id()
    states = machine(ctx.policies, ctx.now.date())
    case = OnboardingCase(
        id=id_,
        tenant_id=ctx.actor.tenant_id,
        number=case_number(id_, ctx.now.date()),
        party_id=party.id,
        customer_id=None if customer is None else customer.id,
        purpose=purpose,
        jurisdiction=jurisdiction,
        products=sorted(set(products)),
        channel=channel,
        state=states.initial,
        opened_by=ctx.actor.id,
        opened_at=ctx.now,
    )
    case.expires_at = states.expiry(case.state, ctx.now)
    return case


async def _party(ctx: Context, party_id: UUID, customer_id: UUID | None) -> tuple[Party, Customer | None]:
    """The party is locked, so that two people cannot open two cases for it at once."""
    lock = select(Party).where(col(Party.id) == party_id).with_for_update()
    party = (await ctx.session.scalars(lock)).first()
    if party is None or party.status != "active":
        raise PartyUnknown(party_id=party_id)
    owned = col(Customer.party_id) == party_id if customer_id is None else col(Customer.id) == customer_id
    customer = (await ctx.session.scalars(select(Customer).where(owned))).first()
    if customer_id is not None and customer is None:
        raise PartyUnknown(party_id=party_id)
    return party, customer


async def _begin_relation(ctx: Context, party: Party) -> Customer:
    """In the book of the colleague who recorded the party; nobody's yet, when a partner or an import did."""
    recorder = await ctx.session.get(StaffUser, party.created_by)
    given = RelationInput() if recorder is None else RelationInput(manager_id=recorder.id, team_id=recorder.team_id)
    async with ctx.audit("customer.create", ("party", party.id)):
        return open_relation(ctx, party.id, given)


async def _team_of(ctx: Context, user_id: UUID) -> UUID | None:
    return await ctx.session.scalar(select(StaffUser.team_id).where(col(StaffUser.id) == user_id))


async def _refuse_second(ctx: Context, party_id: UUID, purpose: str) -> None:
    for case in await queries.open_cases_of(ctx, party_id):
        if case.purpose == purpose:
            raise CaseAlreadyOpen(number=case.number)
