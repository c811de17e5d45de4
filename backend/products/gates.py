"""Stage gates as a rule-set: what must be there for a step, who signs it, with which quorum and how long it rests.

A step exists where a gate of the rule-set says so, within the steps that a product can take at all. Every gate that
fits the product's kind and risk counts: what they ask for adds up. A set of gates through which a product could come
on sale without a signature is not read at all.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import product as pairs
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.products.definition import Code, ProductKind
from backend.products.models import PREPARING, ProductRisk, ProductState

DIRECTORY: Final = "products/gates"
_S = ProductState

STEPS: Final[dict[ProductState, tuple[ProductState, ...]]] = {
    _S.CONCEPT: (_S.DESIGN, _S.RETIRED),
    _S.DESIGN: (_S.TARGET_MARKET, _S.CONCEPT, _S.RETIRED),
    _S.TARGET_MARKET: (_S.TESTING, _S.DESIGN, _S.RETIRED),
    _S.TESTING: (_S.APPROVAL, _S.DESIGN, _S.RETIRED),
    _S.APPROVAL: (_S.ON_SALE, _S.DESIGN, _S.RETIRED),
    _S.ON_SALE: (_S.UNDER_REVIEW, _S.WITHDRAWN),
    _S.UNDER_REVIEW: (_S.ON_SALE, _S.REMEDIATION, _S.WITHDRAWN),
    _S.REMEDIATION: (_S.UNDER_REVIEW, _S.WITHDRAWN),
    _S.WITHDRAWN: (_S.RUN_OFF,),
    _S.RUN_OFF: (_S.RETIRED,),
    _S.RETIRED: (),
}
"""Every step there can be; which of them there are, and at what price, the rule-set says."""

Count = Annotated[int, Field(ge=1, le=20)]
Days = Annotated[int, Field(ge=0, le=3650)]


class Majority(StrEnum):
    SIMPLE = "simple"
    TWO_THIRDS = "two_thirds"
    UNANIMOUS = "unanimous"

    def reached(self, agreed: int, votes: int) -> bool:
        if self is Majority.SIMPLE:
            return 2 * agreed > votes
        return Fraction(agreed, votes) >= (Fraction(2, 3) if self is Majority.TWO_THIRDS else 1)


_STRICTNESS: Final = tuple(Majority)


class Signer(Part):
    role: str
    count: Count = 1


class Committee(Part):
    """Who holds `role` votes; it agrees with at least `quorum` votes of which the majority agrees."""

    role: str
    quorum: Count
    majority: Majority = Majority.SIMPLE

    def stricter(self, other: "Committee | None") -> "Committee":
        if other is None:
            return self
        majority = max(self.majority, other.majority, key=_STRICTNESS.index)
        return self.model_copy(update={"quorum": max(self.quorum, other.quorum), "majority": majority})


class GateRule(Part):
    """`kinds` and `risks` narrow it; without them it holds for all. `documents` are kinds, wanted in both languages."""

    origin: ProductState = Field(alias="from")
    target: ProductState = Field(alias="to")
    kinds: tuple[ProductKind, ...] = ()
    risks: tuple[ProductRisk, ...] = ()
    artefacts: tuple[Code, ...] = ()
    documents: tuple[Code, ...] = ()
    target_market: bool = False
    signatures: tuple[Signer, ...] = ()
    committee: Committee | None = None
    cooling_days: Days = 0
    signatures_days: Annotated[int, Field(ge=1, le=3650)] | None = None

    def fits(self, kind: ProductKind, risk: ProductRisk) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.risks or risk in self.risks)


class Gate(Part):
    """What one product has to bring for one step, of all rules together; `target_market`: its positive part is said."""

    origin: ProductState
    target: ProductState
    artefacts: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    target_market: bool = False
    signatures: tuple[Signer, ...] = ()
    committee: Committee | None = None
    cooling_days: int = 0
    signatures_days: int | None = None

    @property
    def signed(self) -> bool:
        """Whether anybody but the proposer has to agree."""
        return bool(self.signatures) or self.committee is not None


class ArtefactRule(Part):
    wording: Wording


class GateRules(RuleSet):
    """`artefacts` is the list of what can be asked for, with its words."""

    comment: str | None = None
    artefacts: dict[Code, ArtefactRule]
    gates: tuple[GateRule, ...]

    @model_validator(mode="after")
    def _known(self) -> Self:
        for gate in self.gates:
            if gate.target not in STEPS[gate.origin]:
                raise ValueError(f"a product never goes from {gate.origin} to {gate.target}")
            if unknown := [kind for kind in gate.artefacts if kind not in self.artefacts]:
                raise ValueError(f"{gate.origin} → {gate.target} asks for unknown artefacts: {', '.join(unknown)}")
        _one_committee(self.gates)
        return self

    @model_validator(mode="after")
    def _signed(self) -> Self:
        for kind, risk in pairs(ProductKind, ProductRisk):
            self._check(kind, risk)
        return self

    def _check(self, kind: ProductKind, risk: ProductRisk) -> None:
        who = f"{kind} products of {risk} risk"
        gates = [gate for origin in STEPS for gate in self.steps(origin, kind, risk)]
        for gate in gates:
            if gate.target is _S.ON_SALE and not gate.signed:
                raise ValueError(f"{who} come on sale from {gate.origin} without a signature")
            if gate.origin.value in PREPARING and gate.target is _S.ON_SALE and not gate.target_market:
                raise ValueError(f"{who} come on sale without a target market")
        reached = _reached(gates, _S.CONCEPT)
        if missing := [state for state in _NEEDED if state not in reached]:
            raise ValueError(f"{who} never come to: {', '.join(missing)}")

    def gate(self, origin: ProductState, target: ProductState, kind: ProductKind, risk: ProductRisk) -> Gate | None:
        """None: the rules know no such step."""
        rules = [
            rule for rule in self.gates if rule.origin is origin and rule.target is target and rule.fits(kind, risk)
        ]
        return _together(origin, target, rules) if rules else None

    def steps(self, origin: ProductState, kind: ProductKind, risk: ProductRisk) -> Sequence[Gate]:
        """The steps from a state, forward ones first."""
        found = (self.gate(origin, target, kind, risk) for target in STEPS[origin])
        return [gate for gate in found if gate is not None]


_NEEDED: Final = (_S.ON_SALE, _S.UNDER_REVIEW, _S.WITHDRAWN, _S.RUN_OFF, _S.RETIRED)


def gates_on(policies: Policies, day: date) -> Loaded[GateRules]:
    return policies.book(DIRECTORY, GateRules).effective(day)


def _one_committee(gates: Sequence[GateRule]) -> None:
    roles: dict[tuple[ProductState, ProductState], str] = {}
    for gate in gates:
        if gate.committee is not None:
            first = roles.setdefault((gate.origin, gate.target), gate.committee.role)
            if first != gate.committee.role:
                raise ValueError(f"{gate.origin} → {gate.target} has two committees: {first}, {gate.committee.role}")


def _reached(gates: Sequence[Gate], start: ProductState) -> frozenset[ProductState]:
    reached, waiting = {start}, [start]
    while waiting:
        origin = waiting.pop()
        new = {gate.target for gate in gates if gate.origin is origin} - reached
        reached |= new
        waiting.extend(new)
    return frozenset(reached)


def _together(origin: ProductState, target: ProductState, rules: Sequence[GateRule]) -> Gate:
    committee: Committee | None = None
    for rule in rules:
        committee = committee if rule.committee is None else rule.committee.stricter(committee)
    windows = [rule.signatures_days for rule in rules if rule.signatures_days is not None]
    return Gate(
        origin=origin,
        target=target,
        artefacts=tuple(dict.fromkeys(kind for rule in rules for kind in rule.artefacts)),
        documents=tuple(dict.fromkeys(kind for rule in rules for kind in rule.documents)),
        target_market=any(rule.target_market for rule in rules),
        signatures=tuple(_signers(rules)),
        committee=committee,
        cooling_days=max(rule.cooling_days for rule in rules),
        signatures_days=min(windows, default=None),
    )


def _signers(rules: Sequence[GateRule]) -> Iterator[Signer]:
    roles = dict.fromkeys(signer.role for rule in rules for signer in rule.signatures)
    for role in roles:
        yield Signer(role=role, count=max(s.count for rule in rules for s in rule.signatures if s.role == role))
