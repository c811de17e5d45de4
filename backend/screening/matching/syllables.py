"""Chinese and Korean names in Latin letters, cut into syllables that are written alike under every romanisation.

Pinyin, Wade-Giles and passport spellings of Chinese, and the many spellings of Korean, each fold into one canonical
syllable; what they distinguish and others do not is lost, so agreement by syllables alone is weak evidence.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from backend.screening.matching.tables import lines

_LENGTHS: Final = range(2, 5)
"""Words, and syllables, of a whole name."""
_CHINESE = re.compile(
    r"(?P<i>zh|ch|sh|hs|ts|tz|[bpmfdtnlgkhjqxrzcsyw]?)"
    r"(?P<f>iang|iong|uang|ueng|iung|ian|ien|iao|uai|uan|uei|ang|eng|ing|ong|ung|ueh|ieh|"
    r"ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|ih|eh|er|uh|a|o|e|i|u)(?![aeiou])"
)
_CHINESE_INITIALS = {
    "b": "p", "d": "t", "g": "k", "zh": "j", "ch": "j", "q": "j", "x": "sh", "hs": "sh", "ts": "z", "tz": "z",
    "c": "z",
}  # fmt: skip
_CHINESE_FINALS = {
    "ong": "ung", "ien": "ian", "ieh": "ie", "ueh": "ue", "ih": "i", "eh": "e", "uh": "u", "uo": "o", "uei": "ui",
    "iong": "iung", "yen": "ian",
}  # fmt: skip
_KOREAN = re.compile(
    r"(?P<i>kk|tt|pp|ss|jj|ch|sh|[gkndtrlmbpsjh]?)"
    r"(?P<v>yeo|you|wae|yae|weo|eui|eo|eu|oo|ae|ya|ye|yo|yu|wa|wo|we|wi|oe|oi|ui|ou|ee|u|a|e|i|o|y)"
    r"(?P<f>ng|ck|rk|k|g|n|t|l|r|m|p|b|h|)(?![aeiouyw])"
)
_KOREAN_INITIALS = {
    "kk": "k", "g": "k", "tt": "t", "d": "t", "pp": "p", "b": "p", "ss": "s", "sh": "s", "jj": "j", "ch": "j", "l": "r",
}  # fmt: skip
_KOREAN_VOWELS = {
    "yeo": "yo", "you": "yo", "eo": "o", "eu": "u", "oo": "u", "weo": "wo", "eui": "ui", "ou": "u", "ee": "i",
    "yae": "ye", "ae": "e",
    "wae": "we", "oe": "we", "oi": "we", "y": "i",
}  # fmt: skip
_KOREAN_FINALS = {"g": "k", "ck": "k", "rk": "k", "b": "p", "r": "l", "h": ""}


@lru_cache(maxsize=2)
def _families(language: str) -> frozenset[str]:
    found = (line.split(":", 1) for line in lines("family_names.txt"))
    return frozenset(next(names for name, names in found if name.strip() == language).split())


@lru_cache(maxsize=20_000)
def chinese_syllables(letters: str) -> tuple[str, ...] | None:
    """Canonical syllables of one written word, or None if it is no Chinese one."""
    cut = _cut(letters, _CHINESE)
    return None if cut is None else tuple(_chinese(*parts) for parts in cut)


def _chinese(initial: str, final: str) -> str:
    folded = _CHINESE_FINALS.get(final, final)
    if initial == "y" and not folded.startswith(("i", "u")):
        folded = {"an": "ian", "en": "ian", "e": "ie", "eh": "ie"}.get(folded, "i" + folded)
        initial = ""
    if initial == "y":
        initial = ""
    if initial == "w":
        folded, initial = ("u" if folded == "u" else "u" + folded), ""
    return _CHINESE_INITIALS.get(initial, initial) + folded


@lru_cache(maxsize=20_000)
def korean_syllables(letters: str) -> tuple[str, ...] | None:
    cut = _cut(letters, _KOREAN)
    return None if cut is None else tuple(_korean(*parts) for parts in cut)


def _korean(initial: str, vowel: str, final: str) -> str:
    """현 hyon, hyeon, hyun; 정 jong, jeong, jung; 철 chol, cheol, chul fold alike."""
    sounded = _KOREAN_VOWELS.get(vowel, vowel)
    if final in ("ng", "n", "l") and sounded == "yu":
        sounded = "yo"
    if final in ("ng", "l") and sounded == "u":
        sounded = "o"
    return _KOREAN_INITIALS.get(initial, initial) + sounded + _KOREAN_FINALS.get(final, final)


def _cut(letters: str, pattern: re.Pattern[str]) -> list[tuple[str, ...]] | None:
    found = []
    position = 0
    while position < len(letters):
        syllable = pattern.match(letters, position)
        if syllable is None:
            return None
        found.append(syllable.groups())
        position = syllable.end()
    return found or None


def chinese_name(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Syllables of a whole name of two to four, if a word at either end is a Chinese family name."""
    return _name(words, _families("chinese"), chinese_syllables)


def korean_name(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Syllables of a whole name of two to four, if a word at either end is a Korean family name."""
    return _name(words, _families("korean"), korean_syllables)


def _name(
    words: tuple[str, ...], families: frozenset[str], cut: Callable[[str], tuple[str, ...] | None]
) -> tuple[str, ...] | None:
    if len(words) not in _LENGTHS or not ({words[0], words[-1]} & families):
        return None
    found: list[str] = []
    for word in words:
        syllables = cut(word)
        if syllables is None:
            return None
        found.extend(syllables)
    return tuple(found) if len(found) in _LENGTHS else None
