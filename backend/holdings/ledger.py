"""Premiums and claims from files, and what keeps the references of append-only ledgers unique over all months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, String, any_, bindparam, func
from sqlalchemy import select as sql_select
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.audit.copying import Batch
from backend.core.ids import new_id
from backend.holdings import months, queries
from backend.holdings.contracts import Recorded
from backend.holdings.models import Claim, Movement, Premium

_AN_ENTRY: Final = 250


@dataclass(frozen=True, slots=True)
class NewPremium:
    ref: str
    holding_id: UUID
    booked_on: date
    kind: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class NewClaim:
    ref: str
    holding_id: UUID
    incurred_on: date
    reported_on: date
    paid: Decimal
    reserve: Decimal
    currency: str
    state: str
    settled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    on: date
    amount: Decimal


async def booked(ctx: Context, ledger: type[Movement] | type[Premium], refs: Sequence[str]) -> dict[str, Booked]:
    """Lines with these references in any month.

    A partitioned table keeps a reference unique within a day only, so writers of a ledger take turns from here until
    they commit, and none can add a reference on another day meanwhile.
    """
    lock = f"{ledger.__tablename__} {ctx.actor.tenant_id}"
    await ctx.session.execute(sql_select(func.pg_advisory_xact_lock(func.hashtextextended(lock, 0))))
    found = sql_select(col(ledger.source_ref), col(ledger.booked_on), col(ledger.amount)).where(
        col(ledger.tenant_id) == ctx.actor.tenant_id,
        col(ledger.source_ref) == any_(bindparam("refs", list(refs), type_=ARRAY(String))),
    )
    return {str(ref): Booked(on, amount) for ref, on, amount in (await ctx.session.execute(found)).all()}


async def append_premiums(ctx: Context, run_id: UUID, fresh: Sequence[NewPremium]) -> None:
    """Premiums that `booked` did not know in this transaction. One entry for the batch. Raises NotAllowed."""
    ctx.require("import", "holding", Facts(tenant_id=ctx.actor.tenant_id))
    await months.plan(ctx, "premium", {premium.booked_on for premium in fresh})
    batch = Batch(ctx.trail)
    if fresh:
        entry = batch.entry("holding.import", ("import_run", run_id), reason=f"premiums {len(fresh)}")
        for new in fresh:
            batch.add(
                Premium,
                id=new_id(),
                holding_id=new.holding_id,
                booked_on=new.booked_on,
                kind=new.kind,
                amount=new.amount,
                currency=new.currency,
                source_ref=new.ref,
                batch_id=entry,
            )
    await batch.write(ctx.session)


async def record_claims(ctx: Context, run_id: UUID, claims: Sequence[NewClaim]) -> Recorded:
    """A claim that is recorded follows its source: paid, reserve, state and settlement are brought up to date."""
    ctx.require("import", "holding", Facts(tenant_id=ctx.actor.tenant_id))
    known = await queries.claims_by_ref(ctx, [claim.ref for claim in claims])
    fresh = [claim for claim in claims if claim.ref not in known]
    batch = Batch(ctx.trail)
    for first in range(0, len(fresh), _AN_ENTRY):
        some = fresh[first : first + _AN_ENTRY]
        entry = batch.entry("holding.import", ("import_run", run_id), reason=f"claims {len(some)}")
        for new in some:
            batch.add(
                Claim,
                entry,
                id=new_id(),
                holding_id=new.holding_id,
                incurred_on=new.incurred_on,
                reported_on=new.reported_on,
                settled_on=new.settled_on,
                paid=new.paid,
                reserve=new.reserve,
                currency=new.currency,
                state=new.state,
                source_ref=new.ref,
            )
    await batch.write(ctx.session)
    moved = [(known[new.ref], new) for new in claims if new.ref in known and _differs(known[new.ref], new)]
    for first in range(0, len(moved), _AN_ENTRY):
        async with ctx.audit("holding.import", ("import_run", run_id), reason="claims brought up to date"):
            for claim, new in moved[first : first + _AN_ENTRY]:
                claim.paid, claim.reserve = new.paid, new.reserve
                claim.state, claim.settled_on = new.state, new.settled_on
    return Recorded(len(fresh) + len(moved), frozenset(known))


def _differs(claim: Claim, new: NewClaim) -> bool:
    recorded = (claim.paid, claim.reserve, claim.state, claim.settled_on)
    return recorded != (new.paid, new.reserve, new.state, new.settled_on)
