import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.screening.matching.organisation_names import organisation_readings
from backend.screening.matching.person_names import person_readings
from backend.screening.matching.readings import System

ALPHABETS = "abcdefgh ABC äöüß çğ жшщ абв محمد عبد ال 김정은 习近平 ア -.,'()0139"


def words(text: str, *, family_first: bool = False) -> list[str]:
    return [word.letters for word in person_readings(text, family_first)[0].words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AL BEN ALI, Isa Ben Tarif", ["isa", "tarif", "ali"]),
        ("Abdurrahman", ["abd", "rahman"]),
        ("'Abd al-Rahman", ["abd", "rahman"]),
        ("Abdullah", ["abd", "allah"]),
        ("Nasiruddin", ["nasir", "din"]),
        ("Saifullah", ["saif", "allah"]),
        ("Abubakar", ["abu", "bakar"]),
        ("J.-C. Juncker", ["j", "c", "juncker"]),
        ("Ludwig van der Velden", ["ludwig", "velden"]),
    ],
)
def test_a_persons_name_is_cut_into_the_words_that_count(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_particles_stay_with_the_word_they_lead() -> None:
    assert person_readings("Ramzi bin al-Shibh")[0].words[1].lead == "binal"


def test_second_names_are_optional_in_a_name_with_a_comma() -> None:
    reading = person_readings("GOMEZ RUIZ, Ana Maria", family_first=True)[0]
    assert [reading.words[k].letters for k in sorted(reading.optional)] == ["maria", "ruiz"]


def test_the_order_of_a_family_first_name_without_comma_is_not_relied_on() -> None:
    assert not person_readings("MORVANE Teodor", family_first=True)[0].ordered


def test_a_chinese_name_has_a_reading_by_syllables() -> None:
    systems = [reading.system for reading in person_readings("Mao Tse-tung")]
    assert System.CHINESE in systems


def test_a_name_in_two_scripts_is_read_in_each() -> None:
    found = person_readings("Jin Tiesan (金铁三)")
    assert ["kim", "choltsam"] not in found
    assert any([word.letters for word in reading.words] == ["kim", "cholsam"] for reading in found)


@pytest.mark.parametrize(
    ("text", "expected", "legal"),
    [
        ("Korval Shipping Co., Ltd.", ["korval", "shipping"], {"ltd"}),
        ("ООО Корвал", ["korval"], {"llc"}),
        ("S.A. de C.V. Korval", ["korval"], {"sa"}),
        ("Korval Corporation", ["korval"], set()),
        ("Korval Fund VIII L.P.", ["korval", "fund", "8"], {"lp"}),
        ("Limited", ["limited"], set()),
    ],
)
def test_legal_forms_are_taken_out_and_classed(text: str, expected: list[str], legal: set[str]) -> None:
    reading = organisation_readings(text)[0]
    assert [word.letters for word in reading.words] == expected
    assert reading.legal == legal


def test_a_long_name_can_be_abbreviated_and_an_abbreviation_read() -> None:
    long_ = {reading.system: reading for reading in organisation_readings("Korval Liberation Army")}
    short = {reading.system: reading for reading in organisation_readings("KLA")}
    assert long_[System.INITIALS].words[0].letters == short[System.ABBREVIATION].words[0].letters == "kla"


@given(st.text(ALPHABETS, max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    for reading in (*person_readings(text), *organisation_readings(text)):
        assert reading.words
        assert all(word.letters for word in reading.words)


def test_a_well_known_family_name_in_the_middle_is_no_optional_second_name() -> None:
    reading = person_readings("Antonio Maria Moreno Rodriguez")[0]
    assert [reading.words[k].letters for k in sorted(reading.optional)] == ["maria"]


def _abbreviations(text: str) -> list[str]:
    found = organisation_readings(text)
    return [word.letters for one in found if one.system is System.ABBREVIATION for word in one.words]


def _initials(text: str) -> list[str]:
    found = organisation_readings(text)
    return [word.letters for one in found if one.system is System.INITIALS for word in one.words]


def test_an_abbreviation_of_two_parts_stands_for_the_initials_of_the_whole() -> None:
    whole = "Popular Front for the Liberation of Palestine - General Command"
    assert _abbreviations("PFLP-GC") == _initials(whole) == ["pflpgc"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Car Care Center CCC", ["car", "care", "center"]),
        ("Alpha Beta ABC", ["alpha", "beta", "abc"]),
        ("CCC", ["ccc"]),
    ],
)
def test_the_initials_of_a_name_at_its_end_say_nothing_new(text: str, expected: list[str]) -> None:
    assert [word.letters for word in organisation_readings(text)[0].words] == expected
