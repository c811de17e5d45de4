"""Risk ratings: who changed level and why, levels that people set, and how the portfolio spreads over levels."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, text
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from backend.access.context import Context
from backend.reporting.customers import CUSTOMER, named
from backend.reporting.people import instant, names_of
from backend.reporting.records import STAND, among, during, page
from backend.reporting.report import Column, Inquiry, Line, Page, Report
from backend.risk.models import RiskOverride, RiskRating

_RIGHT: Final = ("view_portfolio", "rating")
_EXPORT: Final = (_RIGHT, ("export", "report"))
_PERIOD: Final = frozenset({"since", "until", "subjects"})
_DISTRIBUTION: Final = text(
    """
    SELECT level, count(*) AS customers, count(override_id) AS overridden,
           count(*) FILTER (WHERE next_review_on < CAST(:at AS date)) AS overdue
      FROM (SELECT DISTINCT ON (party_id) party_id, level, override_id, next_review_on
              FROM risk_rating WHERE tenant_id = :tenant AND rated_at < :at
             ORDER BY party_id, id DESC) AS newest
     GROUP BY level ORDER BY level"""
)
_CHANGED: Final = (
    Column("at", "Time (UTC)", "When the customer was rated.", 28),
    Column("was", "Level before", "The level of the rating before; none for a first rating.", 12),
    Column("level", "Level", "The level from then on.", 12),
    Column("computed", "Computed level", "What the rule-set computed; another level was set by people.", 12),
    Column("points", "Points", "Points of the rule-set.", 8, printed=False),
    Column("out_of", "Out of", "The most that can be reached.", 8, printed=False),
    Column("cause", "Cause", "Why the customer was rated.", 14),
    Column("next_review_on", "Next review", "The day by which the customer is to be reviewed.", 12),
    Column("digest", "Rules", "Digest of the rule-set and its tables.", 66, printed=False),
)
_OVERRIDDEN: Final = (
    Column("proposed_at", "Proposed at (UTC)", "When another level was proposed.", 28),
    Column("computed", "Computed level", "The level it was decided against.", 12),
    Column("level", "Level", "The level that was proposed.", 12),
    Column("reason", "Reason", "The reason by its code.", 22),
    Column("state", "State", "What became of it.", 12),
    Column("effective_from", "From day", "First day it counts.", 12, printed=False),
    Column("expires_on", "To day", "The day on which it ends.", 12),
    Column("proposed_by", "Proposed by", "Who proposed it.", 18),
    Column("decided_by", "Decided by", "The second person.", 18),
    Column("decided_at", "Decided at (UTC)", "When the second person answered.", 28, printed=False),
)
_SPREAD: Final = (
    Column("level", "Level", "The level of the newest rating of each customer at that instant.", 16),
    Column("customers", "Customers", "How many customers stand there.", 12),
    Column("share", "Share", "Of all rated customers, in per cent with two places.", 12),
    Column("overridden", "Set by people", "How many of them by a decision of people.", 14),
    Column("overdue", "Reviews overdue", "How many of them should have been reviewed by then.", 14),
)


async def _changes(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    earlier = aliased(RiskRating)
    was = (
        select(earlier.level)
        .where(earlier.party_id == RiskRating.party_id, col(earlier.id) < col(RiskRating.id))
        .order_by(col(earlier.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    filters = inquiry.filters
    wanted = select(RiskRating, was).where(
        func.coalesce(was, "") != RiskRating.level,
        *during(RiskRating.rated_at, filters),
        *among(RiskRating.party_id, filters.subjects),
    )
    return await page(ctx, inquiry, place, RiskRating, wanted, _changed)


async def _changed(ctx: Context, inquiry: Inquiry, rows: Sequence[Any]) -> Sequence[Line]:
    who = await named(ctx, [row[0].party_id for row in rows], inquiry)
    return [
        {
            **who[rating.party_id].line(rating.party_id),
            "at": instant(rating.rated_at),
            "was": was,
            "level": rating.level,
            "computed": rating.computed,
            "points": rating.points,
            "out_of": rating.out_of,
            "cause": rating.cause,
            "next_review_on": rating.next_review_on.isoformat(),
            "digest": rating.digest,
        }
        for rating, was in rows
    ]


async def _overrides(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    filters = inquiry.filters
    conditions = [*during(RiskOverride.proposed_at, filters), *among(RiskOverride.party_id, filters.subjects)]
    return await page(ctx, inquiry, place, RiskOverride, select(RiskOverride).where(*conditions), _overridden)


async def _overridden(ctx: Context, inquiry: Inquiry, rows: Sequence[Any]) -> Sequence[Line]:
    found = [row[0] for row in rows]
    who = await named(ctx, [row.party_id for row in found], inquiry)
    people = await names_of(ctx, [person for row in found for person in (row.proposed_by, row.decided_by)])
    return [
        {
            **who[row.party_id].line(row.party_id),
            "proposed_at": instant(row.proposed_at),
            "computed": row.computed_then,
            "level": row.level,
            "reason": row.reason,
            "state": row.state,
            "effective_from": row.effective_from.isoformat(),
            "expires_on": row.expires_on.isoformat(),
            "proposed_by": people.get(row.proposed_by),
            "decided_by": people.get(row.decided_by),
            "decided_at": instant(row.decided_at),
        }
        for row in found
    ]


async def _distribution(ctx: Context, inquiry: Inquiry, _: Any) -> Page:
    at = inquiry.filters.until or inquiry.at
    rows = (await ctx.session.execute(_DISTRIBUTION, {"tenant": ctx.actor.tenant_id, "at": at})).all()
    rated = sum(row.customers for row in rows)
    lines: list[Line] = [
        {
            "level": row.level,
            "customers": row.customers,
            "share": f"{row.customers * 100 / rated:.2f}",
            "overridden": row.overridden,
            "overdue": row.overdue,
        }
        for row in rows
    ]
    return Page(lines, None, 1, 1)


RATING_CHANGES: Final = Report(
    code="rating-changes",
    title="Changes of risk ratings",
    about="Which customers were rated for the first time or changed level in a period, and why.",
    right=_RIGHT,
    export=_EXPORT,
    columns=(*STAND, *CUSTOMER, *_CHANGED),
    page=_changes,
    filters=_PERIOD,
    notes=("A rating that left the level as it was is not a change, and is not listed.",),
)
RATING_OVERRIDES: Final = Report(
    code="rating-overrides",
    title="Risk levels set by people",
    about="Which other levels than the computed ones were proposed in a period, by whom, and what became of them.",
    right=_RIGHT,
    export=_EXPORT,
    columns=(*STAND, *CUSTOMER, *_OVERRIDDEN),
    page=_overrides,
    filters=_PERIOD,
    notes=("The log entry of a line is the last that changed the proposal.",),
)
RATING_DISTRIBUTION: Final = Report(
    code="rating-distribution",
    title="Customers by risk level",
    about="How many customers stood at each level at an instant.",
    right=_RIGHT,
    export=_EXPORT,
    columns=_SPREAD,
    page=_distribution,
    filters=frozenset({"until"}),
    notes=("Without an instant, as things are when the report is made. Customers without a rating are not counted.",),
)
