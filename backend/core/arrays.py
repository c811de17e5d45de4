"""Many identifiers in one condition of a query."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal


def among(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """`column IN (ids)` with one parameter, an array: ten thousand of them take longer to write out than to answer."""
    found: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(Uuid)))
    return found
