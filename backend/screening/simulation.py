"""What other weights and cut-offs of screening would do to the customers there are and to what was decided. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from backend.governance.documents import Cell, Code, Customer, Document, Figure, Matrix, Statement, Table, words
from backend.screening.alerts.models import AlertState
from backend.screening.alerts.recording import Pair

SHOWN: Final = 200
_STATES: Final[Mapping[AlertState, str]] = {
    AlertState.TRUE_MATCH: "True match",
    AlertState.FALSE_POSITIVE: "False positive",
    AlertState.INCONCLUSIVE: "Inconclusive",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """A pair that only one of the rule-sets alerts on; scores in per cent, None where it was not even compared."""

    party_id: UUID
    list_code: str
    ref: str
    was: int | None
    then: int | None
    decided: AlertState | None

    @property
    def appears(self) -> bool:
        return self.then is not None


@dataclass(slots=True)
class Tally:
    """What was found so far, over customers and pairs; `decided` counts pairs that people decided by how they did."""

    customers: int = 0
    stopped: tuple[int, int] = (0, 0)
    alerts: tuple[int, int] = (0, 0)
    decided: Counter[tuple[AlertState, bool]] = field(default_factory=Counter)
    moved: list[Moved] = field(default_factory=list)

    def add(
        self,
        party_id: UUID,
        was: Mapping[Pair, int],
        then: Mapping[Pair, int],
        decided: Mapping[Pair, AlertState],
        codes: Mapping[UUID, str],
    ) -> None:
        """One customer: the pairs that each rule-set alerts on with their scores, and what people said of them."""
        self.customers += 1
        self.stopped = (self.stopped[0] + bool(was), self.stopped[1] + bool(then))
        self.alerts = (self.alerts[0] + len(was), self.alerts[1] + len(then))
        self.decided.update((state, pair in then) for pair, state in decided.items() if pair in was)
        self.moved += [
            Moved(party_id, codes[pair[0]], pair[1], was.get(pair), then.get(pair), decided.get(pair))
            for pair in sorted(was.keys() ^ then.keys(), key=str)
        ]


def told(tally: Tally) -> Document:
    appear = sum(one.appears for one in tally.moved)
    vanish = len(tally.moved) - appear
    missed = tally.decided[AlertState.TRUE_MATCH, False]
    return Document(
        statements=(*_figures(tally, appear, vanish), *_decisions(tally, missed)),
        matrices=(_by_decision(tally),),
        tables=(_pairs(tally.moved),),
    )


def _figures(tally: Tally, appear: int, vanish: int) -> Iterable[Statement]:
    text = "{customers} customers were compared under both rule-sets; {appear} alerts would appear, {vanish} vanish."
    told_ = words(text, customers=tally.customers, appear=appear, vanish=vanish)
    yield Statement(told_, "warn" if appear or vanish else "ok")
    text = "Customers with an alert: {then} instead of {was}; alerts: {pairs} instead of {former}."
    (was, then), (former, pairs) = tally.stopped, tally.alerts
    yield Statement(words(text, then=then, was=was, pairs=pairs, former=former), "warn" if then > was else "ok")


def _decisions(tally: Tally, missed: int) -> Iterable[Statement]:
    if missed:
        text = "{count} matches that people confirmed would not be found any more."
        yield Statement(words(text, count=missed), "bad")
    spared = tally.decided[AlertState.FALSE_POSITIVE, False]
    if spared:
        text = "{count} alerts that people found false would not have been raised."
        yield Statement(words(text, count=spared), "ok")


def _by_decision(tally: Tally) -> Matrix:
    return Matrix(
        words("What people decided (rows), and whether the pair would still be found (columns)"),
        [words(text) for text in _STATES.values()],
        [words("Found"), words("Not found")],
        [[tally.decided[state, found] for found in (True, False)] for state in _STATES],
    )


def _pairs(moved: Sequence[Moved]) -> Table:
    """What people had confirmed first, then what comes nearest to a certain match."""
    order = sorted(moved, key=lambda one: (one.decided is not AlertState.TRUE_MATCH, -max(one.was or 0, one.then or 0)))
    columns = [words(text) for text in ("Customer", "List", "Entry", "Score now", "Score then", "Decided")]
    return Table(words("Pairs that would appear or vanish"), columns, list(map(_row, order[:SHOWN])), len(moved))


def _row(one: Moved) -> Sequence[Cell]:
    decided: Cell = Code("–") if one.decided is None else words(_STATES[one.decided])
    scores = [Figure("–" if score is None else str(score)) for score in (one.was, one.then)]
    return (Customer(one.party_id), Code(one.list_code), Code(one.ref), *scores, decided)
