"""A written name → its readings: the words that count, in order, for each way the name may be read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import Final

from backend.screening.matching import romanise, vocabulary
from backend.screening.matching.scripts import Script, clean, script_of
from backend.screening.matching.syllables import chinese_name, korean_name
from backend.screening.matching.words import (
    Word,
    WordKind,
    folded_word,
    organisation_word,
    person_word,
    transcribed_word,
)


class System(StrEnum):
    """Readings are compared within one system: words with words, syllables with syllables, and an abbreviation with
    the initials of a name.
    """

    WORDS = "words"
    CHINESE = "Chinese syllables"
    KOREAN = "Korean syllables"
    ABBREVIATION = "abbreviation"
    INITIALS = "initials"

    def compares_with(self, other: "System") -> bool:
        return other is _COUNTERPARTS.get(self, self)


_COUNTERPARTS = {System.ABBREVIATION: System.INITIALS, System.INITIALS: System.ABBREVIATION}


@dataclass(frozen=True, slots=True)
class Reading:
    """`legal` are classes of legal forms; `ordered` says that the first word is known to be the person's own name;
    `optional` are positions of words that are often left out: middle names, second family names.
    """

    system: System
    words: tuple[Word, ...]
    legal: frozenset[str] = frozenset()
    ordered: bool = False
    optional: frozenset[int] = frozenset()
    script: Script = Script.LATIN
    """The script that was read; of Chinese characters there are several readings."""


_ABBREVIATIONS: Final = range(3, 8)
"""How many letters an abbreviation has that says anything."""
_LETTER_BITS: Final = 2.2
"""What one letter of an abbreviation says."""
_LONGEST_GIVEN: Final = 2
"""Characters of a Chinese or Korean given name; a longer word is of a transcribed foreign name."""
_WORDS = re.compile(r"(?:[^\W_]|[\u0900-\u0dff\u0e30-\u0e4e\u1780-\u17dd])+")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.[\s]?){2,}(?:[^\W\d_]\b)?")
_PARENTHESES = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_ABDALLAH = re.compile(r"^c?abd(?:[aeiou]|ou)?l+aa?hi?$")
_ABD = re.compile(r"^(?:abd(?:[aeiou]|ou)?[lrnszdt]?|abd)(?:-)?(?=[^aeiou])(?P<rest>[a-z]{3,})$")
_DIN = re.compile(r"^(?P<rest>[a-z]{3,}?)(?:[aeiou]|ou)d?d(?:ee|i|ii)ne?$")
_ALLAH = re.compile(r"^(?P<rest>[a-z]{3,}?)(?:[aeiou]|ou)ll?ah?$")
_ABU = re.compile(r"^ab(?:u|ou)(?P<rest>[^aeiou][a-z]{3,})$")
_ALLAH_WRITTEN = "الله"
_ARABIC_ABD = re.compile(r"^عبد(?P<rest>(?:ال)?\w{3,})$")
_ARABIC_ABU = re.compile(r"^[اأ]بو(?P<rest>(?:ال)?\w{3,})$")
_ARABIC_AL = re.compile(r"^(?P<lead>ال|لل)(?P<rest>\w{2,})$")


@lru_cache(maxsize=4096)
def person_readings(text: str, family_first: bool = False) -> tuple[Reading, ...]:
    """`family_first` with a comma means "FAMILY, Given"; without one it means that the order is not to be relied on."""
    family, comma, given = text.partition(",")
    if comma and given.strip():
        return _comma_readings(family, given.replace(",", " "))
    tokens = _WORDS.findall(clean(text))
    scripts = {script: [token for token in tokens if script_of(token) is script] for script in map(script_of, tokens)}
    if len(scripts) > 1 and Script.LATIN in scripts:
        return tuple(reading for own in scripts.values() for reading in _readings(own, not family_first))
    return _readings(_WORDS.findall(clean(_PARENTHESES.sub(" ", text))) or tokens, not family_first)


def _comma_readings(family: str, given: str) -> tuple[Reading, ...]:
    """ "FAMILY, Given": a second family name is as often left out as a second given name."""
    tokens = [_WORDS.findall(clean(_PARENTHESES.sub(" ", part))) for part in (given, family)]
    own = len(_person_words(tokens[0]))
    return tuple(
        replace(one, optional=_optional(len(one.words), own)) if one.system is System.WORDS else one
        for one in _readings(tokens[0] + tokens[1], True)
    )


@lru_cache(maxsize=512)
def _optional(length: int, own: int) -> frozenset[int]:
    """Positions of all but the first given and the first family name; `own` is how many given names there are."""
    return frozenset(range(length)) - {0, own}


def _readings(tokens: list[str], ordered: bool) -> tuple[Reading, ...]:
    if not tokens:
        return ()
    script = script_of("".join(tokens))
    if script in (Script.HAN, Script.HANGUL) and all(script_of(token) is script for token in tokens):
        return _by_character(tokens, script)
    words = _person_words(tokens)
    if not words:
        return ()
    middle = _optional(len(words), len(words) - 1)
    plain = Reading(System.WORDS, words, ordered=ordered, optional=middle, script=script)
    return (plain, *_syllabic(words)) if script is Script.LATIN else (plain,)


def _person_words(tokens: list[str]) -> tuple[Word, ...]:
    split = [part for token in tokens for part in _parts(token)]
    leading = vocabulary.particles("leading")
    anywhere = leading | vocabulary.particles("between")
    words: list[Word] = []
    lead = ""
    for position, (token, inner_lead) in enumerate(split):
        if vocabulary.spelling(token) in (anywhere if words else leading) and position + 1 < len(split):
            lead += romanise.latin(token, script_of(token))
            continue
        words.append(person_word(token, lead + inner_lead))
        lead = ""
    return tuple(word for word in words if word.letters)


def _parts(token: str) -> Iterator[tuple[str, str]]:
    """Compounds cut: abdurrahman → abd rahman, nasiruddin → nasir din, عبدالغني → عبد غني; (part, its particle)."""
    if not token.isascii() and script_of(token) is Script.ARABIC:
        yield from _arabic_parts(token)
        return
    if token in vocabulary.given_names() or not token.isascii():
        yield token, ""
        return
    if _ABDALLAH.match(token):
        yield from (("abd", ""), ("allah", ""))
        return
    for pattern, first, last in ((_ABD, "abd", ""), (_ABU, "abu", ""), (_DIN, "", "din"), (_ALLAH, "", "allah")):
        found = pattern.match(token)
        if found:
            yield from ((part, "") for part in (first, found["rest"], last) if part)
            return
    yield token, ""


def _arabic_parts(token: str) -> Iterator[tuple[str, str]]:
    if romanise.plain_arabic(token) in vocabulary.given_names():
        yield token, ""
        return
    slave = _ARABIC_ABD.match(token)
    if slave:
        yield "عبد", ""
        token = slave["rest"]
    father = _ARABIC_ABU.match(token)
    if father:
        yield "ابو", ""
        token = father["rest"]
    article = _ARABIC_AL.match(token)
    yield (article["rest"], "al") if article and token != _ALLAH_WRITTEN else (token, "")


def _syllabic(words: tuple[Word, ...]) -> Iterator[Reading]:
    letters = tuple(word.letters for word in words if word.kind is not WordKind.TITLE)
    for system, cut in ((System.CHINESE, chinese_name), (System.KOREAN, korean_name)):
        syllables = cut(letters)
        if syllables:
            yield Reading(system, tuple(folded_word(one, vocabulary.SYLLABLE_BITS) for one in syllables))


def _by_character(tokens: list[str], script: Script) -> tuple[Reading, ...]:
    """Family name and given name are written without a space; transcribed foreign names have a dot between parts."""
    if len(tokens) > 1 and max(map(len, tokens)) > _LONGEST_GIVEN:
        words = tuple(transcribed_word("".join(_first(one, script)), one, script) for one in tokens)
        return (Reading(System.WORDS, words, script=script),)
    text = "".join(tokens)
    read = romanise.chinese(text) if script is Script.HAN else romanise.hangul(text)
    found = []
    for syllables in read:
        words = _family_and_given(text, syllables, script)
        found.append(Reading(System.WORDS, words, script=script))
        found += [
            replace(one, script=script) for one in _syllabic(tuple(person_word(syllable) for syllable in syllables))
        ]
    return tuple(found)


def _first(token: str, script: Script) -> tuple[str, ...]:
    return romanise.mandarin(token) if script is Script.HAN else romanise.hangul(token)[0]


def _family_and_given(text: str, syllables: tuple[str, ...], script: Script) -> tuple[Word, ...]:
    if len(syllables) != len(text):
        return tuple(person_word(syllable) for syllable in syllables)
    given = "".join(syllables[1:])
    family = _written_word(syllables[0], text[0], script)
    return (family, _written_word(given, text[1:], script)) if given else (family,)


def _written_word(letters: str, written: str, script: Script) -> Word:
    plain = person_word(letters)
    return replace(plain, text=written, script=script, written=written)


@lru_cache(maxsize=4096)
def organisation_readings(text: str) -> tuple[Reading, ...]:
    """Also of vessels and aircraft. Legal forms are taken out of the words and known by their class."""
    cleaned = _DOTTED.sub(lambda found: found[0].replace(".", "").replace(" ", "") + " ", clean(text))
    cleaned = _without_own_acronym(cleaned.replace("&", " and ").replace("n/a", " "))
    tokens = _spelled(_WORDS.findall(cleaned))
    tokens, legal = _without_legal_forms(tokens)
    words = _organisation_words(_joined_letters(tokens))
    return (Reading(System.WORDS, words, legal, script=script_of(cleaned)), *_abbreviated(words)) if words else ()


def _abbreviated(words: tuple[Word, ...]) -> Iterator[Reading]:
    """ "PLA" may stand for "People's Liberation Army"; two written-out names with equal initials say nothing."""
    if len(words) == 1 and words[0].letters.isalpha() and len(words[0].letters) in _ABBREVIATIONS:
        yield Reading(System.ABBREVIATION, (folded_word(words[0].letters, _LETTER_BITS * len(words[0].letters)),))
    if len(words) in _ABBREVIATIONS:
        initials = "".join(word.letters[0] for word in words)
        yield Reading(System.INITIALS, (folded_word(initials, _LETTER_BITS * len(initials)),))


def _without_own_acronym(text: str) -> str:
    """ "Tehrik-e Taliban Pakistan (TTP)": an abbreviation of the words before it says nothing new."""

    def kept(found: re.Match[str]) -> str:
        inner = (found[1] or found[2] or "").strip()
        before = iter(text[: found.start()])
        abbreviates = inner.isalpha() and len(inner) < _ABBREVIATIONS.stop and all(letter in before for letter in inner)
        return " " if abbreviates else f" {inner} "

    return _PARENTHESES.sub(kept, text)


def _spelled(tokens: list[str]) -> list[str]:
    return [token if script_of(token) is Script.ARABIC else romanise.latin(token, script_of(token)) for token in tokens]


def _without_legal_forms(tokens: list[str]) -> tuple[list[str], frozenset[str]]:
    forms = vocabulary.legal_forms()
    kept: list[str] = []
    found: set[str] = set()
    position = 0
    while position < len(tokens):
        for width in (6, 5, 4, 3, 2, 1):
            form = forms.get(tuple(tokens[position : position + width]))
            if form is not None and (kept or position + width < len(tokens)):
                found.update({form} - {""})
                position += width
                break
        else:
            kept.append(tokens[position])
            position += 1
    return (kept, frozenset(found)) if kept else (tokens, frozenset())


def _joined_letters(tokens: list[str]) -> list[str]:
    """ "c g clow" → "cg clow": single letters in a row are one abbreviation."""
    joined: list[str] = []
    for single, run in groupby(tokens, key=lambda token: len(token) == 1 and token.isalpha()):
        words = list(run)
        joined += ["".join(words)] if single else words
    return joined


def _organisation_words(tokens: list[str]) -> tuple[Word, ...]:
    particles = vocabulary.particles("organisation")
    words: list[Word] = []
    lead = ""
    for token in tokens:
        article = _ARABIC_AL.match(token)
        part, inner_lead = (article["rest"], "al") if article else (token, "")
        if part in particles and len(tokens) > 1:
            lead += part
            continue
        words.append(organisation_word(part, lead + inner_lead))
        lead = ""
    return _with_tens(tuple(word for word in words if word.letters))


def _with_tens(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """ "forty four" → 44."""
    found: list[Word] = []
    for word in words:
        last = found[-1] if found else None
        if last is not None and _is_tens(last) and word.kind is WordKind.NUMBER and len(word.letters) == 1:
            found[-1] = organisation_word(str(int(last.letters) + int(word.letters)))
        else:
            found.append(word)
    return tuple(found)


def _is_tens(word: Word) -> bool:
    return word.kind is WordKind.NUMBER and not word.text.isdigit() and word.letters.endswith("0")
