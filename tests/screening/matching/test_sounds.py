import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.screening.matching.sounds import bones, sound


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("osama", "usama"),
        ("daoud", "dawud"),
        ("yevgeny", "evgeni"),
        ("wali", "vali"),
        ("shaikh", "shaykh"),
        ("anwar", "anouar"),
    ],
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("hassan", "hussein"), ("said", "saud"), ("salim", "salam")])
def test_names_that_differ_in_vowels_only_share_bones_not_sound(one: str, other: str) -> None:
    assert bones(sound(one)) == bones(sound(other))
    assert sound(one) != sound(other)


def test_letters_apart_are_not_heard_as_one() -> None:
    assert bones(sound("m·t·s·d·q")) == "mtsdk"


def test_a_final_kh_is_kept_and_a_mute_h_is_not() -> None:
    assert bones(sound("barikh")) == "brh"
    assert bones(sound("hamzah")) == bones(sound("hamza"))


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=14))
def test_bones_are_in_the_sound_in_order(word: str) -> None:
    heard = iter(sound(word))
    assert all(letter in heard for letter in bones(sound(word))[1:])
