"""Playbooks and offers reach customers through the floor that keeps contact with them; wired once a process."""

from collections.abc import Collection, Mapping
from uuid import UUID

from backend.access.context import Context
from backend.engagement.contact import ContactAnswer, register
from backend.servicing.interactions import service


async def answered(
    ctx: Context, party_ids: Collection[UUID], purpose: str, channel: str | None
) -> Mapping[UUID, ContactAnswer]:
    found = await service.may_contact(ctx, party_ids, purpose, channel)
    return {
        party_id: ContactAnswer(
            each.allowed, each.channel, tuple(reason.value for reason in each.reasons), each.not_before
        )
        for party_id, each in found.items()
    }


async def sent(
    ctx: Context,
    party_id: UUID,
    template_code: str,
    *,
    purpose: str,
    channel: str | None,
    merge: Mapping[str, str],
    reference: str,
) -> UUID:
    row = await service.send(
        ctx, party_id, template_code, purpose=purpose, channel=channel, merge=merge, reference=reference
    )
    return row.id


register(rules=answered, sender=sent)
