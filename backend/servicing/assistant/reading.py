"""Questions and articles as words: which language it is, what a paragraph is, and what of a word counts. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

CHINESE: Final = "zh_CN"
ENGLISH: Final = "en"
_HAN: Final = re.compile(r"[㐀-鿿豈-﫿]")
_LETTER: Final = re.compile(r"[^\W\d_]", re.UNICODE)
_WORD: Final = re.compile(r"[a-z0-9]+")
_NOISE: Final = re.compile(r"[\W_]+", re.UNICODE)
_STOP: Final = frozenset(
    _WORD.findall(
        "a about an and any are as at be been by can could did do does for from get had has have how i if in into is it"
        " its just me my need of on one or our please shall should so some tell than that the their them then there"
        " they this to up us want was we were what when where which who why will with would you your"
    )
)
_ENDINGS: Final = (
    "ations",
    "ation",
    "ings",
    "ing",
    "ments",
    "ment",
    "ers",
    "er",
    "ies",
    "ied",
    "es",
    "ed",
    "ly",
    "s",
    "e",
)
_SHORTEST: Final = 3
_BEGINNING: Final = 5
Same = Mapping[str, str]
"""What each word is read as, because it means the same."""
_CHINESE_STOP: Final = re.compile(
    "我们|你们|请问|什么|怎么|如何|怎样|可以|能否|是否|需要|我的|你好|一个|的|了|吗|呢|吧|我|是|在|要|有|想"
)


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def language_of(text: str) -> str:
    """Chinese where at least a third of the letters are."""
    letters = len(_LETTER.findall(text)) or 1
    share = 3
    return CHINESE if len(_HAN.findall(text)) * share >= letters else ENGLISH


def paragraphs(body: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", body) if part.strip()]


def stem(word: str) -> str:
    """Endings off, roughly: what is left only has to be the same for words of one kind."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > _SHORTEST and word[-1] == word[-2] else word


def words(text: str, same: Same) -> list[str]:
    """Stems of what carries meaning, what each begins with, and each with its neighbour."""
    single = [same.get(word, word) for word in map(stem, _meaning(text))]
    begun = [f"{word[:_BEGINNING]}-" for word in single if len(word) > _BEGINNING]
    return [*single, *begun, *(f"{first} {second}" for first, second in pairwise(single))]


def _meaning(text: str) -> list[str]:
    return [word for word in _WORD.findall(plain(text)) if word not in _STOP]


def characters(text: str, same: Same) -> list[str]:
    """Signs of a Chinese text, in ones, twos and threes; words between them (names, numbers) whole."""
    clean = plain(text)
    for word, other in same.items():
        clean = clean.replace(word, other)
    found: list[str] = []
    for piece in _NOISE.split(_CHINESE_STOP.sub(" ", clean)):
        found.extend(_grams(piece))
    return found


def _grams(piece: str) -> Iterator[str]:
    if not _HAN.search(piece):
        if piece:
            yield piece
        return
    for size in (1, 2, 3):
        yield from (piece[start : start + size] for start in range(len(piece) - size + 1))


def synonyms(groups: Iterable[Sequence[str]], locale: str) -> Same:
    """Each word of a group as the first of it; in English by stems, in Chinese the longest first."""
    pairs = [(word, group[0]) for group in groups for word in group[1:]]
    if locale == CHINESE:
        return dict(sorted(pairs, key=lambda pair: -len(pair[0])))
    return {stem(plain(word)): stem(plain(first)) for word, first in pairs}


def tokens(text: str, locale: str, same: Same) -> list[str]:
    return characters(text, same) if locale == CHINESE else words(text, same)


def telling(token: str) -> bool:
    """Whether a token is counted where a question is weighed: beginnings and pairs say nothing of their own."""
    return " " not in token and not token.endswith("-")
