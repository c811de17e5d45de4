"""Customer numbers survive being read aloud and typed."""

from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from backend.customers.numbering import customer_number, read_number

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ids = st.uuids(version=4)


@given(ids)
def test_a_number_is_read_however_it_is_written(customer_id: UUID) -> None:
    number = customer_number(customer_id)
    assert read_number(number.lower().replace("-", " ").replace("0", "o")) == number


@given(ids, st.integers(0, 9), st.sampled_from(_SIGNS))
def test_one_mistyped_sign_is_noticed(customer_id: UUID, place: int, sign: str) -> None:
    signs = list(customer_number(customer_id).replace("-", ""))
    assume(signs[place + 1] != sign)
    signs[place + 1] = sign
    assert read_number("".join(signs)) is None
