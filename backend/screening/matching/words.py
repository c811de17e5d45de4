"""One word of a name with everything comparisons need, computed once."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from backend.screening.matching import vocabulary
from backend.screening.matching.romanise import latin, letter_by_letter, plain_arabic
from backend.screening.matching.scripts import ABJADS, Script, script_of, unmasked
from backend.screening.matching.sounds import SEPARATOR, bones, sound


class WordKind(StrEnum):
    NAME = "name"
    INITIAL = "initial"
    PATRONYMIC = "patronymic"
    """East Slavic: often left out, but never another one."""
    TITLE = "title"
    NUMBER = "number"
    GENERIC = "generic"
    """A word that many organisations share."""
    FOLDED = "folded"
    """A canonical syllable or an abbreviation: agrees with its equal only."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """`letters` are plain Latin; `written` is the word in its own script where that is no Latin one.

    Words are equal when they are the same object (they come from a cache), so that pairs of words are cheap keys.
    `lead` are particles that stood before it ("al", "bin"). `bits` is its self-information: what agreement on it is
    worth; `against` is what it counts when the other name has something else in its place, and `absent` when the other
    name has nothing. `skeletal` says that its vowels were not written, or not dependably.
    """

    text: str
    letters: str
    sound: str
    bones: str
    kind: WordKind
    bits: float
    against: float
    absent: float
    known: frozenset[str] = frozenset()
    script: Script = Script.LATIN
    written: str = ""
    lead: str = ""
    skeletal: bool = False
    organisation: bool = False


_PATRONYMIC = re.compile(r"[a-z]{3,}(?:[oe]v[iy](?:ch|c)|[oey]vna|[iy]nichna|i[cč]hna|yevich)$")
_ABSENT = {WordKind.PATRONYMIC: 0.3}
_PLACE_ABSENT = 0.4
"""What an organisation's seat counts where the other name leaves it out."""


@lru_cache(maxsize=100_000)
def person_word(text: str, lead: str = "") -> Word:
    script = script_of(text)
    plain = unmasked(text)
    letters = latin(plain, script)
    spelled = plain_arabic(plain) if script is Script.ARABIC else letters
    known = vocabulary.given_names().get(spelled, frozenset())
    skeletal = script in ABJADS or script is Script.KANA
    if skeletal and len(known) == 1:
        letters, skeletal = next(iter(known)), False
    if not known and letters in vocabulary.common_name_bits():
        known = frozenset((letters,))
    kind = _person_kind(spelled, letters)
    sounds = _skeletal_sound(plain, script) if script in ABJADS and skeletal else sound(letters)
    written = "" if script is Script.LATIN else plain_arabic(plain)
    bits = _person_bits(kind, letters, known)
    against, absent = (max(bits, 6.0) if kind is WordKind.NAME else bits), bits * _ABSENT.get(kind, 1.0)
    return Word(
        text, letters, sounds, bones(sounds), kind, bits, against, absent, known, script, written, lead, skeletal
    )


def _person_kind(spelled: str, letters: str) -> WordKind:
    if letters.isdigit():
        return WordKind.NUMBER
    if spelled in vocabulary.titles():
        return WordKind.TITLE
    if _PATRONYMIC.search(letters):
        return WordKind.PATRONYMIC
    return WordKind.INITIAL if len(letters) <= 1 else WordKind.NAME


def _person_bits(kind: WordKind, letters: str, known: frozenset[str]) -> float:
    match kind:
        case WordKind.TITLE:
            return vocabulary.TITLE_BITS
        case WordKind.INITIAL:
            return vocabulary.INITIAL_BITS
        case WordKind.NUMBER:
            return vocabulary.NUMBER_BITS
        case _:
            return vocabulary.name_bits(letters, known)


@lru_cache(maxsize=100_000)
def organisation_word(text: str, lead: str = "") -> Word:
    script = script_of(text)
    plain = unmasked(text)
    letters = latin(plain, script)
    letters = vocabulary.numbers().get(letters, letters)
    key = plain_arabic(plain) if script is Script.ARABIC else letters
    canonical, shared = vocabulary.organisation_words().get(key, ("", 0.0))
    known = frozenset((canonical,)) if canonical else frozenset()
    if canonical and script is Script.LATIN:
        letters = canonical
    skeletal = script in ABJADS
    sounds = _skeletal_sound(plain, script) if skeletal else sound(letters)
    written = "" if script is Script.LATIN else plain_arabic(plain)
    kind = WordKind.NUMBER if letters.isdigit() else WordKind.GENERIC if shared else WordKind.NAME
    bits = {WordKind.NUMBER: vocabulary.NUMBER_BITS, WordKind.GENERIC: shared}.get(
        kind, min(12.5, 4.0 + 0.9 * len(letters))
    )
    against = max(bits, 4.0) if kind is not WordKind.NUMBER else bits
    absent = bits * _PLACE_ABSENT if key in vocabulary.places() else bits
    return Word(
        text, letters, sounds, bones(sounds), kind, bits, against, absent, known, script, written, lead, skeletal, True
    )


def transcribed_word(letters: str, written: str, script: Script) -> Word:
    """A word of a foreign name in Chinese characters or Hangul: the sounds are near, the vowels not dependable."""
    plain = person_word(letters)
    return replace(plain, text=written, script=script, written=written, skeletal=True)


@lru_cache(maxsize=20_000)
def folded_word(letters: str, bits: float) -> Word:
    """A canonical syllable or an abbreviation."""
    return Word(letters, letters, letters, letters, WordKind.FOLDED, bits, bits, bits)


_HEARD = {"w": "u", "y": "i", "j": "dj"}


def _skeletal_sound(word: str, script: Script) -> str:
    """Arabic and Hebrew: w and y within a word read as vowels, as the letters a, u and i written long."""
    first, *rest = letter_by_letter(word, script) or [""]
    heard = [_HEARD.get(first, first) if first == "j" else first, *(_HEARD.get(letter, letter) for letter in rest)]
    return sound(SEPARATOR.join(heard))
