"""Beneficial owners: exact, through layers and cycles, in any order."""

import random
import time
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.rulesets import load
from backend.customers.elimination import absorption
from backend.customers.models import StakeKind
from backend.customers.ownership import Findings, Graph, Ground, Stake, beneficial_owners, controlled
from backend.customers.ownership_paths import paths_between
from backend.customers.rulesets import OwnershipRules

RULES = load(Path("policies/customers/ownership/2026-01.yaml"), OwnershipRules).rules
HALF = Fraction(1, 2)


def node(number: int) -> UUID:
    return UUID(int=number)


COMPANY, HOLDING, OTHER = node(1), node(2), node(3)
ANNA, BEN, CARL = node(101), node(102), node(103)
PEOPLE = frozenset({ANNA, BEN, CARL})


def shares(owner: UUID, owned: UUID, fraction: str) -> Stake:
    return Stake(owner, owned, StakeKind.SHARES, Fraction(fraction))


def votes(owner: UUID, owned: UUID, fraction: str) -> Stake:
    return Stake(owner, owned, StakeKind.VOTES, Fraction(fraction))


def find(*stakes: Stake, jurisdiction: str | None = None, managers: tuple[UUID, ...] = ()) -> Findings:
    return beneficial_owners(Graph.build(COMPANY, PEOPLE, stakes), RULES, jurisdiction, managers)


def grounds(findings: Findings) -> dict[UUID, tuple[Ground, ...]]:
    return {owner.party_id: owner.grounds for owner in findings.owners}


def test_exactly_a_quarter_is_enough_in_china_and_not_in_the_union() -> None:
    stakes = (shares(ANNA, COMPANY, "0.25"), shares(BEN, COMPANY, "0.75"))
    assert set(grounds(find(*stakes, jurisdiction="CN"))) == {ANNA, BEN}
    assert set(grounds(find(*stakes, jurisdiction="CZ"))) == {BEN}


def test_three_thirds_of_a_quarter_do_not_round_over_the_threshold() -> None:
    stakes = [shares(node(10 + i), COMPANY, "1/3") for i in range(3)]
    stakes += [shares(ANNA, node(10 + i), "1/4") for i in range(3)]
    findings = find(*stakes, jurisdiction="CZ", managers=(BEN,))
    assert findings.fallback
    assert find(*stakes, jurisdiction="CN").owners[0].interest == Fraction(1, 4)


def test_interest_multiplies_along_layers() -> None:
    findings = find(shares(HOLDING, COMPANY, "0.8"), shares(ANNA, HOLDING, "0.4"), shares(BEN, HOLDING, "0.3"))
    assert {owner.party_id: owner.interest for owner in findings.owners} == {ANNA: Fraction(8, 25)}


def test_what_a_controlled_company_holds_counts_fully() -> None:
    """60 % of a holding with 30 %: the interest is 18 %, but 30 % are held."""
    findings = find(shares(HOLDING, COMPANY, "0.3"), shares(ANNA, HOLDING, "0.6"), shares(BEN, COMPANY, "0.7"))
    anna = next(owner for owner in findings.owners if owner.party_id == ANNA)
    assert (anna.interest, anna.held, anna.grounds) == (Fraction(9, 50), Fraction(3, 10), (Ground.HELD,))


def test_control_without_a_share_qualifies() -> None:
    findings = find(shares(BEN, COMPANY, "1"), Stake(ANNA, COMPANY, StakeKind.CONTROL))
    assert grounds(findings)[ANNA] == (Ground.CONTROL,)


def test_control_passes_down_a_chain() -> None:
    findings = find(
        Stake(ANNA, OTHER, StakeKind.CONTROL),
        votes(OTHER, HOLDING, "0.51"),
        votes(HOLDING, COMPANY, "0.6"),
        shares(BEN, COMPANY, "1"),
    )
    anna = next(owner for owner in findings.owners if owner.party_id == ANNA)
    assert Ground.CONTROL in anna.grounds
    assert anna.chain == (ANNA, OTHER, HOLDING, COMPANY)


def test_half_of_the_votes_is_no_control() -> None:
    graph = Graph.build(COMPANY, PEOPLE, [votes(ANNA, COMPANY, "0.5"), votes(BEN, COMPANY, "0.5")])
    assert controlled(graph, ANNA, HALF) == {}


def test_votes_held_directly_and_through_a_controlled_company_add_up_to_control() -> None:
    stakes = [votes(ANNA, COMPANY, "0.3"), votes(HOLDING, COMPANY, "0.25"), votes(ANNA, HOLDING, "0.9")]
    assert set(controlled(Graph.build(COMPANY, PEOPLE, stakes), ANNA, HALF)) == {HOLDING, COMPANY}


def test_votes_go_before_shares() -> None:
    """90 % of the shares without votes do not control."""
    findings = find(shares(ANNA, COMPANY, "0.9"), votes(BEN, COMPANY, "1"))
    assert grounds(findings) == {ANNA: (Ground.INTEREST, Ground.HELD), BEN: (Ground.HELD, Ground.CONTROL)}


def test_a_cross_holding_is_solved_exactly() -> None:
    """Company and holding own 20 % and 50 % of each other: Anna's x = 0.5·(0.8 + 0.2·x), so x = 4/9."""
    findings = find(
        shares(HOLDING, COMPANY, "0.5"),
        shares(BEN, COMPANY, "0.5"),
        shares(COMPANY, HOLDING, "0.2"),
        shares(ANNA, HOLDING, "0.8"),
    )
    assert {owner.party_id: owner.interest for owner in findings.owners} == {
        BEN: Fraction(5, 9),
        ANNA: Fraction(4, 9),
    }
    assert findings.unexplained == 0


def test_own_shares_belong_to_the_others_in_proportion() -> None:
    findings = find(shares(COMPANY, COMPANY, "0.2"), shares(ANNA, COMPANY, "0.6"), shares(BEN, COMPANY, "0.2"))
    assert next(owner for owner in findings.owners if owner.party_id == ANNA).interest == Fraction(3, 4)


def test_companies_that_own_only_each_other_leave_everything_unexplained() -> None:
    findings = find(
        shares(HOLDING, COMPANY, "1"), shares(OTHER, HOLDING, "1"), shares(HOLDING, OTHER, "1"), managers=(CARL,)
    )
    assert findings.unexplained == 1
    assert grounds(findings) == {CARL: (Ground.SENIOR_MANAGER,)}


def test_nobody_over_the_threshold_means_senior_managers() -> None:
    stakes = [shares(node(200 + i), COMPANY, "0.2") for i in range(5)]
    graph = Graph.build(COMPANY, frozenset(node(200 + i) for i in range(5)), stakes)
    findings = beneficial_owners(graph, RULES, "CZ", [BEN, ANNA, BEN])
    assert findings.fallback
    assert [owner.party_id for owner in findings.owners] == [ANNA, BEN]


def test_an_organisation_without_known_owners_is_unresolved() -> None:
    findings = find(shares(OTHER, COMPANY, "0.4"), shares(ANNA, COMPANY, "0.5"))
    assert findings.unresolved == ((OTHER, Fraction(2, 5)),)
    assert findings.unexplained == Fraction(1, 10)


def test_every_path_is_shown_with_its_contribution() -> None:
    stakes = (
        shares(HOLDING, COMPANY, "0.5"),
        shares(OTHER, COMPANY, "0.3"),
        shares(ANNA, HOLDING, "0.4"),
        shares(ANNA, OTHER, "0.5"),
        shares(ANNA, COMPANY, "0.1"),
    )
    graph = Graph.build(COMPANY, PEOPLE, stakes)
    found = paths_between(graph.shares, ANNA, COMPANY)
    assert [(path.parties, path.contribution) for path in found.paths] == [
        ((ANNA, HOLDING, COMPANY), Fraction(1, 5)),
        ((ANNA, OTHER, COMPANY), Fraction(3, 20)),
        ((ANNA, COMPANY), Fraction(1, 10)),
    ]
    assert found.complete


def test_more_paths_than_asked_for_are_said_to_be_more() -> None:
    stakes = [shares(node(10 + i), COMPANY, "0.1") for i in range(5)] + [
        shares(ANNA, node(10 + i), "0.5") for i in range(5)
    ]
    found = paths_between(Graph.build(COMPANY, PEOPLE, stakes).shares, ANNA, COMPANY, limit=3)
    assert (len(found.paths), found.complete) == (3, False)


@st.composite
def _structures(draw: st.DrawFn, *, cyclic: bool) -> list[Stake]:
    """Companies 1 to n and persons; the shares in each company sum to at most one."""
    companies = draw(st.integers(1, 6))
    stakes = []
    for company in range(1, companies + 1):
        above = range(1, companies + 1) if cyclic else range(company + 1, companies + 1)
        candidates = [node(other) for other in above if other != company] + sorted(PEOPLE)
        owners = draw(st.lists(st.sampled_from(candidates), unique=True, max_size=4))
        weights = [draw(st.integers(1, 20)) for _ in owners]
        rest = draw(st.integers(0, 20))
        whole = sum(weights) + rest
        stakes += [
            Stake(owner, node(company), StakeKind.SHARES, Fraction(weight, whole))
            for owner, weight in zip(owners, weights, strict=True)
        ]
    return stakes


@settings(max_examples=200, deadline=None, derandomize=True)
@given(_structures(cyclic=True))
def test_interests_never_exceed_the_whole(stakes: list[Stake]) -> None:
    found = absorption(Graph.build(COMPANY, PEOPLE, stakes).shares, COMPANY, PEOPLE)
    assert all(interest > 0 for interest in found.values())
    assert sum(found.values()) <= 1


@settings(max_examples=200, deadline=None, derandomize=True)
@given(_structures(cyclic=False))
def test_without_cycles_the_paths_add_up_to_the_interest(stakes: list[Stake]) -> None:
    graph = Graph.build(COMPANY, PEOPLE, stakes)
    found = absorption(graph.shares, COMPANY, PEOPLE)
    for person in PEOPLE:
        paths = paths_between(graph.shares, person, COMPANY, limit=10_000)
        assert paths.complete
        assert sum((path.contribution for path in paths.paths), Fraction(0)) == found.get(person, 0)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(_structures(cyclic=True))
def test_with_cycles_the_interest_satisfies_the_linear_system(stakes: list[Stake]) -> None:
    """Person by person: x(company) = Σ share(owner) · x(owner), where x(person) = 1 and other ends are 0."""
    measure = Graph.build(COMPANY, PEOPLE, stakes).shares
    for person in PEOPLE:
        interest = {company: absorption(measure, company, PEOPLE).get(person, Fraction(0)) for company in measure}
        for company, owners in measure.items():
            total = sum(
                (
                    share * (1 if owner == person else interest.get(owner, Fraction(0)))
                    for owner, share in owners.items()
                    if owner == person or owner not in PEOPLE
                ),
                Fraction(0),
            )
            assert interest[company] == total


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_structures(cyclic=True), st.randoms(use_true_random=False))
def test_the_order_of_the_stakes_does_not_matter(stakes: list[Stake], chance: random.Random) -> None:
    shuffled = list(stakes)
    chance.shuffle(shuffled)
    assert find(*stakes, managers=(CARL,)) == find(*shuffled, managers=(CARL,))


@pytest.mark.parametrize("cycles", [0.0, 0.002])
def test_ten_thousand_stakes_are_judged_in_seconds(cycles: float) -> None:
    chance = random.Random(7)
    firms, stakes, left = 2000, [], dict.fromkeys(range(1, 2001), Fraction(1))
    while len(stakes) < 10_000:
        owned = chance.randint(1, firms)
        owner = owned + chance.randint(1, 400) if chance.random() >= cycles else max(1, owned - chance.randint(1, 50))
        if owner != owned:
            fraction = left[owned] * chance.randint(5, 60) / 100
            left[owned] -= fraction
            stakes.append(Stake(node(owner), node(owned), StakeKind.SHARES, Fraction(int(fraction * 10**6) + 1, 10**6)))
    people = frozenset(node(number) for number in range(firms + 1, firms + 401))
    graph = Graph.build(COMPANY, people, stakes)
    begun = time.process_time()
    beneficial_owners(graph, RULES, None)
    assert time.process_time() - begun < 15
