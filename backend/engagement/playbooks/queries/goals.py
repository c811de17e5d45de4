"""Who reached what a playbook is for, and the figures of its effect: looked at alike for both arms."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Date, DateTime, Select, and_, cast, func, or_
from sqlalchemy import select as sql
from sqlmodel import col

from backend.access.context import Context
from backend.customers.models import Customer
from backend.engagement.offers.models import Answer, OfferAnswer
from backend.engagement.playbooks.models import Arm, EndReason, GoalKind, PlaybookEnrolment, Status
from backend.engagement.playbooks.ruleset import Goal
from backend.holdings.models import Account, Holding, Movement
from backend.products.selling.models import Sale, SaleState

_SINCE: Final = col(PlaybookEnrolment.entered_at)
_PARTY: Final = col(PlaybookEnrolment.party_id)


@dataclass(frozen=True, slots=True)
class Reached:
    enrolment_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class ArmFigure:
    """`observed`: those by lot whose time to reach the goal is over; `reached` of them."""

    entered: int
    running: int
    observed: int
    reached: int


_NOBODY: Final = ArmFigure(0, 0, 0, 0)


async def versions(ctx: Context) -> Sequence[tuple[str, str]]:
    """(playbook, hash) of rule-sets under which somebody's goal is still looked for."""
    query = sql(col(PlaybookEnrolment.playbook), col(PlaybookEnrolment.ruleset)).where(_looked_for(ctx)).distinct()
    return [(code, sha256) for code, sha256 in await ctx.session.execute(query)]


def _looked_for(ctx: Context) -> ColumnElement[bool]:
    """A day longer than the window: what was booked on its last day is still seen."""
    return and_(
        col(PlaybookEnrolment.goal_at).is_(None),
        col(PlaybookEnrolment.observe_until) > func.date_subtract(ctx.now, func.make_interval(0, 0, 0, 2)),
    )


async def reached(ctx: Context, goal: Goal, sha256: str, limit: int) -> Sequence[Reached]:
    """Of those under this version: whose goal was reached between entry and end of the window, and when first."""
    at = _at(goal)
    query = (
        sql(col(PlaybookEnrolment.id), at.label("at"))
        .where(
            _looked_for(ctx),
            col(PlaybookEnrolment.ruleset) == sha256,
            at.is_not(None),
            at <= col(PlaybookEnrolment.observe_until),
            at <= ctx.now,
        )
        .order_by(col(PlaybookEnrolment.id))
        .limit(limit)
    )
    rows = await ctx.session.execute(query)
    return [Reached(id_, moment.astimezone(UTC)) for id_, moment in rows]


def _at(goal: Goal) -> ColumnElement[Any]:
    """When it was reached first after the entry, as a scalar subquery of the enrolment; NULL while it was not."""
    if goal.kind is GoalKind.STAGE:
        return _scalar(
            sql(func.min(col(Customer.stage_since))).where(
                col(Customer.party_id) == _PARTY,
                col(Customer.stage).in_(goal.stages),
                col(Customer.stage_since) > _SINCE,
            )
        )
    if goal.kind is GoalKind.OFFER:
        return _scalar(
            sql(func.min(col(OfferAnswer.answered_at))).where(
                col(OfferAnswer.party_id) == _PARTY,
                col(OfferAnswer.answer) == Answer.ACCEPTED,
                col(OfferAnswer.answered_at) > _SINCE,
            )
        )
    if goal.kind is GoalKind.CONTRACT:
        return func.least(_contract(), _sale())
    return _movement()


def _scalar(query: Select[Any]) -> ColumnElement[Any]:
    return query.correlate(PlaybookEnrolment).scalar_subquery()


def _midnight(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.timezone("UTC", cast(day, DateTime))


_ENTRY_DAY: Final = cast(func.timezone("UTC", _SINCE), Date)


def _contract() -> ColumnElement[Any]:
    query = sql(_midnight(func.min(col(Holding.opened_on))))
    return _scalar(query.where(col(Holding.party_id) == _PARTY, col(Holding.opened_on) > _ENTRY_DAY))


def _sale() -> ColumnElement[Any]:
    query = sql(func.min(col(Sale.sold_at)))
    return _scalar(
        query.where(col(Sale.party_id) == _PARTY, col(Sale.state) == SaleState.CONFIRMED, col(Sale.sold_at) > _SINCE)
    )


def _movement() -> ColumnElement[Any]:
    query = sql(_midnight(func.min(col(Movement.booked_on)))).join(Account, col(Account.id) == col(Movement.account_id))
    return _scalar(query.where(col(Account.owner_id) == _PARTY, col(Movement.booked_on) > _ENTRY_DAY))


async def strata(ctx: Context, playbook: str) -> Sequence[Mapping[Arm, ArmFigure]]:
    """Of each version of the playbook. Those whom people enrolled are left out: they were not chosen by lot."""
    over = col(PlaybookEnrolment.observe_until) <= ctx.now
    in_time = col(PlaybookEnrolment.goal_at) <= col(PlaybookEnrolment.observe_until)
    query = (
        sql(
            col(PlaybookEnrolment.ruleset),
            col(PlaybookEnrolment.arm),
            func.count(),
            func.count().filter(col(PlaybookEnrolment.status) == Status.RUNNING),
            func.count().filter(over),
            func.count().filter(over, in_time),
        )
        .where(col(PlaybookEnrolment.playbook) == playbook, col(PlaybookEnrolment.by_hand).is_(False))
        .group_by(col(PlaybookEnrolment.ruleset), col(PlaybookEnrolment.arm))
        .order_by(col(PlaybookEnrolment.ruleset))
    )
    found: dict[str, dict[Arm, ArmFigure]] = defaultdict(lambda: dict.fromkeys(Arm, _NOBODY))
    for ruleset, arm, *counts in await ctx.session.execute(query):
        found[ruleset][Arm(arm)] = ArmFigure(*counts)
    return list(found.values())


def together(versions: Sequence[Mapping[Arm, ArmFigure]]) -> Mapping[Arm, ArmFigure]:
    """The sum over all versions."""
    return {arm: ArmFigure(*(sum(parts) for parts in zip(*_of(versions, arm), strict=True))) for arm in Arm}


def _of(versions: Sequence[Mapping[Arm, ArmFigure]], arm: Arm) -> list[tuple[int, ...]]:
    return [astuple(each[arm]) for each in versions] or [astuple(_NOBODY)]


async def endings(ctx: Context, playbook: str) -> Mapping[str, int]:
    """How courses ended, by reason; `finished` for those that went to their last step."""
    ended = func.coalesce(col(PlaybookEnrolment.end_reason), col(PlaybookEnrolment.status))
    query = (
        sql(ended, func.count())
        .where(
            col(PlaybookEnrolment.playbook) == playbook,
            col(PlaybookEnrolment.arm) == Arm.TREATED,
            or_(col(PlaybookEnrolment.end_reason).is_not(None), col(PlaybookEnrolment.status) == Status.FINISHED),
        )
        .group_by(ended)
    )
    known = [*(reason.value for reason in EndReason), Status.FINISHED.value]
    found = {str(reason): count for reason, count in await ctx.session.execute(query)}
    return {reason: found[reason] for reason in known if reason in found}
