"""Names in any script, cut into pieces that can be compared: Han runs, and words folded to plain Latin letters."""

import re
import unicodedata
from typing import Final

from anyascii import anyascii

_HAN: Final = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(f"([{_HAN}]+)")
_GAP = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_APOSTROPHES = str.maketrans(dict.fromkeys("'’ʼ‘`´ʻ", "'"))
_WORD_CATEGORIES = frozenset("LMN")
_MRZ: Final = str.maketrans({"ä": "ae", "å": "aa", "ö": "oe", "ø": "oe", "ü": "ue", "þ": "th"})
"""Transliteration in passports where it differs from dropping the accent (ICAO Doc 9303 part 3, section 6)."""


def pieces(text: str, *, join_han: bool) -> list[str]:
    """Han runs and what stands between them and white space. `join_han` closes gaps: 王 小明 is 王小明."""
    normal = unicodedata.normalize("NFKC", text)
    closed = _GAP.sub("", normal) if join_han else normal
    return [word for run in _RUN.split(closed) for word in run.split()]


def is_han(piece: str) -> bool:
    return _RUN.fullmatch(piece) is not None


def words(piece: str, *, keep_apostrophes: bool = False) -> list[str]:
    """Letters, marks and digits; O'Brien is o, brien, or obrien when apostrophes are kept inside the word."""
    if piece.isalpha():
        return [piece]
    inside = "" if keep_apostrophes else " "
    plain = piece.translate(_APOSTROPHES).replace("'", inside)
    return "".join(c if unicodedata.category(c)[0] in _WORD_CATEGORIES else " " for c in plain).split()


def forms(word: str) -> set[str]:
    """Müller is muller and mueller; Иванов is ivanov. Never empty for a word of letters."""
    folded = unicodedata.normalize("NFC", word.casefold())
    passport = folded.translate(_MRZ)
    return {_latin(folded)} if passport == folded else {_latin(folded), _latin(passport)}


def _latin(word: str) -> str:
    """The word itself where there is no romanisation."""
    return "".join(filter(str.isalnum, anyascii(word).casefold())) or word
