"""Texts that are sent to customers: their versions, a preview, and who approves them."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, changes, resolved
from backend.api.histories import HistoryKind, Recorded
from backend.api.inputs import INPUT, Id, Key, plain
from backend.api.interaction_codes import ContactChannel, MessageTemplateState
from backend.api.interaction_mutations import MergeInput, MessageInput, merge_given
from backend.api.interactions import ContactAnswer, answer_shown
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    answered,
    write,
)
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.core.i18n import LOCALES
from backend.servicing.interactions import models, service
from backend.servicing.interactions.queries import templates

_LIVE: Final = (models.TemplateState.DRAFTED, models.TemplateState.APPROVED)


@strawberry.type(description="One version of a text in both languages.")
class MessageTemplate(Recorded):
    id: UUID
    code: str
    version: int
    purpose: str
    state: MessageTemplateState
    subject_en: str
    subject_zh: str
    body_en: str
    body_zh: str
    drafted_at: datetime
    decided_at: datetime | None
    may_approve: bool
    may_edit: bool
    channels: list[ContactChannel] = strawberry.field(directives=[Cost(weight=0, size=4)])
    fields: list[str] = strawberry.field(directives=[Cost(weight=0, size=6)])
    row: strawberry.Private[models.MessageTemplate]

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.TEMPLATE, str(self.id)

    @strawberry.field
    def drafted_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.drafted_by)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)


def template_shown(ctx: Context, row: models.MessageTemplate) -> MessageTemplate:
    same = ("id", "code", "version", "purpose", "subject_en", "subject_zh", "body_en", "body_zh", "fields")
    told: dict[str, Any] = {name: getattr(row, name) for name in (*same, "drafted_at", "decided_at")}
    drafted = row.state == models.TemplateState.DRAFTED
    return MessageTemplate(
        **told,
        state=MessageTemplateState(row.state),
        channels=[ContactChannel(each) for each in row.channels],
        may_approve=drafted and ctx.may("approve", templates.OBJECT, templates.place(ctx, row.drafted_by)),
        may_edit=ctx.may("edit", templates.OBJECT, templates.place(ctx)),
        row=row,
    )


async def fetch_templates(ctx: Context, ids: Collection[UUID]) -> dict[UUID, MessageTemplate | None]:
    return {each: template_shown(ctx, await templates.template(ctx, each)) for each in ids}


@strawberry.type(description="What a message would say, and whether it may be sent. `blank`: fields still to be given.")
class MessagePreview:
    subject: str
    body: str
    locale: str
    answer: ContactAnswer
    blank: list[str] = strawberry.field(directives=[Cost(weight=0, size=4)])


def _preview(ctx: Context, party_id: UUID, found: service.Preview) -> MessagePreview:
    return MessagePreview(
        subject=found.text.subject,
        body=found.text.body,
        locale=found.text.locale,
        blank=list(found.blank),
        answer=answer_shown(ctx, party_id, found.answer),
    )


@strawberry.type(description="A text with its fields by name, as its author sees it.")
class TemplateExample:
    subject: str
    body: str


@strawberry.type
class MessageTemplateQuery:
    @resolved("Texts by code: those in force and drafts, or all versions.", weight=4, size=50)
    async def message_templates(self, info: Info, all_versions: bool = False) -> list[MessageTemplate]:
        states = tuple(models.TemplateState) if all_versions else _LIVE

        async def found(ctx: Context) -> list[MessageTemplate]:
            return [template_shown(ctx, row) for row in await templates.templates(ctx, states=states)]

        return await info.context.read(found)

    @resolved("A version of a text.", weight=3)
    async def message_template(self, info: Info, record_id: Id) -> MessageTemplate:
        async def found(ctx: Context) -> MessageTemplate:
            return template_shown(ctx, await templates.template(ctx, record_id))

        return await info.context.read(found)

    @resolved("Every version of a text, the newest first.", weight=3, size=10)
    async def message_template_versions(self, info: Info, code: str) -> list[MessageTemplate]:
        async def found(ctx: Context) -> list[MessageTemplate]:
            return [template_shown(ctx, row) for row in await templates.versions(ctx, code)]

        return await info.context.read(found)

    @resolved("What a template would say to a customer, and whether it may be sent. Noted in the log.", weight=5)
    async def message_preview(
        self,
        info: Info,
        party_id: UUID,
        template: str,
        merge: list[MergeInput] | None = None,
        channel: ContactChannel | None = None,
    ) -> MessagePreview:
        wanted = None if channel is None else channel.value

        async def found(ctx: Context) -> MessagePreview:
            shown = await service.preview_template(ctx, party_id, template, merge_given(merge or []), wanted)
            return _preview(ctx, party_id, shown)

        return await info.context.read(found)

    @resolved("Whether a colleague's own words may be sent.", weight=5)
    async def own_words_preview(
        self, info: Info, party_id: UUID, given: Annotated[MessageInput, INPUT]
    ) -> MessagePreview:
        async def found(ctx: Context) -> MessagePreview:
            return _preview(ctx, party_id, await service.preview_words(ctx, party_id, **plain(given)))

        return await info.context.read(found)

    @resolved("A text with its fields by name; says which field there is not.", weight=2)
    async def template_example(self, subject: str, body: str) -> TemplateExample:
        shown = service.example(subject, body, LOCALES[0])
        return TemplateExample(subject=shown.subject, body=shown.body)


@strawberry.input(description="The next version of a text; it is used when a second person has approved it.")
class MessageTemplateInput:
    code: str
    purpose: str
    channels: list[ContactChannel]
    subject_en: str
    subject_zh: str
    body_en: str
    body_zh: str


MessageTemplateResult = Annotated[
    MessageTemplate | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("MessageTemplateResult"),
]
Act = Callable[[Context], Awaitable[Any]]


async def _template(info: Info, act: Act, key: str | None, *given: Any) -> MessageTemplateResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=[plain(each) for each in given], four_eyes=True)
    return await answered(info, outcome, fetch_templates)


@strawberry.type
class MessageTemplateMutation:
    @changes("Writes the next version of a text.")
    async def draft_message_template(
        self, info: Info, given: Annotated[MessageTemplateInput, INPUT], idempotency_key: Key = None
    ) -> MessageTemplateResult:
        wanted = service.TemplateInput(**plain(given))
        return await _template(info, lambda ctx: service.draft_template(ctx, wanted), idempotency_key, given)

    @changes("Approves a text as second person; the version before it is used no more.")
    async def approve_message_template(
        self, info: Info, record_id: Id, idempotency_key: Key = None
    ) -> MessageTemplateResult:
        return await _template(info, lambda ctx: service.approve_template(ctx, record_id), idempotency_key, record_id)

    @changes("Rejects a text that waits.")
    async def reject_message_template(
        self, info: Info, record_id: Id, idempotency_key: Key = None
    ) -> MessageTemplateResult:
        return await _template(info, lambda ctx: service.reject_template(ctx, record_id), idempotency_key, record_id)

    @changes("Takes a text out of use.")
    async def retire_message_template(
        self, info: Info, record_id: Id, idempotency_key: Key = None
    ) -> MessageTemplateResult:
        return await _template(info, lambda ctx: service.retire_template(ctx, record_id), idempotency_key, record_id)
