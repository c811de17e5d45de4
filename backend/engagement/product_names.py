"""What products are called, by their code, in both languages."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from backend.access.context import Context
from backend.core.rulesets import Wording
from backend.products.models import Product, ProductVersion
from backend.products.target_market import Bilingual

NAMES: Any = col(ProductVersion.definition)["names"].astext
"""The names of a version, as the JSON that `wording` reads."""


def wording(names: str) -> Wording:
    found = Bilingual.model_validate_json(names)
    return Wording(en=found.en, zh_CN=found.zh)


async def product_names(ctx: Context) -> dict[str, Wording]:
    """Of the newest version of each product."""
    rows = await ctx.session.execute(
        select(col(Product.code), NAMES.label("names"))
        .join(ProductVersion, col(ProductVersion.product_id) == col(Product.id))
        .order_by(col(Product.code), col(ProductVersion.number))
    )
    return {row.code: wording(row.names) for row in rows}
