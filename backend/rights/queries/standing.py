"""What the record says of when a person's data may go."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, case, exists, func, null, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.access.context import Context
from backend.customers import following
from backend.customers.models import (
    Customer,
    Document,
    OwnershipStake,
    Party,
    PartyRelationship,
    PartyStatus,
    Stage,
)
from backend.holdings.models import Account, AccountHolder
from backend.rights.models import (
    Erasure,
    ErasureState,
    PrivacyRequest,
    RequestKind,
)
from backend.rights.standing import OPEN, Ended, Facts

_BEFORE: Final = (Stage.PROSPECT, Stage.ONBOARDING)


async def lineage(ctx: Context, party_id: UUID) -> list[UUID]:
    return list(await ctx.session.scalars(following.lineage(party_id)))


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


async def facts_of(ctx: Context, party_ids: Collection[UUID], open_work: Collection[UUID]) -> dict[UUID, Facts]:
    """What retention needs to know of each; five queries, however many. `open_work` are parties with a case that
    is not decided."""
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
            open_work=row.id in open_work,
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
            func.greatest(col(Party.created_at), col(Customer.stage_since), papers, _followed()).label("last_activity"),
        )
        .outerjoin(Customer, col(Customer.party_id) == col(Party.id))
        .where(col(Party.id).in_(party_ids))
    )


def _followed() -> Any:
    """When somebody last spoke with a prospect; prospects are a sibling process, so its table is asked by name."""
    prospects = Party.metadata.tables["prospect"].c
    return select(func.max(prospects.last_step_at)).where(prospects.party_id == col(Party.id)).scalar_subquery()


async def _declined(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, date]:
    """Cases are a sibling process, so its table is asked by name."""
    cases = Party.metadata.tables["onboarding_case"].c
    rejected = (
        select(cases.party_id, func.max(cases.decided_at))
        .where(cases.party_id.in_(party_ids), cases.state == "rejected")
        .group_by(cases.party_id)
    )
    return {party_id: decided.date() for party_id, decided in await ctx.session.execute(rejected)}


async def open_work(ctx: Context, party_ids: Collection[UUID]) -> set[UUID]:
    """With an application or a complaint that is not decided, or a request that is not answered; an erasure is carried
    out after what else the person asked for. Cases and complaints are asked by the names of their tables."""
    cases, complaints = (Party.metadata.tables[name].c for name in ("onboarding_case", "complaint"))
    ended = ("withdrawn", "expired", "rejected", "approved", "approved_with_conditions")
    open_ = union_all(
        select(cases.party_id).where(
            cases.party_id.in_(party_ids), cases.decided_at.is_(None), cases.state.not_in(ended)
        ),
        select(complaints.party_id).where(complaints.party_id.in_(party_ids), complaints.closed_at.is_(None)),
        select(col(PrivacyRequest.party_id)).where(
            col(PrivacyRequest.party_id).in_(party_ids),
            col(PrivacyRequest.kind) != RequestKind.ERASURE,
            col(PrivacyRequest.state).in_(OPEN),
        ),
    )
    return set(await ctx.session.scalars(open_))


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
