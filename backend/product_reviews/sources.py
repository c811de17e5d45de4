"""Where a pack's complaints come from: whichever floor keeps them registers itself here; without one there are none."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from backend.access.context import Context
from backend.product_reviews.queries import extracts

CopySource: TypeAlias = Callable[[Context, Mapping[str, Any]], AsyncIterator[bytes]]
"""CSV with a header and the columns of the table (risk_models.product_review.inputs); `values` holds product, currency,
since and until, and the temporary table `pack_holding` (id, party_id, place) is there for joining."""


@dataclass(frozen=True, slots=True)
class _Query:
    statement: str

    def __call__(self, ctx: Context, values: Mapping[str, Any]) -> AsyncIterator[bytes]:
        return extracts.copied(ctx, self.statement, values)


_sources: dict[str, CopySource] = {
    "holdings": _Query(extracts.HOLDINGS),
    "sales": _Query(extracts.SALES),
    "movements": _Query(extracts.MOVEMENTS),
    "premiums": _Query(extracts.PREMIUMS),
    "claims": _Query(extracts.CLAIMS),
}


def register(table: str, statement: str) -> None:
    """Another table's SELECT; registering it again replaces it."""
    _sources[table] = _Query(statement)


def source_of(table: str) -> CopySource | None:
    return _sources.get(table)
