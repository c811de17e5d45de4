"""Articles and the assistant over GraphQL."""

from datetime import timedelta
from typing import Any

from backend.core.clock import FixedClock
from tests.api.conftest import Door
from tests.factories import knowledge as made
from tests.factories.customers import Bank

STEP = (
    "{ __typename ... on KnowledgeArticle { id code versions { id number state mayApprove } } ... on Problem { code } }"
)
CREATE = (
    "mutation ($input: ArticleInput!, $texts: ArticleTexts!) "
    f"{{ answer: createArticle(input: $input, texts: $texts) {STEP} }}"
)
PROPOSE = f"mutation ($id: UUID!) {{ answer: proposeArticleVersion(id: $id) {STEP} }}"
APPROVE = f"mutation ($id: UUID!) {{ answer: approveArticleVersion(id: $id) {STEP} }}"
ASK = """mutation ($question: String!, $token: String) { answer: askAssistant(question: $question, token: $token) {
  __typename ... on AssistantAnswer { token handedOver turn {
    outcome confidence quotes { article version paragraph text } } }
  ... on Problem { code } } }"""
MINE = "{ myAssistantConversations { state turns { question } } }"
ARTICLES = "{ knowledgeArticles { overdue withheld } }"
FIGURES = "{ assistantFigures { asked answered unsure } }"


def given(clock: FixedClock) -> dict[str, Any]:
    head = {
        "code": "block-card",
        "audience": "CUSTOMER",
        "topic": "cards",
        "reviewOn": (clock().date() + timedelta(days=90)).isoformat(),
    }
    texts = {
        "titleEn": made.CARD.title_en,
        "titleZh": made.CARD.title_zh,
        "bodyEn": made.CARD.body_en,
        "bodyZh": made.CARD.body_zh,
        "questionsEn": list(made.CARD.questions_en),
    }
    return {"input": head, "texts": texts}


async def approved(door: Door, bank: Bank, clock: FixedClock) -> dict[str, Any]:
    created = (await door.data(CREATE, bank.officer, **given(clock)))["answer"]
    draft = created["versions"][0]["id"]
    await door.data(PROPOSE, bank.officer, id=draft)
    done: dict[str, Any] = (await door.data(APPROVE, bank.second_officer, id=draft))["answer"]
    return done


async def test_an_article_is_written_by_one_and_approved_by_another(door: Door, bank: Bank, clock: FixedClock) -> None:
    created = (await door.data(CREATE, bank.officer, **given(clock)))["answer"]
    draft = created["versions"][0]["id"]
    await door.data(PROPOSE, bank.officer, id=draft)
    assert (await door.data(APPROVE, bank.officer, id=draft))["answer"]["code"] == "access.not_allowed"
    done = (await door.data(APPROVE, bank.second_officer, id=draft))["answer"]
    assert done["versions"][0]["state"] == "APPROVED"


async def test_an_answer_has_its_place(door: Door, bank: Bank, clock: FixedClock) -> None:
    await approved(door, bank, clock)
    answer = (await door.data(ASK, bank.manager, question="I lost my card, how do I block it?"))["answer"]
    assert answer["turn"]["outcome"] == "ANSWERED"
    assert answer["turn"]["quotes"][0] == {
        "article": "block-card",
        "version": 1,
        "paragraph": 1,
        "text": "Block the card in the app under Cards.",
    }


async def test_what_it_is_not_sure_of_says_when_a_colleague_answers(door: Door, bank: Bank) -> None:
    answer = (await door.data(ASK, bank.manager, question="Do we rent out bicycles?"))["answer"]
    assert answer["turn"]["outcome"] == "UNSURE"
    assert answer["handedOver"]
    again = (await door.data(ASK, bank.manager, question="And cars?", token=answer["token"]))["answer"]
    assert again["code"] == "assistant.over"


async def test_what_a_colleague_asked_is_theirs_to_read_again(door: Door, bank: Bank) -> None:
    await door.data(ASK, bank.manager, question="Do we rent out bicycles?")
    [mine] = (await door.data(MINE, bank.manager))["myAssistantConversations"]
    assert (mine["state"], mine["turns"]) == ("handed_over", [{"question": "Do we rent out bicycles?"}])
    assert (await door.data(MINE, bank.colleague))["myAssistantConversations"] == []
    assert await door.codes(MINE, bank.auditor) == ["access.not_allowed"]


async def test_an_article_says_that_its_day_has_come_and_that_it_is_quoted_no_more(
    door: Door, bank: Bank, clock: FixedClock
) -> None:
    await approved(door, bank, clock)
    said = []
    for days in (89, 1, 31):
        clock.advance(timedelta(days=days))
        [article] = (await door.data(ARTICLES, bank.manager))["knowledgeArticles"]
        said.append((article["overdue"], article["withheld"]))
    assert said == [(False, False), (True, False), (True, True)]


async def test_a_question_without_words_is_a_problem_and_no_error(door: Door, bank: Bank) -> None:
    assert (await door.data(ASK, bank.manager, question=" "))["answer"]["code"] == "assistant.question"


async def test_figures_are_for_whoever_may_report(door: Door, bank: Bank) -> None:
    await door.data(ASK, bank.manager, question="Do we rent out bicycles?")
    assert (await door.data(FIGURES, bank.lead))["assistantFigures"] == {"asked": 1, "answered": 0, "unsure": 1}
    assert await door.codes(FIGURES, bank.manager) == ["access.not_allowed"]
