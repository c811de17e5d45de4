"""The language a person is spoken to in."""

from string import Formatter

import pytest

from backend.core.i18n import catalog, negotiate, numbered, translate


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        ("en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("cs,zh;q=0.5,en;q=0.4", "zh_CN"),
        ("fr", "en"),
        ("zh;q=0,en;q=0.1", "en"),
        ("zh;q=broken", "en"),
    ],
)
def test_the_best_known_language_of_the_browser_is_taken(header: str | None, locale: str) -> None:
    assert negotiate(header) == locale


def test_a_text_without_translation_is_shown_in_english() -> None:
    assert translate("zh_CN", "A text nobody has translated: {n}", n=3) == "A text nobody has translated: 3"


def test_a_parameter_that_is_missing_stays_visible() -> None:
    assert translate("en", "{here} {gone}", here="x") == "x {gone}"


def test_translations_keep_the_parameters_of_their_texts() -> None:
    wrong = [text for text, words in catalog("zh_CN").items() if _fields(text) != _fields(words)]
    assert wrong == []


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize(
    ("locale", "count", "words"),
    [
        ("en", 1, "1 day late"),
        ("en", 2, "2 days late"),
        ("en", 0, "0 days late"),
        ("en", "1", "1 day late"),
        ("en", "1,001", "1,001 days late"),
        ("zh_CN", 1, "逾期 1 天"),
    ],
)
def test_a_text_takes_the_form_of_its_number(locale: str, count: object, words: str) -> None:
    assert translate(locale, "{count} days late", count=count) == words


def test_a_number_that_is_not_the_first_placeholder_counts_where_it_is_the_first_number() -> None:
    text = "Set up {when}. {count} recovery codes are left."
    assert translate("en", text, when="yesterday", count=1) == "Set up yesterday. 1 recovery code is left."


def test_the_forms_of_a_text_keep_its_parameters() -> None:
    forms = [(text, form) for text, found in numbered("en").items() for form in found.forms]
    assert [form for text, form in forms if _fields(form) != _fields(text)] == []
