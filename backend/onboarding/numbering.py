"""Case numbers that people read to each other: year and eight Crockford characters (no I, L, O or U)."""

from datetime import date
from typing import Final
from uuid import UUID

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DIGITS: Final = 8


def case_number(case_id: UUID, opened_on: date) -> str:
    """From the random end of the case's UUIDv7, so no counter is shared; the table refuses the rare double."""
    rest = case_id.int
    digits = [_ALPHABET[(rest >> (5 * place)) & 31] for place in range(_DIGITS)]
    return f"K{opened_on.year}-{''.join(digits)}"
