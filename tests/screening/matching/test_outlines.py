"""Whoever a search of an index would compare is met by its reach: nobody who could alert is passed over."""

import csv
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.screening.lists.entity import EntityKind, Identifier
from backend.screening.matching.alignment import LEAST_AGREEMENT
from backend.screening.matching.compare import compare
from backend.screening.matching.index import Index, build, estimate
from backend.screening.matching.outlines import Outline, outline, reach
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject, read_subject
from tests.benchmarks.ordinary_customers import MIXES, companies
from tests.benchmarks.ordinary_customers import population as ordinary
from tests.screening.matching.subjects import entry
from tests.screening.matching.test_index import population, queries
from tests.seeds import seeds

KINDS = {"person": EntityKind.PERSON, "org": EntityKind.ORGANISATION, "vessel": EntityKind.VESSEL}
SCRIPTS = (
    "محمد لحبوس",
    "习近平",
    "김정은",
    "Умаров Доку",
    "TeodorMorvane",
    "Hsi Chin-ping",
    "Mohamed Mohammed",
    "Li Mu",
)


def itself(key: int) -> int:
    return key


def passed_over(index: Index, subjects: list[Subject], rules: ScreeningRules) -> list[Subject]:
    """Those whom a search would compare with an entry though the reach does not meet them."""
    met = reach(index, itself).met([outline(subject, itself) for subject in subjects], rules)
    unmet = [subject for subject, found in zip(subjects, met, strict=True) if not found]
    return [one for one in unmet if index.candidates(read_subject(one), rules) or index.identified(one)]


def people(*names: str) -> list[Subject]:
    return [Subject((name,), EntityKind.PERSON) for name in names]


@pytest.mark.parametrize("seed", seeds(1, soak=4))
def test_everybody_whom_a_search_would_compare_is_met(seed: int, rules: ScreeningRules) -> None:
    entities = [*population(20, seed), *(entry(name, id_=f"s{n}") for n, name in enumerate(SCRIPTS))]
    subjects = people(*queries(seed + 50, 200), *SCRIPTS)
    index = build(entities)
    assert passed_over(index, subjects, rules) == []
    assert sum(bool(index.candidates(read_subject(one), rules)) for one in subjects) > 30


def test_ordinary_customers_whom_a_search_would_compare_are_met(rules: ScreeningRules) -> None:
    chance = random.Random(5)
    pool = [one.subject for one in (*ordinary(700, MIXES["every culture alike"]), *companies(300))]
    drawn = chance.sample(pool, 25)
    listed = [entry(one.names[0], id_=str(n), kind=one.kind) for n, one in enumerate(drawn)]
    index = build(listed)
    assert passed_over(index, pool, rules) == []
    met = reach(index, itself).met([outline(one, itself) for one in pool], rules)
    assert len(drawn) <= sum(met) < len(pool) / 3


def test_no_labelled_pair_that_alerts_is_passed_over(shared_data: Path, rules: ScreeningRules) -> None:
    """Of the pairs that a comparison of everything alerts on and a search finds, the reach meets every one."""
    with (shared_data / "screening" / "pairs_dev.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["expected"] == "match"][::2]
    alerting = 0
    for row in rows:
        subject = Subject((row["query_name"],), KINDS[row["kind"]])
        entity = entry(row["list_name"], kind=KINDS[row["kind"]])
        match = compare(subject, entity, rules)
        index = build([entity])
        if match is not None and match.alert and index.search(subject, rules):
            alerting += 1
            assert reach(index, itself).met([outline(subject, itself)], rules) == [True]
    assert alerting > 100


def test_who_shares_one_common_word_is_touched_and_not_met(rules: ScreeningRules) -> None:
    over = reach(build([entry("Jan Qwortz Blimpf")]), itself)
    (one,) = [outline(subject, itself) for subject in people("Jan Novák")]
    assert one.keys & set(over.tags)
    assert over.met([one], rules) == [False]


def test_an_equal_document_is_met_under_any_name(rules: ScreeningRules) -> None:
    passport = (Identifier("passport", "A1234567"),)
    over = reach(build([entry("Qwortz Blimpf", identifiers=passport)]), itself)
    subject = Subject(("Teodor Morvane",), EntityKind.PERSON, identifiers=(Identifier("passport", "a 123-4567"),))
    assert over.met([outline(subject, itself)], rules) == [True]


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_outline_is_read_as_it_was_written(name: str) -> None:
    given_ = outline(Subject((name, "Al-Rashid Trading 77 LLC"), EntityKind.UNKNOWN), itself)
    again = Outline.parsed(given_.written())
    assert (again.written(), again.keys) == (given_.written(), given_.keys)


def test_an_outline_holds_no_letter_of_a_name() -> None:
    written = outline(Subject(("Teodor Morvane", "محمد"), EntityKind.PERSON), itself).written()
    assert set(written) <= set("0123456789.,[]truefalse")


bits = st.floats(0, 60)


telling = st.floats(0.25, 60)
"""Of a name that says anything: below a tenth of a bit shares are not told apart (`Facts.total`)."""
shares = st.tuples(st.floats(0, 1), st.floats(0, 1))


@settings(max_examples=300)
@given(ours=telling, theirs=bits, shares=shares, alike=st.floats(LEAST_AGREEMENT, 1), person=st.booleans())
def test_more_agreement_never_lowers_the_estimate(
    ours: float, theirs: float, shares: tuple[float, float], alike: float, person: bool, rules: ScreeningRules
) -> None:
    """A word that agrees less than `LEAST_AGREEMENT` is not seen at all."""
    weights = rules.person if person else rules.organisation
    least, most = sorted(shares)
    seen = np.array([least, most, most]) * ours
    agreed = seen * np.array([alike, alike, 1.0])
    low, more_seen, all_agreed = estimate(agreed, seen, ours, np.full(3, theirs), weights).tolist()
    assert low <= more_seen + 1e-4
    assert more_seen <= all_agreed + 1e-4
