from datetime import date

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from backend.access import masking
from backend.access.actions import FIELDS


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("Jan Novák", "J••• N•••"),
        ("Anna Maria Nováková", "A••• N•••"),
        ("王小明", "王•••"),
        ("欧阳娜娜", "欧•••"),
        ("김민준", "김•••"),
        ("Владимир Петров", "В••• П•••"),
        ("O'Neil", "O•••"),
        ("(Ada)", "A•••"),
        ("E\u0308va", "Ë•••"),
        ("x̌y", "x̌•••"),
        ("—", "•••"),
        ("", "•••"),
    ],
)
def test_name_keeps_the_initial_of_its_first_and_last_word(value: str, masked: str) -> None:
    assert masking.name(value) == masked


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("jan.novak@example.com", "j•••@example.com"),
        ("j@example.com", "•••@example.com"),
        ("王小明@example.cn", "王•••@example.cn"),
        ("no address", "•••"),
        ("two@at@example.com", "•••"),
        ("a@b", "•••"),
    ],
)
def test_email_keeps_one_letter_and_the_domain(value: str, masked: str) -> None:
    assert masking.email(value) == masked


@pytest.mark.parametrize(
    ("count", "value", "masked"),
    [
        (4, "11010519491231002X", "•••002X"),
        (4, "706213/4567", "•••4567"),
        (4, "DE89 3704 0044 0532 0130 00", "•••3000"),
        (3, "+420 777 123 456", "•••456"),
        (3, "＋８６ １３８ ００１３ ８０００", "•••000"),
        (4, "1234567", "•••"),
        (4, "1234", "•••"),
        (3, "", "•••"),
    ],
)
def test_tail_keeps_the_last_signs_of_what_is_twice_as_long(count: int, value: str, masked: str) -> None:
    assert masking.tail(count)(value) == masked


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (date(1985, 3, 9), "1985-••-••"),
        ("1985-03-09", "1985-••-••"),
        ("9 March 1985", "•••"),
        (date(987, 1, 1), "0987-••-••"),
    ],
)
def test_date_keeps_its_year(value: date | str, masked: str) -> None:
    assert masking.year(value) == masked


MASKED = [field for field in FIELDS.values() if field.mask is not None]


@seed(20261122)
@given(value=st.text(min_size=1, max_size=60), field=st.sampled_from(MASKED))
def test_no_mask_ever_returns_the_value_or_fails(value: str, field: object) -> None:
    masked = field.mask(value)  # type: ignore[attr-defined]
    assert "•••" in masked or masked.endswith("-••-••")
    assert masked != value or "•" in value


@seed(20261122)
@given(digits=st.text("0123456789", min_size=8, max_size=40))
def test_length_of_a_masked_identifier_says_nothing(digits: str) -> None:
    assert len(masking.tail(4)(digits)) == 7
