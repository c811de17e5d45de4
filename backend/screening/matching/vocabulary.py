"""What is known of words in names: given names and their spellings, how common a name is, titles, legal forms."""

from functools import lru_cache
from types import MappingProxyType
from typing import Final

from backend.screening.matching.romanise import latin, plain_arabic
from backend.screening.matching.scripts import Script, clean, script_of
from backend.screening.matching.syllables import chinese_syllables, korean_syllables
from backend.screening.matching.tables import lines

INITIAL_BITS: Final = 1.5
TITLE_BITS: Final = 0.7
NUMBER_BITS: Final = 3.0
SYLLABLE_BITS: Final = 4.2
SINGLE_SYLLABLE_BITS: Final = 5.0
LONGEST_SYLLABLE: Final = 5


def spelling(word: str) -> str:
    """The key under which a word is looked up: plain Latin letters, Arabic in its own letters."""
    if word.isascii() and word.isalnum():
        return word.casefold()
    cleaned = clean(word)
    script = script_of(cleaned)
    return plain_arabic(cleaned) if script is Script.ARABIC else latin(cleaned, script)


@lru_cache(maxsize=1)
def given_names() -> MappingProxyType[str, frozenset[str]]:
    """Spelling → the names it may be of (ted: theodore, edward)."""
    found: dict[str, set[str]] = {}
    for line in lines("given_names.txt"):
        head, spellings = line.split(":", 1)
        canonical = head.split()[0]
        for word in (canonical, *spellings.split()):
            found.setdefault(spelling(word), set()).add(canonical)
    return MappingProxyType({word: frozenset(names) for word, names in found.items()})


@lru_cache(maxsize=1)
def given_name_bits() -> MappingProxyType[str, float]:
    heads = (line.split(":", 1)[0].split() for line in lines("given_names.txt"))
    return MappingProxyType({canonical: float(bits) for canonical, bits in heads})


@lru_cache(maxsize=1)
def common_name_bits() -> MappingProxyType[str, float]:
    found: dict[str, float] = {}
    for line in lines("common_names.txt"):
        bits, names = line.split(":", 1)
        for name in names.split():
            found.setdefault(name, float(bits))
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def organisation_words() -> MappingProxyType[str, tuple[str, float]]:
    """Spelling → (the one spelling used for all of them, bits)."""
    found: dict[str, tuple[str, float]] = {}
    for line in lines("organisation_words.txt"):
        bits, *groups = line.split()
        for group in groups:
            words = group.split("=")
            for word in words:
                found.setdefault(spelling(word), (words[0], float(bits)))
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def places() -> frozenset[str]:
    return frozenset(spelling(word) for line in lines("places.txt") for word in line.split())


@lru_cache(maxsize=4)
def particles(place: str) -> frozenset[str]:
    """`place` is leading, between (the parts of a person's name) or organisation."""
    found = (line.split(":", 1) for line in lines("particles.txt"))
    return frozenset(spelling(word) for name, words in found if name.strip() == place for word in words.split())


@lru_cache(maxsize=1)
def titles() -> frozenset[str]:
    return frozenset(spelling(word) for line in lines("titles.txt") for word in line.split())


@lru_cache(maxsize=1)
def legal_forms() -> MappingProxyType[tuple[str, ...], str]:
    """Words of a legal form → its class; an empty one where the words are used for every kind of company."""
    found: dict[tuple[str, ...], str] = {}
    for line in lines("legal_forms.txt"):
        head, spellings = line.split(":", 1)
        for one in spellings.split("|"):
            found[tuple(one.split())] = "" if head.strip() == "any" else head.strip()
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def numbers() -> MappingProxyType[str, str]:
    pairs = (pair.split("=") for line in lines("numbers.txt") for pair in line.split())
    return MappingProxyType({pair[0]: pair[1] for pair in pairs})


def name_bits(letters: str, known: frozenset[str]) -> float:
    """Self-information of a word of a person's name: from the tables, else the longer the rarer (6 to 12.5 bits)."""
    if known and known <= given_name_bits().keys():
        table = given_name_bits()
        return max(table[name] for name in known)
    common = common_name_bits().get(letters)
    if common is not None:
        return common
    bits = min(12.5, 4.5 + 0.9 * len(letters))
    syllable = chinese_syllables(letters) or korean_syllables(letters) if len(letters) <= LONGEST_SYLLABLE else None
    return min(bits, SINGLE_SYLLABLE_BITS) if syllable is not None and len(syllable) == 1 else bits
