"""Each identifier is checked by its public rule; examples come from the rules' own documents and from python-stdnum."""

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.customers.identifier_rules import check_digit
from backend.customers.identifiers import TYPES, Reason, Verdict, check

VALID = [
    ("cz_birth_number", "710319/2745", "7103192745"),
    ("cz_company_number", "25123891", "25123891"),
    ("cz_company_number", "177041", "00177041"),
    ("cz_vat", "CZ 25123891", "25123891"),
    ("cn_resident_id", "360426199101010071", "360426199101010071"),
    ("cn_resident_id", "３６０４２６１９９１０１０１００７１", "360426199101010071"),
    ("cn_uscc", "91110000600037341L", "91110000600037341L"),
    ("lei", "213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D15"),
    ("iban", "CZ65 0800 0000 1920 0014 5399", "CZ6508000000192000145399"),
    ("passport_mrz", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    ("gb_company_number", "sc123456", "SC123456"),
    ("gb_company_number", "445790", "00445790"),
    ("gb_nino", "AB 12 34 56 C", "AB123456C"),
    ("gb_utr", "1955839661", "1955839661"),
    ("us_ssn", "536-90-4399", "536904399"),
    ("us_ein", "91-1144442", "911144442"),
    ("eu_vat", "BE403019261", "BE0403019261"),
    ("fr_siren", "552 008 443", "552008443"),
    ("de_tax_id", "36 574 261 809", "36574261809"),
    ("nl_bsn", "1112.22.333", "111222333"),
    ("pl_pesel", "44051401359", "44051401359"),
]


@pytest.mark.parametrize(("type_", "value", "normal"), VALID)
def test_a_valid_number_has_its_normal_form(type_: str, value: str, normal: str) -> None:
    checked = check(TYPES[type_], value)
    assert (checked.verdict, checked.normal, checked.reason) == (Verdict.VALID, normal, None)


@pytest.mark.parametrize(
    ("type_", "value", "reason"),
    [
        ("cz_birth_number", "7103192746", Reason.CHECK_DIGIT),
        ("cz_birth_number", "71031927", Reason.LENGTH),
        ("cz_birth_number", "7163192744", Reason.COMPONENT),
        ("cn_resident_id", "360426199101010072", Reason.CHECK_DIGIT),
        ("cn_resident_id", "36042619910101", Reason.LENGTH),
        ("cz_company_number", "25123890", Reason.CHECK_DIGIT),
        ("cz_company_number", "ABC", Reason.FORMAT),
        ("lei", "213800KUD8XAJWSQ9D15", Reason.CHECK_DIGIT),
        ("gb_company_number", "QQ123456", Reason.FORMAT),
        ("gb_nino", "BG123456A", Reason.FORMAT),
        ("us_ssn", "000-00-0000", Reason.COMPONENT),
        ("passport_mrz", "L898902C46UTO7408122F1204159ZE184226B<<<<<10", Reason.CHECK_DIGIT),
        ("passport_mrz", "L898902C", Reason.LENGTH),
    ],
)
def test_a_wrong_number_says_what_is_wrong(type_: str, value: str, reason: Reason) -> None:
    checked = check(TYPES[type_], value)
    assert (checked.verdict, checked.reason) == (Verdict.INVALID, reason)


def test_months_that_no_birth_number_has_are_refused() -> None:
    """Month 33 is 13 beyond the overflow of 20; the check digit alone would pass."""
    stem = "713319274"
    number = stem + str(int(stem) % 11 % 10)
    assert check(TYPES["cz_birth_number"], number).verdict is Verdict.INVALID


def test_an_overflow_month_before_2004_is_refused() -> None:
    stem = "712319274"
    number = stem + str(int(stem) % 11 % 10)
    assert check(TYPES["cz_birth_number"], number).reason is Reason.COMPONENT


def test_a_type_without_a_rule_says_so() -> None:
    checked = check(TYPES["identity_card"], " 123-456 ab ")
    assert (checked.verdict, checked.normal) == (Verdict.NO_RULE, "123456AB")


@pytest.mark.parametrize(
    ("type_", "value", "born", "gender"),
    [
        ("cz_birth_number", "7103192745", date(1971, 3, 19), "male"),
        ("cz_birth_number", "6852294449", date(1968, 2, 29), "female"),
        ("cn_resident_id", "360426199101010071", date(1991, 1, 1), "male"),
        ("pl_pesel", "44051401359", date(1944, 5, 14), "male"),
    ],
)
def test_a_number_states_birth_date_and_gender(type_: str, value: str, born: date, gender: str) -> None:
    says = check(TYPES[type_], value).says
    assert (says.birth_date, says.gender, says.certain) == (born, gender, True)


def test_a_chinese_number_states_the_region() -> None:
    assert check(TYPES["cn_resident_id"], "360426199101010071").says.region == "德安县"


def test_the_examples_of_icao_9303_have_their_check_digits() -> None:
    assert [check_digit(text) for text in ("520727", "AB2134<<<", "L898902C3")] == ["3", "5", "6"]


@settings(max_examples=300, derandomize=True)
@given(st.sampled_from(VALID), st.text(max_size=60))
def test_no_text_breaks_a_check(example: tuple[str, str, str], text: str) -> None:
    assert check(TYPES[example[0]], text).verdict in set(Verdict)


@settings(max_examples=300, derandomize=True)
@given(
    st.sampled_from(
        [
            ("cz_birth_number", "710319/2745"),
            ("cn_resident_id", "360426199101010071"),
            ("lei", "213800KUD8LAJWSQ9D15"),
            ("pl_nip", "8567346215"),
        ]
    ),
    st.integers(0, 19),
    st.sampled_from("0123456789"),
)
def test_one_mistyped_digit_is_noticed(example: tuple[str, str], place: int, digit: str) -> None:
    """Not true of the IČO, where two remainders share the check digit 1."""
    type_, value = example
    assume(place < len(value) and value[place].isdigit() and value[place] != digit)
    mistyped = value[:place] + digit + value[place + 1 :]
    assert check(TYPES[type_], mistyped).verdict is Verdict.INVALID
