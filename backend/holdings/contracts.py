"""Holdings from files: each with the version of the product it was sold under, in batches by COPY."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.audit.copying import Batch
from backend.core.ids import new_id
from backend.holdings import queries
from backend.holdings.models import Account, AccountHolder, HolderRole, Holding, HoldingStatus

_AN_ENTRY: Final = 80
"""Holdings that share an entry: with account and holder 240 rows, as an entry may list about 300."""


@dataclass(frozen=True, slots=True)
class NewHolding:
    """`account_number` makes it an account as well, on which movements can be booked."""

    ref: str
    party_id: UUID
    product_code: str
    product_version_id: UUID
    kind: str
    currency: str
    opened_on: date
    matures_on: date | None = None
    closed_on: date | None = None
    close_reason: str | None = None
    status: str = HoldingStatus.OPEN
    amount: Decimal | None = None
    balance: Decimal | None = None
    sum_insured: Decimal | None = None
    channel: str | None = None
    number: str | None = None
    account_number: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many of a batch were recorded now, and the references of those that were there before."""

    taken: int
    known: frozenset[str]


async def record_holdings(ctx: Context, run_id: UUID, holdings: Sequence[NewHolding]) -> Recorded:
    """Holdings whose reference is recorded are left alone. Raises NotAllowed."""
    ctx.require("import", "holding", Facts(tenant_id=ctx.actor.tenant_id))
    known = await queries.known_refs(ctx, Holding, [holding.ref for holding in holdings])
    fresh = [holding for holding in holdings if holding.ref not in known]
    await ctx.vault.load({each.party_id for each in fresh if each.number or each.account_number})
    batch = Batch(ctx.trail)
    for first in range(0, len(fresh), _AN_ENTRY):
        some = fresh[first : first + _AN_ENTRY]
        entry = batch.entry("holding.import", ("import_run", run_id), reason=f"holdings {len(some)}")
        for holding in some:
            _add(ctx, batch, entry, holding)
    await batch.write(ctx.session)
    return Recorded(len(fresh), frozenset(known))


def _add(ctx: Context, batch: Batch, entry: UUID, new: NewHolding) -> None:
    holding_id = new_id()
    batch.add(
        Holding,
        entry,
        id=holding_id,
        party_id=new.party_id,
        product_version_id=new.product_version_id,
        kind=new.kind,
        number=ctx.vault.seal_optional("holding", "number", holding_id, new.party_id, new.number),
        opened_on=new.opened_on,
        matures_on=new.matures_on,
        closed_on=new.closed_on,
        close_reason=new.close_reason,
        status=new.status,
        amount=new.amount,
        balance=new.balance,
        sum_insured=new.sum_insured,
        currency=new.currency,
        channel=new.channel,
        source_ref=new.ref,
    )
    if new.account_number is not None:
        _add_account(ctx, batch, entry, new, holding_id, new.account_number)


def _add_account(ctx: Context, batch: Batch, entry: UUID, new: NewHolding, holding_id: UUID, number: str) -> None:
    account_id = new_id()
    batch.add(
        Account,
        entry,
        id=account_id,
        owner_id=new.party_id,
        number=ctx.vault.seal("account", "number", account_id, new.party_id, number),
        product=new.product_code,
        currency=new.currency,
        opened_on=new.opened_on,
        closed_on=new.closed_on,
        source_ref=new.ref,
        holding_id=holding_id,
    )
    batch.add(
        AccountHolder, entry, id=new_id(), account_id=account_id, party_id=new.party_id, role=HolderRole.OWNER.value
    )
