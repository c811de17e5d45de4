"""Generated histories of a product's life, against the pure rules and the shipped gates.

A random walk of proposals, papers, edits, signatures, refusals and days is played; whatever it does, a step is only
taken when a count by hand, made from the raw history, finds every signature, paper and day that its gate asks for.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import backend
from backend.products import lifecycle
from backend.products.definition import ProductKind
from backend.products.gates import STEPS, Gate, GateRules
from backend.products.lifecycle import Signed, Standing
from backend.products.models import ProductRisk, ProductState, Vote

_FILE = next((Path(backend.__file__).parents[1] / "policies" / "products" / "gates").glob("*.yaml"))
RULES = GateRules.model_validate(yaml.safe_load(_FILE.read_bytes()))
START = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = {
    UUID(int=number): role
    for number, role in enumerate(
        ("compliance_officer", "compliance_officer", "head_of_compliance", "risk_analyst")
        + ("product_committee",) * 5
        + ("product_manager",) * 2,
        start=1,
    )
}
MAKERS = (UUID(int=10), UUID(int=11), UUID(int=1))
"""Product managers, and once in a while a compliance officer who wrote in the version."""


@dataclass
class Play:
    """One product as a test remembers it: everything that happened, in the test's own words."""

    kind: ProductKind
    risk: ProductRisk
    state: ProductState = ProductState.CONCEPT
    now: datetime = START
    content: int = 0
    papers: set[str] = field(default_factory=set)
    documents: bool = False
    market: bool = False
    target: ProductState | None = None
    proposed_at: datetime = START
    makers: set[UUID] = field(default_factory=set)
    words: list[Signed] = field(default_factory=list)
    taken: list[tuple[ProductState, ProductState]] = field(default_factory=list)

    def gate(self) -> Gate | None:
        return None if self.target is None else RULES.gate(self.state, self.target, self.kind, self.risk)

    def standing(self) -> Standing:
        return Standing(
            artefacts=frozenset(self.papers),
            documents=frozenset({("key_facts", "en"), ("key_facts", "zh")} if self.documents else ()),
            target_market=self.market,
            binding=str(self.content),
            makers=frozenset(self.makers),
            proposed_at=self.proposed_at,
            signatures=tuple(self.words),
        )


def _propose(play: Play, number: int) -> None:
    choices = STEPS[play.state]
    if play.target is None and choices:
        play.target, play.proposed_at, play.words = choices[number % len(choices)], play.now, []
        play.makers.add(MAKERS[number % 2])


def _sign(play: Play, number: int, vote: Vote) -> None:
    gate, who = play.gate(), list(PEOPLE)[number % len(PEOPLE)]
    if gate is not None:
        role = lifecycle.capacity(gate, play.standing(), who, {PEOPLE[who]}, play.now)
        if role is not None:
            play.words.append(Signed(role, vote, who, play.now, str(play.content)))
            if lifecycle.refused(gate, play.standing()):
                play.target = None


def _take(play: Play) -> None:
    gate, target = play.gate(), play.target
    if gate is None or target is None:
        play.target = None
        return
    if lifecycle.passes(lifecycle.checklist(gate, play.standing(), play.now)):
        _check_by_hand(play, gate)
        play.taken.append((play.state, target))
        play.state, play.target = target, None
        if target is ProductState.DESIGN:
            play.papers.clear()


def _edit(play: Play, number: int) -> None:
    play.content += 1
    play.makers.add(MAKERS[number % 3])
    play.market = number % 4 != 0


def _check_by_hand(play: Play, gate: Gate) -> None:
    """Counted anew from the raw words, without the functions under test."""
    window = None if gate.signatures_days is None else timedelta(days=gate.signatures_days)
    counting: dict[UUID, Signed] = {}
    for word in play.words:
        fresh = window is None or play.now - word.at < window
        if word.binding == str(play.content) and word.by not in play.makers and fresh:
            counting.setdefault(word.by, word)
    agreed = [word for word in counting.values() if word.vote is Vote.AGREE]
    for signer in gate.signatures:
        assert sum(word.role == signer.role for word in agreed) >= signer.count
    assert all(PEOPLE[word.by] == word.role for word in counting.values())
    if gate.committee is not None:
        votes = [word for word in counting.values() if word.role == gate.committee.role]
        yes = sum(word.vote is Vote.AGREE for word in votes)
        assert len(votes) >= gate.committee.quorum
        assert 3 * yes >= 2 * len(votes)
    assert set(gate.artefacts) <= play.papers
    assert play.market or not gate.target_market
    assert play.documents or not gate.documents
    since = max((word.at for word in counting.values()), default=play.proposed_at)
    assert play.now - since >= timedelta(days=gate.cooling_days)
    if gate.target is ProductState.ON_SALE:
        assert {word.by for word in agreed} - play.makers


def _refuse(play: Play, number: int) -> None:
    if number % 6 == 0:
        _sign(play, number, Vote.REFUSE)


def _bring(play: Play, number: int) -> None:
    play.papers |= set(list(RULES.artefacts)[number % 3 :: 2]) | {"target_market_assessment"}
    play.documents = play.documents or number % 2 == 0
    play.market = True


def _wait(play: Play, number: int) -> None:
    play.now += timedelta(days=number)


def _give_up(play: Play, number: int) -> None:
    if number % 8 == 0:
        play.target = None


_ACTS = {
    "propose": _propose,
    "sign": lambda play, number: _sign(play, number, Vote.AGREE),
    "refuse": _refuse,
    "take": lambda play, _: _take(play),
    "edit": lambda play, number: _edit(play, number) if number % 5 == 0 else None,
    "papers": _bring,
    "days": _wait,
    "back": _give_up,
}
_WEIGHTED = ("propose", *("sign",) * 4, "refuse", "take", "take", "edit", "papers", "papers", "days", "back")
_act = st.tuples(st.sampled_from(_WEIGHTED), st.integers(0, 23))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(ProductKind), st.sampled_from(ProductRisk), st.lists(_act, max_size=120))
def test_no_history_takes_a_step_without_what_its_gate_asks_for(
    kind: ProductKind, risk: ProductRisk, acts: list[tuple[str, int]]
) -> None:
    play = Play(kind, risk)
    for name, number in acts:
        _ACTS[name](play, number)
    ways = {(origin, target) for origin, target in play.taken}
    assert all(target in STEPS[origin] for origin, target in ways)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(ProductKind), st.sampled_from(ProductRisk), st.randoms(use_true_random=False))
def test_with_everything_brought_every_product_comes_on_sale(
    kind: ProductKind, risk: ProductRisk, chance: object
) -> None:
    """The other half of the property: what the gates ask for can be brought, in any order of signers."""
    play = Play(kind, risk)
    play.papers, play.documents, play.market = set(RULES.artefacts), True, True
    for target in ("design", "target_market", "testing", "approval", "on_sale"):
        play.papers = set(RULES.artefacts)
        play.target, play.proposed_at, play.words, play.makers = ProductState(target), play.now, [], {MAKERS[0]}
        order = list(range(len(PEOPLE)))
        chance.shuffle(order)  # type: ignore[attr-defined]
        for number in order:
            _sign(play, number, Vote.AGREE)
        play.now += timedelta(days=5)
        _take(play)
    assert play.state is ProductState.ON_SALE


def test_walks_do_reach_the_states_they_are_to_guard() -> None:
    """A guard that nothing walks past proves nothing."""
    reached = set()
    for seed in range(40):
        play = Play(ProductKind.FUND, ProductRisk.HIGH)
        play.documents = play.market = True
        for turn in range(60):
            play.papers = set(RULES.artefacts)
            _propose(play, 0)
            _sign(play, (seed * 7 + turn * 3) % 11, Vote.AGREE)
            play.now += timedelta(days=1)
            _take(play)
        reached |= {target for _, target in play.taken}
    assert {ProductState.ON_SALE, ProductState.UNDER_REVIEW} <= reached
