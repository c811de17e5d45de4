"""Prospects are recorded with where they came from and what they agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import col

from backend.access.context import Context
from backend.access.models import StaffUser
from backend.access.scopes import Facts
from backend.consent.models import ANY_CHANNEL
from backend.consent.service import ConsentInput, record_consent
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.inputs import PartyInput, RelationInput
from backend.customers.models import Customer, Stage
from backend.customers.queries.sight import allowed_ids
from backend.customers.service.loading import party_for
from backend.customers.service.parties import record_party
from backend.customers.service.relations import customer_of, open_customer
from backend.engagement.prospects import queries
from backend.engagement.prospects.errors import (
    AlreadyCustomer,
    CampaignUnknown,
    ProductUnknown,
    ProspectOpen,
    ReferrerUnknown,
    SourceIncomplete,
)
from backend.engagement.prospects.models import Prospect, Source
from backend.engagement.prospects.ruleset import ProspectRules, prospect_rules
from backend.engagement.prospects.service.days import refuse_past
from backend.engagement.prospects.service.handing import first_contact_at

_BEFORE: Final = (Stage.PROSPECT.value, Stage.CHURNED.value, Stage.EXITED.value)
"""Who may be won: nobody yet, or somebody who left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """To being contacted about offers: by which version of the text, in which language, on which channel, and when."""

    text_version: int
    text_locale: str = "en"
    channel: str = ANY_CHANNEL
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProspectInput:
    """`manager_id` None: the colleague who records follows up; what a partner or the platform records is nobody's.

    `campaign` with the source campaign, `referred_by_id` (a customer) with the source referral; they came today
    unless `came_on` says otherwise.
    """

    source: Source
    interest: Sequence[str] = ()
    campaign: str | None = None
    referred_by_id: UUID | None = None
    manager_id: UUID | None = None
    next_step_on: date | None = None
    came_on: date | None = None
    consent: ConsentGiven | None = None


async def record(ctx: Context, party: PartyInput, given: ProspectInput) -> Prospect:
    """Somebody new: the record of the party, its relationship as a prospect and how it came, or nothing of it.

    Records that may be the same are noted for people to judge, as for every party. Raises CampaignUnknown,
    SourceIncomplete, ReferrerUnknown, ProductUnknown, NextStepPast, and what record_party raises.
    """
    relation = await _relation(ctx, given)
    standing = Facts(
        tenant_id=ctx.actor.tenant_id,
        manager_id=relation.manager_id,
        team_id=relation.team_id,
        referred_by=ctx.actor.id if ctx.actor.type == "partner" else None,
    )
    ctx.require("record", queries.OBJECT, standing)
    loaded = await _checked(ctx, given)
    recorded = await record_party(ctx, party.model_copy(update={"relation": relation}))
    return await _write(ctx, recorded.id, given, loaded)


async def record_known(ctx: Context, party_id: UUID, given: ProspectInput) -> Prospect:
    """Somebody on record who is no customer, or no more. Raises ProspectOpen, AlreadyCustomer, and as `record`."""
    await party_for(ctx, party_id, "record", queries.OBJECT)
    customer = await customer_of(ctx, party_id)
    if customer is not None and customer.stage not in _BEFORE:
        raise AlreadyCustomer()
    if await queries.is_open(ctx, party_id):
        raise ProspectOpen()
    loaded = await _checked(ctx, given)
    if customer is None:
        await open_customer(ctx, party_id, await _relation(ctx, given))
    return await _write(ctx, party_id, given, loaded)


async def _relation(ctx: Context, given: ProspectInput) -> RelationInput:
    """A colleague's prospect stands in their book, or where they say; all others wait for somebody to take them."""
    if given.manager_id is None and ctx.actor.type != "staff":
        return RelationInput()
    if given.manager_id is None or given.manager_id == ctx.actor.id:
        return RelationInput(manager_id=ctx.actor.id, team_id=ctx.actor.team_id)
    manager = await ctx.session.get(StaffUser, given.manager_id)
    return RelationInput(manager_id=given.manager_id, team_id=None if manager is None else manager.team_id)


async def _checked(ctx: Context, given: ProspectInput) -> Loaded[ProspectRules]:
    today = ctx.now.date()
    loaded = prospect_rules(ctx.policies, today)
    if (given.source is Source.CAMPAIGN) != (given.campaign is not None):
        raise SourceIncomplete(field="campaign")
    if (given.source is Source.REFERRAL) != (given.referred_by_id is not None):
        raise SourceIncomplete(field="referred_by_id")
    came_on = given.came_on or today
    if given.campaign is not None and loaded.rules.campaign(given.campaign, came_on) is None:
        raise CampaignUnknown(field="campaign", campaign=given.campaign, day=came_on)
    if given.referred_by_id is not None and not await _visible(ctx, given.referred_by_id):
        raise ReferrerUnknown(field="referred_by_id")
    if unknown := await queries.unknown_products(ctx, given.interest):
        raise ProductUnknown(field="interest", product=unknown[0])
    refuse_past(ctx, given.next_step_on)
    return loaded


async def _visible(ctx: Context, party_id: UUID) -> bool:
    seen = allowed_ids(ctx, "view").where(col(Customer.party_id) == party_id)
    return await ctx.session.scalar(seen) is not None


async def _write(ctx: Context, party_id: UUID, given: ProspectInput, loaded: Loaded[ProspectRules]) -> Prospect:
    rules = loaded.rules
    row = Prospect(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        source=given.source,
        campaign=given.campaign,
        referred_by_id=given.referred_by_id,
        interest=sorted(set(given.interest)),
        ruleset=loaded.sha256,
        recorded_by=ctx.actor.id,
        recorded_at=ctx.now,
        next_step_on=given.next_step_on or _first_contact_on(ctx, rules, given.source),
        last_step_at=ctx.now,
    )
    async with ctx.audit("prospect.record", ("party", party_id), reason=given.source.value, ruleset=loaded.sha256):
        ctx.session.add(row)
    if given.consent is not None:
        await _consent(ctx, party_id, rules, given.source, given.consent)
    await ctx.emit("prospect.recorded", row.id, {"party": str(party_id), "source": given.source.value})
    return row


def _first_contact_on(ctx: Context, rules: ProspectRules, source: Source) -> date:
    due = first_contact_at(ctx, rules, source, ctx.now)
    return ctx.now.date() + timedelta(days=rules.follow_up_days) if due is None else due.date()


async def _consent(ctx: Context, party_id: UUID, rules: ProspectRules, source: Source, given: ConsentGiven) -> None:
    consent = ConsentInput(
        purpose=rules.consent.purpose,
        channel=given.channel,
        text_version=given.text_version,
        text_locale=given.text_locale,
        evidence=rules.consent.evidence[source],
        effective_at=given.given_at,
    )
    await record_consent(ctx, party_id, consent)
