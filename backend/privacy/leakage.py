"""What a column of keyed tags tells somebody who reads it without the key: how many records share each tag.

A tag that one record has tells nothing of its value; tags that many share can be ranked, and compared with how common
words, names or numbers are known to be.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Leakage:
    """`least` to `most` are records to a tag; `alone` is the share of tags that one record has to itself (0 to 1)."""

    tags: int
    least: int
    middle: float
    p95: float
    most: int
    alone: float


def leakage(sharing: Iterable[int]) -> Leakage | None:
    """From how many records share each tag; None where there is no tag."""
    counts = sorted(sharing)
    if not counts:
        return None
    p95 = quantiles(counts, n=20, method="inclusive")[-1] if len(counts) > 1 else float(counts[0])
    alone = sum(count == 1 for count in counts) / len(counts)
    return Leakage(len(counts), counts[0], median(counts), p95, counts[-1], alone)
