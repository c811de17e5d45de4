"""The written name of an organisation, vessel or aircraft → its readings."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Final

from backend.screening.matching import romanise, vocabulary
from backend.screening.matching.compounds import without_article
from backend.screening.matching.readings import Reading, System
from backend.screening.matching.scripts import PARENTHESES, WORDS, Script, clean, script_of
from backend.screening.matching.words import Word, WordKind, folded_word, organisation_word

_ABBREVIATIONS: Final = range(3, 8)
"""How many letters an abbreviation has that says anything."""
_PARTS: Final = 2
"""Of how many abbreviations one may be made up."""
_LETTER_BITS: Final = 2.2
"""What one letter of an abbreviation says."""
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.[\s]?){2,}(?:[^\W\d_]\b)?")


@lru_cache(maxsize=4096)
def organisation_readings(text: str) -> tuple[Reading, ...]:
    """Legal forms are taken out of the words and known by their class."""
    cleaned = _DOTTED.sub(lambda found: found[0].replace(".", "").replace(" ", "") + " ", clean(text))
    cleaned = _without_own_acronym(cleaned.replace("&", " and ").replace("n/a", " "))
    tokens = _spelled(WORDS.findall(cleaned))
    tokens, legal = _without_legal_forms(tokens)
    tokens = _without_last_acronym(tokens)
    words = _organisation_words(_joined_letters(tokens))
    return (Reading(System.WORDS, words, legal, script=script_of(cleaned)), *_abbreviated(words)) if words else ()


def _abbreviated(words: tuple[Word, ...]) -> Iterator[Reading]:
    """ "PLA" may stand for "People's Liberation Army", "PFLP-GC" for a front and its command; of two written-out names
    equal initials say nothing.
    """
    letters = "".join(word.letters for word in words[:_PARTS])
    if len(words) <= _PARTS and letters.isalpha() and len(letters) in _ABBREVIATIONS:
        yield Reading(System.ABBREVIATION, (folded_word(letters, _LETTER_BITS * len(letters)),))
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

    return PARENTHESES.sub(kept, text)


def _without_last_acronym(tokens: list[str]) -> list[str]:
    """ "Car Care Center CCC": the initials of all the words before it."""
    *words, last = tokens or [""]
    return words if len(last) >= _ABBREVIATIONS.start and last == "".join(word[0] for word in words) else tokens


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
        part, inner_lead = without_article(token)
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
