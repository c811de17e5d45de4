"""Reaching a customer, as playbooks and offers ask for it: the floor that keeps contact is wired in by backend.edge.

Whether somebody may be contacted is never decided here. Without a house that keeps contact nobody may be.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from backend.access.context import Context

UNAVAILABLE: Final = "contact.unavailable"
HELD: Final = frozenset({UNAVAILABLE, "restricted", "complaint_open"})
"""Reasons that end some day by themselves, nobody knows when: contact is asked again."""
OPTED_OUT: Final = frozenset({"consent_withdrawn", "objected", "no_contact"})
"""Reasons by which the customer has told not to be contacted for the purpose."""


@dataclass(frozen=True, slots=True)
class ContactAnswer:
    """`channel` is the one that would be used; `reasons` are codes of what stands against it.

    `not_before`: contact is refused for now alone (quiet hours, a cap), and may be asked again then.
    """

    allowed: bool
    channel: str | None
    reasons: tuple[str, ...] = ()
    not_before: datetime | None = None


class ContactRules(Protocol):
    """For many parties at once; `channel` None lets the customer's preference decide. Every party is answered."""

    async def __call__(
        self, ctx: Context, party_ids: Collection[UUID], purpose: str, channel: str | None
    ) -> Mapping[UUID, ContactAnswer]: ...


class Sender(Protocol):
    """Sends what was approved under `template_code`, once for each `reference`; answers the interaction's id."""

    async def __call__(
        self,
        ctx: Context,
        party_id: UUID,
        template_code: str,
        *,
        purpose: str,
        channel: str | None,
        merge: Mapping[str, str],
        reference: str,
    ) -> UUID: ...


@dataclass(frozen=True, slots=True)
class _House:
    rules: ContactRules
    sender: Sender


_houses: list[_House] = []


def register(*, rules: ContactRules, sender: Sender) -> None:
    """The last one registered is asked."""
    _houses.append(_House(rules, sender))


def unregister() -> None:
    """Takes back the last one, so that the one before it is asked again."""
    _houses.pop()


def reachable() -> bool:
    return bool(_houses)


async def may_contact(
    ctx: Context, party_ids: Collection[UUID], purpose: str, channel: str | None = None
) -> Mapping[UUID, ContactAnswer]:
    if not _houses:
        return dict.fromkeys(party_ids, ContactAnswer(False, None, (UNAVAILABLE,)))
    return await _houses[-1].rules(ctx, party_ids, purpose, channel)


async def send(
    ctx: Context,
    party_id: UUID,
    template_code: str,
    *,
    purpose: str,
    reference: str,
    channel: str | None = None,
    merge: Mapping[str, str] | None = None,
) -> UUID | None:
    """None where nobody keeps contact: nothing was sent, and whoever asked says so."""
    if not _houses:
        return None
    given = merge or {}
    return await _houses[-1].sender(
        ctx, party_id, template_code, purpose=purpose, channel=channel, merge=given, reference=reference
    )
