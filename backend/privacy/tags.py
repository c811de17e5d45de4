"""Search over sealed names through keyed tags: format NT1, frozen by `tests/privacy/golden/tags.json`.

    key = HKDF-SHA256(index root, salt = none, info = "NT1" ‖ frame(tenant, version u32), 32)
    tag = HMAC-SHA256(key, frame(kind, text))[:8]

A stored name becomes a set of tags; a query becomes a conjunction, in which each typed word is answered by any of its
alternatives. Tags only find candidates: decrypt and compare. What each kind gives away stands in `Kind`. Prefixes and
trigrams are left out: their nested frequencies spell most of a name list out to somebody who knows how common
names are (Naveed, Kamara and Wright, CCS 2015; Bindschaedler et al., VLDB 2018).
"""

import hmac
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import pairwise, product
from typing import Final, NamedTuple, cast
from uuid import UUID

from backend.privacy.blind import derive
from backend.privacy.framing import frame
from backend.privacy.scripts import forms, is_han, pieces, words

TAG: Final = 8
_PERSONAL = 4  # a Han name of a person has at most four characters, as a rule; longer runs name organisations


class Kind(StrEnum):
    """What a reader of all tags, without the key, learns from each kind."""

    WORD = "word"
    """Who shares a name word, and how often each word occurs: the commonest can be guessed by rank, rare ones not."""

    INITIAL = "initial"
    """Some thirty values, so all can be guessed by rank: the first letters of each name, taken as known."""

    HAN = "han"
    """Frequent characters (王, 李, 明) can be guessed by rank; pairs tell which characters stand side by side."""

    PINYIN = "pinyin"
    """About 400 syllables, guessed by rank like HAN; several characters share one, so it says less than HAN does."""


class Token(NamedTuple):
    kind: Kind
    text: str


def name_tokens(text: str) -> frozenset[Token]:
    """What is stored for a name. Latin words also stand joined (Jean-Pierre: jean, pierre, jeanpierre)."""
    return frozenset(token for piece in pieces(text, join_han=True) for token in _stored(piece))


def query_tokens(text: str) -> tuple[frozenset[Token], ...]:
    """One set of alternatives per thing typed; a name answers the query when it has a token of every set.

    Empty for a query without letters: that is no search, not a search for everybody.
    """
    required = (alternatives for piece in pieces(text, join_han=False) for alternatives in _asked(piece))
    return tuple(dict.fromkeys(required))


class Tagger:
    """The tags of one tenant. `version` rises when tokens change; then names are tagged anew."""

    def __init__(self, index_root: bytes, tenant_id: UUID, version: int = 1) -> None:
        self._key = derive(index_root, b"NT1", tenant_id.bytes, version.to_bytes(4, "big"))

    def tag(self, token: Token) -> bytes:
        return hmac.digest(self._key, frame(token.kind.encode(), token.text.encode()), "sha256")[:TAG]

    def name(self, text: str) -> list[bytes]:
        """Sorted, so that the order of the words is not stored."""
        return sorted(map(self.tag, name_tokens(text)))

    def query(self, text: str) -> list[list[bytes]]:
        """AND over the outer list, OR over the inner ones."""
        return [sorted(map(self.tag, alternatives)) for alternatives in query_tokens(text)]


def _stored(piece: str) -> Iterator[Token]:
    if is_han(piece):
        yield from _han(piece)
        yield from _pinyin(piece)
        return
    parts = words(piece)
    for word in {*parts, *words(piece, keep_apostrophes=True), "".join(parts)}:
        yield from (Token(Kind.WORD, form) for form in forms(word))
    yield from (Token(Kind.INITIAL, form[0]) for part in parts for form in forms(part))


def _asked(piece: str) -> Iterator[frozenset[Token]]:
    if is_han(piece):
        texts = ["".join(pair) for pair in pairwise(piece)] or [piece]
        yield from (frozenset({Token(Kind.HAN, text)}) for text in texts)
        return
    for word in words(piece, keep_apostrophes=True):
        yield frozenset(token for form in forms(word) for token in _alternatives(form))


def _alternatives(form: str) -> list[Token]:
    if len(form) == 1:
        return [Token(Kind.INITIAL, form)]
    return [Token(Kind.WORD, form), Token(Kind.PINYIN, form)]


def _han(run: str) -> Iterator[Token]:
    yield from (Token(Kind.HAN, character) for character in run)
    yield from (Token(Kind.HAN, "".join(pair)) for pair in pairwise(run))


def _pinyin(run: str) -> Iterator[Token]:
    """Syllables in every reading, adjacent pairs joined (a given name), and the whole name of a person joined."""
    syllables = [_readings(character, found) for character, found in zip(run, _found(run), strict=True)]
    groups = [*([one] for one in syllables), *map(list, pairwise(syllables))]
    if len(run) <= _PERSONAL:
        groups.append(syllables)
    yield from (Token(Kind.PINYIN, "".join(joined)) for group in groups for joined in product(*group))
    yield from (Token(Kind.INITIAL, reading[0]) for readings in syllables for reading in readings)


def _found(run: str) -> list[list[str]]:
    """Readings per character; words known to the dictionary have fewer (银行 is yin hang alone)."""
    from pypinyin import Style, pinyin  # noqa: PLC0415 - its dictionary takes a second, which few commands need

    apart = cast("Callable[[str], str]", list)  # a list of characters without reading is taken, though not declared
    return pinyin(run, style=Style.NORMAL, heteronym=True, errors=apart)


def _readings(character: str, found: list[str]) -> list[str]:
    """Without the ones that are no pinyin; ü as v, u and yu, as keyboards, habit and passports write it."""
    readings = {reading for reading in found if reading != character}
    variants = {reading.replace("v", u) for reading in readings for u in ("v", "u", "yu")}
    return sorted(variants)
