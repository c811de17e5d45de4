"""Which version of a product a contract was made under: by code and day, or by the number that the source gives."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from backend.access.context import Context
from backend.products.models import Product, ProductVersion


@dataclass(frozen=True, slots=True)
class SoldVersion:
    id: UUID
    number: int
    kind: str
    effective_from: date | None


async def sold_versions(ctx: Context, codes: Collection[str]) -> dict[str, list[SoldVersion]]:
    """The approved versions of each product that exists, oldest first; a code without any is left out."""
    version = ProductVersion
    rows = select(
        col(Product.code), col(Product.kind), col(version.id), col(version.number), col(version.effective_from)
    )
    rows = rows.join(version, col(version.product_id) == Product.id)
    rows = rows.where(col(Product.code).in_(codes), col(version.effective_from).is_not(None))
    found: dict[str, list[SoldVersion]] = defaultdict(list)
    ordered = rows.order_by(col(version.effective_from), col(version.number))
    for code, kind, version_id, number, since in await ctx.session.execute(ordered):
        found[code].append(SoldVersion(version_id, number, kind, since))
    return dict(found)


def version_on(versions: Sequence[SoldVersion], day: date) -> SoldVersion:
    """The newest that was effective by that day. A contract older than the catalogue has the first version."""
    begun = [version for version in versions if version.effective_from is not None and version.effective_from <= day]
    return begun[-1] if begun else versions[0]


def version_numbered(versions: Sequence[SoldVersion], number: int) -> SoldVersion | None:
    return next((version for version in versions if version.number == number), None)
