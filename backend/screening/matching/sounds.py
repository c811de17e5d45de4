"""How a word sounds, written so that spellings of one name coincide: `sound` keeps vowels, `bones` consonants only.

The alphabet of a sound: a i u (vowels folded: e→i, o→u), b d f g h k l m n p r s t v z, S (sh), J (j, ch, zh).
"""

import re
from functools import lru_cache

_CLUSTERS = (
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=[aeiouy·])h$"), ""),
    (re.compile(r"tsch|tch|sch"), "S"),
    (re.compile(r"dzh|dsch|dj|zh|ch"), "J"),
    (re.compile(r"sh"), "S"),
    (re.compile(r"kh|ck"), "h"),
    (re.compile(r"gh"), "g"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"dh"), "d"),
    (re.compile(r"ts|tz"), "z"),
    (re.compile(r"qu"), "kv"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"j(?=[^aeiouy]|$)"), "i"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"^·*w"), "v"),
)
SEPARATOR = "·"
"""Between letters that are sounds of their own, so that "t·s" is not heard as "ts"."""
_LETTERS = str.maketrans({"c": "k", "q": "k", "j": "J", "w": "u", "y": "i", "e": "i", "o": "u"})
_VOWEL_RUN = re.compile(r"[aiu]{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = frozenset("aiu")
_COARSE = str.maketrans(
    {"g": "k", "h": "k", "d": "t", "z": "s", "S": "s", "J": "s", "b": "p", "f": "p", "v": "p", "r": "l"}
)


@lru_cache(maxsize=50_000)
def sound(latin: str) -> str:
    """Of a word in lower-case Latin letters. Runs of vowels become their first and last ("daoud", "dawud" → daud)."""
    text = latin
    for pattern, letters in _CLUSTERS:
        text = pattern.sub(letters, text)
    text = text.replace(SEPARATOR, "").translate(_LETTERS)
    text = _VOWEL_RUN.sub(_ends, text)
    return _DOUBLED.sub(r"\1", text)


def _ends(run: re.Match[str]) -> str:
    text = run[0]
    return text[0] if text[0] == text[-1] else text[0] + text[-1]


@lru_cache(maxsize=50_000)
def bones(sound_: str) -> str:
    """The consonants; a vowel at the beginning, whichever, is written "a"."""
    if not sound_:
        return ""
    first = "a" if sound_[0] in _VOWELS else sound_[0]
    return first + "".join(letter for letter in sound_[1:] if letter not in _VOWELS)


def coarse(bones_: str) -> str:
    """Consonants that scripts and languages confuse written alike (k/g/kh, t/d, s/z/sh/j, p/b/f/v, l/r)."""
    return bones_.translate(_COARSE)
