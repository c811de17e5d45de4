"""The paths from an owner to the company, each with what it contributes: what a reviewer reads.

Contributions are products of shares, so they fall with every step, and the best path can always be taken first.
Paths that pass a company twice are left out; with cross-holdings the sum of the paths is therefore a little less than
the interest, which counts them.
"""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from uuid import UUID

Shares = Mapping[UUID, Mapping[UUID, Fraction]]
_Open = tuple[Fraction, int, tuple[UUID, ...], tuple[Fraction, ...]]


@dataclass(frozen=True, slots=True)
class Path:
    """From the owner down to the company; `fractions[i]` is the share of `parties[i]` in `parties[i + 1]`."""

    parties: tuple[UUID, ...]
    fractions: tuple[Fraction, ...]
    contribution: Fraction


@dataclass(frozen=True, slots=True)
class Paths:
    """`complete` is False when there are more than were asked for."""

    paths: tuple[Path, ...]
    complete: bool


def paths_between(shares: Shares, owner: UUID, target: UUID, *, limit: int = 50, steps: int = 20_000) -> Paths:
    """The greatest contributions first; gives up after `steps` steps in a graph that has too many paths."""
    leads = _below(shares, owner)
    order = count()
    heap: list[_Open] = [(Fraction(-1), next(order), (target,), ())]
    found: list[Path] = []
    for _ in range(steps):
        if not heap:
            return Paths(tuple(found), complete=True)
        product, _order, parties, fractions = heapq.heappop(heap)
        if parties[0] == owner:
            if len(found) == limit:
                return Paths(tuple(found), complete=False)
            found.append(Path(parties, fractions, -product))
            continue
        for above, fraction in sorted(shares.get(parties[0], {}).items()):
            if above in leads and above not in parties:
                entry = (product * fraction, next(order), (above, *parties), (fraction, *fractions))
                heapq.heappush(heap, entry)
    return Paths(tuple(found), complete=not heap)


def _below(shares: Shares, owner: UUID) -> set[UUID]:
    """The owner and every company in which it has an interest; other ways lead nowhere."""
    owned: dict[UUID, list[UUID]] = {}
    for company, owners in shares.items():
        for above in owners:
            owned.setdefault(above, []).append(company)
    reached, waiting = {owner}, [owner]
    while waiting:
        for company in owned.get(waiting.pop(), ()):
            if company not in reached:
                reached.add(company)
                waiting.append(company)
    return reached
