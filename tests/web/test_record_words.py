"""What a history says of one changed column."""

from typing import Any

import pytest

from backend.web import record_words


def said(before: str | None, after: str | None, column: str = "state", table: str = "product", **more: Any) -> Any:
    given = {"sealed": False, "beforeAgent": None, "afterAgent": None, **more}
    change = {"table": table, "columns": [{"column": column, "before": before, "after": after, **given}]}
    return record_words.columns("en", change)


def test_a_code_is_said_as_the_pages_say_it() -> None:
    (line,) = said('"on_sale"', '"under_review"')
    assert (line.name, line.before, line.after) == ("State", "On sale", "Under review")


def test_a_language_of_correspondence_is_said_in_words() -> None:
    (line,) = said('"en"', '"zh_CN"', "correspondence_language", "party")
    assert (line.name, line.before, line.after) == ("Correspondence language", "English", "Chinese (simplified)")


def test_an_id_of_another_record_is_left_out() -> None:
    assert said(None, '"0197a3b4-0000-7000-8000-000000000000"', "product_id") == []


def test_whom_an_id_names_is_said_by_name() -> None:
    agent = {"id": "0197a3b4-0000-7000-8000-000000000000", "kind": "STAFF", "name": "Jana Novotná"}
    (line,) = said(None, f'"{agent["id"]}"', "decided_by", afterAgent=agent)
    assert (line.name, line.before, line.after) == ("Decided by", "—", "Jana Novotná")


def test_of_long_texts_only_the_part_that_differs_is_shown() -> None:
    text = "Block the card in the app. " * 20
    (line,) = said(f'"{text}It takes a day.{text}"', f'"{text}It takes two days.{text}"', "body_en")
    assert "It takes a day." in line.before
    assert "It takes two days." in line.after
    assert max(len(line.before), len(line.after)) < 120


def test_of_a_sealed_column_no_value_is_said() -> None:
    (line,) = said(None, None, "name", sealed=True)
    assert (line.sealed, line.values) == (True, False)


def test_a_list_that_the_log_holds_as_text_is_read_out() -> None:
    (line,) = said(None, '"[\\"email\\", \\"mail\\"]"', "channels", "message_template")
    assert line.after == "E-mail, Mail"


def test_what_is_empty_is_left_out() -> None:
    assert said(None, '""', "key", "target_goal") == []


def test_a_document_is_told_as_changed_alone() -> None:
    (line,) = said('{"rate": "1.5"}', '{"rate": "2.0"}', "definition")
    assert (line.sealed, line.values) == (False, False)


@pytest.mark.parametrize(
    ("action", "given", "words"),
    [
        ("role.grant", "auditor", "Auditor"),
        ("product.move", "on_sale", "On sale"),
        ("ruleset.propose", "rebase", "Rebase"),
        ("knowledge.create", "cards", "Cards"),
    ],
)
def test_a_reason_is_said_by_its_action(action: str, given: str, words: str) -> None:
    assert record_words.reason("en", action, given) == words
