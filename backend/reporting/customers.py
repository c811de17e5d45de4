"""Whom a line is about: number and name of the customer, the name as the reader's rights show it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.customers import queries as customers
from backend.customers.models import Customer, Party
from backend.reporting.audit_log import WORDS
from backend.reporting.changes import Disclosure
from backend.reporting.report import Column, Inquiry

CUSTOMER: Final = (
    Column("customer", "Customer number", "The number of the customer; none for a party that is no customer.", 14),
    Column("customer_name", "Customer", "The name, as the reader may see it.", 26),
    Column("party_id", "Party: id", "The id of the party.", 38, printed=False),
)


@dataclass(frozen=True, slots=True)
class Named:
    number: str | None
    name: str | None

    def line(self, party_id: UUID) -> Mapping[str, str | None]:
        return {"customer": self.number, "customer_name": self.name, "party_id": str(party_id)}


async def named(ctx: Context, party_ids: Collection[UUID], inquiry: Inquiry) -> dict[UUID, Named]:
    """Opened names are noted for the log; hidden and erased ones say so."""
    wanted = set(party_ids)
    rows = await ctx.session.execute(
        select(Party.id, Party.name, Customer.number)
        .join(Customer, col(Customer.party_id) == col(Party.id), isouter=True)
        .where(col(Party.id).in_(wanted))
    )
    seen = await customers.sights(ctx, wanted)
    found = {}
    for party_id, sealed, number in rows:
        sight = seen.get(party_id)
        name = None if sight is None else sight.open("name", ("party", "name"), party_id, sealed)
        if name is None:
            hidden = sight is None or not sight.sees("name")
            name = inquiry.say(WORDS[Disclosure.HIDDEN if hidden else Disclosure.ERASED])
        found[party_id] = Named(number, name)
    return found
