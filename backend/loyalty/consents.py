"""Consent stands beside this floor; whoever assembles the process brings it here (backend.edge.loyalty)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from backend.access.context import Context
from backend.core.errors import TenureError


@dataclass(frozen=True, slots=True)
class Agreement:
    """The text that the customer agreed to, in the language in which they read it, and what shows that they did."""

    text_version: int
    locale: str
    evidence: str


class Consents(Protocol):
    async def given(self, ctx: Context, party_ids: Collection[UUID], purpose: str) -> Collection[UUID]: ...

    async def record(self, ctx: Context, party_id: UUID, purpose: str, agreement: Agreement) -> None: ...

    async def withdraw(self, ctx: Context, party_id: UUID, purpose: str) -> None: ...


class ConsentsMissing(TenureError):
    """A fault of the assembly, not of a request."""

    code = "loyalty.consents_missing"
    text = "Nobody keeps the consents of the loyalty programme; the process was put together without them."


_kept: list[Consents] = []


def register(consents: Consents) -> None:
    _kept[:] = [consents]


def registered() -> Consents:
    if not _kept:
        raise ConsentsMissing()
    return _kept[0]
