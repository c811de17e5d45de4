"""What can be governed: each capability registers the kinds of its rule-sets here, and gets the rest for nothing.

A kind says how content is read, how two contents differ in words, what a change would do to the institution's real
records, and which rights propose and approve it. Proposals, four eyes, effective dates, history, roll-back, pages and
commands are the same for all of them. `backend.edge.kinds` gathers the kinds, so that every process knows them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, TypeAlias, TypeVar

from backend.access.context import Context
from backend.core.rulesets import Policies
from backend.governance.documents import Document, Words
from backend.governance.errors import UnknownKind

P = TypeVar("P")
Progress: TypeAlias = Callable[[int, int], Awaitable[None]]
"""`await progress(done, total)`; it is written by a transaction of its own, so call it every second or so."""


@dataclass(frozen=True, slots=True)
class Permission:
    """A right of the closed vocabulary (backend/access/actions.py); `approves` must require not_maker there."""

    object: str
    proposes: str
    approves: str


RULESETS = Permission("ruleset", "propose", "approve")
ACCESS = Permission("access_policy", "propose", "approve")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference as a sentence; `place` is the rule, role or path it is about, for grouping."""

    sort: Literal["added", "removed", "changed"]
    place: str
    words: Words


class Kind(Protocol[P]):
    """One sort of rule-set; `P` is what its content becomes when it is read."""

    @property
    def name(self) -> str:
        """Stable and short: "access", "risk", "screening"."""
        ...

    @property
    def title(self) -> str:
        """English message id, translated in the catalogue."""
        ...

    @property
    def format(self) -> Literal["yaml", "csv"]:
        """What the editor is told."""
        ...

    @property
    def permission(self) -> Permission: ...

    @property
    def book(self) -> str | None:
        """The directory below policies/ whose `Policies.book` shall see standings of this kind; None: nobody asks."""
        ...

    def initial(self, policies: Policies, on: date) -> Mapping[str, bytes]:
        """The files' rule-sets of a day by name: what is in force until an institution decides otherwise."""
        ...

    def parse(self, name: str, content: bytes) -> P:
        """Raises `ContentRefused(line=…, problem=…)`, also when the content calls itself by another name."""
        ...

    def diff(self, base: P | None, proposed: P) -> Sequence[Change]:
        """Pure; nothing for contents that mean the same."""
        ...

    async def simulate(self, ctx: Context, base: P | None, proposed: P, progress: Progress) -> Document:
        """Over the institution's real records, in one read-only transaction. Idempotent, writes nothing."""
        ...

    async def stamp(self, ctx: Context) -> str:
        """A short digest of the records a simulation reads (counts, latest version …); another stamp, another result.

        Kept with the result and compared at approval: a result about other records is out of date. A constant says
        that age alone counts.
        """
        ...

    async def check(self, ctx: Context, base: P | None, proposed: P) -> None:
        """At approval, under SERIALIZABLE: raise a TenureError for what must never come into force."""
        ...

    async def enacted(self, ctx: Context, name: str, proposed: P, sha256: str) -> None:
        """Runs in the approving transaction, for what must change with it (mostly nothing)."""
        ...


_kinds: dict[str, Kind[object]] = {}


def register(kind: "Kind[P]") -> None:
    """Raises ValueError for a name that is taken."""
    if kind.name in _kinds:
        raise ValueError(f"there is a kind of rule-set “{kind.name}” already")
    _kinds[kind.name] = kind  # type: ignore[assignment]


def unregister(name: str) -> None:
    del _kinds[name]


def find(name: str) -> Kind[object]:
    """Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(kind=name) from None


def known() -> tuple[Kind[object], ...]:
    return tuple(_kinds.values())
