"""Facts that a test offers to rating, as screening or behaviour do."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from backend.access.context import Context
from backend.risk import facts
from backend.risk.rules import Offered

ORDINARY: Mapping[str, Offered] = {
    "pep": "none",
    "list_hit": "none",
    "adverse_information": "none",
    "industry": "85",
    "wealth_explained": "corroborated",
    "counterparty_countries": frozenset({"CZ"}),
    "cash_share_bp": 100,
    "yearly_turnover_eur": 20_000,
    "expected_turnover_factor_pct": 100,
    "identification": "face_to_face",
    "months_known": 80,
}
"""What screening, behaviour and a branch would know of somebody of low risk."""


@dataclass(frozen=True)
class Offers:
    """By party; `everybody` is known of the others."""

    known: Mapping[UUID, Mapping[str, Offered]] = field(default_factory=dict)
    everybody: Mapping[str, Offered] = field(default_factory=dict)
    name: str = "test"

    async def facts(self, ctx: Context, party_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Offered]]:
        return {party_id: self.known.get(party_id, self.everybody) for party_id in party_ids}


@contextmanager
def offering(offers: Offers) -> Iterator[None]:
    facts.register(offers)
    try:
        yield
    finally:
        facts.unregister(offers.name)
