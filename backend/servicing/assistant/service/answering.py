"""What a person does with a conversation: leaves a way to be reached, reads, replies, says whether it helped."""

from dataclasses import dataclass
from uuid import UUID

from backend.access.context import Context
from backend.casework import service as casework
from backend.privacy.errors import DataKeyDestroyed
from backend.servicing.assistant import queries
from backend.servicing.assistant.errors import NothingToReply, ReplyMissing
from backend.servicing.assistant.models import AssistantConversation, AssistantTurn, ConversationState
from backend.servicing.assistant.queries import CONVERSATIONS, standing
from backend.servicing.assistant.service.asking import SUBJECT, started
from backend.servicing.assistant.service.writing import rules_of


@dataclass(frozen=True, slots=True)
class Reached:
    """A conversation in clear, as far as its key is there."""

    conversation: AssistantConversation
    turns: tuple[tuple[AssistantTurn, str | None, str | None], ...]
    contact: str | None
    reply: str | None


async def leave_contact(ctx: Context, token: str, contact: str) -> AssistantConversation:
    """How whoever asked can be reached, for the colleague who takes over."""
    row = await started(ctx, token)
    async with ctx.audit("assistant.contact", (SUBJECT, row.id)):
        row.contact = ctx.vault.seal_optional(
            "assistant_conversation", "contact", row.id, row.owner_id, contact.strip()[:200] or None
        )
    return row


async def rate(ctx: Context, token: str, number: int, *, helpful: bool) -> AssistantTurn | None:
    row = await started(ctx, token)
    turn = next((each for each in await queries.turns(ctx, row.id) if each.number == number), None)
    if turn is not None:
        async with ctx.audit("assistant.rate", (SUBJECT, row.id), reason="helpful" if helpful else "not_helpful"):
            turn.helpful = helpful
    return turn


async def read(ctx: Context, row: AssistantConversation) -> Reached:
    """For who asked, and for colleagues who may answer; for the latter it is noted as read."""
    await ctx.vault.load([row.owner_id])
    found = []
    for turn in await queries.turns(ctx, row.id):
        question = _opened(ctx, "assistant_turn", "question", turn.id, row.owner_id, turn.question)
        wording = _opened(ctx, "assistant_turn", "wording", turn.id, row.owner_id, turn.wording)
        found.append((turn, question, wording))
    if ctx.actor.type == "staff":
        ctx.saw((SUBJECT, row.id) if row.party_id is None else ("party", row.party_id), "assistant_question")
    table = "assistant_conversation"
    contact = _opened(ctx, table, "contact", row.id, row.owner_id, row.contact)
    return Reached(row, tuple(found), contact, _opened(ctx, table, "reply", row.id, row.owner_id, row.reply))


def _opened(ctx: Context, table: str, column: str, row_id: UUID, owner_id: UUID, value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return ctx.vault.open(table, column, row_id, owner_id, value)
    except DataKeyDestroyed:
        return None


async def reply(ctx: Context, conversation_id: UUID, words: str) -> AssistantConversation:
    """Shown on the page of whoever asked; the work on it ends. Raises NothingToReply, ReplyMissing."""
    ctx.require("answer", CONVERSATIONS, standing(ctx))
    row = await queries.conversation(ctx, conversation_id, lock=True)
    if row.state != ConversationState.HANDED_OVER:
        raise NothingToReply()
    if not words.strip():
        raise ReplyMissing(field="words")
    await ctx.vault.load([row.owner_id])
    async with ctx.audit("assistant.reply", (SUBJECT, row.id), ruleset=rules_of(ctx).sha256):
        row.reply = ctx.vault.seal("assistant_conversation", "reply", row.id, row.owner_id, words.strip())
        row.state, row.replied_by, row.replied_at = ConversationState.REPLIED, ctx.actor.id, ctx.now
    await casework.move(ctx, (SUBJECT, row.id), None)
    await ctx.emit("assistant.replied", row.id, {"reason": row.reason})
    return row
