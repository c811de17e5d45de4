"""Parties in lists and on their page."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from backend.access.context import Context
from backend.customers.errors import PartyNotFound
from backend.customers.models import Customer, Party, PartyKind
from backend.customers.queries.details import addresses_of, contacts_of, countries_of, identifiers_of, names_of
from backend.customers.queries.documents import documents_of
from backend.customers.queries.owners import beneficial_owners
from backend.customers.queries.sight import Sight, seen_fields, sights, worth
from backend.customers.queries.summaries import customer_view
from backend.customers.queries.ties import relationships_of, stakes_of
from backend.customers.views import OwnershipView, PartyView

_OPEN: Final = (
    "id",
    "ver",
    "kind",
    "status",
    "merged_into_id",
    "gender",
    "industry",
    "legal_form",
    "founded_on",
    "country",
    "source",
    "source_ref",
    "created_by",
    "created_at",
)
"""Columns that every right to view the party shows."""


async def party_view(ctx: Context, party_id: UUID) -> PartyView:
    """Raises PartyNotFound also where the actor may not see it: existence is information."""
    sight = (await sights(ctx, [party_id])).get(party_id)
    if sight is None:
        raise PartyNotFound()
    row = (await ctx.session.execute(_row(sight).where(col(Party.id) == party_id))).one()
    return PartyView(
        **{name: getattr(row, name) for name in _OPEN},
        name=sight.open("name", ("party", "name"), party_id, row.name),
        birth_date=sight.open("birth_date", ("party", "birth_date"), party_id, row.birth_date),
        occupation=sight.show("occupation", row.occupation),
        region=sight.show("city", row.region),
        correspondence_language=sight.show("language", row.correspondence_language),
        customer=None if row.Customer is None else customer_view(row.Customer),
        visible=sight.visible,
        ownership=await _ownership(ctx, sight, row.kind),
        **await _parts(ctx, party_id),
    )


def _row(sight: Sight) -> Any:
    wanted = seen_fields([sight])
    personal = (
        worth(wanted, "name", col(Party.name)),
        worth(wanted, "birth_date", col(Party.birth_date)),
        worth(wanted, "occupation", col(Party.occupation)),
        worth(wanted, "city", col(Party.region)),
        worth(wanted, "language", col(Party.correspondence_language)),
    )
    columns = select(*(getattr(Party, name) for name in _OPEN), *personal, Customer)
    return columns.select_from(Party).outerjoin(Customer, col(Customer.party_id) == col(Party.id))


async def _parts(ctx: Context, party_id: UUID) -> dict[str, Any]:
    """The loaders that GraphQL uses in batches, for one party."""
    loaders: dict[str, Callable[[Context, Collection[UUID]], Awaitable[dict[UUID, Any]]]] = {
        "names": names_of,
        "identifiers": identifiers_of,
        "addresses": addresses_of,
        "contacts": contacts_of,
        "countries": countries_of,
        "relationships": relationships_of,
        "stakes": stakes_of,
        "documents": documents_of,
    }
    return {part: (await load(ctx, [party_id])).get(party_id, ()) for part, load in loaders.items()}


async def _ownership(ctx: Context, sight: Sight, kind: str) -> OwnershipView | None:
    if kind != PartyKind.ORGANISATION or not ctx.may("view", "ownership", sight.facts):
        return None
    return await beneficial_owners(ctx, sight.party_id)
