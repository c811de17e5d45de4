"""Selling, signing as second person, declining, cancelling; each answers with the sale as it is afterwards."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    answered_as,
    write,
)
from backend.api.request import Info
from backend.api.selling import Sale, fetch_sales
from backend.products.selling import service

SaleResult = Annotated[
    Sale | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("SaleResult"),
]


@strawberry.input(
    description="The version of the text that was read out (insistenceText), in which language, her words."
)
class InsistedInput:
    version: int
    locale: str
    words: str


@strawberry.input(description="`told`: the customer was told of every warning.")
class SaleInput:
    product: str
    channel: str = "branch"
    told: bool = False
    insisted: InsistedInput | None = None
    amount: Decimal | None = None
    currency: str | None = None
    holding_ref: str | None = None

    def given(self) -> service.SaleInput:
        said = self.insisted
        return service.SaleInput(
            product=self.product,
            channel=self.channel,
            told=self.told,
            insisted=None
            if said is None
            else service.Insisted(version=said.version, locale=said.locale, words=said.words),
            amount=self.amount,
            currency=self.currency,
            holding_ref=self.holding_ref,
        )


async def _sale(info: Info, act: Any, key: str | None, given: Any, *, four_eyes: bool = False) -> SaleResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=four_eyes)
    return await answered_as(info, outcome, fetch_sales, Sale.of)


@strawberry.type
class SellingMutation:
    @changes("Sells a product to a customer. What the rules refuse is recorded and comes back as REFUSED with reasons.")
    async def sell(
        self, info: Info, party_id: Id, given: Annotated[SaleInput, INPUT], idempotency_key: Key = None
    ) -> SaleResult:
        wanted = given.given()
        return await _sale(
            info, lambda ctx: service.sell(ctx, party_id, wanted), idempotency_key, [str(party_id), given]
        )

    @changes("Signs a sale against a warning, as second person.")
    async def sign_sale(self, info: Info, sale_id: Id, idempotency_key: Key = None) -> SaleResult:
        return await _sale(info, lambda ctx: service.sign(ctx, sale_id), idempotency_key, str(sale_id), four_eyes=True)

    @changes("Does not sign a sale, as second person; the sale is over.")
    async def decline_sale(self, info: Info, sale_id: Id, reason: str, idempotency_key: Key = None) -> SaleResult:
        given = [str(sale_id), reason]
        return await _sale(
            info, lambda ctx: service.decline(ctx, sale_id, reason), idempotency_key, given, four_eyes=True
        )

    @changes("Cancels a sale; it stays on record.")
    async def cancel_sale(self, info: Info, sale_id: Id, reason: str, idempotency_key: Key = None) -> SaleResult:
        given = [str(sale_id), reason]
        return await _sale(info, lambda ctx: service.cancel(ctx, sale_id, reason), idempotency_key, given)
