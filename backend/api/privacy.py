"""What is asked of requests of data subjects, legal holds, retention and erasures."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.erasures import Erasure, ErasureOutlook, erasure_found, erasure_shown, outlook_of
from backend.api.inputs import Id
from backend.api.legal_holds import LegalHold, hold_of
from backend.api.pages import After, Connection, First, page_size, place
from backend.api.privacy_requests import (
    PrivacyChoices,
    PrivacyFigure,
    PrivacyRequest,
    PrivacyRequestState,
    choices_under,
    request_by_id,
    request_shown,
)
from backend.api.request import Info
from backend.api.retention import Retention, retention_shown
from backend.rights import models, queries
from backend.rights.standing import OPEN

_LISTED: Final = "privacyRequests"


@strawberry.type
class PrivacyQuery:
    @resolved(
        "Requests of data subjects: the open ones, or the closed ones; what is due first comes first.",
        weight=5,
        sliced_by="first",
    )
    async def privacy_requests(
        self,
        info: Info,
        is_open: Annotated[bool, strawberry.argument(name="open")] = True,
        first: First = 20,
        after: After = None,
    ) -> Connection[PrivacyRequest]:
        states = OPEN if is_open else set(models.RequestState) - OPEN
        listed, limit = f"{_LISTED} {is_open}", page_size(first)
        start = _after(place(info, listed, after))

        async def page(ctx: Context) -> list[PrivacyRequest]:
            rows = await queries.requests(ctx, states=states, after=start, limit=limit + 1)
            return [await request_shown(ctx, row) for row in rows]

        rows = await info.context.read(page)
        more = f"{rows[limit - 1].due_on.isoformat()}|{rows[limit - 1].id}" if len(rows) > limit else None
        return Connection.of(info, listed, rows[:limit], more)

    @resolved("A request that may be seen.", weight=3)
    async def privacy_request(self, info: Info, record_id: Id) -> PrivacyRequest:
        return await info.context.read(lambda ctx: request_by_id(ctx, record_id))

    @resolved("All requests of a person, the newest first.", weight=3, size=10)
    async def privacy_requests_of(self, info: Info, party_id: UUID) -> list[PrivacyRequest]:
        async def found(ctx: Context) -> list[PrivacyRequest]:
            rows = (await queries.requests_of(ctx, [party_id])).get(party_id, [])
            return [await request_shown(ctx, row) for row in rows]

        return await info.context.read(found)

    @resolved("How many requests stand where, and how many are late.", weight=3, size=7)
    async def privacy_figures(self, info: Info) -> list[PrivacyFigure]:
        return [
            PrivacyFigure(
                state=PrivacyRequestState(figure.state),
                count=figure.count,
                overdue=figure.overdue,
                next_due_on=figure.next_due_on,
            )
            for figure in await info.context.read(queries.figures)
        ]

    @resolved("The words of the institution's own rule-set.", weight=2)
    async def privacy_choices(self, info: Info) -> PrivacyChoices:
        async def found(ctx: Context) -> PrivacyChoices:
            return await choices_under(ctx, await queries.jurisdiction(ctx))

        return await info.context.read(found)

    @resolved("Legal holds that protect; of one person, or all that may be seen.", weight=5, size=50)
    async def legal_holds(self, info: Info, party_id: UUID | None = None, standing: bool = True) -> list[LegalHold]:
        async def found(ctx: Context) -> list[LegalHold]:
            rows = await queries.holds(ctx, standing=standing)
            return [await hold_of(ctx, row) for row in rows if party_id in {None, row.party_id}]

        return await info.context.read(found)

    @resolved("What is kept how long, and what is due.", weight=5)
    async def retention(self, info: Info) -> Retention:
        return await info.context.read(retention_shown)

    @resolved("Could the person's data be erased today?", weight=5)
    async def erasure_outlook(self, info: Info, party_id: UUID) -> ErasureOutlook:
        return await info.context.read(lambda ctx: outlook_of(ctx, party_id))

    @resolved("The erasure of a person, if there is one.", weight=2)
    async def erasure(self, info: Info, party_id: UUID) -> Erasure | None:
        return await info.context.read(lambda ctx: erasure_found(ctx, party_id))

    @resolved("The latest erasures.", weight=3, size=50)
    async def erasures(self, info: Info) -> list[Erasure]:
        return [erasure_shown(row) for row in await info.context.read(queries.erasures)]


def _after(text: str | None) -> queries.After | None:
    if text is None:
        return None
    day, _, record_id = text.partition("|")
    return queries.After(date.fromisoformat(day), UUID(record_id))
