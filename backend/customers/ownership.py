"""Who stands behind an organisation: beneficial owners through layers and cycles, exactly, with the paths shown.

Three measures, each of which can qualify a natural person (FATF R.24; AMLD art. 3(6); thresholds in
policies/customers/ownership):

- *interest*: shares multiplied along every path and added up. With cross-holdings the paths are endless, and their sum
  is the solution of a linear system: the chance that a walk from the company, at each step to an owner in proportion
  to its share, ends at the person. So the interests of all who own without being owned never exceed the whole.
- *held*: the shares or votes in the company of the person together with all that the person controls, undiluted.
- *control*: a control tie, or more than `majority` of the votes (of the shares where no votes are known), held alone
  or through what is controlled; whoever controls a company controls what it controls.

All arithmetic is in `Fraction`: 25 % is 1/4, and nobody crosses a threshold by rounding.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from backend.customers.elimination import absorption
from backend.customers.models import StakeKind
from backend.customers.rulesets import OwnershipRules

ZERO, ONE = Fraction(0), Fraction(1)
Shares = Mapping[UUID, Mapping[UUID, Fraction]]


@dataclass(frozen=True, slots=True)
class Stake:
    owner_id: UUID
    owned_id: UUID
    kind: StakeKind
    fraction: Decimal | Fraction | None = None


class Ground(StrEnum):
    INTEREST = "interest"
    HELD = "held"
    CONTROL = "control"
    SENIOR_MANAGER = "senior_manager"


@dataclass(frozen=True, slots=True)
class Graph:
    """Stakes of one organisation and of all above it; several of the same kind between two parties are added up."""

    target: UUID
    persons: frozenset[UUID]
    shares: Shares
    votes: Shares
    controls: Mapping[UUID, frozenset[UUID]]
    decisive: Mapping[UUID, Sequence[tuple[UUID, Fraction]]]

    @classmethod
    def build(cls, target: UUID, persons: Collection[UUID], stakes: Iterable[Stake]) -> "Graph":
        """`shares` and `votes` go from the owned to its owners, `controls` and `decisive` from the holder to the held.

        Votes decide; where none of a company are recorded, one share is one vote.
        """
        sums: dict[StakeKind, dict[UUID, dict[UUID, Fraction]]] = {kind: {} for kind in StakeKind}
        controls: dict[UUID, set[UUID]] = defaultdict(set)
        for stake in stakes:
            if stake.kind is StakeKind.CONTROL:
                controls[stake.owner_id].add(stake.owned_id)
            if stake.fraction is not None:
                owners = sums[stake.kind].setdefault(stake.owned_id, {})
                owners[stake.owner_id] = owners.get(stake.owner_id, ZERO) + Fraction(stake.fraction)
        ties = {holder: frozenset(held) for holder, held in controls.items()}
        shares, votes = sums[StakeKind.SHARES], sums[StakeKind.VOTES]
        return cls(target, frozenset(persons), shares, votes, ties, _by_owner(shares | votes))


@dataclass(frozen=True, slots=True)
class BeneficialOwner:
    """`interest` and `held` are shares of one; `chain` leads from the person to the company when it is controlled."""

    party_id: UUID
    grounds: tuple[Ground, ...]
    interest: Fraction
    held: Fraction
    chain: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """`unresolved`: interests of organisations without known owners. `unexplained`: what is missing to the whole.

    `fallback`: nobody qualified, and senior managing officials stand in.
    """

    owners: tuple[BeneficialOwner, ...]
    unresolved: tuple[tuple[UUID, Fraction], ...]
    unexplained: Fraction
    fallback: bool


def beneficial_owners(
    graph: Graph, rules: OwnershipRules, jurisdiction: str | None, senior_managers: Sequence[UUID] = ()
) -> Findings:
    """Sorted by interest, then by what is held, then by id, whatever the order of the stakes."""
    interests = absorption(graph.shares, graph.target, graph.persons)
    found = [owner for person in graph.persons if (owner := _judged(graph, person, interests, rules, jurisdiction))]
    owners = tuple(sorted(found, key=lambda owner: (-owner.interest, -owner.held, owner.party_id)))
    unresolved = sorted((item for item in interests.items() if item[0] not in graph.persons), key=lambda item: item[0])
    unexplained = ONE - sum(interests.values(), ZERO)
    if owners:
        return Findings(owners, tuple(unresolved), unexplained, fallback=False)
    stand_ins = tuple(
        BeneficialOwner(person, (Ground.SENIOR_MANAGER,), interests.get(person, ZERO), ZERO)
        for person in sorted(set(senior_managers))
    )
    return Findings(stand_ins, tuple(unresolved), unexplained, fallback=True)


def _judged(
    graph: Graph, person: UUID, interests: Mapping[UUID, Fraction], rules: OwnershipRules, jurisdiction: str | None
) -> BeneficialOwner | None:
    threshold = rules.threshold(jurisdiction)
    came_by = controlled(graph, person, Fraction(rules.majority))
    group = {person, *came_by} - {graph.target}
    held = max(_together(graph.shares, graph.target, group), _together(graph.votes, graph.target, group))
    interest = interests.get(person, ZERO)
    answers = (
        (Ground.INTEREST, threshold.met(interest)),
        (Ground.HELD, threshold.met(held)),
        (Ground.CONTROL, graph.target in came_by),
    )
    grounds = tuple(ground for ground, holds in answers if holds)
    return BeneficialOwner(person, grounds, interest, held, _chain(came_by, graph.target)) if grounds else None


def controlled(graph: Graph, holder: UUID, majority: Fraction) -> dict[UUID, UUID]:
    """All that the holder controls, each with the party through which control of it was completed."""
    came_by: dict[UUID, UUID] = {}
    sums: dict[UUID, Fraction] = defaultdict(lambda: ZERO)
    waiting = [holder]
    while waiting:
        member = waiting.pop()
        gained = set(graph.controls.get(member, ()))
        for company, fraction in graph.decisive.get(member, ()):
            sums[company] += fraction
            if sums[company] > majority:
                gained.add(company)
        for company in sorted(gained - came_by.keys() - {holder}):
            came_by[company] = member
            waiting.append(company)
    return came_by


def _by_owner(measure: Shares) -> Mapping[UUID, Sequence[tuple[UUID, Fraction]]]:
    owned: dict[UUID, list[tuple[UUID, Fraction]]] = defaultdict(list)
    for company, owners in measure.items():
        for owner, fraction in owners.items():
            owned[owner].append((company, fraction))
    return owned


def _together(measure: Shares, company: UUID, group: Collection[UUID]) -> Fraction:
    return sum((fraction for owner, fraction in measure.get(company, {}).items() if owner in group), ZERO)


def _chain(came_by: Mapping[UUID, UUID], target: UUID) -> tuple[UUID, ...]:
    """From the person down to the company; empty when it is not controlled."""
    if target not in came_by:
        return ()
    steps = [target]
    while steps[-1] in came_by:
        steps.append(came_by[steps[-1]])
    return tuple(reversed(steps))
