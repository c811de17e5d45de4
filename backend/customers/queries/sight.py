"""Who may see what of a party: where it stands (for scopes), and how each personal field is shown."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, null, select
from sqlmodel import col

from backend.access import fields
from backend.access.actions import FIELDS
from backend.access.context import Context
from backend.access.fields import Visibility
from backend.access.models import StaffUser
from backend.access.scopes import Facts, ScopeColumns
from backend.customers.errors import PartyNotFound
from backend.customers.models import Customer, Party
from backend.customers.sharing import shareable
from backend.privacy.errors import DataKeyDestroyed

PERSONAL: Final = [name.removeprefix("customer.") for name in FIELDS]


def column(attribute: Any) -> ColumnElement[Any]:
    """A model's attribute as the expression that it is in a SELECT."""
    expression: ColumnElement[Any] = attribute
    return expression


MANAGER: Final[ColumnElement[Any]] = case(
    (col(Customer.id).is_(None), col(Party.created_by)), else_=col(Customer.manager_id)
)
TEAM: Final[ColumnElement[Any]] = case(
    (col(Customer.id).is_(None), col(StaffUser.team_id)), else_=col(Customer.team_id)
)
"""A party without a relationship of its own stands in the book, and the team, of whoever recorded it."""

SCOPE: Final = ScopeColumns(
    tenant_id=column(Party.tenant_id),
    manager_id=MANAGER,
    team_id=TEAM,
    referred_by=column(Party.referred_by),
    maker_id=column(Party.created_by),
)


def standing(statement: Select[Any]) -> Select[Any]:
    """The joins that `SCOPE` needs."""
    return (
        statement.select_from(Party)
        .outerjoin(Customer, col(Customer.party_id) == col(Party.id))
        .outerjoin(StaffUser, col(StaffUser.id) == col(Party.created_by))
    )


def allowed_ids(ctx: Context, action: str, obj: str = "customer") -> Select[Any]:
    """The parties on which the actor has the right, for use in another SELECT."""
    return standing(select(col(Party.id))).where(ctx.clause(action, obj, SCOPE))


_FACTS: Final = (
    col(Party.id),
    col(Party.tenant_id),
    MANAGER.label("manager"),
    TEAM.label("team"),
    col(Party.referred_by),
    col(Party.created_by),
)


def _facts(row: Any) -> Facts:
    return Facts(
        tenant_id=row.tenant_id,
        manager_id=row.manager,
        team_id=row.team,
        referred_by=row.referred_by,
        maker_id=row.created_by,
        deciders=frozenset(),
    )


async def facts_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Facts]:
    """What access decisions need to know of each party; without any check of its own."""
    rows = await ctx.session.execute(standing(select(*_FACTS)).where(col(Party.id).in_(party_ids)))
    return {row.id: _facts(row) for row in rows}


async def facts(ctx: Context, party_id: UUID) -> Facts:
    found = (await facts_of(ctx, [party_id])).get(party_id)
    if found is None:
        raise PartyNotFound()
    return found


@dataclass(frozen=True, slots=True)
class Sight:
    """How one actor sees one party. What is shown is noted for the log; what is hidden is not even opened."""

    ctx: Context
    party_id: UUID
    facts: Facts
    visible: Mapping[str, Visibility]

    def sees(self, field: str) -> bool:
        return self.visible[field] is not Visibility.HIDDEN

    def show(self, field: str, value: str | date | None) -> str | None:
        shown = fields.show(f"customer.{field}", value, self.visible[field])
        if shown is None:
            return None
        self.ctx.saw(("party", self.party_id), field)
        return str(shown)

    def open(self, field: str, place: tuple[str, str], row_id: UUID, sealed: bytes | None) -> str | None:
        """`place` is (table, column). None too when the key was destroyed: there is nothing left to show."""
        if sealed is None or not self.sees(field):
            return None
        try:
            return self.show(field, self.ctx.vault.open(*place, row_id, self.party_id, sealed))
        except DataKeyDestroyed:
            return None


async def sights(
    ctx: Context, party_ids: Collection[UUID], action: str = "view", obj: str = "customer"
) -> dict[UUID, Sight]:
    """Only the parties on which the actor has the right; their keys are open afterwards. Two queries, however many."""
    wanted = standing(select(*_FACTS)).where(col(Party.id).in_(party_ids), ctx.clause(action, obj, SCOPE))
    rows = (await ctx.session.execute(wanted)).all()
    if ctx.actor.type == "partner":
        told = await shareable(ctx, [row.id for row in rows])
        rows = [row for row in rows if row.id in told]
    plan = ctx.plan("customer", PERSONAL)
    seen = {row.id: Sight(ctx, row.id, found, plan.of(found)) for row in rows for found in (_facts(row),)}
    await ctx.vault.load(seen)
    return seen


def seen_fields(seen: Iterable[Sight]) -> frozenset[str]:
    """The fields worth reading: shown, clear or masked, of at least one of the parties."""
    return frozenset(name for sight in seen for name, how in sight.visible.items() if how is not Visibility.HIDDEN)


def worth(wanted: Collection[str], field: str, column: Any) -> ColumnElement[Any]:
    """The column, or NULL in its place where nobody would see it."""
    return column if field in wanted else null().label(column.key)
