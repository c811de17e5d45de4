"""Scripts and the order of names."""

import pytest

from backend.customers.names import Script, display_name, script_of, split_han


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Jan Novák", Script.LATIN),
        ("王小明", Script.HAN),
        ("山田 はな", Script.JAPANESE),
        ("김민수", Script.HANGUL),
        ("Иван", Script.CYRILLIC),
        ("محمد", Script.ARABIC),
        ("王 Xiaoming", Script.OTHER),
        ("42", Script.NONE),
    ],
)
def test_the_script_is_seen_in_the_letters(text: str, script: Script) -> None:
    assert script_of(text) is script


@pytest.mark.parametrize(
    ("given", "family", "shown"),
    [
        ("小明", "王", "王小明"),
        ("Jan", "Novák", "Jan Novák"),
        ("はな", "山田", "山田 はな"),
        ("민수", "김", "김민수"),
    ],
)
def test_the_order_follows_the_script(given: str, family: str, shown: str) -> None:
    assert display_name("?", given, family) == shown


def test_without_parts_the_name_stands_as_given() -> None:
    assert display_name("Wang Xiaoming", None, "Wang") == "Wang Xiaoming"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("王小明", ("王", "小明")),
        ("王 明", ("王", "明")),
        ("欧阳娜娜", ("欧阳", "娜娜")),
        ("司马光", ("司马", "光")),
        ("欧阳", ("欧", "阳")),
        ("中国工商银行", None),
        ("Wang", None),
    ],
)
def test_a_chinese_name_is_split_after_the_family_name(name: str, parts: tuple[str, str] | None) -> None:
    assert split_han(name) == parts
