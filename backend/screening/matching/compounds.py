"""Arabic compound names cut into their parts: abdurrahman → abd rahman, nasiruddin → nasir din, عبدالغني → عبد غني."""

import re
from collections.abc import Iterator

from backend.screening.matching import vocabulary
from backend.screening.matching.romanise import plain_arabic
from backend.screening.matching.scripts import Script, script_of

_ABDALLAH = re.compile(r"^c?abd(?:[aeiou]|ou)?l+aa?hi?$")
_ABD = re.compile(r"^(?:abd(?:[aeiou]|ou)?[lrnszdt]?|abd)(?:-)?(?=[^aeiou])(?P<rest>[a-z]{3,})$")
_DIN = re.compile(r"^(?P<rest>[a-z]{3,}?)(?:[aeiou]|ou)d?d(?:ee|i|ii)ne?$")
_ALLAH = re.compile(r"^(?P<rest>[a-z]{3,}?)(?:[aeiou]|ou)ll?ah?$")
_ABU = re.compile(r"^ab(?:u|ou)(?P<rest>[^aeiou][a-z]{3,})$")
_ALLAH_WRITTEN = "الله"
_ARABIC_ABD = re.compile(r"^عبد(?P<rest>(?:ال)?\w{3,})$")
_ARABIC_ABU = re.compile(r"^[اأ]بو(?P<rest>(?:ال)?\w{3,})$")
_ARABIC_AL = re.compile(r"^(?P<lead>ال|لل)(?P<rest>\w{2,})$")


def parts(token: str) -> Iterator[tuple[str, str]]:
    """(part, the particle that was written into it); a word that is no compound is its only part."""
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
    if plain_arabic(token) in vocabulary.given_names():
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
    yield (token, "") if token == _ALLAH_WRITTEN else without_article(token)


def without_article(token: str) -> tuple[str, str]:
    """(the word, "al") of an Arabic word with its article written before it."""
    article = _ARABIC_AL.match(token)
    return (article["rest"], "al") if article else (token, "")
