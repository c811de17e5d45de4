"""Every SELECT of requests, holds, retention and erasures, scoped to the actor."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, and_, case, exists, func, literal, null, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as models

from backend.access.context import Context
from backend.access.models import Tenant
from backend.access.scopes import Facts as Standing
from backend.customers.models import (
    Customer,
    Document,
    OwnershipStake,
    Party,
    PartyRelationship,
    PartyStatus,
    Stage,
)
from backend.customers.queries.sight import allowed_ids, facts
from backend.holdings.models import Account, AccountHolder
from backend.rights.errors import RequestNotFound
from backend.rights.models import (
    BatchState,
    DueState,
    Erasure,
    ErasureState,
    LegalHold,
    PrivacyRequest,
    RequestState,
    RetentionBatch,
    RetentionDue,
)
from backend.rights.standing import HOLDING, OPEN, Ended, Facts

_BEFORE: Final = (Stage.PROSPECT, Stage.ONBOARDING)


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended; what is due first comes first."""

    due_on: date
    id: UUID


@dataclass(frozen=True, slots=True)
class RequestFigure:
    """One line a state: how many, how many of them late, and the nearest date."""

    state: str
    count: int
    overdue: int
    next_due_on: date | None


async def jurisdiction(ctx: Context) -> str:
    return str(await ctx.session.scalar(select(col(Tenant.jurisdiction)).where(col(Tenant.id) == ctx.actor.tenant_id)))


def _visible(ctx: Context) -> Any:
    return models(PrivacyRequest).where(col(PrivacyRequest.party_id).in_(allowed_ids(ctx, "view", "privacy_request")))


async def request(ctx: Context, request_id: UUID) -> PrivacyRequest:
    """Raises RequestNotFound, also where the actor may not see it."""
    found: PrivacyRequest | None = (
        await ctx.session.scalars(_visible(ctx).where(col(PrivacyRequest.id) == request_id))
    ).first()
    if found is None:
        raise RequestNotFound()
    return found


async def requests(
    ctx: Context, *, states: Collection[str] = OPEN, after: After | None = None, limit: int = 50
) -> Sequence[PrivacyRequest]:
    place = tuple_(col(PrivacyRequest.due_on), col(PrivacyRequest.id))
    query = _visible(ctx).where(col(PrivacyRequest.state).in_(states))
    if after is not None:
        query = query.where(place > tuple_(literal(after.due_on), literal(after.id)))
    found = await ctx.session.scalars(query.order_by(*place).limit(limit))
    return list(found.all())


async def requests_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[PrivacyRequest]]:
    """Newest first."""
    query = _visible(ctx).where(col(PrivacyRequest.party_id).in_(party_ids)).order_by(col(PrivacyRequest.id).desc())
    found: dict[UUID, list[PrivacyRequest]] = defaultdict(list)
    for row in await ctx.session.scalars(query):
        found[row.party_id].append(row)
    return dict(found)


async def figures(ctx: Context) -> list[RequestFigure]:
    late = col(PrivacyRequest.due_on) < ctx.now.date()
    counted = (
        select(col(PrivacyRequest.state), func.count(), func.count().filter(late), func.min(col(PrivacyRequest.due_on)))
        .where(col(PrivacyRequest.party_id).in_(allowed_ids(ctx, "view", "privacy_request")))
        .group_by(col(PrivacyRequest.state))
    )
    return [
        RequestFigure(state, count, late if RequestState(state) in OPEN else 0, due)
        for state, count, late, due in await ctx.session.execute(counted)
    ]


async def ending(ctx: Context, until: date, limit: int) -> Sequence[PrivacyRequest]:
    """Open requests that nobody was warned of and that are due by then, or that ran out unnoticed."""
    waiting = models(PrivacyRequest).where(
        col(PrivacyRequest.state).in_((RequestState.RECEIVED, RequestState.IN_PROGRESS, RequestState.PENDING_APPROVAL)),
        or_(
            and_(col(PrivacyRequest.warned_at).is_(None), col(PrivacyRequest.due_on) <= until),
            and_(col(PrivacyRequest.breached_at).is_(None), col(PrivacyRequest.due_on) < ctx.now.date()),
        ),
    )
    ripe = waiting.order_by(col(PrivacyRequest.due_on), col(PrivacyRequest.id)).limit(limit)
    return (await ctx.session.scalars(ripe.with_for_update(skip_locked=True))).all()


async def deferred(ctx: Context, after: UUID | None, limit: int) -> Sequence[PrivacyRequest]:
    query = models(PrivacyRequest).where(col(PrivacyRequest.state) == RequestState.DEFERRED)
    if after is not None:
        query = query.where(col(PrivacyRequest.id) > after)
    return (await ctx.session.scalars(query.order_by(col(PrivacyRequest.id)).limit(limit))).all()


async def open_request(ctx: Context, party_id: UUID, kind: str) -> PrivacyRequest | None:
    query = models(PrivacyRequest).where(
        col(PrivacyRequest.party_id) == party_id,
        col(PrivacyRequest.kind) == kind,
        col(PrivacyRequest.state).in_(OPEN),
    )
    return (await ctx.session.scalars(query)).first()


async def holds(ctx: Context, *, standing: bool = True) -> Sequence[LegalHold]:
    query = models(LegalHold).where(col(LegalHold.party_id).in_(allowed_ids(ctx, "view", "legal_hold")))
    if standing:
        query = query.where(col(LegalHold.state).in_(HOLDING))
    return (await ctx.session.scalars(query.order_by(col(LegalHold.id).desc()).limit(200))).all()


async def standing_with(ctx: Context, party_id: UUID, maker_id: UUID | None) -> Standing:
    """What access needs to know for a second person's step on the person's record."""
    return replace(await facts(ctx, party_id), maker_id=maker_id, deciders=frozenset())


def require_sight(ctx: Context) -> None:
    ctx.require("view", "retention", Standing(tenant_id=ctx.actor.tenant_id))


def may_approve(ctx: Context, batch: RetentionBatch | None) -> bool:
    if batch is None:
        return False
    known = Standing(tenant_id=batch.tenant_id, maker_id=batch.proposed_by, deciders=frozenset())
    return ctx.may("approve", "retention", known)


async def holds_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[LegalHold]]:
    """What protects each of them now, whatever the actor may see of holds."""
    query = models(LegalHold).where(col(LegalHold.party_id).in_(party_ids), col(LegalHold.state).in_(HOLDING))
    found: dict[UUID, list[LegalHold]] = defaultdict(list)
    for row in await ctx.session.scalars(query):
        found[row.party_id].append(row)
    return dict(found)


async def batches(ctx: Context, limit: int = 50) -> Sequence[RetentionBatch]:
    return (
        await ctx.session.scalars(models(RetentionBatch).order_by(col(RetentionBatch.id).desc()).limit(limit))
    ).all()


async def open_batch(ctx: Context) -> RetentionBatch | None:
    query = models(RetentionBatch).where(col(RetentionBatch.state) == BatchState.PROPOSED)
    return (await ctx.session.scalars(query)).first()


async def due_in(
    ctx: Context, batch_id: UUID, *, state: str | None = None, after: UUID | None = None, limit: int = 100
) -> Sequence[RetentionDue]:
    query = models(RetentionDue).where(col(RetentionDue.batch_id) == batch_id)
    if state is not None:
        query = query.where(col(RetentionDue.state) == state)
    if after is not None:
        query = query.where(col(RetentionDue.id) > after)
    return (await ctx.session.scalars(query.order_by(col(RetentionDue.id)).limit(limit))).all()


async def due_counts(ctx: Context, batch_id: UUID) -> dict[str, int]:
    counted = (
        select(col(RetentionDue.state), func.count())
        .where(col(RetentionDue.batch_id) == batch_id)
        .group_by(col(RetentionDue.state))
    )
    return {row[0]: row[1] for row in await ctx.session.execute(counted)}


async def finishing(ctx: Context) -> Sequence[RetentionBatch]:
    query = models(RetentionBatch).where(col(RetentionBatch.state) == BatchState.APPROVED)
    return (await ctx.session.scalars(query)).all()


async def erasures(ctx: Context, limit: int = 50) -> Sequence[Erasure]:
    """Newest first."""
    allowed = col(Erasure.party_id).in_(allowed_ids(ctx, "view", "retention"))
    return (
        await ctx.session.scalars(models(Erasure).where(allowed).order_by(col(Erasure.id).desc()).limit(limit))
    ).all()


async def erasure_of(ctx: Context, party_id: UUID) -> Erasure | None:
    standing = models(Erasure).where(col(Erasure.party_id) == party_id, col(Erasure.state) != ErasureState.CANCELLED)
    return (await ctx.session.scalars(standing)).first()


async def unfinished(ctx: Context) -> Erasure | None:
    """The next erasure to go on with; what another worker holds is left to it."""
    ended = (ErasureState.COMPLETE, ErasureState.CANCELLED)
    query = models(Erasure).where(col(Erasure.state).not_in(ended)).order_by(col(Erasure.id)).limit(1)
    return (await ctx.session.scalars(query.with_for_update(skip_locked=True))).first()


async def lineage(ctx: Context, party_id: UUID) -> list[UUID]:
    """The party and every record that was merged into it, however many times."""
    tree = select(col(Party.id)).where(col(Party.id) == party_id).cte("lineage", recursive=True)
    tree = tree.union(select(col(Party.id)).join(tree, col(Party.merged_into_id) == tree.c.id))
    return list(await ctx.session.scalars(select(tree.c.id)))


async def candidates(ctx: Context, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Active records without an erasure whose relationship, if there was one, has ended; in the order of their ids."""
    left = or_(col(Customer.id).is_(None), col(Customer.stage) == Stage.EXITED, col(Customer.stage).in_(_BEFORE))
    erased = exists().where(col(Erasure.party_id) == col(Party.id), col(Erasure.state) != ErasureState.CANCELLED)
    query = (
        select(col(Party.id))
        .outerjoin(Customer, col(Customer.party_id) == col(Party.id))
        .where(col(Party.status) == PartyStatus.ACTIVE, left, ~erased)
    )
    if after is not None:
        query = query.where(col(Party.id) > after)
    return (await ctx.session.scalars(query.order_by(col(Party.id)).limit(limit))).all()


async def facts_of(ctx: Context, party_ids: Collection[UUID], open_cases: Collection[UUID]) -> dict[UUID, Facts]:
    """What retention needs to know of each; five queries, however many. `open_cases` are parties with an undecided
    case."""
    declined = await _declined(ctx, party_ids)
    accounts = await _accounts(ctx, party_ids)
    ties = await _ties(ctx, party_ids)
    shared = await _shared(ctx, party_ids)
    found = {}
    for row in await ctx.session.execute(_parties(party_ids)):
        relationship = None
        if row.stage is not None and (row.activated_at is not None or row.stage not in _BEFORE):
            ended = row.exited_at if row.stage == Stage.EXITED else None
            relationship = Ended(None if ended is None else ended.date())
        found[row.id] = Facts(
            relationship=relationship,
            accounts=accounts.get(row.id),
            declined=declined.get(row.id) if relationship is None else None,
            ties=tuple(ties.get(row.id, ())),
            shared_accounts=row.id in shared,
            open_work=row.id in open_cases,
            last_activity=row.last_activity.date(),
        )
    return found


def _parties(party_ids: Collection[UUID]) -> Any:
    papers = (
        select(func.max(col(Document.uploaded_at))).where(col(Document.party_id) == col(Party.id)).scalar_subquery()
    )
    return (
        select(
            col(Party.id),
            col(Customer.stage).label("stage"),
            col(Customer.activated_at).label("activated_at"),
            col(Customer.exited_at).label("exited_at"),
            func.greatest(col(Party.created_at), col(Customer.stage_since), papers).label("last_activity"),
        )
        .outerjoin(Customer, col(Customer.party_id) == col(Party.id))
        .where(col(Party.id).in_(party_ids))
    )


async def _declined(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, date]:
    """Cases are a sibling process, so its table is asked by name."""
    cases = Party.metadata.tables["onboarding_case"].c
    rejected = (
        select(cases.party_id, func.max(cases.decided_at))
        .where(cases.party_id.in_(party_ids), cases.state == "rejected")
        .group_by(cases.party_id)
    )
    return {party_id: decided.date() for party_id, decided in await ctx.session.execute(rejected)}


async def open_cases(ctx: Context, party_ids: Collection[UUID]) -> set[UUID]:
    cases = Party.metadata.tables["onboarding_case"].c
    open_ = select(cases.party_id).where(cases.party_id.in_(party_ids), cases.decided_at.is_(None))
    ended = ("withdrawn", "expired", "rejected", "approved", "approved_with_conditions")
    return set(await ctx.session.scalars(open_.where(cases.state.not_in(ended))))


async def _accounts(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Ended]:
    running = func.bool_or(col(Account.closed_on).is_(None))
    query = (
        select(col(AccountHolder.party_id), case((running, null()), else_=func.max(col(Account.closed_on))))
        .join(Account, col(Account.id) == col(AccountHolder.account_id))
        .where(col(AccountHolder.party_id).in_(party_ids))
        .group_by(col(AccountHolder.party_id))
    )
    return {party_id: Ended(closed_on) for party_id, closed_on in await ctx.session.execute(query)}


async def _shared(ctx: Context, party_ids: Collection[UUID]) -> set[UUID]:
    """Whose key seals an account of another customer who has not left."""
    query = (
        select(col(Account.owner_id))
        .join(AccountHolder, col(AccountHolder.account_id) == col(Account.id))
        .join(Customer, col(Customer.party_id) == col(AccountHolder.party_id))
        .where(
            col(Account.owner_id).in_(party_ids),
            col(AccountHolder.party_id) != col(Account.owner_id),
            col(Customer.stage) != Stage.EXITED,
        )
    )
    return set(await ctx.session.scalars(query))


async def _ties(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[Ended]]:
    """Ties to customers, and when each lost its meaning: the tie ended, or the customer left, whatever was first."""
    stakes = _tie(col(OwnershipStake.owner_id), col(OwnershipStake.owned_id), OwnershipStake, party_ids)
    relations = _tie(col(PartyRelationship.from_id), col(PartyRelationship.to_id), PartyRelationship, party_ids)
    found: dict[UUID, list[Ended]] = defaultdict(list)
    for row in await ctx.session.execute(union_all(stakes, relations)):
        found[row.party_id].append(_tied(row, ctx.now.date()))
    return dict(found)


def _tie(mine: Any, theirs: Any, table: Any, party_ids: Collection[UUID]) -> Any:
    other: Any = aliased(Customer)
    return (
        select(
            mine.label("party_id"), table.valid_to.label("valid_to"), col(other.stage).label("stage"), other.exited_at
        )
        .join(other, col(other.party_id) == theirs)
        .where(mine.in_(party_ids), col(other.stage).not_in(_BEFORE))
    )


def _tied(row: Row[Any], today: date) -> Ended:
    left = row.exited_at.date() if row.stage == Stage.EXITED and row.exited_at is not None else None
    over = row.valid_to if row.valid_to is not None and row.valid_to < today else None
    return Ended(min((day for day in (left, over) if day is not None), default=None))


async def proposed_again(ctx: Context, party_ids: Collection[UUID]) -> set[UUID]:
    """Those that stand in a batch that is open or being carried out."""
    query = (
        select(col(RetentionDue.party_id))
        .join(RetentionBatch, col(RetentionBatch.id) == col(RetentionDue.batch_id))
        .where(
            col(RetentionDue.party_id).in_(party_ids),
            or_(
                col(RetentionBatch.state) == BatchState.PROPOSED,
                and_(col(RetentionBatch.state) == BatchState.APPROVED, col(RetentionDue.state) == DueState.PROPOSED),
            ),
        )
    )
    return set(await ctx.session.scalars(query))
