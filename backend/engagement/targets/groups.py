"""To which groups a customer belongs, by which figures are broken down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Groups:
    """At most one team and segment, any number of products."""

    teams: Mapping[UUID, str]
    segments: Mapping[UUID, str]
    products: Mapping[UUID, tuple[str, ...]]
