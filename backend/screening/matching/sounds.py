"""How a word sounds, written so that spellings of one name coincide: `sound` keeps vowels, `bones` consonants only.

The alphabet of a sound: a i u (vowels folded: e→i, o→u), b d f g h k l m n p r s t v z, S (sh), J (j, ch, zh).
"""

import re
from functools import lru_cache

_HEARD = {
    "tsch": "S", "tch": "S", "sch": "S", "dsch": "J", "dzh": "J", "dj": "J", "zh": "J", "ch": "J", "sh": "S",
    "kh": "h", "ck": "k",
    "gh": "g", "ph": "f", "th": "t", "dh": "d", "ts": "z", "tz": "z", "qu": "kv", "x": "ks", "c": "s", "j": "i",
}  # fmt: skip
_CLUSTER = re.compile(r"tsch|tch|dsch|sch|dzh|dj|zh|ch|sh|kh|ck|gh|ph|th|dh|ts|tz|qu|x|c(?=[eiy])|j(?=[^aeiouy]|$)")
_MUTE_H = re.compile(r"(?<=[aeiouy·])h$")
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
    text = _MUTE_H.sub("", _DOUBLED.sub(r"\1", latin))
    text = _CLUSTER.sub(lambda found: _HEARD[found[0]], text)
    text = text.replace(SEPARATOR, "")
    text = (text.replace("w", "v", 1) if text.startswith("w") else text).translate(_LETTERS)
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
