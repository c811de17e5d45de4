"""One word of a name with everything comparisons need, computed once."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from backend.screening.matching import vocabulary
from backend.screening.matching.romanise import latin, plain_arabic
from backend.screening.matching.scripts import ABJADS, Script, script_of, unmasked
from backend.screening.matching.sounds import bones, sound


class WordKind(StrEnum):
    NAME = "name"
    INITIAL = "initial"
    TITLE = "title"
    NUMBER = "number"
    GENERIC = "generic"
    """A word that many organisations share."""


@dataclass(frozen=True, slots=True)
class Word:
    """`letters` are plain Latin; `written` is the word in its own script where that is no Latin one.

    `lead` are particles that stood before it ("al", "bin"), `bits` its self-information,
    `skeletal` says that its vowels were not written.
    """

    text: str
    letters: str
    sound: str
    bones: str
    kind: WordKind
    bits: float
    known: frozenset[str] = frozenset()
    written: str = ""
    lead: str = ""
    skeletal: bool = False


@lru_cache(maxsize=200_000)
def person_word(text: str, lead: str = "") -> Word:
    script = script_of(text)
    plain = unmasked(text)
    letters = latin(plain, script)
    spelled = plain_arabic(plain) if script is Script.ARABIC else letters
    known = vocabulary.given_names().get(spelled, frozenset())
    skeletal = script in ABJADS
    if skeletal and len(known) == 1:
        letters, skeletal = next(iter(known)), False
    kind = _person_kind(spelled, letters)
    sounds = _skeletal_sound(letters) if skeletal else sound(letters)
    written = "" if script is Script.LATIN else plain_arabic(plain)
    return Word(
        text, letters, sounds, bones(sounds), kind, _person_bits(kind, spelled, letters, known), known, written, lead,
        skeletal,
    )  # fmt: skip


def _person_kind(spelled: str, letters: str) -> WordKind:
    if letters.isdigit():
        return WordKind.NUMBER
    if spelled in vocabulary.titles():
        return WordKind.TITLE
    return WordKind.INITIAL if len(letters) <= 1 else WordKind.NAME


def _person_bits(kind: WordKind, spelled: str, letters: str, known: frozenset[str]) -> float:
    match kind:
        case WordKind.TITLE:
            return vocabulary.TITLE_BITS
        case WordKind.INITIAL:
            return vocabulary.INITIAL_BITS
        case WordKind.NUMBER:
            return vocabulary.NUMBER_BITS
        case _:
            return vocabulary.name_bits(spelled, letters, known)


@lru_cache(maxsize=200_000)
def organisation_word(text: str, lead: str = "") -> Word:
    script = script_of(text)
    plain = unmasked(text)
    letters = latin(plain, script)
    letters = vocabulary.numbers().get(letters, letters)
    letters, shared = vocabulary.organisation_words().get(letters, (letters, 0.0))
    skeletal = script in ABJADS
    sounds = _skeletal_sound(letters) if skeletal else sound(letters)
    written = "" if script is Script.LATIN else plain_arabic(plain)
    kind = WordKind.NUMBER if letters.isdigit() else WordKind.GENERIC if shared else WordKind.NAME
    bits = {WordKind.NUMBER: vocabulary.NUMBER_BITS, WordKind.GENERIC: shared}.get(
        kind, min(12.5, 4.0 + 0.9 * len(letters))
    )
    return Word(text, letters, sounds, bones(sounds), kind, bits, frozenset(), written, lead, skeletal)


def syllable_word(syllable: str, canonical: str) -> Word:
    """A syllable of a Chinese or Korean name; only equal canonical syllables agree."""
    return Word(syllable, canonical, canonical, canonical, WordKind.NAME, vocabulary.SYLLABLE_BITS)


_LONG = re.compile(r"(?<!^)[wy]")


def _skeletal_sound(letters: str) -> str:
    """Arabic and Hebrew: w and y within a word read as vowels, as the letters a, u and i written long."""
    return sound(_LONG.sub(lambda found: "u" if found[0] == "w" else "i", letters))
