"""What a customer holds, each with its product; and the ends of holdings."""

import datetime as dt
from collections.abc import Awaitable, Callable, Collection
from enum import Enum
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes, resolved
from backend.api.errors import CursorInvalid
from backend.api.inputs import Id, Key
from backend.api.pages import Connection, page_size, place
from backend.api.personal import PersonalText
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    write,
)
from backend.api.product_codes import ProductKind
from backend.api.request import Info
from backend.api.scalars import Money
from backend.core import money
from backend.customers import queries as customers
from backend.holdings import reading, rules, service
from backend.holdings.models import Holding as HoldingRow
from backend.holdings.reading import HoldingCursor, HoldingView
from backend.products import queries as products

_LISTED: Final = "holdings"
_NUMBER: Final = "customer.account_number"


@strawberry.enum
class HoldingStatus(Enum):
    OPEN = "open"
    LAPSED = "lapsed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MATURED = "matured"


@strawberry.enum(description="How a holding can end.")
class HoldingEnd(Enum):
    LAPSED = "lapsed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MATURED = "matured"


@strawberry.type(description="The version that was sold.")
class HeldProduct:
    product_id: UUID
    version_id: UUID
    version_number: int
    code: str
    name: str


@strawberry.type(description="One way in which a holding can end, and the reasons that go with it.")
class HoldingEnding:
    end: HoldingEnd
    reasons: list[str]


@strawberry.type
class Holding:
    id: UUID
    party_id: UUID
    kind: ProductKind
    status: HoldingStatus
    number: PersonalText | None = strawberry.field(description="Of the contract; null where the source gave none.")
    account_id: UUID | None = strawberry.field(description="Where its movements stand; null for what is no account.")
    opened_on: dt.date
    matures_on: dt.date | None
    closed_on: dt.date | None
    close_reason: str | None
    amount: Money | None = strawberry.field(description="What was agreed: lent, deposited, invested.")
    balance: Money | None = strawberry.field(description="As the source told it last.")
    sum_insured: Money | None
    channel: str | None
    may_end: bool = strawberry.field(description="Whether the reader may close, lapse, cancel or reinstate it.")
    version_id: strawberry.Private[UUID]

    @resolved("Null where products may not be seen.", weight=2)
    async def product(self, info: Info) -> HeldProduct | None:
        return await info.context.loader(_fetch_products, None).get(self.version_id)

    @classmethod
    def of(cls, view: HoldingView) -> "Holding":
        return cls(
            id=view.id,
            party_id=view.party_id,
            kind=ProductKind(view.kind),
            status=HoldingStatus(view.status),
            number=None if view.number is None else PersonalText.of(_NUMBER, view.number, view.visibility),
            account_id=view.account_id,
            opened_on=view.opened_on,
            matures_on=view.matures_on,
            closed_on=view.closed_on,
            close_reason=view.close_reason,
            amount=_money(view.amount),
            balance=_money(view.balance),
            sum_insured=_money(view.sum_insured),
            channel=view.channel,
            may_end=view.may_end,
            version_id=view.product_version_id,
        )


HoldingResult = Annotated[
    Holding | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("HoldingResult"),
]


async def holdings_of(info: Info, party_id: UUID, first: int, after: str | None) -> Connection[Holding] | None:
    """None where what the party holds may not be seen."""
    start, limit = _cursor(place(info, _LISTED, after)), page_size(first)

    async def read(ctx: Context) -> tuple[list[HoldingView], bool] | None:
        facts = await customers.facts(ctx, party_id)
        if not ctx.may("view", "holding", facts):
            return None
        return await reading.holdings(ctx, party_id, facts, limit=limit, after=start)

    found = await info.context.read(read)
    if found is None:
        return None
    views, more = found
    following = f"{views[-1].opened_on.isoformat()}|{views[-1].id}" if more else None
    return Connection.of(info, _LISTED, [Holding.of(view) for view in views], following)


@strawberry.type
class HoldingQuery:
    @resolved("The ways in which holdings end, with their reasons.")
    async def holding_endings(self) -> list[HoldingEnding]:
        return [HoldingEnding(end=HoldingEnd(end.value), reasons=list(given)) for end, given in rules.REASONS.items()]


@strawberry.type
class HoldingMutation:
    @changes("Closes, lapses, cancels or matures a holding, on a day and for a reason of holdingEndings.")
    async def end_holding(
        self, info: Info, record_id: Id, end: HoldingEnd, reason: str, on: dt.date, idempotency_key: Key = None
    ) -> HoldingResult:
        verb = _VERBS[end]
        return await _changed(
            info,
            lambda ctx: verb(ctx, record_id, reason, on),
            idempotency_key,
            [record_id, end.value, reason, on],
        )

    @changes("A lapsed holding is open again.")
    async def reinstate_holding(self, info: Info, record_id: Id, idempotency_key: Key = None) -> HoldingResult:
        return await _changed(info, lambda ctx: service.reinstate(ctx, record_id), idempotency_key, record_id)


_VERBS: Final = {
    HoldingEnd.LAPSED: service.lapse,
    HoldingEnd.CLOSED: service.close,
    HoldingEnd.CANCELLED: service.cancel,
    HoldingEnd.MATURED: service.mature,
}


async def _changed(
    info: Info, act: Callable[[Context], Awaitable[HoldingRow]], key: str | None, given: Any
) -> HoldingResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given)
    if isinstance(outcome, Problem):
        return outcome
    return Holding.of(await info.context.read(lambda ctx: reading.holding(ctx, outcome)))


async def _fetch_products(ctx: Context, version_ids: Collection[UUID]) -> dict[UUID, HeldProduct | None]:
    versions = await products.versions_by_ids(ctx, version_ids)
    of = await products.by_ids(ctx, {version.product_id for version in versions.values()})
    return {
        version.id: HeldProduct(
            product_id=version.product_id,
            version_id=version.id,
            version_number=version.number,
            code=of[version.product_id].code,
            name=products.definition_of(version).names.text(ctx.actor.locale),
        )
        for version in versions.values()
        if version.product_id in of
    }


def _cursor(text: str | None) -> HoldingCursor | None:
    if text is None:
        return None
    day, bar, holding_id = text.partition("|")
    if not bar:
        raise CursorInvalid(field="after")
    return HoldingCursor(dt.date.fromisoformat(day), UUID(holding_id))


def _money(value: money.Money | None) -> Money | None:
    return None if value is None else Money.of(value)
