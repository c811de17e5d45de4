"""Whom a playbook takes up: customers on whom one of its triggers holds, each trigger one SELECT over everybody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import singledispatch
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, Select, Text, and_, cast, exists, func, literal, or_, union_all
from sqlalchemy import select as sql
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlmodel import col

from backend.access.context import Context
from backend.customers.models import Customer, Party, PartyStatus
from backend.engagement.playbooks.models import PlaybookEnrolment, Status
from backend.engagement.playbooks.ruleset import Anniversary, Entry, Playbook, SegmentEntered, StageReached, Warned
from backend.engagement.segments.models import Scheme, SegmentMember
from backend.engagement.watch.models import EarlyWarning, WarningState

_SCHEME = Scheme.RULES.value


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
        .where(col(Party.status) == PartyStatus.ACTIVE, *_standing(playbook.entry), ~_taken(ctx, playbook, found.c))
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
        .where(col(Party.status) == PartyStatus.ACTIVE, *_standing(playbook.entry))
    )
    return set(await ctx.session.scalars(query))


def _standing(entry: Entry) -> list[ColumnElement[bool]]:
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
    return conditions


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
    return query.where(col(Customer.activated_at).between(since, ctx.now)) if trigger.first else query


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
