"""How well the assistant answers, on questions that nothing was fitted to; and never without a place."""

import hypothesis.strategies as st
from hypothesis import given, settings

from backend.servicing.assistant import evaluation, rules
from backend.servicing.assistant.models import Outcome
from backend.servicing.assistant.reading import CHINESE, ENGLISH, language_of, paragraphs, tokens
from backend.servicing.assistant.retrieval import Index
from tests.factories import knowledge as made


def measured(name: str = "assistant_questions") -> evaluation.Measured:
    return evaluation.measured(evaluation.judge(made.rules(), made.indexes(), made.questions(name)))


def test_most_questions_are_answered_and_few_of_them_wrongly() -> None:
    found = measured()
    assert found.answerable >= 55
    assert found.deflection >= 0.65
    assert found.wrong_share <= 0.08


def test_every_answer_has_a_place() -> None:
    found = measured()
    assert found.cited == found.answers > 0


def test_what_is_left_to_people_is_never_answered() -> None:
    judged = evaluation.judge(made.rules(), made.indexes(), made.questions("assistant_questions"))
    for each in judged:
        if each.asked.refuse is not None:
            assert each.decision.outcome is not Outcome.ANSWERED, each.asked.q


def test_both_languages_are_asked() -> None:
    locales = [language_of(each.q) for each in made.questions("assistant_questions")]
    assert min(locales.count(ENGLISH), locales.count(CHINESE)) >= 25


def test_the_rule_sets_confidence_is_what_calibration_finds() -> None:
    for locale in (ENGLISH, CHINESE):
        found = evaluation.calibrated(
            made.entries(locale), made.questions("assistant_development"), locale, made.rules().same(locale)
        )
        assert found == made.rules().confidence[locale]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_no_question_is_answered_without_a_place_and_without_being_sure(question: str) -> None:
    locale = language_of(question)
    under = made.rules()
    decided = rules.decide(under, locale, question, made.indexes()[locale].search(question))
    if decided.outcome is Outcome.ANSWERED:
        assert decided.hit is not None
        assert decided.confidence >= under.answer_from
        assert all(1 <= number <= len(decided.hit.entry.paragraphs) for number in decided.paragraphs)
        assert decided.paragraphs


def test_without_articles_nothing_is_found() -> None:
    assert Index([], ENGLISH, {}).search("How do I block my card?") == []


def test_words_of_one_kind_are_read_as_one() -> None:
    same = made.rules().same(ENGLISH)
    assert set(tokens("cards blocked", ENGLISH, same)) >= set(tokens("blocking card", ENGLISH, same)[:1])
    assert tokens("terminate", ENGLISH, same)[0] == tokens("closing", ENGLISH, same)[0]


def test_a_body_falls_into_paragraphs_at_empty_lines() -> None:
    assert paragraphs("One.\nStill one.\n\n  \nTwo.\n") == ["One.\nStill one.", "Two."]


def test_a_figure_that_no_passage_says_is_not_faithful() -> None:
    assert rules.faithful("It takes 5 days [1].", ["It takes 5 working days."])
    assert not rules.faithful("It takes 6 days [1].", ["It takes 5 working days."])
