"""How a use case gets its review, and how words are kept under the customer's key."""

from uuid import UUID

from backend.access.context import Context
from backend.reviews import rules
from backend.reviews.errors import NoteEmpty, NoteTooLong
from backend.reviews.models import Review
from backend.reviews.queries import reviews
from backend.reviews.rules import Verb
from backend.reviews.service.noting import in_force
from backend.reviews.service.work import position


async def review_for(ctx: Context, review_id: UUID, action: str, verb: Verb | None = None) -> Review:
    """Held until the transaction ends. A `verb` whose state is wrong is refused as such, before rights on it are asked.

    Raises ReviewNotFound, ReviewStateForbids, NotAllowed.
    """
    row = await reviews.review(ctx, review_id, lock=True)
    if verb is not None:
        rules.allowed(position(row), verb)
    ctx.require(action, reviews.OBJECT, await reviews.access(ctx, row))
    return row


def checked(ctx: Context, words: str | None, *, needed: bool = False, field: str = "note") -> str | None:
    """Raises NoteEmpty, NoteTooLong."""
    text = (words or "").strip()
    if needed and not text:
        raise NoteEmpty(field=field)
    most = in_force(ctx).rules.note_characters
    if len(text) > most:
        raise NoteTooLong(most=most, field=field)
    return text or None


async def sealed(ctx: Context, place: tuple[str, str], row_id: UUID, party_id: UUID, text: str | None) -> bytes | None:
    if text is None:
        return None
    await ctx.vault.load([party_id])
    return ctx.vault.seal(*place, row_id, party_id, text)
