"""Members of the loyalty programme looked up and listed."""

from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.loyalty import LoyaltyLine, LoyaltyMember, fetch_members, member_shown
from backend.api.pages import After, Connection, First, page_size, place
from backend.api.request import Info
from backend.loyalty.queries import members

_LISTED: Final = "loyalty"


def _points_place(text: str | None) -> tuple[int, UUID] | None:
    if text is None:
        return None
    points, _, record_id = text.partition("|")
    return int(points), UUID(record_id)


@strawberry.type
class LoyaltyQuery:
    @resolved("A customer's membership, also one that ended; null for who never joined.", weight=3)
    async def loyalty_member(self, info: Info, party_id: UUID) -> LoyaltyMember | None:
        async def found(ctx: Context) -> LoyaltyMember | None:
            row = (await members.members_of(ctx, [party_id])).get(party_id)
            return None if row is None else member_shown(ctx, row)

        return await info.context.read(found)

    @resolved("The member with this id.", weight=3)
    async def loyalty_membership(self, info: Info, record_id: Id) -> LoyaltyMember | None:
        return await info.context.loader(fetch_members, None).get(record_id)

    @resolved("Members; who has most points comes first.", weight=4, sliced_by="first")
    async def loyalty_members(
        self, info: Info, tier: str | None = None, first: First = 20, after: After = None
    ) -> Connection[LoyaltyLine]:
        listed, limit = f"{_LISTED} {tier}", page_size(first)
        start = _points_place(place(info, listed, after))

        async def page(ctx: Context) -> list[LoyaltyLine]:
            rows = await members.listed(ctx, tier=tier, after=start, limit=limit + 1)
            return [LoyaltyLine(member=member_shown(ctx, row), points=points) for row, points in rows]

        rows = await info.context.read(page)
        more = f"{rows[limit - 1].points}|{rows[limit - 1].member.id}" if len(rows) > limit else None
        return Connection.of(info, listed, rows[:limit], more)
