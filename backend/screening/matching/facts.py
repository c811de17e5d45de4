"""Two readings put side by side and weighed in bits: what the comparisons measure."""

from dataclasses import dataclass
from typing import Final

from backend.screening.matching.alignment import Alignment, How, align
from backend.screening.matching.readings import Reading, System

SCARCE_BITS: Final = 24.0
"""Agreement on this much information stands for one person among many millions; less is shared by namesakes."""
DECISIVE_BITS: Final = 26.0
"""However long two names are, a contradiction is weighed against no more than this."""
OPTIONAL: Final = 0.4
"""What a middle name or a second family name counts where the other name lacks it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Two readings put side by side, in bits: `agreed` + `doubted` + `contradicted` + `missing` + `surplus` = `total`.

    The left is the customer's: `missing` are words of the entry that it lacks, `surplus` words that only it has.
    """

    alignment: Alignment
    agreed: float
    doubted: float
    contradicted: float
    missing: float
    surplus: float
    left_legal: frozenset[str]
    right_legal: frozenset[str]
    ordered: bool
    folded: System | None
    weak: bool

    @property
    def total(self) -> float:
        return max(self.agreed + self.doubted + self.contradicted + self.missing + self.surplus, 0.1)


def facts_of(left: Reading, right: Reading, *, ordered: bool, weak: bool) -> Facts:
    alignment = align(left.words, right.words)
    pairs = alignment.pairs
    over_left = _left_over(left, alignment.left_over)
    over_right = _left_over(right, alignment.right_over)
    against = min(over_left[0], over_right[0])
    return Facts(
        alignment=alignment,
        agreed=sum(pair.agreement * pair.bits for pair in pairs),
        doubted=sum((1 - pair.agreement) * pair.bits for pair in pairs if pair.how is not How.INITIAL),
        contradicted=against,
        missing=_beyond(over_right, against),
        surplus=_beyond(over_left, against),
        left_legal=left.legal,
        right_legal=right.legal,
        ordered=ordered and left.ordered and right.ordered,
        folded=None if left.system is System.WORDS else left.system,
        weak=weak,
    )


def _left_over(reading: Reading, positions: tuple[int, ...]) -> tuple[float, float]:
    """What the words left over count against the other name, and as missing there; a repeated word counts once."""
    words = reading.words
    used = {words[k].letters for k in range(len(words)) if k not in positions}
    rest = [(k, words[k]) for k in positions if words[k].letters not in used]
    return (
        sum(word.against for _, word in rest),
        sum(word.absent * (OPTIONAL if k in reading.optional else 1.0) for k, word in rest),
    )


def _beyond(over: tuple[float, float], against: float) -> float:
    all_, absent = over
    return absent * (1 - against / all_) if all_ > 0 else 0.0
