"""Scalars: what is read, and what is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLError

from backend.api.scalars import SCALARS


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (date, "2026-11-22", date(2026, 11, 22)),
        (datetime, "2026-11-22T10:00:00+01:00", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        (datetime, "2026-11-22T09:00:00Z", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        (UUID, "0190a5b0-0000-7000-8000-000000000001", UUID("0190a5b0-0000-7000-8000-000000000001")),
        (Decimal, "0.25", Decimal("0.25")),
    ],
)
def test_a_scalar_is_read_from_its_text(kind: type, text: str, value: Any) -> None:
    parse: Any = SCALARS[kind].parse_value
    assert parse(text) == value


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (date, "22.11.2026"),
        (date, 20261122),
        (datetime, "2026-11-22T09:00:00"),
        (datetime, None),
        (UUID, "7"),
        (Decimal, "NaN"),
        (Decimal, "Infinity"),
        (Decimal, "9" * 41),
        (Decimal, 0.25),
    ],
)
def test_what_is_no_value_of_a_scalar_is_refused(kind: type, given: Any) -> None:
    parse: Any = SCALARS[kind].parse_value
    with pytest.raises(GraphQLError):
        parse(given)
