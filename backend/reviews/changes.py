"""What moved about a customer since the last review: the file of a review, and where its triggers come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from backend.reviews.models import TriggerKind


class Sort(StrEnum):
    FACT = "fact"
    DOCUMENT = "document"
    OWNER = "owner"
    RATING = "rating"
    OVERRIDE = "override"
    ALERT = "alert"
    FINDING = "finding"
    BEHAVIOUR = "behaviour"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Change:
    """`code` says what happened in its sort (an audit action, a state, a level, a pattern, a product), `source` names
    it once and for all, `by` is the person, where one did it.
    """

    party_id: UUID
    sort: Sort
    code: str
    at: datetime
    source: str
    by: UUID | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that asks for a review of a customer."""

    party_id: UUID
    kind: TriggerKind
    source: str
    occurred_on: date
    figures: Mapping[str, Any] = field(default_factory=dict)
