"""Bands of age instead of dates of birth: opened, banded and forgotten page by page."""

from datetime import date
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.privacy.errors import DataKeyDestroyed
from backend.product_reviews.queries import extracts

_PAGE: Final = 2_000
_NOBODY: Final = UUID(int=0)
BANDS: Final = ((18, "under 18"), (30, "18 to 29"), (45, "30 to 44"), (60, "45 to 59"), (75, "60 to 74"))
_OLDEST: Final = "75 and over"


def band(born: date, on: date) -> str:
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next((name for below, name in BANDS if age < below), _OLDEST)


async def keep(ctx: Context, on: date) -> int:
    """Beside the numbered holdings, for the time of the transaction; of how many holders."""
    after, count = _NOBODY, 0
    while page := await extracts.born(ctx, after, _PAGE):
        await ctx.vault.load([party for party, _ in page])
        bands = {party: _band(ctx, party, sealed, on) for party, sealed in page}
        await extracts.keep_bands(ctx, bands)
        after, count = page[-1][0], count + len(page)
    return count


def _band(ctx: Context, party: UUID, sealed: bytes, on: date) -> str:
    try:
        return band(date.fromisoformat(ctx.vault.open("party", "birth_date", party, party, sealed)), on)
    except DataKeyDestroyed:
        return "unknown"
