"""A person's written name → its readings, for each way it may be read."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from backend.screening.matching import romanise, vocabulary
from backend.screening.matching.compounds import parts
from backend.screening.matching.readings import Reading, System
from backend.screening.matching.scripts import PARENTHESES, WORDS, Script, clean, script_of
from backend.screening.matching.syllables import chinese_name, korean_name
from backend.screening.matching.words import Word, WordKind, folded_word, person_word, transcribed_word

_LONGEST_GIVEN: Final = 2
"""Characters of a Chinese or Korean given name; a longer word is of a transcribed foreign name."""


@lru_cache(maxsize=4096)
def person_readings(text: str, family_first: bool = False) -> tuple[Reading, ...]:
    """`family_first` with a comma means "FAMILY, Given"; without one it means that the order is not to be relied on."""
    family, comma, given = text.partition(",")
    if comma and given.strip():
        return _comma_readings(family, given.replace(",", " "))
    tokens = WORDS.findall(clean(text))
    scripts = {script: [token for token in tokens if script_of(token) is script] for script in map(script_of, tokens)}
    if len(scripts) > 1 and Script.LATIN in scripts:
        return tuple(reading for own in scripts.values() for reading in _readings(own, not family_first))
    return _readings(WORDS.findall(clean(PARENTHESES.sub(" ", text))) or tokens, not family_first)


def _comma_readings(family: str, given: str) -> tuple[Reading, ...]:
    """ "FAMILY, Given": a second family name is as often left out as a second given name."""
    tokens = [WORDS.findall(clean(PARENTHESES.sub(" ", part))) for part in (given, family)]
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
    middle = _optional(len(words), len(words) - 1) - _family_names(words)
    plain = Reading(System.WORDS, words, ordered=ordered, optional=middle, script=script)
    return (plain, *_syllabic(words)) if script is Script.LATIN else (plain,)


def _family_names(words: tuple[Word, ...]) -> set[int]:
    """Positions of words that are well known as family names alone: the first of two is not as often left out."""
    given, common = vocabulary.given_names(), vocabulary.common_name_bits()
    return {k for k, word in enumerate(words) if word.letters in common and word.letters not in given}


def _person_words(tokens: list[str]) -> tuple[Word, ...]:
    split = [part for token in tokens for part in parts(token)]
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
