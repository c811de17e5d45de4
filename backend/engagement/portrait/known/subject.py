"""The customer that a portrait is of, read once: who may see what, the relationship, and the facts of the portfolio."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.customers.models import Customer
from backend.customers.queries.sight import Sight


@dataclass(frozen=True, slots=True)
class Subject:
    """`figures` are those of backend.engagement.facts on `as_of`, empty where holdings are not the actor's to see."""

    ctx: Context
    party_id: UUID
    access: Facts
    sight: Sight
    customer: Customer | None
    as_of: date
    currency: str
    figures: dict[str, Any]

    @property
    def since(self) -> date | None:
        """The first day of the relationship: the first contract where the actor may know it, or activation."""
        if self.customer is None:
            return None
        known: date | None = self.figures.get("activated_on")
        activated = None if self.customer.activated_at is None else self.customer.activated_at.date()
        return activated if known is None else known
