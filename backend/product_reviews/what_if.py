"""What a change of a product would do to those who hold it and to what was sold, compared set by set. Pure.

Customers of whom selling knows the same are one profile: each profile is judged once, however many customers it has.
The market is judged over all profiles at once (`Market.codes`), grade, levels and horizon by the rules of selling.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import numpy as np
import orjson
import pandas as pd

from backend.products.definition import ProductDefinition
from backend.products.models import ProductState
from backend.products.selling.rules import Allowed, Client, Offered, Standing, decide
from backend.products.selling.ruleset import SellingRules
from backend.products.suitability.questionnaire import Kind
from backend.products.target_market import Market, Place, TargetMarket
from backend.products.target_market import compile as compiled

SHOWN: Final = 200
_ALWAYS: Final = date.max
_NOT_ABOUT_FIT: Final = frozenset({"customer.vulnerable", "customer.noted"})
_NOT_KNOWN: Final = frozenset({"assessment.missing", "assessment.expired"})
_EVERYBODY: Final = compiled(TargetMarket())
_NO_ASSESSMENT: Final = UUID(int=0)


class Fit(IntEnum):
    """Whether a product is for a customer: outside when its market or the rules of selling say no."""

    INSIDE = 0
    OUTSIDE = 1
    UNKNOWN = 2


class Profile(NamedTuple):
    """All that tells customers apart; `said` is what their assessments say, as canonical JSON of the database."""

    party_type: str
    residence: str | None
    age: int | None
    said: str | None
    channel: str = ""


class Judged(NamedTuple):
    fit: Fit
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One definition under the rules of selling; its state and channels are left aside, the customer alone counts."""

    code: str
    definition: ProductDefinition
    rules: SellingRules

    @property
    def market(self) -> Market:
        return compiled(self.definition.target_market)

    def offered(self, channel: str, market: Market) -> Offered:
        return Offered(
            code=self.code,
            kind=self.definition.kind.value,
            state=ProductState.ON_SALE.value,
            channels=frozenset({channel}),
            risk=self.definition.risk_grade,
            needs=self.definition.needs_assessment,
            questionnaire=self.definition.questionnaire,
            horizon_months=self.definition.horizon_months,
            noted_for_vulnerable=self.definition.vulnerable_notes is not None,
            market=market,
        )

    def fits(self, clients: Sequence[Client]) -> list[Judged]:
        """For each client; the market at once, the rest one by one."""
        market, offered = self.market, self.offered("", _EVERYBODY)
        frame = pd.DataFrame({name: [each.facts.get(name) for each in clients] for name in sorted(market.facts)})
        places = market.codes(frame) if market.facts else np.zeros(len(clients), dtype=np.int8)
        return [
            self._fit(each, Place(int(place)), offered, market) for each, place in zip(clients, places, strict=True)
        ]

    def _fit(self, client: Client, place: Place, offered: Offered, market: Market) -> Judged:
        found = {reason.code for reason in decide(client, offered, "", date.min, self.rules).reasons} - _NOT_ABOUT_FIT
        against = found - _NOT_KNOWN
        if place is Place.OUTSIDE:
            against |= {ground.condition for ground in market.verdict(client.facts).reasons}
        if against:
            return Judged(Fit.OUTSIDE, tuple(sorted(against)))
        unknown = place is Place.UNKNOWN or bool(found)
        return Judged(Fit.UNKNOWN if unknown else Fit.INSIDE, ())

    def allows(self, clients: Sequence[tuple[Client, str]]) -> list[tuple[Allowed, tuple[str, ...]]]:
        """Would it have been sold, through the channel it was sold through?"""
        market, answers = self.market, []
        for client, channel in clients:
            answer = decide(client, self.offered(channel, market), channel, date.min, self.rules)
            codes = dict.fromkeys((*(reason.code for reason in answer.reasons), *answer.conditions))
            answers.append((answer.allowed, tuple(codes)))
        return answers


def client_of(profile: Profile) -> Client:
    """As selling would see the customer; an assessment's end is left aside, what it said last is what is known."""
    facts: dict[str, Any] = {"party_type": profile.party_type, "residence": profile.residence, "age": profile.age}
    standings: dict[str, Standing] = {}
    vulnerable = False
    said: Iterable[Mapping[str, Any]] = orjson.loads(profile.said) if profile.said else ()
    for each in said:
        told: Mapping[str, Any] = each["f"] or {}
        facts |= {name: frozenset(value) if isinstance(value, list) else value for name, value in told.items()}
        if each["k"] == Kind.SUITABILITY:
            facts["risk_grade"] = each["g"]
        vulnerable = vulnerable or bool(each["v"])
        standings[each["q"]] = Standing(uuid5(_NO_ASSESSMENT, each["q"]), each["g"], _ALWAYS)
    if standings:
        facts["vulnerable"] = vulnerable
    return Client(standings, facts, vulnerable)


def regraded(client: Client, questionnaire: str, grade: str | None, facts: Mapping[str, Any]) -> Client:
    """The same client, had she been given this grade and these facts by the questionnaire."""
    standing = replace(client.assessments[questionnaire], grade=grade)
    return replace(
        client,
        assessments={**client.assessments, questionnaire: standing},
        facts={**client.facts, **facts, "risk_grade": grade},
    )


UNKNOWN: Final = "?"
"""The value of a segment of whom it is not known."""


@dataclass(slots=True)
class Segment:
    holders: int = 0
    outside_before: int = 0
    outside_after: int = 0


Segments = dict[tuple[str, str], Segment]


@dataclass(slots=True)
class HolderEffect:
    """Added up page by page; `moved` counts from which fit (row) to which (column), `first` are those who fall out."""

    before: Side
    after: Side
    moved: "np.ndarray[Any, np.dtype[np.int64]]" = field(default_factory=lambda: np.zeros((3, 3), dtype=np.int64))
    segments: Segments = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    first: list[tuple[UUID, tuple[str, ...]]] = field(default_factory=list)
    _known: dict[Profile, tuple[Judged, Judged]] = field(default_factory=dict)

    @property
    def holders(self) -> int:
        return int(self.moved.sum())

    @property
    def falling_out(self) -> int:
        return int(self.moved[[Fit.INSIDE, Fit.UNKNOWN], Fit.OUTSIDE].sum())

    @property
    def coming_in(self) -> int:
        return int(self.moved[Fit.OUTSIDE, [Fit.INSIDE, Fit.UNKNOWN]].sum())

    def add(self, parties: Sequence[UUID], profiles: Sequence[Profile]) -> None:
        uniques: dict[Profile, int] = {}
        places = (uniques.setdefault(each, len(uniques)) for each in profiles)
        codes = np.fromiter(places, dtype=np.int64, count=len(profiles))
        self._judge([each for each in uniques if each not in self._known])
        judged = [self._known[each] for each in uniques]
        pairs = np.array([(before.fit, after.fit) for before, after in judged], dtype=np.int64).reshape(-1, 2)
        counts = np.bincount(codes, minlength=len(uniques))
        np.add.at(self.moved, (pairs[:, 0], pairs[:, 1]), counts)
        fallen = (pairs[:, 0] != Fit.OUTSIDE) & (pairs[:, 1] == Fit.OUTSIDE)
        for place, (profile, (before, after)) in enumerate(zip(uniques, judged, strict=True)):
            count = int(counts[place])
            self._segment(profile, before, after, count)
            if fallen[place]:
                self.reasons.update(dict.fromkeys(after.reasons, count))
        for row in np.flatnonzero(fallen[codes])[: SHOWN - len(self.first)]:
            self.first.append((parties[row], judged[codes[row]][1].reasons))

    def _judge(self, profiles: Sequence[Profile]) -> None:
        clients = [client_of(each) for each in profiles]
        if clients:
            both = zip(self.before.fits(clients), self.after.fits(clients), strict=True)
            self._known.update(zip(profiles, both, strict=True))

    def _segment(self, profile: Profile, before: Judged, after: Judged, count: int) -> None:
        for key in _segments_of(profile):
            segment = self.segments.setdefault(key, Segment())
            segment.holders += count
            segment.outside_before += count * (before.fit is Fit.OUTSIDE)
            segment.outside_after += count * (after.fit is Fit.OUTSIDE)


def _segments_of(profile: Profile) -> Iterable[tuple[str, str]]:
    yield "party_type", profile.party_type
    yield "residence", profile.residence or UNKNOWN
    grade = client_of(profile).facts.get("risk_grade") if profile.said else None
    yield "grade", str(grade or UNKNOWN)
    if profile.age is not None:
        yield "age", f"{profile.age // 10 * 10}–{profile.age // 10 * 10 + 9}"


class SoldTo(NamedTuple):
    sale_id: UUID
    party_id: UUID
    sold_on: date
    profile: Profile


_ORDER: Final = (Allowed.YES, Allowed.WARN, Allowed.NO)


@dataclass(slots=True)
class SaleEffect:
    """`moved` counts from which answer (row) to which (column), in the order yes, warn, no."""

    before: Side
    after: Side
    moved: "np.ndarray[Any, np.dtype[np.int64]]" = field(default_factory=lambda: np.zeros((3, 3), dtype=np.int64))
    reasons: Counter[str] = field(default_factory=Counter)
    first: list[tuple[SoldTo, tuple[str, ...]]] = field(default_factory=list)

    @property
    def sales(self) -> int:
        return int(self.moved.sum())

    @property
    def not_happened(self) -> int:
        return int(self.moved[:2, 2].sum())

    @property
    def warned(self) -> int:
        """Sold without a warning, and then only with one."""
        return int(self.moved[0, 1])

    def add(self, sales: Sequence[SoldTo]) -> None:
        profiles = dict.fromkeys(sale.profile for sale in sales)
        asked = [(client_of(profile), profile.channel) for profile in profiles]
        both = dict(zip(profiles, zip(self.before.allows(asked), self.after.allows(asked), strict=True), strict=True))
        for sale in sales:
            (was, _), (then, reasons) = both[sale.profile]
            self.moved[_ORDER.index(was), _ORDER.index(then)] += 1
            if then is Allowed.NO and was is not Allowed.NO:
                self.reasons.update(reasons)
                if len(self.first) < SHOWN:
                    self.first.append((sale, reasons))
