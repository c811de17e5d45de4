"""The comparisons that make a name score: few, named, pure; each says what it found and what it counts.

Every comparison measures one thing as a share of the two names' information (bits) and the rule-set weighs it.
The sum of contributions is a log-odds; the name score is its logistic (Fellegi and Sunter 1969 in spirit: rare
words that agree count more than common ones, words that contradict count against).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend.screening.matching.alignment import How, Pair
from backend.screening.matching.facts import DECISIVE_BITS, SCARCE_BITS, Facts
from backend.screening.matching.readings import System
from backend.screening.matching.words import Word, WordKind


class Outcome(StrEnum):
    AGREED = "agreed"
    DISAGREED = "disagreed"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison's result. `value` is what was measured (0 to 1), `contribution` what it adds to the log-odds."""

    comparison: str
    outcome: Outcome
    value: float
    contribution: float
    explanation: str


_HALF: Final = 0.5
_SEVERAL: Final = 2
_BORNE_BY_MANY_BITS: Final = 4.0
_SOLID_BITS: Final = 4.0


def spelling(facts: Facts) -> float | None:
    """Words that stand for each other but are spelled differently."""
    return facts.doubted / facts.total if facts.alignment.pairs else None


def contradiction(facts: Facts) -> float | None:
    """Words left over on both sides: each name says something that the other does not."""
    return facts.contradicted / min(facts.total, DECISIVE_BITS)


def completeness(facts: Facts) -> float | None:
    """Words of the entry's name that the customer's lacks, and does not contradict."""
    return facts.missing / facts.total


def surplus(facts: Facts) -> float | None:
    """Words of the customer's name that the entry's lacks, and does not contradict."""
    return facts.surplus / facts.total


def information(facts: Facts) -> float | None:
    """How little the agreeing words say: common names agree between strangers."""
    return max(0.0, 1 - facts.agreed / SCARCE_BITS)


def namesake(facts: Facts) -> float | None:
    """Common words agree while others differ or are missing: strangers with one name in common."""
    rest = (facts.missing + facts.surplus + facts.contradicted + facts.doubted) / facts.total
    return rest * max(0.0, 1 - facts.agreed / SCARCE_BITS)


def own_name(facts: Facts) -> float | None:
    """The first word is the person's own, later ones may be the father's: it must be found in the other name."""
    if not facts.ordered:
        return None
    return 1.0 if _own_names_lost(facts) else 0.0


def order(facts: Facts) -> float | None:
    """Words agree but in another order, apart from a family name moved from one end to the other."""
    positions = [pair.right[0] for pair in sorted(facts.alignment.pairs, key=lambda pair: pair.left)]
    if len(positions) < _SEVERAL:
        return None
    turns = (positions[k:] + positions[:k] for k in range(len(positions)))
    return min(_inversions(turn) for turn in turns) / (len(positions) * (len(positions) - 1) / 2)


def numbers(facts: Facts) -> float | None:
    """Figures in names of organisations and vessels."""
    left, right = _figures(facts.alignment.left), _figures(facts.alignment.right)
    if not left and not right:
        return None
    if left == right:
        return 0.0
    return 1.0 if left and right else 0.5


def legal_form(facts: Facts) -> float | None:
    """Two legal forms that exclude each other; a form on one side only says nothing."""
    if not facts.left_legal or not facts.right_legal:
        return None
    return 0.0 if facts.left_legal & facts.right_legal else 1.0


def independence(facts: Facts) -> float | None:
    """Where the evidence is transliteration only, two independent words must agree."""
    if facts.folded in (System.ABBREVIATION, System.INITIALS):
        return None
    if all(pair.how is not How.SOUND for pair in facts.alignment.pairs):
        return None
    return 0.0 if _solid(facts) >= _SEVERAL else 1.0


def folding(facts: Facts) -> float | None:
    """Names that agree only once folded: canonical syllables and initials stand for many names."""
    return None if facts.folded is None else 1.0


def quality(facts: Facts) -> float | None:
    """The publisher calls the entry's name a weak alias."""
    return 1.0 if facts.weak else None


def initials(facts: Facts) -> float | None:
    """Words that agree by their first letter only."""
    found = _by_initial(facts)
    return len(found) / len(facts.alignment.pairs) if found else None


def _say_spelling(facts: Facts) -> str:
    unsure = [pair for pair in facts.alignment.pairs if pair.agreement < 1 and pair.how is not How.INITIAL]
    if unsure:
        return "spelled differently: " + _pairs(facts, unsure)
    return "spelled alike: " + _pairs(facts, facts.alignment.pairs) if facts.alignment.pairs else "no word in common"


def _say_contradiction(facts: Facts) -> str:
    if not facts.contradicted:
        return "no word contradicts another"
    return f"{_left_words(facts)} against {_right_words(facts)}"


def _say_completeness(facts: Facts) -> str:
    return f"not in the customer's name: {_right_words(facts)}" if facts.missing else "all words are there"


def _say_surplus(facts: Facts) -> str:
    return f"not in the entry's name: {_left_words(facts)}" if facts.surplus else "no further words"


def _say_information(facts: Facts) -> str:
    return f"agreeing words carry {facts.agreed:.0f} of {SCARCE_BITS:.0f} bits"


def _say_own_name(facts: Facts) -> str:
    if not facts.ordered:
        return "order of names not known"
    lost = _own_names_lost(facts)
    return "first name not found: " + ", ".join(lost) if lost else "the first name of each is in the other"


def _say_numbers(facts: Facts) -> str:
    shown = (", ".join(sorted(_figures(words))) or "none" for words in (facts.alignment.left, facts.alignment.right))
    return " against ".join(shown)


def _say_legal_form(facts: Facts) -> str:
    return " against ".join("/".join(sorted(forms)) or "none" for forms in (facts.left_legal, facts.right_legal))


def _say_initials(facts: Facts) -> str:
    return "by initial only: " + (_pairs(facts, _by_initial(facts)) or "none")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`measure` gives how much two names disagree (0 to 1), None where there is nothing to compare; `say` puts it
    into words for the person who decides.
    """

    measure: Callable[[Facts], float | None]
    say: Callable[[Facts], str]

    def finding(self, facts: Facts, takes: float) -> Finding:
        value = self.measure(facts)
        if value is None:
            return Finding(self.measure.__name__, Outcome.ABSENT, 0.0, 0.0, self.say(facts))
        outcome = Outcome.DISAGREED if value > 0 else Outcome.AGREED
        return Finding(self.measure.__name__, outcome, value, -takes * value, self.say(facts))


COMPARISONS: Final[dict[str, Comparison]] = {
    "spelling": Comparison(spelling, _say_spelling),
    "contradiction": Comparison(contradiction, _say_contradiction),
    "completeness": Comparison(completeness, _say_completeness),
    "surplus": Comparison(surplus, _say_surplus),
    "information": Comparison(information, _say_information),
    "namesake": Comparison(namesake, lambda facts: f"{100 * (1 - facts.agreed / facts.total):.0f} % of the names open"),
    "own_name": Comparison(own_name, _say_own_name),
    "order": Comparison(order, lambda facts: "another order" if order(facts) else "in order"),
    "numbers": Comparison(numbers, _say_numbers),
    "legal_form": Comparison(legal_form, _say_legal_form),
    "independence": Comparison(independence, lambda facts: f"{_solid(facts)} independent words agree by sound"),
    "folding": Comparison(folding, lambda facts: f"agrees by {facts.folded}" if facts.folded else "agrees by words"),
    "quality": Comparison(quality, lambda facts: "a weak alias" if facts.weak else "a name the publisher stands by"),
    "initials": Comparison(initials, _say_initials),
}


def total_taken(facts: Facts, takes: dict[str, float]) -> float:
    """What all comparisons together take from the base."""
    return sum(takes[name] * (one.measure(facts) or 0.0) for name, one in COMPARISONS.items())


def _own_names_lost(facts: Facts) -> list[str]:
    alignment = facts.alignment
    sides = ((alignment.left, alignment.left_over), (alignment.right, alignment.right_over))
    return [words[first].text for words, over in sides if (first := _leading(words)) in over]


def _figures(words: tuple[Word, ...]) -> set[str]:
    return {word.letters for word in words if word.kind is WordKind.NUMBER}


def _solid(facts: Facts) -> int:
    pairs = facts.alignment.pairs
    return sum(pair.agreement >= _HALF and pair.bits >= _SOLID_BITS for pair in pairs)


def _by_initial(facts: Facts) -> list[Pair]:
    return [pair for pair in facts.alignment.pairs if pair.how is How.INITIAL and pair.agreement < 1]


def _left_words(facts: Facts) -> str:
    return _words(facts.alignment.left, facts.alignment.left_over)


def _right_words(facts: Facts) -> str:
    return _words(facts.alignment.right, facts.alignment.right_over)


def _inversions(positions: list[int]) -> int:
    return sum(a > b for k, a in enumerate(positions) for b in positions[k + 1 :])


def _leading(words: tuple[Word, ...]) -> int:
    """The first word that names a person: not a title, nor what so many bear before their own name (Muhammad, Abd)."""
    named = (k for k, word in enumerate(words) if word.kind is not WordKind.TITLE and word.bits > _BORNE_BY_MANY_BITS)
    return next(named, 0)


def _pairs(facts: Facts, pairs: tuple[Pair, ...] | list[Pair]) -> str:
    left, right = facts.alignment.left, facts.alignment.right
    return ", ".join(f"{_words(left, pair.left)} = {_words(right, pair.right)}" for pair in pairs)


def _words(words: tuple[Word, ...], positions: tuple[int, ...]) -> str:
    return " ".join(words[k].text for k in positions)
