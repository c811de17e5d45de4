"""Country codes: ISO 3166-1 alpha-2, as Unicode CLDR lists them."""

from functools import cache
from typing import Final

from babel import Locale

_NO_COUNTRY: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_LENGTH: Final = 2


@cache
def codes() -> frozenset[str]:
    """Includes XK (Kosovo), which ISO leaves to its users and banks use."""
    territories = Locale.parse("en").territories
    named = (str(code) for code in territories)
    return frozenset(code for code in named if len(code) == _LENGTH and code.isalpha()) - _NO_COUNTRY


def is_country(code: str) -> bool:
    return code in codes()
