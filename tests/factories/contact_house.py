"""A house that keeps contact, for tests of those who ask it: answers as told, and remembers what it was given."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.engagement import contact
from backend.engagement.contact import ContactAnswer


@dataclass(slots=True)
class House:
    """`answers` for customers about whom something is to be said; everybody else may be written to."""

    answers: dict[UUID, ContactAnswer] = field(default_factory=dict)
    sent: dict[str, tuple[UUID, str]] = field(default_factory=dict)

    async def may(
        self, ctx: Context, party_ids: Collection[UUID], purpose: str, channel: str | None
    ) -> Mapping[UUID, ContactAnswer]:
        free = ContactAnswer(True, channel or "email")
        return {party_id: self.answers.get(party_id, free) for party_id in party_ids}

    async def send(
        self,
        ctx: Context,
        party_id: UUID,
        template_code: str,
        *,
        purpose: str,
        channel: str | None,
        merge: Mapping[str, str],
        reference: str,
    ) -> UUID:
        self.sent.setdefault(reference, (party_id, template_code))
        return new_id()


@contextmanager
def house() -> Iterator[House]:
    kept = House()
    contact.register(rules=kept.may, sender=kept.send)
    try:
        yield kept
    finally:
        contact.unregister()
