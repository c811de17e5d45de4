"""Cleaning of written names, and which script a word is written in."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache


class Script(StrEnum):
    LATIN = "Latin"
    CYRILLIC = "Cyrillic"
    GREEK = "Greek"
    ARABIC = "Arabic"
    HEBREW = "Hebrew"
    HAN = "Han"
    KANA = "Kana"
    HANGUL = "Hangul"
    OTHER = "other"


ABJADS = frozenset({Script.ARABIC, Script.HEBREW})
"""Scripts that leave short vowels unwritten."""

_RANGES: tuple[tuple[int, int, Script], ...] = (
    (0x0041, 0x024F, Script.LATIN),
    (0x0250, 0x02FF, Script.LATIN),
    (0x0370, 0x03FF, Script.GREEK),
    (0x0400, 0x052F, Script.CYRILLIC),
    (0x0590, 0x05FF, Script.HEBREW),
    (0x0600, 0x06FF, Script.ARABIC),
    (0x0750, 0x077F, Script.ARABIC),
    (0x1100, 0x11FF, Script.HANGUL),
    (0x1E00, 0x1EFF, Script.LATIN),
    (0x1F00, 0x1FFF, Script.GREEK),
    (0x3040, 0x30FF, Script.KANA),
    (0x3130, 0x318F, Script.HANGUL),
    (0x3400, 0x9FFF, Script.HAN),
    (0xAC00, 0xD7AF, Script.HANGUL),
    (0xF900, 0xFAFF, Script.HAN),
    (0x20000, 0x323AF, Script.HAN),
)
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʻʼʿʾ′"), None)
_MARKS = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
WORDS = re.compile(r"(?:[^\W_]|[\u0900-\u0dff\u0e30-\u0e4e\u1780-\u17dd])+")
"""Letters and figures with the vowel signs of Indic, Thai and Khmer writing."""
PARENTHESES = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_LOOKALIKES = str.maketrans("aceiopxyjs", "асеіорхујѕ")
_FIGURES = str.maketrans("013457", "oieast")


def clean(text: str) -> str:
    """Compatibility-composed, case-folded, without apostrophes, vowel marks and invisible characters."""
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    return _MARKS.sub("", folded)


@lru_cache(maxsize=4096)
def script_of_char(char: str) -> Script | None:
    """None for figures, punctuation and spaces, which belong to no script."""
    if not char.isalpha() and not unicodedata.category(char).startswith("M"):
        return None
    point = ord(char)
    for first, last, script in _RANGES:
        if first <= point <= last:
            return script
    return Script.OTHER


def script_of(word: str) -> Script:
    """The script of the word's first letter that is not Latin, else Latin: a stray look-alike decides nothing."""
    if word.isascii():
        return Script.LATIN
    found = (script_of_char(char) for char in word)
    scripts = sorted({script for script in found if script is not None and script is not Script.LATIN})
    return min(scripts, key=lambda script: script is Script.OTHER) if scripts else Script.LATIN


def unmasked(word: str) -> str:
    """Latin look-alikes inside a Cyrillic word and figures inside a word put back into letters ("Ig0r Sech1n")."""
    letters = sum(char.isalpha() for char in word)
    figures = sum(char.isdigit() for char in word)
    if figures and letters > figures + 1 and word[0].isalpha():
        word = word.translate(_FIGURES)
    if not word.isascii() and script_of(word) is Script.CYRILLIC:
        return word.translate(_LOOKALIKES)
    return word
