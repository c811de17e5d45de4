"""Sales against a warning that wait for a second person."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.customers.queries.sight import facts_of
from backend.products import queries as products
from backend.products.models import ProductVersion
from backend.products.selling import queries


async def _sales(ctx: Context) -> list[Waiting]:
    rows = await queries.waiting(ctx, MOST)
    standing = await facts_of(ctx, {row.party_id for row in rows})
    versions = {row.product_version_id for row in rows if row.product_version_id is not None}
    sold: dict[UUID | None, ProductVersion] = dict((await products.versions_by_ids(ctx, versions)).items())
    return [
        Waiting(
            id=row.id,
            words=_words(sold.get(row.product_version_id), ctx.actor.locale),
            page=f"/sales/{row.id}",
            made_at=row.sold_at,
            made_by=row.sold_by,
            mine=ctx.may(
                "approve",
                queries.OBJECT,
                replace(standing[row.party_id], maker_id=row.sold_by, owner_id=row.sold_by),
            ),
            party_id=row.party_id,
        )
        for row in rows
    ]


def _words(version: ProductVersion | None, locale: str) -> str:
    name = "—" if version is None else products.definition_of(version).names.text(locale)
    return translate(locale, "{product}: against a warning", product=name)


SALES: Final = SignatureKind("sale", "Sale to a customer", (("sale", "approve"),), _sales)
