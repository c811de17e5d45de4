"""What the verbs work on, found and allowed; the rules that decide; and the lock that orders holds and erasures."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.casework.queries import queues
from backend.casework.queues import Calendar
from backend.core.rulesets import Loaded
from backend.customers.models import Party, PartyStatus
from backend.customers.queries.sight import facts
from backend.customers.rulesets import Term
from backend.rights import queries, rules
from backend.rights.errors import ErasedAlready, ReasonUnknown, RequestState
from backend.rights.models import LegalHold, PrivacyRequest
from backend.rights.models import RequestState as State
from backend.rights.rules import Verdict
from backend.rights.rulesets import RequestRules, RetentionRules, request_rules, retention_rules
from backend.rights.standing import Facts


def calendar(ctx: Context) -> Calendar:
    return queues(ctx).calendar


def known(code: str, terms: Iterable[Term], field: str) -> str:
    """Raises ReasonUnknown."""
    codes = [term.code for term in terms]
    if code not in codes:
        raise ReasonUnknown(field=field, reason=code, known=", ".join(codes))
    return code


async def request_for(ctx: Context, request_id: UUID, action: str, maker_id: UUID | None = None) -> PrivacyRequest:
    """Raises RequestNotFound, and NotAllowed where the actor may see it and no more."""
    request = await queries.request(ctx, request_id)
    standing = replace(await facts(ctx, request.party_id), maker_id=maker_id, deciders=frozenset())
    ctx.require(action, "privacy_request", standing)
    return request


def step(request: PrivacyRequest, target: State) -> None:
    """Raises RequestState."""
    if not rules.reaches(request.state, target):
        raise RequestState(state=request.state)
    request.state = target


def rules_of(ctx: Context, request: PrivacyRequest) -> RequestRules:
    """Those that the request was taken in under, for as long as they are known."""
    return request_rules(ctx.policies, request.jurisdiction, request.received_at.date()).rules


async def retention(ctx: Context) -> Loaded[RetentionRules]:
    """Of the institution's own jurisdiction, today."""
    return retention_rules(ctx.policies, await queries.jurisdiction(ctx), ctx.now.date())


async def lock(ctx: Context, party_id: UUID) -> Party:
    """Whoever holds the record decides alone: what others committed before is seen afterwards."""
    found = select(Party).where(col(Party.id) == party_id).with_for_update()
    party = (await ctx.session.scalars(found.execution_options(populate_existing=True))).one()
    if party.status == PartyStatus.SHREDDED:
        raise ErasedAlready(party_id=party_id)
    return party


async def judged(ctx: Context, party_ids: Iterable[UUID], under: RetentionRules) -> dict[UUID, Verdict]:
    """What keeps each of them, today."""
    ids = list(party_ids)
    known_facts = await _facts(ctx, ids)
    holds = await queries.holds_of(ctx, ids)
    today = ctx.now.date()
    return {
        party_id: rules.judge(found, under, (hold.reason for hold in holds.get(party_id, ())), today)
        for party_id, found in known_facts.items()
    }


async def _facts(ctx: Context, ids: list[UUID]) -> dict[UUID, Facts]:
    return await queries.facts_of(ctx, ids, await queries.open_work(ctx, ids))


async def judged_whole(ctx: Context, party_id: UUID, under: RetentionRules) -> Verdict:
    """The person with every record that was merged into this one: the strictest of them counts."""
    verdicts = (await judged(ctx, await queries.lineage(ctx, party_id), under)).values()
    own = (await judged(ctx, [party_id], under))[party_id]
    keeping = tuple(term for verdict in verdicts for term in verdict.keeping)
    holds = tuple(sorted({hold for verdict in verdicts for hold in verdict.holds}))
    days = [verdict.free_from for verdict in verdicts]
    free_from = None if any(day is None for day in days) else max(day for day in days if day is not None)
    return replace(own, keeping=keeping, holds=holds, free_from=free_from)


def keeping_documents(verdict: Verdict) -> list[dict[str, Any]]:
    held = [{"code": f"hold.{reason}", "article": None, "until": None} for reason in verdict.holds]
    return [*held, *(term.as_document() for term in verdict.keeping)]


async def hold_for(ctx: Context, hold_id: UUID, action: str, maker: str | None = None) -> LegalHold:
    """`maker` names the column with the person who may not be the actor."""
    hold = await ctx.session.get_one(LegalHold, hold_id)
    standing = await facts(ctx, hold.party_id)
    made_by = None if maker is None else getattr(hold, maker) or hold.placed_by
    ctx.require(action, "legal_hold", replace(standing, maker_id=made_by, deciders=frozenset()))
    return hold
