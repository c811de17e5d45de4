"""Which word of one name stands for which word of the other, and how well each pair agrees (0 to 1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA, LCSseq, Levenshtein

from backend.screening.matching.scripts import Script
from backend.screening.matching.sounds import bones, coarse, sound
from backend.screening.matching.syllables import chinese_syllables, korean_syllables
from backend.screening.matching.vocabulary import LONGEST_SYLLABLE
from backend.screening.matching.words import Word, WordKind

_LOWEST: Final = 0.66
_HIGHEST: Final = 0.90
"""Spellings as similar as the highest are one name; below the lowest they are two (normalised edit similarity)."""
LEAST_AGREEMENT: Final = 0.1
"""Words that agree less stand for different names; an index need not find them."""
_INITIAL_AGREEMENT: Final = 0.6
_WELL_SPELLED: Final = 0.6
_KNOWN_AGREEMENT: Final = 0.75
_JOINED: Final = 0.86
_JOINED_BONES: Final = 0.8
_BITS_PER_CONSONANT: Final = 2.7
"""What agreement on a word without vowels is worth: less than on one that is written in full."""
_LONGEST_JOIN: Final = 4
_SHORT: Final = 3
_ALL_OR_NOTHING: Final = frozenset((WordKind.NUMBER, WordKind.FOLDED))


class How(StrEnum):
    EQUAL = "equal"
    KNOWN = "spelling of one name"
    SIMILAR = "similar spelling"
    SOUND = "transliteration"
    INITIAL = "initial"
    JOINED = "written together"


@dataclass(frozen=True, slots=True)
class Pair:
    """Positions of the words on either side, how well they agree and what they weigh in bits."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    agreement: float
    how: How
    bits: float


@dataclass(frozen=True, slots=True)
class Alignment:
    left: tuple[Word, ...]
    right: tuple[Word, ...]
    pairs: tuple[Pair, ...]
    left_over: tuple[int, ...]
    right_over: tuple[int, ...]


def align(left: tuple[Word, ...], right: tuple[Word, ...]) -> Alignment:
    """Best pairs first; a word is used once. Every word is in one pair or left over."""
    candidates = _candidates(left, right)
    candidates.sort(key=lambda pair: (-pair.agreement * pair.bits, abs(pair.left[0] - pair.right[0]), pair.left))
    used_left: set[int] = set()
    used_right: set[int] = set()
    pairs = []
    for pair in candidates:
        if used_left.isdisjoint(pair.left) and used_right.isdisjoint(pair.right):
            used_left.update(pair.left)
            used_right.update(pair.right)
            pairs.append(pair)
    return Alignment(
        left,
        right,
        tuple(pairs),
        tuple(i for i in range(len(left)) if i not in used_left),
        tuple(j for j in range(len(right)) if j not in used_right),
    )


def _candidates(left: tuple[Word, ...], right: tuple[Word, ...]) -> list[Pair]:
    found = []
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            agreed, how = agreement(one, other)
            if agreed >= LEAST_AGREEMENT:
                found.append(Pair((i,), (j,), agreed, how, _weight(one, other, how)))
    settled_left = {pair.left[0] for pair in found if pair.agreement == 1.0}
    settled_right = {pair.right[0] for pair in found if pair.agreement == 1.0}
    found += [
        Pair(many, (one,), agreed, How.JOINED, bits)
        for many, one, agreed, bits in _joins(left, right, settled_left, settled_right)
    ]
    found += [
        Pair((one,), many, agreed, How.JOINED, bits)
        for many, one, agreed, bits in _joins(right, left, settled_right, settled_left)
    ]
    return found


def _weight(one: Word, other: Word, how: How) -> float:
    if how is How.INITIAL:
        return min(one.bits, other.bits)
    mean = (one.bits + other.bits) / 2
    if one.skeletal or other.skeletal:
        return min(mean, _BITS_PER_CONSONANT * min(len(one.bones), len(other.bones)))
    return mean


def _joins(
    many: tuple[Word, ...], single: tuple[Word, ...], settled_many: set[int], settled_single: set[int]
) -> list[tuple[tuple[int, ...], int, float, float]]:
    """Neighbouring words of one name that the other writes as one: "Jong Un", "Jongun"; "bin al-Shibh", "Binalshibh".

    Gives (positions of the neighbours, position of the one word, agreement, bits).
    """
    found = []
    for j, whole in enumerate(single):
        if j in settled_single or whole.kind is not WordKind.NAME:
            continue
        for positions, joined in _runs(many, settled_many, len(whole.lead) + len(whole.letters) + 2):
            first = many[positions[0]]
            if len(positions) == 1 and (whole.lead or not first.lead):
                continue
            skeletal = whole.skeletal or any(many[k].skeletal for k in positions)
            agreed = joined_agreement(joined, first.lead, whole, skeletal)
            if agreed > 0:
                found.append((positions, j, agreed, whole.bits))
    return found


def _runs(words: tuple[Word, ...], settled: set[int], longest: int) -> Iterator[tuple[tuple[int, ...], str]]:
    """Up to four neighbours written together in at most `longest` letters, two settled ones never among them."""
    for start in range(len(words)):
        joined = ""
        for end in range(start, min(len(words), start + _LONGEST_JOIN)):
            joined += (words[end].lead if end > start else "") + words[end].letters
            if len(joined) > longest or (end > start and {end - 1, end} <= settled):
                break
            yield tuple(range(start, end + 1)), joined


def joined_agreement(joined: str, lead: str, whole: Word, skeletal: bool) -> float:
    """Of words written together (`lead` are particles before them) with one word."""
    texts = (joined, lead + joined) if lead else (joined,)
    if skeletal:
        best = max(OSA.normalized_similarity(bones(sound(text)), whole.bones) for text in texts)
        return _ramp(best) if best >= _JOINED_BONES and len(whole.bones) > _SHORT else 0.0
    best = max(OSA.normalized_similarity(text, whole.letters) for text in texts)
    return _ramp(best) if best >= _JOINED else 0.0


@lru_cache(maxsize=100_000)
def agreement(one: Word, other: Word) -> tuple[float, How]:
    """Two well-known different names do not agree however similar they are spelled; and a well-known name on the left,
    which is the customer's, is seldom a slip of the pen for an unknown one of the entry. Symmetric but for that.
    """
    if one.kind in _ALL_OR_NOTHING or other.kind in _ALL_OR_NOTHING:
        same = one.kind is other.kind and one.letters == other.letters
        return (1.0 if same else 0.0), (How.SOUND if one.kind is WordKind.FOLDED else How.EQUAL)
    if one.kind is WordKind.INITIAL or other.kind is WordKind.INITIAL:
        return _initials(one, other)
    if one.script is other.script and one.script in (Script.HAN, Script.HANGUL):
        return _characters(one, other)
    if one.letters == other.letters:
        return 1.0, (How.EQUAL if one.script is other.script else How.SOUND)
    return _names(one, other)


def _names(one: Word, other: Word) -> tuple[float, How]:
    """Of two words that are not equal and not both in Chinese characters."""
    if one.known and other.known and not _transliterated(one, other):
        agreed = 0.0 if one.known.isdisjoint(other.known) else max(_KNOWN_AGREEMENT, _spelling(one, other))
        return agreed, How.KNOWN
    if _different_syllables(one, other):
        return 0.0, How.SIMILAR
    if one.skeletal != other.skeletal:
        return _skeleton(one, other) if one.skeletal else _skeleton(other, one)
    if one.skeletal and one.script is other.script:
        return _ramp(OSA.normalized_similarity(one.written, other.written)), How.SIMILAR
    agreed = _spelling(one, other)
    if one.script is not other.script:
        return agreed, How.SOUND
    if one.written:
        agreed = max(agreed, _ramp(OSA.normalized_similarity(one.written, other.written)))
    return (agreed * _WELL_SPELLED if one.known and agreed < 1 else agreed), How.SIMILAR


def _transliterated(one: Word, other: Word) -> bool:
    """A word of organisations may be translated or written as it sounds ("maktab", "office")."""
    generic = one.kind is WordKind.GENERIC and other.kind is WordKind.GENERIC
    return generic and one.skeletal != other.skeletal and one.known.isdisjoint(other.known)


def _characters(one: Word, other: Word) -> tuple[float, How]:
    """Simplified and traditional characters are read alike; other characters make another name."""
    if one.written == other.written:
        return 1.0, How.EQUAL
    alike = one.script is Script.HAN and one.letters == other.letters
    return (0.9 if alike else 0.0), How.SIMILAR


def _different_syllables(one: Word, other: Word) -> bool:
    """One Korean or Chinese syllable against another is another name, not a slip of the pen."""
    if max(len(one.letters), len(other.letters)) > LONGEST_SYLLABLE or one.sound == other.sound:
        return False
    pairs = ((cut(one.letters), cut(other.letters)) for cut in (korean_syllables, chinese_syllables))
    return any(a and b and len(a) == len(b) == 1 and a != b for a, b in pairs)


def _initials(one: Word, other: Word) -> tuple[float, How]:
    if one.letters[0] != other.letters[0]:
        return 0.0, How.INITIAL
    return (1.0 if one.letters == other.letters else _INITIAL_AGREEMENT), How.INITIAL


def _spelling(one: Word, other: Word) -> float:
    same_sound = one.sound == other.sound
    if max(len(one.letters), len(other.letters)) <= _SHORT:
        return 0.8 if same_sound else 0.0
    similarity = OSA.normalized_similarity(one.letters, other.letters)
    if same_sound:
        return max(0.95, _ramp(similarity))
    return _ramp(max(similarity, OSA.normalized_similarity(one.sound, other.sound) - 0.02))


def _skeleton(skeletal: Word, voiced: Word) -> tuple[float, How]:
    """Consonants must agree, and long vowels be found in order; short ones are unwritten in the skeletal word."""
    size = max(len(skeletal.bones), len(voiced.bones))
    if size == 0:
        return 0.0, How.SOUND
    apart = Levenshtein.distance(skeletal.bones, voiced.bones)
    apart_coarsely = Levenshtein.distance(coarse(skeletal.bones), coarse(voiced.bones))
    consonants = 1 - (apart + apart_coarsely) / 2 / size
    long_vowels = LCSseq.similarity(skeletal.sound, voiced.sound) / max(1, len(skeletal.sound))
    return _ramp(0.65 * consonants + 0.35 * long_vowels), How.SOUND


def _ramp(similarity: float) -> float:
    return min(1.0, max(0.0, (similarity - _LOWEST) / (_HIGHEST - _LOWEST)))
