import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.screening.matching.scripts import Script, clean, script_of, unmasked


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("word", "script"),
    [
        ("Morvane", Script.LATIN),
        ("Хаmатович", Script.CYRILLIC),
        ("محمد", Script.ARABIC),
        ("ﻤﺤﻤﺪ", Script.OTHER),
        ("金正恩", Script.HAN),
        ("김", Script.HANGUL),
        ("バラク", Script.KANA),
        ("Νίκος", Script.GREEK),
        ("דוד", Script.HEBREW),
        ("ბარაკ", Script.OTHER),
        ("2004", Script.LATIN),
    ],
)
def test_a_word_has_the_script_of_its_letters(word: str, script: Script) -> None:
    assert script_of(word) is script


def test_presentation_forms_become_plain_letters() -> None:
    assert clean("ﻤﺤﻤﺪ") == "محمد"


def test_vowel_marks_and_invisible_characters_are_dropped() -> None:
    assert clean("مُحَمَّد\u200f") == "محمد"


def test_figures_and_lookalikes_inside_words_are_put_back() -> None:
    assert unmasked("sech1n") == "sechin"
    assert unmasked("хаmатович") == unmasked("хаmатович")
    assert unmasked("2004") == "2004"
