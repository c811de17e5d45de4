"""The articles of the demonstration bank, approved by two people, and what customers asked the assistant."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml
from sqlmodel import select

from backend.access.context import Context
from backend.core.actor import Actor
from backend.demo.cases import Story
from backend.edge.platform import Platform
from backend.servicing.assistant import service
from backend.servicing.assistant.models import Audience, ConversationState, KnowledgeArticle
from backend.servicing.assistant.service import ArticleInput, Asking, Texts

_ARTICLES: Final = Path(__file__).with_suffix(".yaml")
_SEED: Final = 27
_WRITER, _SECOND, _DESK = "david", "helena", "david"
_WRITTEN_BEFORE: Final = timedelta(days=700)
_ASKED_DAYS: Final = 120
_REVIEW: Final = timedelta(days=365)
_ASKED: Final = (
    "How do I block my lost card?",
    "银行卡丢了怎么办？",
    "Can I repay my loan early?",
    "When do my points expire?",
    "转账多久到账？",
    "How do I change my address?",
    "Up to which amount are deposits insured?",
    "房贷可以延期还吗？",
    "I forgot my PIN",
    "Can I use my card abroad?",
    "怎么退保？",
    "What happens to the account when somebody dies?",
)
_LEFT: Final = (
    ("Can I rent a safe deposit box with you?", "Yes, at the branch in Brno; write to us and we keep one for you."),
    ("Which fund should I buy for the best return?", None),
    ("可以租保险箱吗？", None),
)


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds articles, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    now = story.platform.clock()
    begun = _at(story.platform, now - _WRITTEN_BEFORE)
    review_on = (now + _REVIEW).date()
    for each in yaml.safe_load(_ARTICLES.read_text("utf-8")):
        await _write(story, begun, each, review_on)
    await _ask(story, system, now)


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(KnowledgeArticle.id).limit(1)) is not None


def _at(platform: Platform, moment: datetime) -> Platform:
    return replace(platform, clock=lambda: moment)


async def _write(story: Story, begun: Platform, each: dict[str, Any], review_on: Any) -> None:
    """Written and approved when the story begins; looked at again a year from now, as it was this year."""
    en, zh = each["en"], each["zh_CN"]
    texts = Texts(
        title_en=en["title"],
        title_zh=zh["title"],
        body_en=en["body"],
        body_zh=zh["body"],
        questions_en=en["questions"],
        questions_zh=zh["questions"],
    )
    first_review = begun.clock().date() + _REVIEW
    head = ArticleInput(
        code=each["code"], audience=Audience(each["audience"]), topic=each["topic"], review_on=first_review
    )
    draft = await begun.run(story.actor(_WRITER), partial(service.create, given=head, texts=texts))
    await begun.run(story.actor(_WRITER), lambda ctx: service.propose(ctx, draft.id))
    await begun.run(story.actor(_SECOND), lambda ctx: service.approve(ctx, draft.id), serializable=True)
    await story.act(_WRITER, lambda ctx: service.reviewed(ctx, draft.article_id, review_on))


async def _ask(story: Story, system: Actor, now: datetime) -> None:
    """Over the last months, at any hour; what was left to people is partly answered."""
    chance = random.Random(_SEED)  # noqa: S311 - a story, no secret
    for day in range(_ASKED_DAYS, 0, -2):
        platform = _at(story.platform, now - timedelta(days=day, minutes=chance.randrange(600)))
        asked = Asking(question=chance.choice(_ASKED), audience=Audience.CUSTOMER)
        answer = await platform.run(system, partial(service.ask, asked=asked))
        if chance.randrange(2) and answer.conversation.state == ConversationState.OPEN:
            helpful = chance.randrange(6) > 0
            await platform.run(system, partial(service.rate, token=answer.token, number=1, helpful=helpful))
    for place, (question, reply) in enumerate(_LEFT):
        platform = _at(story.platform, now - timedelta(hours=20 - 6 * place))
        asked = Asking(question=question, audience=Audience.CUSTOMER)
        answer = await platform.run(system, partial(service.ask, asked=asked))
        if reply is not None:
            await story.act(_DESK, partial(service.reply, conversation_id=answer.conversation.id, words=reply))
