"""Texts that are sent: written in both languages, approved by somebody else, replaced by a newer version."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.core.ids import new_id
from backend.servicing.interactions.errors import (
    TemplateAuthor,
    TemplateIncomplete,
    TemplateNotOpen,
    TemplateOpen,
)
from backend.servicing.interactions.merging import fields_of
from backend.servicing.interactions.models import MessageTemplate, TemplateState
from backend.servicing.interactions.queries import templates as queries
from backend.servicing.interactions.queries.templates import OBJECT
from backend.servicing.interactions.ruleset import contact_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateInput:
    code: str
    purpose: str
    channels: Collection[str]
    subject_en: str
    subject_zh: str
    body_en: str
    body_zh: str


async def draft_template(ctx: Context, given: TemplateInput) -> MessageTemplate:
    """The next version of the code; the one in force stays until this is approved. Raises TemplateOpen,
    TemplateIncomplete, MergeFieldUnknown, ChannelUnknown."""
    ctx.require("edit", OBJECT, queries.place(ctx))
    fields = _checked(ctx, given)
    known = await queries.versions(ctx, given.code)
    if any(each.state == TemplateState.DRAFTED for each in known):
        raise TemplateOpen()
    row = MessageTemplate(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        code=given.code.strip(),
        version=await queries.newest(ctx, given.code) + 1,
        purpose=given.purpose,
        channels=sorted(set(given.channels)),
        subject_en=given.subject_en.strip(),
        subject_zh=given.subject_zh.strip(),
        body_en=given.body_en.strip(),
        body_zh=given.body_zh.strip(),
        fields=fields,
        drafted_by=ctx.actor.id,
        drafted_at=ctx.now,
    )
    async with ctx.audit("contact.template_draft", (OBJECT, row.id), reason=row.purpose):
        ctx.session.add(row)
    return row


def _checked(ctx: Context, given: TemplateInput) -> list[str]:
    rules = contact_rules(ctx.policies, ctx.now.date()).rules
    texts = (given.subject_en, given.subject_zh, given.body_en, given.body_zh)
    if not given.code.strip() or not all(text.strip() for text in texts) or not given.channels:
        raise TemplateIncomplete(field="code")
    for channel in given.channels:
        rules.channels_of(given.purpose, channel)
    return fields_of(texts)


async def approve_template(ctx: Context, template_id: UUID) -> MessageTemplate:
    """By somebody else than its author; the version before it is retired. Run SERIALIZABLE."""
    row = await _open(ctx, template_id)
    before = (
        await ctx.session.scalars(
            select(MessageTemplate).where(
                col(MessageTemplate.code) == row.code, col(MessageTemplate.state) == TemplateState.APPROVED
            )
        )
    ).all()
    async with ctx.audit("contact.template_approve", (OBJECT, row.id), reason=row.purpose):
        for each in before:
            each.state = TemplateState.RETIRED
        await ctx.session.flush()
        row.state, row.decided_by, row.decided_at = TemplateState.APPROVED, ctx.actor.id, ctx.now
    return row


async def reject_template(ctx: Context, template_id: UUID) -> MessageTemplate:
    row = await _open(ctx, template_id)
    async with ctx.audit("contact.template_reject", (OBJECT, row.id), reason=row.purpose):
        row.state, row.decided_by, row.decided_at = TemplateState.REJECTED, ctx.actor.id, ctx.now
    return row


async def retire_template(ctx: Context, template_id: UUID) -> MessageTemplate:
    """Nothing is sent by it any more; messages that wait keep their text."""
    ctx.require("edit", OBJECT, queries.place(ctx))
    row = await queries.template(ctx, template_id, lock=True)
    if row.state != TemplateState.APPROVED:
        raise TemplateNotOpen(state=row.state)
    async with ctx.audit("contact.template_retire", (OBJECT, row.id), reason=row.purpose):
        row.state = TemplateState.RETIRED
    return row


async def _open(ctx: Context, template_id: UUID) -> MessageTemplate:
    row = await queries.template(ctx, template_id, lock=True)
    if row.drafted_by == ctx.actor.id:
        raise TemplateAuthor()
    ctx.require("approve", OBJECT, queries.place(ctx, row.drafted_by))
    if row.state != TemplateState.DRAFTED:
        raise TemplateNotOpen(state=row.state)
    return row
