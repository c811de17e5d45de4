"""Whom a playbook takes up: customers on whom one of its triggers holds, each trigger one SELECT over everybody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import singledispatch
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    union_all,
)
from sqlalchemy import select as sql
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlmodel import col

from backend.access.context import Context
from backend.core.events import Outbox
from backend.customers.models import Customer, Party, PartyStatus
from backend.engagement.models.models import ModelKind, ScoringRun, StoredScore
from backend.engagement.playbooks.happenings import CLAIM_PAID, OUTBOX, SUBJECT, TRIGGER
from backend.engagement.playbooks.models import PlaybookEnrolment, Status
from backend.engagement.playbooks.ruleset import Playbook
from backend.engagement.playbooks.triggers import Anniversary, Happened, SegmentEntered, StageReached, Warned
from backend.engagement.segments.models import Scheme, SegmentMember
from backend.engagement.watch.models import EarlyWarning, WarningState
from backend.holdings.models import Account, Claim, ClaimState, Holding

_SCHEME = Scheme.RULES.value
_MIGRATION = "migration"


@dataclass(frozen=True, slots=True)
class Candidate:
    """`source` names the one happening that takes the customer up: the same happening does so once."""

    party_id: UUID
    trigger: str
    source: str


async def candidates(
    ctx: Context, playbook: Playbook, *, limit: int, party_ids: Collection[UUID] | None = None
) -> Sequence[Candidate]:
    """Customers who stand where the entry asks and are not, and were not lately, in the playbook; by party."""
    found = union_all(*(_on(trigger, ctx) for trigger in playbook.entry.triggers)).subquery()
    query = (
        sql(found.c.party_id, func.min(found.c.trigger), func.min(found.c.source))
        .join(Customer, col(Customer.party_id) == found.c.party_id)
        .join(Party, col(Party.id) == found.c.party_id)
        .where(col(Party.status) == PartyStatus.ACTIVE, *_standing(playbook), ~_taken(ctx, playbook, found.c))
        .group_by(found.c.party_id)
        .order_by(found.c.party_id)
        .limit(limit)
    )
    if party_ids is not None:
        query = query.where(found.c.party_id.in_(party_ids))
    return [Candidate(*row) for row in await ctx.session.execute(query)]


async def standing_today(ctx: Context, playbook: Playbook) -> set[UUID]:
    """Everybody who would be taken up today by a rule-set that nobody has entered yet."""
    found = union_all(*(_on(trigger, ctx) for trigger in playbook.entry.triggers)).subquery()
    query = (
        sql(found.c.party_id)
        .distinct()
        .join(Customer, col(Customer.party_id) == found.c.party_id)
        .join(Party, col(Party.id) == found.c.party_id)
        .where(col(Party.status) == PartyStatus.ACTIVE, *_standing(playbook))
    )
    return set(await ctx.session.scalars(query))


def _standing(playbook: Playbook) -> list[ColumnElement[bool]]:
    entry = playbook.entry
    conditions: list[ColumnElement[bool]] = []
    if entry.stages:
        conditions.append(col(Customer.stage).in_(entry.stages))
    if entry.segments:
        member = exists().where(
            col(SegmentMember.party_id) == col(Customer.party_id),
            col(SegmentMember.scheme) == _SCHEME,
            col(SegmentMember.segment).in_(entry.segments),
        )
        conditions.append(member)
    if entry.uplift_at_least is not None:
        conditions.append(_changed_by(f"{ModelKind.UPLIFT.value}:{playbook.id}", float(entry.uplift_at_least)))
    return conditions


def _changed_by(purpose: str, least: float) -> ColumnElement[bool]:
    """Whoever's uplift in use is so large; everybody while no model of it is in use."""
    run = sql(col(ScoringRun.id)).where(col(ScoringRun.purpose) == purpose, col(ScoringRun.in_use).is_(True))
    scored = exists().where(
        col(StoredScore.party_id) == col(Customer.party_id),
        col(StoredScore.run_id).in_(run),
        col(StoredScore.value) >= least,
    )
    return or_(~run.exists(), scored)


def _taken(ctx: Context, playbook: Playbook, found: Any) -> ColumnElement[bool]:
    since = ctx.now - timedelta(days=playbook.entry.again_after_days)
    return exists().where(
        col(PlaybookEnrolment.playbook) == playbook.id,
        col(PlaybookEnrolment.party_id) == found.party_id,
        or_(
            col(PlaybookEnrolment.status) == Status.RUNNING,
            col(PlaybookEnrolment.entered_at) > since,
            col(PlaybookEnrolment.source) == found.source,
        ),
    )


@singledispatch
def _on(trigger: Any, ctx: Context) -> Select[Any]:
    """(party_id, trigger, source) of everybody on whom the trigger holds."""
    raise TypeError(type(trigger))


def _named(party_id: Any, trigger: str, *source: Any) -> Select[Any]:
    told = func.concat(literal(trigger), *(part for each in source for part in (":", cast(each, Text))))
    return sql(party_id.label("party_id"), literal(trigger).label("trigger"), told.label("source"))


@_on.register
def _(trigger: StageReached, ctx: Context) -> Select[Any]:
    day = cast(func.timezone("UTC", col(Customer.stage_since)), Date)
    since = ctx.now - timedelta(days=trigger.within_days)
    query = _named(col(Customer.party_id), "stage", col(Customer.stage), day).where(
        col(Customer.stage).in_(trigger.stages), col(Customer.stage_since) > since, col(Customer.stage_since) <= ctx.now
    )
    return (
        query.where(col(Customer.activated_at).between(since, ctx.now), ~_known_since(since))
        if trigger.first
        else query
    )


def _known_since(day: datetime) -> ColumnElement[bool]:
    """Whoever came with a file as a customer, or has an older contract, is new to the platform alone."""
    taken_over = exists().where(
        col(Party.id) == col(Customer.party_id),
        col(Party.source) == _MIGRATION,
        col(Party.created_at) >= col(Customer.activated_at),
    )
    held = exists().where(col(Holding.party_id) == col(Customer.party_id), col(Holding.opened_on) <= day.date())
    owned = exists().where(col(Account.owner_id) == col(Customer.party_id), col(Account.opened_on) <= day.date())
    return or_(taken_over, held, owned)


@_on.register
def _(trigger: SegmentEntered, ctx: Context) -> Select[Any]:
    today = ctx.now.date()
    return _named(col(SegmentMember.party_id), "segment", col(SegmentMember.segment), col(SegmentMember.since)).where(
        col(SegmentMember.scheme) == _SCHEME,
        col(SegmentMember.segment).in_(trigger.segments),
        col(SegmentMember.since) > today - timedelta(days=trigger.within_days),
        col(SegmentMember.since) <= today,
    )


@_on.register
def _(trigger: Warned, ctx: Context) -> Select[Any]:
    query = _named(col(EarlyWarning.party_id), "warned", col(EarlyWarning.id)).where(
        col(EarlyWarning.raised_at) > ctx.now - timedelta(days=trigger.within_days),
        col(EarlyWarning.raised_at) <= ctx.now,
        col(EarlyWarning.state) != WarningState.CLOSED,
    )
    if trigger.signals:
        query = query.where(cast(col(EarlyWarning.signals), JSONB).has_any(array(sorted(trigger.signals))))
    return query


@_on.register
def _(trigger: Anniversary, ctx: Context) -> Select[Any]:
    began = col(Customer.activated_at)
    lasted = func.age(ctx.now, began)
    months = func.extract("year", lasted) * 12 + func.extract("month", lasted)
    turn = cast(func.floor(months / trigger.every_months), Integer)
    reached = began + func.make_interval(0, turn * trigger.every_months)
    return _named(col(Customer.party_id), "anniversary", turn * trigger.every_months).where(
        and_(turn >= 1, reached > ctx.now - timedelta(days=trigger.within_days))
    )


@_on.register
def _(trigger: Happened, ctx: Context) -> Select[Any]:
    kept: dict[str, list[str]] = {}
    for name in sorted(trigger.events & OUTBOX.keys()):
        kept.setdefault(OUTBOX[name], []).append(name)
    found = [_told(names, key, trigger, ctx) for key, names in kept.items()]
    if CLAIM_PAID in trigger.events:
        found.append(_claims(trigger, ctx))
    return found[0] if len(found) == 1 else sql(union_all(*found).subquery())


def _told(names: list[str], key: str, trigger: Happened, ctx: Context) -> Select[Any]:
    about = col(Outbox.subject_id) if key == SUBJECT else cast(col(Outbox.payload)[key].astext, Uuid)
    return _named(about, TRIGGER, col(Outbox.name), col(Outbox.id)).where(
        col(Outbox.name).in_(names),
        col(Outbox.created_at) > ctx.now - timedelta(days=trigger.within_days),
        col(Outbox.created_at) <= ctx.now,
    )


def _claims(trigger: Happened, ctx: Context) -> Select[Any]:
    today = ctx.now.date()
    query = _named(col(Holding.party_id), TRIGGER, literal(CLAIM_PAID), col(Claim.id))
    return query.join(Claim, col(Claim.holding_id) == col(Holding.id)).where(
        col(Claim.state) == ClaimState.PAID,
        col(Claim.settled_on) > today - timedelta(days=trigger.within_days),
        col(Claim.settled_on) <= today,
    )
