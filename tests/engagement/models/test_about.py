"""What a model is about, by name."""

from datetime import date

from backend.access.context import Context
from backend.engagement.models.about import about
from tests.factories.catalogue import approved_product
from tests.factories.customers import Bank


async def test_a_product_that_is_not_sold_yet_is_named_and_not_coded(bank: Bank) -> None:
    async def named(ctx: Context) -> dict[str, str]:
        await approved_product(ctx, "green_deposit", date(2999, 1, 1), names={"en": "Green deposit", "zh": "绿色存款"})
        return await about(ctx, ["propensity:green_deposit"])

    assert await bank.platform.run(bank.system, named) == {"propensity:green_deposit": "Green deposit"}
