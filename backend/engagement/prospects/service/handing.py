"""Whose a prospect is: given by the rule-set, or taken with its work. What belongs to nobody is seen without names."""

from datetime import datetime
from uuid import UUID

from backend.access import queries as directory
from backend.access.context import Context
from backend.access.models import StaffUser
from backend.casework import queries as work
from backend.casework.models import WorkItem
from backend.casework.rules import add_office_time
from backend.customers.models import Customer, Party
from backend.customers.service.relations import customer_of
from backend.engagement.prospects import queries, rules
from backend.engagement.prospects.models import Prospect, Source
from backend.engagement.prospects.ruleset import Assignment, ProspectRules, prospect_rules

_ROLE = "relationship_manager"


def first_contact_at(ctx: Context, under: ProspectRules, source: Source, recorded_at: datetime) -> datetime | None:
    """In office time; None where the rule-set names no time for the source."""
    within = under.first_contact.get(source)
    return None if within is None else add_office_time(recorded_at, within, work.queues(ctx).calendar)


async def assign_by_rule(ctx: Context, row: Prospect) -> Customer | None:
    """The prospect's relationship, given to somebody when it is nobody's and a line of the rule-set says to whom."""
    customer = await customer_of(ctx, row.party_id)
    if customer is None or customer.manager_id is not None:
        return customer
    party = await ctx.session.get_one(Party, row.party_id)
    loaded = prospect_rules(ctx.policies, ctx.now.date())
    rule = rules.assignment(loaded.rules, Source(row.source), row.campaign, party.region, row.interest)
    chosen = None if rule is None else await _chosen(ctx, rule)
    if chosen is not None:
        await _give(ctx, customer, chosen.id, chosen.team_id, reason="rule", ruleset=loaded.sha256)
    return customer


async def _chosen(ctx: Context, rule: Assignment) -> StaffUser | None:
    if rule.to == "nobody":
        return None
    holders = await directory.holders_of(ctx.session, _ROLE, ctx.now)
    if rule.team is not None:
        team_id = await queries.team_named(ctx, rule.team)
        holders = [each for each in holders if each.team_id == team_id]
    if not holders:
        return None
    loads = await queries.open_by_manager(ctx)
    return min(holders, key=lambda each: (loads.get(each.id, 0), each.login))


async def follow_work(ctx: Context, item: WorkItem) -> None:
    """Whoever took the work, or was given it, has the prospect in their book from now on."""
    row = await ctx.session.get(Prospect, item.subject_id)
    customer = None if row is None or row.state not in queries.OPEN else await customer_of(ctx, row.party_id)
    if customer is None or item.owner_id in {None, customer.manager_id}:
        return
    owner = await ctx.session.get_one(StaffUser, item.owner_id)
    await _give(ctx, customer, owner.id, owner.team_id, reason="work")


async def _give(
    ctx: Context, customer: Customer, manager_id: UUID, team_id: UUID | None, *, reason: str, ruleset: str | None = None
) -> None:
    """Part of a use case whose right was required there."""
    async with ctx.audit("customer.assign", ("party", customer.party_id), reason=reason, ruleset=ruleset):
        customer.manager_id, customer.team_id = manager_id, team_id
    await ctx.emit("customer.assigned", customer.id, {"party": str(customer.party_id)})
