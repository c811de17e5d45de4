"""Articles and conversations through the services, on a real database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.casework import queries as work
from backend.core.clock import FixedClock
from backend.servicing.assistant import language, queries, service, view
from backend.servicing.assistant.errors import (
    ArticleCodeTaken,
    ArticleIncomplete,
    ConversationNotFound,
    ConversationOver,
    QuestionMissing,
    ReviewDayPassed,
    TopicUnknown,
    VersionStateForbids,
)
from backend.servicing.assistant.models import Audience, ConversationState, KnowledgeVersion, Outcome
from tests.factories import knowledge as made
from tests.factories import onboarding as make

LOST = "I lost my card, how do I block it?"


def wanted(**more: Any) -> service.ArticleInput:
    told = {"code": "block-card", "audience": Audience.CUSTOMER, "topic": "cards", "review_on": made.REVIEW_ON}
    return service.ArticleInput(**{**told, **more})


async def approved(bank: make.Bank, texts: service.Texts = made.CARD, **more: Any) -> KnowledgeVersion:
    """Written by one officer, approved by the other."""
    draft = await bank.run("officer", service.create, wanted(**more), texts)
    await bank.run("officer", service.propose, draft.id)
    row: KnowledgeVersion = await bank.run("officer2", service.approve, draft.id)
    return row


async def asked(bank: make.Bank, question: str, login: str = "system", **more: Any) -> service.Answer:
    given = service.Asking(**{"question": question, "audience": Audience.CUSTOMER, **more})
    answer: service.Answer = await bank.run(login, service.ask, given)
    return answer


async def quotes(bank: make.Bank, answer: service.Answer) -> Sequence[view.Quote]:
    found = await bank.run("system", view.quotes_of, [answer.turn])
    return list(found[answer.turn.id])


async def test_whoever_wrote_a_version_does_not_approve_it(bank: make.Bank) -> None:
    draft = await bank.run("officer", service.create, wanted(), made.CARD)
    await bank.run("officer", service.propose, draft.id)
    with pytest.raises(NotAllowed):
        await bank.run("officer", service.approve, draft.id)


async def test_a_draft_is_not_approved_before_it_is_proposed(bank: make.Bank) -> None:
    draft = await bank.run("officer", service.create, wanted(), made.CARD)
    with pytest.raises(VersionStateForbids):
        await bank.run("officer2", service.approve, draft.id)


async def test_an_article_needs_both_languages(bank: make.Bank) -> None:
    half = service.Texts(title_en="Cards", title_zh="", body_en="Text.", body_zh="")
    with pytest.raises(ArticleIncomplete):
        await bank.run("officer", service.create, wanted(), half)


async def test_a_code_is_given_once(bank: make.Bank) -> None:
    await approved(bank)
    with pytest.raises(ArticleCodeTaken):
        await bank.run("officer", service.create, wanted(), made.CARD)


async def test_a_topic_and_a_review_day_are_those_of_the_rules(bank: make.Bank, clock: FixedClock) -> None:
    with pytest.raises(TopicUnknown):
        await bank.run("officer", service.create, wanted(topic="gossip"), made.CARD)
    with pytest.raises(ReviewDayPassed):
        await bank.run("officer", service.create, wanted(review_on=clock().date()), made.CARD)


async def test_a_manager_does_not_write_articles(bank: make.Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.create, wanted(), made.CARD)


async def test_an_answer_quotes_the_article_word_for_word_with_its_place(bank: make.Bank) -> None:
    row = await approved(bank)
    answer = await asked(bank, LOST)
    assert answer.turn.outcome == Outcome.ANSWERED
    [first, *_] = await quotes(bank, answer)
    assert (first.version_id, first.code, first.version, first.paragraph) == (row.id, "block-card", 1, 1)
    assert first.text == "Block the card in the app under Cards."


async def test_a_chinese_question_is_answered_in_chinese(bank: make.Bank) -> None:
    await approved(bank)
    [first, *_] = await quotes(bank, await asked(bank, "银行卡丢了怎么办"))
    assert first.title == "挂失银行卡"


async def test_nothing_is_quoted_that_nobody_approved(bank: make.Bank) -> None:
    draft = await bank.run("officer", service.create, wanted(), made.CARD)
    await bank.run("officer", service.propose, draft.id)
    assert (await asked(bank, LOST)).turn.outcome == Outcome.UNSURE


async def test_a_new_version_is_quoted_from_its_approval_on_and_old_answers_stay_as_they_were(bank: make.Bank) -> None:
    row = await approved(bank)
    before = await asked(bank, LOST)
    texts = service.Texts(
        title_en=made.CARD.title_en,
        title_zh=made.CARD.title_zh,
        body_en="Call us to block the card.",
        body_zh="请来电挂失。",
        questions_en=made.CARD.questions_en,
        questions_zh=made.CARD.questions_zh,
    )
    draft = await bank.run("officer", service.revise, row.article_id, texts)
    await bank.run("officer", service.propose, draft.id)
    await bank.run("officer2", service.approve, draft.id)
    [now, *_] = await quotes(bank, await asked(bank, LOST))
    assert (now.version, now.text) == (2, "Call us to block the card.")
    [then, *_] = await quotes(bank, before)
    assert (then.version, then.text) == (1, "Block the card in the app under Cards.")


async def test_a_version_that_begins_later_is_not_quoted_before(bank: make.Bank, clock: FixedClock) -> None:
    draft = await bank.run("officer", service.create, wanted(), made.CARD)
    await bank.run("officer", service.propose, draft.id)
    await bank.run("officer2", service.approve, draft.id, clock().date() + timedelta(days=2))
    assert (await asked(bank, LOST)).turn.outcome == Outcome.UNSURE
    clock.advance(timedelta(days=2))
    assert (await asked(bank, LOST)).turn.outcome == Outcome.ANSWERED


async def test_what_was_taken_out_of_use_is_not_quoted(bank: make.Bank) -> None:
    row = await approved(bank)
    await bank.run("officer", service.retire, row.article_id)
    assert (await asked(bank, LOST)).turn.outcome == Outcome.UNSURE


async def test_customers_are_told_nothing_that_is_for_colleagues(bank: make.Bank) -> None:
    await approved(bank, audience=Audience.STAFF)
    assert (await asked(bank, LOST)).turn.outcome == Outcome.UNSURE
    assert (await asked(bank, LOST, "rm", audience=Audience.STAFF)).turn.outcome == Outcome.ANSWERED


async def test_what_it_is_not_sure_of_becomes_work_of_a_person_with_a_time(bank: make.Bank) -> None:
    await approved(bank)
    answer = await asked(bank, "Do you rent out bicycles?")
    row = answer.conversation
    assert (answer.turn.outcome, row.state, row.reason) == (Outcome.UNSURE, ConversationState.HANDED_OVER, "unsure")
    item = await bank.run("system", work.open_of, row.id)
    assert (item.queue, item.due_at) == ("assistant.questions", row.expected_by)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which fund should I buy for the best return?", "investment_advice"),
        ("What is my account balance?", "personal_data"),
        ("我的卡被盗刷了", "emergency"),
        ("My number is 4111111111111111, is the card fine?", "personal_data"),
    ],
)
async def test_topics_for_people_are_refused_however_sure_it_is(bank: make.Bank, question: str, topic: str) -> None:
    await approved(bank)
    answer = await asked(bank, question)
    assert (answer.turn.outcome, answer.turn.topic, answer.turn.citations) == (Outcome.REFUSED, topic, [])
    assert answer.conversation.reason == topic


async def test_out_of_hours_it_says_when_a_colleague_answers(bank: make.Bank, clock: FixedClock) -> None:
    clock.advance(datetime(2026, 11, 28, 20, 0, tzinfo=UTC) - clock())
    answer = await asked(bank, "Do you rent out bicycles?")

    async def said(ctx: Context) -> str | None:
        return view.when(ctx, answer.conversation, "en")

    words = await bank.run("system", said)
    assert "not at their desks" in words
    assert "by Monday, 30 November 2026, 17:00 (Prague)." in words


async def test_a_conversation_goes_on_by_its_token_alone(bank: make.Bank) -> None:
    await approved(bank)
    first = await asked(bank, LOST)
    second = await asked(bank, "How do I block my card?", token=first.token)
    assert (second.conversation.id, second.turn.number) == (first.conversation.id, 2)
    with pytest.raises(ConversationNotFound):
        await asked(bank, LOST, token="guessed")


async def test_after_the_hand_over_nothing_is_answered_any_more(bank: make.Bank) -> None:
    answer = await asked(bank, "Do you rent out bicycles?")
    with pytest.raises(ConversationOver):
        await asked(bank, LOST, token=answer.token)


@pytest.mark.parametrize("question", ["", "   ", "x" * 1001])
async def test_a_question_has_words_and_an_end(bank: make.Bank, question: str) -> None:
    with pytest.raises(QuestionMissing):
        await asked(bank, question)


async def test_the_question_is_sealed_and_its_key_can_be_destroyed(bank: make.Bank) -> None:
    answer = await asked(bank, "Do you rent out bicycles?")
    assert b"bicycles" not in bytes(answer.turn.question)
    assert answer.turn.owner_id == answer.conversation.id


async def test_a_reply_is_read_by_whoever_asked_and_ends_the_work(bank: make.Bank) -> None:
    answer = await asked(bank, "Do you rent out bicycles?")
    await bank.run("system", service.leave_contact, answer.token, "jana@example.cz")
    await bank.run("rm", service.reply, answer.conversation.id, "No, but the city does.")

    async def mine(ctx: Context) -> service.Reached:
        return await service.read(ctx, await service.started(ctx, answer.token))

    reached: service.Reached = await bank.run("system", mine)
    assert (reached.reply, reached.contact) == ("No, but the city does.", "jana@example.cz")
    assert await bank.run("system", work.open_of, answer.conversation.id) is None


async def test_a_colleague_who_asked_finds_the_reply_with_the_question(bank: make.Bank) -> None:
    answer = await asked(bank, "Do you rent out bicycles?", "rm", audience=Audience.STAFF)
    await bank.run("officer", service.reply, answer.conversation.id, "No, but the city does.")

    async def mine(ctx: Context) -> list[tuple[str | None, str | None]]:
        found = [await service.read(ctx, row) for row in await queries.of_asker(ctx, 10)]
        return [(each.turns[0][1], each.reply) for each in found]

    assert await bank.run("rm", mine) == [("Do you rent out bicycles?", "No, but the city does.")]
    assert await bank.run("rm2", mine) == []


async def test_an_auditor_does_not_read_conversations(bank: make.Bank) -> None:
    answer = await asked(bank, "Do you rent out bicycles?")
    with pytest.raises(NotAllowed):
        await bank.run("auditor", queries.conversation, answer.conversation.id)


async def test_figures_tell_what_was_answered_and_what_people_said(bank: make.Bank, clock: FixedClock) -> None:
    await approved(bank)
    answer = await asked(bank, LOST)

    async def said(ctx: Context) -> object:
        return await service.rate(ctx, answer.token, 1, helpful=True)

    await bank.run("system", said)
    await asked(bank, "Do you rent out bicycles?")
    found = await bank.run("lead", queries.tally, clock().date())
    assert (found.outcomes, found.helpful, found.states) == (
        {"answered": 1, "unsure": 1},
        1,
        {"open": 1, "handed_over": 1},
    )


async def test_conversations_of_strangers_are_forgotten_after_their_time(bank: make.Bank, clock: FixedClock) -> None:
    await approved(bank)
    answer = await asked(bank, LOST)
    waiting = await asked(bank, "Do you rent out bicycles?")
    clock.advance(timedelta(days=401))
    assert await bank.run("system", service.forget_old) == 1
    assert await bank.run("system", service.forget_old) == 0

    async def question(ctx: Context, token: str) -> str | None:
        return (await service.read(ctx, await service.started(ctx, token))).turns[0][1]

    assert await bank.run("system", question, answer.token) is None
    assert await bank.run("system", question, waiting.token) == "Do you rent out bicycles?"


class _Model:
    def __init__(self, wording: str) -> None:
        self.wording = wording

    async def reword(self, question: str, passages: Sequence[str], locale: str) -> str:
        return self.wording


@pytest.mark.parametrize(
    ("wording", "kept"),
    [
        ("Use the app to block it [1].", True),
        ("Use the app to block it [1].\n\nThe new one comes within five working days [2].", True),
        ("Use the app to block it.", False),
        ("Use the app to block it [1].\n\nAnd call your mother.", False),
        ("Use the app to block it [3].", False),
        ("Use the app to block it [0].", False),
        ("Pay 500 CZK to block it [1].", False),
        ("[1]" + "Use the app. " * 40, False),
        ("", False),
    ],
)
async def test_another_wording_stands_only_beside_quotes_that_it_cites_and_that_say_the_same(
    bank: make.Bank, wording: str, kept: bool
) -> None:
    row = await approved(bank)
    language.plug(_Model(wording))
    try:
        answer = await asked(bank, LOST)
    finally:
        language.plug(None)
    assert (answer.turn.wording is not None, bool(answer.turn.citations)) == (kept, True)
    assert UUID(str(answer.turn.citations[0]["version"])) == row.id
