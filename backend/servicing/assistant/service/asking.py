"""A question asked: decided by the rules, written down sealed, and handed to a person where it is not sure."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.casework import service as casework
from backend.casework.queues import queues_on
from backend.casework.rules import deadlines
from backend.casework.service import Placement
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.queries.sight import facts
from backend.servicing.assistant import queries, rules
from backend.servicing.assistant.errors import ConversationOver, QuestionMissing
from backend.servicing.assistant.language import plugged
from backend.servicing.assistant.models import (
    AssistantConversation,
    AssistantTurn,
    Audience,
    ConversationState,
    Outcome,
)
from backend.servicing.assistant.queries import CONVERSATIONS, standing
from backend.servicing.assistant.reading import language_of
from backend.servicing.assistant.retrieval import Index
from backend.servicing.assistant.rules import Decision
from backend.servicing.assistant.ruleset import AssistantRules
from backend.servicing.assistant.service.writing import rules_of

_TOKEN_BYTES: Final = 24
_THOUSAND: Final = 1000
_KEPT: Final = 64
SUBJECT: Final = "assistant_conversation"
_indexes: OrderedDict[tuple[Any, ...], Index] = OrderedDict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """`token` goes on with a conversation; without one another begins. `party_id` where the customer is known."""

    question: str
    audience: Audience
    token: str | None = None
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`token` is told once, to who asked."""

    token: str
    conversation: AssistantConversation
    turn: AssistantTurn
    decision: Decision


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def ask(ctx: Context, asked: Asking) -> Answer:
    """Raises QuestionMissing, ConversationOver, ConversationNotFound."""
    ctx.require("ask", CONVERSATIONS, standing(ctx))
    if asked.audience is Audience.STAFF:
        ctx.require("view", queries.ARTICLES, standing(ctx))
    if asked.party_id is not None:
        ctx.require("view", "customer", await facts(ctx, asked.party_id))
    loaded = rules_of(ctx)
    question = asked.question.strip()
    if not question or len(question) > loaded.rules.most_characters:
        raise QuestionMissing(field="question", most=loaded.rules.most_characters)
    token = asked.token or secrets.token_urlsafe(_TOKEN_BYTES)
    row = await _conversation(ctx, asked, token, language_of(question))
    before = await queries.turns(ctx, row.id)
    decision = await _decided(ctx, loaded.rules, row, question)
    turn = await _turn(ctx, loaded, row, question, decision, len(before) + 1)
    async with ctx.audit("assistant.ask", (SUBJECT, row.id), reason=decision.outcome, ruleset=loaded.sha256):
        row.last_at = ctx.now
        ctx.session.add(row)
        await ctx.session.flush()
        ctx.session.add(turn)
    reason = _reason(loaded.rules, decision, turn.number)
    if reason is not None:
        await hand_over(ctx, loaded.rules, row, reason)
    return Answer(token, row, turn, decision)


async def started(ctx: Context, token: str) -> AssistantConversation:
    """The conversation of whoever holds the token, its key open. Raises ConversationNotFound."""
    ctx.require("ask", CONVERSATIONS, standing(ctx))
    row = await queries.by_token(ctx, digest(token))
    await ctx.vault.load([row.owner_id])
    return row


async def _conversation(ctx: Context, asked: Asking, token: str, locale: str) -> AssistantConversation:
    """Under a key of its own where no customer is known."""
    if asked.token is not None:
        row = await queries.by_token(ctx, digest(token), lock=True)
        await ctx.vault.load([row.owner_id])
        if row.state != ConversationState.OPEN:
            raise ConversationOver()
        return row
    row_id = new_id()
    owner_id = asked.party_id or row_id
    if asked.party_id is None:
        await ctx.vault.create([owner_id])
    await ctx.vault.load([owner_id])
    return AssistantConversation(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        owner_id=owner_id,
        party_id=asked.party_id,
        token_sha256=digest(token),
        asked_by=ctx.actor.id if ctx.actor.type == "staff" else None,
        audience=asked.audience,
        locale=locale,
        started_at=ctx.now,
        last_at=ctx.now,
    )


async def index_of(ctx: Context, under: AssistantRules, audience: Audience, locale: str) -> Index:
    """Kept while nothing that may be quoted changes, and not beyond the day."""
    day: date = ctx.now.date()
    key = (ctx.actor.tenant_id, audience, locale, day, await queries.stamp(ctx), rules_of(ctx).sha256)
    if key not in _indexes:
        entries = await queries.quotable(ctx, audience, locale, under.looked_at_since(day), day)
        _indexes[key] = Index(entries, locale, under.same(locale))
        while len(_indexes) > _KEPT:
            _indexes.popitem(last=False)
    _indexes.move_to_end(key)
    return _indexes[key]


async def _decided(ctx: Context, under: AssistantRules, row: AssistantConversation, question: str) -> Decision:
    locale = language_of(question)
    index = await index_of(ctx, under, Audience(row.audience), locale)
    return rules.decide(under, locale, question, index.search(question))


async def _turn(
    ctx: Context,
    loaded: Loaded[AssistantRules],
    row: AssistantConversation,
    question: str,
    decision: Decision,
    number: int,
) -> AssistantTurn:
    turn_id, hit = new_id(), decision.hit
    wording = None
    if hit is not None:
        wording = await _reworded(
            question, [hit.entry.paragraphs[each - 1] for each in decision.paragraphs], row.locale
        )
    return AssistantTurn(
        id=turn_id,
        tenant_id=row.tenant_id,
        conversation_id=row.id,
        owner_id=row.owner_id,
        number=number,
        locale=language_of(question),
        question=ctx.vault.seal("assistant_turn", "question", turn_id, row.owner_id, question),
        outcome=decision.outcome,
        topic=decision.topic,
        confidence=round(decision.confidence * _THOUSAND),
        citations=[]
        if hit is None
        else [{"version": str(hit.entry.version_id), "paragraph": each} for each in decision.paragraphs],
        wording=ctx.vault.seal_optional("assistant_turn", "wording", turn_id, row.owner_id, wording),
        ruleset=loaded.sha256,
        at=ctx.now,
    )


async def _reworded(question: str, passages: Sequence[str], locale: str) -> str | None:
    """Beside the quotes, never instead of them; dropped where it says what they do not."""
    model = plugged()
    if model is None:
        return None
    wording = await model.reword(question, passages, locale)
    return wording if rules.faithful(wording, passages) else None


def _reason(under: AssistantRules, decision: Decision, number: int) -> str | None:
    """Why a person takes over: a topic for people, not sure, or too long a talk."""
    if decision.outcome is Outcome.REFUSED:
        return decision.topic
    if decision.outcome is Outcome.UNSURE:
        return "unsure"
    return "long" if number >= under.most_turns else None


async def hand_over(ctx: Context, under: AssistantRules, row: AssistantConversation, reason: str) -> None:
    """The whole conversation becomes work of a colleague; `expected_by` is when the queue owes an answer."""
    due = deadlines(queues_on(ctx.policies, ctx.now.date()), under.queue, ctx.now).due_at
    async with ctx.audit("assistant.hand_over", (SUBJECT, row.id), reason=reason):
        row.state, row.reason, row.expected_by = ConversationState.HANDED_OVER, reason, due
    await casework.open_item(ctx, (SUBJECT, row.id), Placement(queue=under.queue, kind=under.queue), row.party_id)
    await ctx.emit("assistant.handed_over", row.id, {"reason": reason})


def open_now(ctx: Context, at: datetime) -> bool:
    """Whether colleagues are at their desks."""
    calendar = queues_on(ctx.policies, at.date()).calendar
    local = at.astimezone(calendar.zone)
    return calendar.works(local.date()) and calendar.opens <= local.time() < calendar.closes
