"""What the history of a record says of codes of the log, in the reader's language."""

import pytest

from backend.web import log_words


@pytest.mark.parametrize(
    ("locale", "code", "words"),
    [
        ("en", "stage_transition", "Stages of the relationship"),
        ("zh_CN", "stage_transition", "关系阶段"),
        ("en", "quarter_talk", "Quarter talk"),
        ("zh_CN", "quarter_talk", "季度沟通"),
        ("zh_CN", "access.not_allowed", "不允许"),
    ],
)
def test_a_reason_is_said_in_words(locale: str, code: str, words: str) -> None:
    assert log_words.reason(locale, code) == words


@pytest.mark.parametrize(
    ("locale", "field", "words"),
    [
        ("en", "birth_date", "Date of birth"),
        ("zh_CN", "birth_date", "出生日期"),
        ("en", "task_title", "Tasks about you: Title"),
        ("en", "survey", "Surveys"),
        ("en", "something_else", "Something else"),
    ],
)
def test_a_field_that_was_read_is_said_in_words(locale: str, field: str, words: str) -> None:
    assert log_words.read(locale, field) == words
