"""The assistant asked over GraphQL, and conversations that colleagues took over."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, changes, resolved
from backend.api.inputs import Id, Key
from backend.api.knowledge import KnowledgeAudience
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    problem,
    write,
)
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.core.errors import TenureError
from backend.servicing.assistant import models, queries, service, view
from backend.servicing.assistant.ruleset import assistant_rules

_THOUSAND: Final = 1000
_LATEST: Final = 10


@strawberry.enum
class AssistantOutcome(Enum):
    ANSWERED = "answered"
    REFUSED = "refused"
    UNSURE = "unsure"


@strawberry.type(description="A paragraph of an approved article, word for word, with where it stands.")
class AssistantQuote:
    article: str
    title: str
    version: int
    paragraph: int
    text: str

    @classmethod
    def of(cls, quote: view.Quote) -> "AssistantQuote":
        return cls(
            article=quote.code, title=quote.title, version=quote.version, paragraph=quote.paragraph, text=quote.text
        )


@strawberry.type(description="A question and how it was dealt with; `message` says what is said in place of an answer.")
class AssistantTurn:
    number: int
    question: str | None
    outcome: AssistantOutcome
    confidence: float
    message: str | None
    wording: str | None
    helpful: bool | None
    at: datetime
    quotes: list[AssistantQuote] = strawberry.field(directives=[Cost(weight=0, size=2)])


@strawberry.type(
    description="A conversation; `reason` says why a person took over, `expectedBy` when they owe an answer."
)
class AssistantConversation:
    id: UUID
    state: str
    reason: str | None
    reason_words: str | None
    audience: KnowledgeAudience
    locale: str
    started_at: datetime
    last_at: datetime
    expected_by: datetime | None
    contact: str | None
    reply: str | None
    replied_at: datetime | None
    row: strawberry.Private[models.AssistantConversation]
    turns: list[AssistantTurn] = strawberry.field(directives=[Cost(weight=0, size=4)])

    @strawberry.field
    def replied_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.replied_by)


@strawberry.type(description="The answer; `token` goes on with the conversation.")
class AssistantAnswer:
    token: str
    conversation_id: UUID
    turn: AssistantTurn
    handed_over: str | None = strawberry.field(description="By when a colleague answers; null where none takes over.")


AssistantResult = Annotated[
    AssistantAnswer | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("AssistantResult"),
]
ConversationResult = Annotated[
    AssistantConversation | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ConversationResult"),
]


async def _turns(ctx: Context, row: models.AssistantConversation, read: Any) -> list[AssistantTurn]:
    quoted = await view.quotes_of(ctx, [turn for turn, _, _ in read])
    return [
        AssistantTurn(
            number=turn.number,
            question=question,
            outcome=AssistantOutcome(turn.outcome),
            confidence=turn.confidence / _THOUSAND,
            message=view.told(ctx, row, turn, ctx.actor.locale),
            wording=wording,
            helpful=turn.helpful,
            at=turn.at,
            quotes=[AssistantQuote.of(quote) for quote in quoted[turn.id]],
        )
        for turn, question, wording in read
    ]


async def conversation_shown(ctx: Context, row: models.AssistantConversation) -> AssistantConversation:
    reached = await service.read(ctx, row)
    closed = assistant_rules(ctx.policies, ctx.now.date()).rules.closed_topic(row.reason)
    same: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("id", "state", "reason", "locale", "started_at", "last_at", "expected_by", "replied_at")
    }
    return AssistantConversation(
        **same,
        reason_words=None if closed is None else closed.wording.text(ctx.actor.locale),
        audience=KnowledgeAudience(row.audience),
        contact=reached.contact,
        reply=reached.reply,
        turns=await _turns(ctx, row, reached.turns),
        row=row,
    )


@strawberry.type
class AssistantQuery:
    @resolved("Conversations that wait for a colleague, the longest first; or those that had their reply.", size=20)
    async def assistant_conversations(self, info: Info, replied: bool = False) -> list[AssistantConversation]:
        async def found(ctx: Context) -> list[AssistantConversation]:
            rows = await queries.handed_over(ctx, replied=replied)
            return [await conversation_shown(ctx, row) for row in rows]

        return await info.context.read(found)

    @resolved("What the reader asked as a colleague, with the replies, the newest first.", size=10)
    async def my_assistant_conversations(self, info: Info) -> list[AssistantConversation]:
        async def found(ctx: Context) -> list[AssistantConversation]:
            return [await conversation_shown(ctx, row) for row in await queries.of_asker(ctx, _LATEST)]

        return await info.context.read(found)

    @resolved("Conversations of a customer, the newest first; none for whoever may read none.", size=5)
    async def assistant_conversations_of(self, info: Info, party_id: UUID) -> list[AssistantConversation]:
        async def found(ctx: Context) -> list[AssistantConversation]:
            return [await conversation_shown(ctx, row) for row in await queries.of_party(ctx, party_id, _LATEST)]

        return await info.context.read(found)

    @resolved("A conversation, its questions in clear. Noted in the log.", weight=3)
    async def assistant_conversation(self, info: Info, record_id: Id) -> AssistantConversation:
        async def found(ctx: Context) -> AssistantConversation:
            return await conversation_shown(ctx, await queries.conversation(ctx, record_id))

        return await info.context.read(found)


@strawberry.type
class AssistantMutation:
    @changes("Asks the assistant; what it is not sure of, and what it may not talk about, goes to a colleague.")
    async def ask_assistant(
        self,
        info: Info,
        question: str,
        audience: KnowledgeAudience = KnowledgeAudience.STAFF,
        token: str | None = None,
        party_id: UUID | None = None,
    ) -> AssistantResult:
        asked = service.Asking(
            question=question, audience=models.Audience(audience.value), token=token, party_id=party_id
        )

        async def answered(ctx: Context) -> AssistantAnswer:
            found = await service.ask(ctx, asked)
            [turn] = await _turns(ctx, found.conversation, [(found.turn, question, None)])
            return AssistantAnswer(
                token=found.token,
                conversation_id=found.conversation.id,
                turn=turn,
                handed_over=view.when(ctx, found.conversation, ctx.actor.locale),
            )

        try:
            return await info.context.platform.run(info.context.actor, answered)
        except TenureError as error:
            refusal = problem(error, info.context.actor)
            if refusal is None:
                raise
            return refusal

    @changes("Replies to a conversation; shown to whoever asked, and the work on it ends.")
    async def reply_to_conversation(
        self, info: Info, record_id: Id, words: str, idempotency_key: Key = None
    ) -> ConversationResult:
        outcome = await write(
            info,
            lambda ctx: service.reply(ctx, record_id, words),
            lambda row: row.id,
            key=idempotency_key,
            given=[str(record_id), words],
        )
        if isinstance(outcome, Problem):
            return outcome

        async def found(ctx: Context) -> AssistantConversation:
            return await conversation_shown(ctx, await queries.conversation(ctx, record_id))

        return await info.context.read(found)
