"""Keyset pages: entries, whether more follow, and the cursor from which they do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar
from uuid import UUID

import strawberry

from backend.api.costs import Cost
from backend.api.errors import CursorInvalid, PageSizeInvalid
from backend.api.limits import LARGEST_PAGE
from backend.api.request import Info

T = TypeVar("T")
First = Annotated[int, strawberry.argument(description=f"How many entries, 1 to {LARGEST_PAGE}.")]
After = Annotated[str | None, strawberry.argument(description="The endCursor of the page before.")]


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Connection(Generic[T]):
    nodes: list[T] = strawberry.field(directives=[Cost(weight=0, size=1)])
    page_info: PageInfo = strawberry.field(directives=[Cost(weight=0, size=1)])

    @classmethod
    def of(cls, info: Info, listed: str, nodes: Sequence[T], next_place: str | None, **more: Any) -> Self:
        cursor = None
        if next_place is not None:
            cursor = info.context.cursors.seal(info.context.actor.tenant_id, listed, next_place)
        return cls(nodes=list(nodes), page_info=PageInfo(has_next_page=cursor is not None, end_cursor=cursor), **more)


def page_size(first: int) -> int:
    if not 1 <= first <= LARGEST_PAGE:
        raise PageSizeInvalid(limit=LARGEST_PAGE, field="first")
    return first


def place(info: Info, listed: str, after: str | None) -> str | None:
    """Where the page before ended. Raises CursorInvalid."""
    return info.context.cursors.open(info.context.actor.tenant_id, listed, after)


def instant_place(at: datetime, record_id: UUID) -> str:
    return f"{at.isoformat()}|{record_id}"


def read_instant_place(text: str) -> tuple[datetime, UUID]:
    at, bar, record_id = text.partition("|")
    if not bar:
        raise CursorInvalid(field="after")
    return datetime.fromisoformat(at), UUID(record_id)
