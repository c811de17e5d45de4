"""Work that brings its subject with it: whoever takes a prospect's work, or is given it, looks after the prospect.

Subjects are strangers to this floor; each registers what follows for its kind of subject.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from backend.access.context import Context
from backend.casework.models import WorkItem

Follow = Callable[[Context, WorkItem], Awaitable[None]]
_following: Final[dict[str, Follow]] = {}


def register(subject_type: str, follow: Follow) -> None:
    """Called within the transaction in which the work got its owner, whose right was required there."""
    _following[subject_type] = follow


async def follow(ctx: Context, item: WorkItem) -> None:
    known = _following.get(item.subject_type)
    if known is not None:
        await known(ctx, item)
