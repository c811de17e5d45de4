"""A graph is cyclic and modules must not be: edges that lead to a type of a later module are drawn here.

Strawberry resolves the types when the schema is built; the functions import when they are first called.
"""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from backend.api.request import Info
from backend.customers import queries, views

if TYPE_CHECKING:
    from backend.api.cases import Case
    from backend.api.customers import Customer
    from backend.api.merges import MergeCase
    from backend.api.parties import Party
    from backend.api.screening_alerts import Alert
    from backend.api.screening_standing import PartyScreening
    from backend.api.work import WorkItem

LazyParty = Annotated["Party", strawberry.lazy("backend.api.parties")]
LazyCustomer = Annotated["Customer", strawberry.lazy("backend.api.customers")]
LazyCase = Annotated["Case", strawberry.lazy("backend.api.cases")]
LazyMergeCase = Annotated["MergeCase", strawberry.lazy("backend.api.merges")]
LazyAlert = Annotated["Alert", strawberry.lazy("backend.api.screening_alerts")]
LazyScreening = Annotated["PartyScreening", strawberry.lazy("backend.api.screening_standing")]
LazyWorkItem = Annotated["WorkItem", strawberry.lazy("backend.api.work")]


def party(info: Info, party_id: UUID | None) -> "Party | None":
    """The party, or an awaitable of it; None for one that does not exist or may not be seen."""
    from backend.api.parties import fetch_parties  # noqa: PLC0415 - closes a cycle of the graph

    return None if party_id is None else info.context.loader(fetch_parties, None).load(party_id)


def customer(view: views.CustomerView | None, of: "Party") -> "Customer | None":
    from backend.api.customers import Customer  # noqa: PLC0415 - closes a cycle of the graph

    return None if view is None else Customer.of(view, of)


async def customer_of(info: Info, party_id: UUID) -> "Customer | None":
    from backend.api.parties import fetch_parties  # noqa: PLC0415 - closes a cycle of the graph

    found = await info.context.loader(fetch_parties, None).get(party_id)
    return None if found is None else customer(found.summary.customer, found)


async def case(info: Info, case_id: UUID | None) -> "Case | None":
    """None for a case that does not exist or may not be seen."""
    from backend.api.cases import Case, fetch_cases  # noqa: PLC0415 - closes a cycle of the graph

    row = None if case_id is None else await info.context.loader(fetch_cases, None).get(case_id)
    return None if row is None else Case.of(row)


async def merges_of(info: Info, party_id: UUID) -> "list[MergeCase]":
    from backend.api.merges import MergeCase  # noqa: PLC0415 - closes a cycle of the graph

    none: tuple[views.MergeView, ...] = ()
    return [MergeCase.of(view) for view in await info.context.loader(queries.merges_of, none).get(party_id)]


async def work_on(info: Info, subject_id: UUID) -> "WorkItem | None":
    from backend.api.work import WorkItem, fetch_work  # noqa: PLC0415 - closes a cycle of the graph

    row = await info.context.loader(fetch_work, None).get(subject_id)
    return None if row is None else WorkItem.of(row, info.context.platform.clock())


async def screening_of(info: Info, party_id: UUID) -> "PartyScreening | None":
    """None for a party whose status may not be seen."""
    from backend.api.screening_standing import fetch_screening  # noqa: PLC0415 - closes a cycle of the graph

    return await info.context.loader(fetch_screening, None).get(party_id)


async def alert(info: Info, alert_id: UUID) -> "Alert | None":
    """None for an alert that does not exist or may not be seen."""
    from backend.api.screening_alerts import Alert, fetch_alerts  # noqa: PLC0415 - closes a cycle of the graph

    row = await info.context.loader(fetch_alerts, None).get(alert_id)
    return None if row is None else Alert.of(row)
