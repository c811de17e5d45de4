"""Country names as publishers write them → ISO 3166-1 alpha-2, or None when the text is no country we know."""

import re
from functools import lru_cache
from typing import Final

from babel import Locale

ISO_LENGTH: Final = 2
_ALIASES = {
    "burma": "MM", "congo": "CG", "congo kinshasa": "CD", "cote d ivoire": "CI",
    "democratic peoples republic of korea": "KP", "democratic republic of the congo": "CD",
    "congo democratic republic of the": "CD", "congo republic of the": "CG", "cape verde": "CV",
    "czech republic": "CZ", "dprk": "KP", "east timor": "TL", "england": "GB", "hong kong": "HK",
    "iran islamic republic of": "IR", "islamic republic of iran": "IR", "ivory coast": "CI", "korea north": "KP",
    "korea south": "KR", "kosovo": "XK", "lao peoples democratic republic": "LA", "libyan arab jamahiriya": "LY",
    "macau": "MO", "macedonia": "MK", "myanmar": "MM", "north macedonia the republic of": "MK", "palestine": "PS",
    "palestinian": "PS", "republic of korea": "KR", "republic of the congo": "CG", "russian federation": "RU",
    "state of palestine": "PS", "swaziland": "SZ", "syrian arab republic": "SY", "the gambia": "GM",
    "trinidad and tobago": "TT", "turkey": "TR", "turkiye": "TR", "uk": "GB", "united republic of tanzania": "TZ",
    "united states": "US", "united states of america": "US", "usa": "US", "viet nam": "VN", "west bank": "PS",
    "region gaza": "PS", "gaza": "PS", "vatican city": "VA",
}  # fmt: skip
_FORMER = {"soviet union": "SU", "ussr": "SU", "yugoslavia": "YU", "czechoslovakia": "CS"}


def country_code(text: str | None) -> str | None:
    """A code of two letters is taken as it is; nationals ("Iranian") are read where the adjective is regular."""
    if not text or not text.strip():
        return None
    stripped = text.strip()
    if len(stripped) == ISO_LENGTH and stripped.isalpha():
        return stripped.upper()
    return _names().get(_plain(stripped))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    territories = Locale("en").territories
    names = {_plain(name): code for code, name in territories.items() if len(code) == ISO_LENGTH}
    return names | _ALIASES | _FORMER


def _plain(text: str) -> str:
    ascii_ = text.casefold().replace("&", "and").replace("ü", "u").replace("ô", "o").replace("’", "").replace("'", "")
    return re.sub(r"[^a-z]+", " ", ascii_).strip()
