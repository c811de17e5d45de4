"""What moved about many customers since a moment of each: one SELECT for each sort, whoever many there are."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Subquery, Uuid, and_, column, func, literal, or_, values
from sqlalchemy import Date as SqlDate
from sqlalchemy import select as sql_select
from sqlmodel import col

from backend.access.context import Context
from backend.audit.models import AuditEntry
from backend.customers.models import Customer, Document, DocumentStatus, Party
from backend.holdings.models import Account, AccountHolder, Card, Loan
from backend.reviews.changes import Change, Sort
from backend.reviews.models import BehaviourFlag
from backend.reviews.queries.plan import running
from backend.reviews.queries.reviews import last_completed
from backend.risk.models import AdverseFinding, OverrideState, RiskOverride, RiskRating
from backend.screening.alerts.models import ScreeningAlert

_FACTS: Final = ("customer.edit", "customer.merge.approve", "relationship.record", "relationship.end")
_OWNERS: Final = ("ownership.record", "ownership.end")
Since = Mapping[UUID, datetime]


async def baselines(ctx: Context, party_ids: list[UUID]) -> dict[UUID, datetime]:
    """Where "since" begins: the end of the last review, else the first rating; who has neither is left out."""
    rated = sql_select(col(RiskRating.party_id), func.min(col(RiskRating.rated_at))).where(
        col(RiskRating.party_id).in_(party_ids)
    )
    rows = await ctx.session.execute(rated.group_by(col(RiskRating.party_id)))
    return {row[0]: row[1] for row in rows} | await last_completed(ctx, party_ids)


async def changes_since(ctx: Context, since: Since) -> dict[UUID, list[Change]]:
    """Every party that was asked for, each with what moved, the newest first."""
    found: dict[UUID, list[Change]] = {party_id: [] for party_id in since}
    if not since:
        return found
    begin = _begin(since)
    for gather in (_entries, _documents, _ratings, _overrides, _alerts, _findings, _behaviour, _products):
        async for change in gather(ctx, begin):
            found[change.party_id].append(change)
    for changes in found.values():
        changes.sort(key=lambda change: (change.at, change.source), reverse=True)
    return found


def _begin(since: Since) -> Subquery:
    begin = values(column("party_id", Uuid), column("at", DateTime(timezone=True)), name="since")
    return sql_select(begin.data([(party_id, at) for party_id, at in since.items()])).subquery("begin")


async def _entries(ctx: Context, begin: Subquery) -> AsyncIterator[Change]:
    entry = AuditEntry
    query = sql_select(entry).join(begin, begin.c.party_id == col(entry.subject_id))
    query = query.where(
        col(entry.tenant_id) == ctx.actor.tenant_id,
        col(entry.ts) > begin.c.at,
        col(entry.outcome) == "success",
        col(entry.action).in_((*_FACTS, *_OWNERS)),
    )
    for row in await ctx.session.scalars(query):
        owners = row.action in _OWNERS
        source = f"owners {row.ts.date()}" if owners else str(row.id)
        sort = Sort.OWNER if owners else Sort.FACT
        yield Change(row.subject_id, sort, row.action, row.ts, source, row.actor_id, {"entry": str(row.id)})


async def _documents(ctx: Context, begin: Subquery) -> AsyncIterator[Change]:
    """Papers that came, were judged or ran out; one that a valid paper of the same type replaces ran out in peace."""
    day: ColumnElement[Any] = begin.c.at.cast(SqlDate)
    expired = and_(col(Document.status) == DocumentStatus.EXPIRED.value, col(Document.expires_on) >= day)
    query = sql_select(Document).join(begin, begin.c.party_id == col(Document.party_id))
    rows = (
        await ctx.session.scalars(
            query.where(or_(expired, col(Document.uploaded_at) > begin.c.at, col(Document.verified_at) > begin.c.at))
        )
    ).all()
    valid = {(row.party_id, row.type) for row in rows if row.status == DocumentStatus.ACCEPTED}
    for row in rows:
        gone = row.status == DocumentStatus.EXPIRED and row.expires_on is not None
        at = _instant(row.expires_on) if gone and row.expires_on else row.verified_at or row.uploaded_at
        code = "replaced" if gone and (row.party_id, row.type) in valid else row.status
        by = None if gone else row.verified_by or row.uploaded_by
        yield Change(row.party_id, Sort.DOCUMENT, code, at, str(row.id), by, {"type": row.type})


async def _ratings(ctx: Context, begin: Subquery) -> AsyncIterator[Change]:
    """Ratings at another level than the one before."""
    rating = RiskRating
    former = func.lag(col(rating.level)).over(partition_by=col(rating.party_id), order_by=col(rating.id))
    was = former.label("was")
    columns = (col(rating.party_id), col(rating.id), col(rating.level), col(rating.rated_at), col(rating.cause), was)
    ratings = sql_select(*columns, begin.c.at.label("begin")).join(begin, begin.c.party_id == col(rating.party_id))
    every = ratings.subquery("every")
    moved = sql_select(every).where(every.c.rated_at > every.c.begin, every.c.was.is_not(None))
    for row in await ctx.session.execute(moved.where(every.c.was != every.c.level)):
        figures = {"was": row.was, "level": row.level, "cause": row.cause}
        yield Change(row.party_id, Sort.RATING, row.level, row.rated_at, str(row.id), None, figures)


async def _overrides(ctx: Context, begin: Subquery) -> AsyncIterator[Change]:
    ended = (OverrideState.EXPIRED.value, OverrideState.REOPENED.value)
    query = _of(sql_select(RiskOverride), RiskOverride.party_id, begin).where(
        col(RiskOverride.state).in_(ended), col(RiskOverride.closed_at) > begin.c.at
    )
    for row in await ctx.session.scalars(query):
        at = row.closed_at or row.proposed_at
        yield Change(row.party_id, Sort.OVERRIDE, row.state, at, str(row.id), None, {"level": row.level})


async def _alerts(ctx: Context, begin: Subquery) -> AsyncIterator[Change]:
    alert = ScreeningAlert
    query = _of(sql_select(alert), alert.party_id, begin).where(
        or_(col(alert.opened_at) > begin.c.at, col(alert.decided_at) > begin.c.at)
    )
    for row in await ctx.session.scalars(query):
        figures = {"list": row.list_kind, "alert": str(row.id), "score": row.score}
        source = f"{row.id} {row.decided_at.date()}" if row.decided_at else str(row.id)
        yield Change(
            row.party_id, Sort.ALERT, row.state, row.decided_at or row.opened_at, source, row.decided_by, figures
        )


async def _findings(ctx: Context, begin: Subquery) -> AsyncIterator[Change]:
    """Reports that stand; what was withdrawn was about somebody else."""
    query = _of(sql_select(AdverseFinding), AdverseFinding.party_id, begin).where(
        col(AdverseFinding.recorded_at) > begin.c.at, col(AdverseFinding.withdrawn_at).is_(None)
    )
    for row in await ctx.session.scalars(query):
        yield Change(row.party_id, Sort.FINDING, row.standing, row.recorded_at, str(row.id), row.recorded_by)


async def _behaviour(ctx: Context, begin: Subquery) -> AsyncIterator[Change]:
    query = _of(sql_select(BehaviourFlag), BehaviourFlag.party_id, begin)
    for row in await ctx.session.scalars(query.where(col(BehaviourFlag.found_at) > begin.c.at)):
        figures = {"found_on": row.found_on.isoformat(), "amount": row.amount, "currency": row.currency, **row.figures}
        yield Change(row.party_id, Sort.BEHAVIOUR, row.pattern, row.found_at, str(row.id), None, figures)


async def _products(ctx: Context, begin: Subquery) -> AsyncIterator[Change]:
    """Accounts, cards and loans that began on a later day than `since`."""
    day: ColumnElement[Any] = begin.c.at.cast(SqlDate)
    holder = AccountHolder
    held = _of(sql_select(col(holder.party_id), col(holder.account_id)), holder.party_id, begin)
    account = held.join(Account, col(Account.id) == col(holder.account_id))
    loan = held.join(Loan, col(Loan.account_id) == col(holder.account_id))
    card = _of(sql_select(col(Card.party_id), col(Card.id)), Card.party_id, begin)
    for query, began, ref, code in (
        (account, col(Account.opened_on), col(Account.id), col(Account.product)),
        (loan, col(Loan.granted_on), col(Loan.id), literal("loan")),
        (card, col(Card.issued_on), col(Card.id), literal("card")),
    ):
        rows = await ctx.session.execute(
            query.add_columns(began.label("began"), ref.label("ref"), code.label("code")).where(began > day)
        )
        for row in rows:
            yield Change(row.party_id, Sort.PRODUCT, row.code, _instant(row.began), str(row.ref))


def _of(query: Any, party_id: Any, begin: Subquery) -> Any:
    return query.join(begin, begin.c.party_id == col(party_id))


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


async def levels_of(ctx: Context, party_ids: list[UUID]) -> dict[UUID, str | None]:
    """Of those whose relationship runs, with the level that stands on their rows."""
    query = sql_select(col(Customer.party_id), col(Customer.risk_level)).join(
        Party, col(Party.id) == col(Customer.party_id)
    )
    rows = await ctx.session.execute(query.where(col(Customer.party_id).in_(party_ids), running()))
    return {row[0]: row[1] for row in rows}
