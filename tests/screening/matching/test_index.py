import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.screening.lists.entity import Entity, EntityKind, Identifier, Name
from backend.screening.matching.compare import compare
from backend.screening.matching.current import CurrentIndex
from backend.screening.matching.index import Index, build
from backend.screening.matching.layers import Layered, layered
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject
from tests.screening.matching.subjects import entry
from tests.seeds import seeds

GIVEN = [
    "teodor",
    "anna",
    "boris",
    "karim",
    "mohamed",
    "zaurbek",
    "nikolai",
    "isabella",
    "tharwat",
    "muthanna",
    "gonzalo",
    "wei",
]
FAMILY = [
    "morvane",
    "kelvan",
    "lahbous",
    "zubaydi",
    "barkhanoev",
    "stellovan",
    "inzunza",
    "qasimi",
    "takhari",
    "guchaev",
    "zhang",
]


def population(size: int, seed: int) -> list[Entity]:
    chance = random.Random(seed)
    return [
        entry(
            " ".join((*chance.sample(GIVEN, chance.randint(1, 2)), *chance.sample(FAMILY, chance.randint(1, 2)))),
            id_=str(k),
        )
        for k in range(size)
    ]


def alerted(index: Index | Layered, name: str, rules: ScreeningRules) -> set[str]:
    found = index.search(Subject((name,), EntityKind.PERSON), rules, limit=1000)
    return {match.entity.id for match in found if match.alert}


def compared(entities: Iterable[Entity], name: str, rules: ScreeningRules) -> set[str]:
    subject = Subject((name,), EntityKind.PERSON)
    found = (compare(subject, entity, rules) for entity in entities)
    return {match.entity.id for match in found if match is not None and match.alert}


def queries(seed: int, size: int) -> list[str]:
    """Names of the population with a letter changed, left out or doubled, or a word left out."""
    chance = random.Random(seed)
    found = []
    for entity in population(size, seed):
        words = entity.names[0].text.split()
        at = chance.randrange(len(words))
        letter = chance.randrange(1, len(words[at]))
        slip = chance.choice(
            (words[at][:letter] + words[at][letter:][1:], words[at][:letter] + words[at][letter - 1 :])
        )
        found.append(" ".join((*words[:at], slip, *words[at + 1 :])))
    return found


@pytest.mark.parametrize("seed", seeds(1, soak=3))
def test_the_index_alerts_for_what_comparing_everything_alerts_for(seed: int, rules: ScreeningRules) -> None:
    entities = population(300, seed)
    index = build(entities)
    expected = [(name, id_) for name in queries(seed + 10, 60) for id_ in compared(entities, name, rules)]
    found = [(name, id_) for name in queries(seed + 10, 60) for id_ in alerted(index, name, rules)]
    assert set(found) <= set(expected)
    assert len(expected) > 25
    assert len(set(found)) >= 0.95 * len(set(expected))


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("محمد لحبوس", "Mohamed Lahbous"),
        ("عبدالرحمن القاسمي", "ABD AL-RAHMAN AL-QASIMI"),
        ("رمزي محمد عبد الله بن الشيبة", "RAMZI MOHAMED ABDULLAH BINALSHIBH"),
        ("习近平", "Xi Jinping"),
        ("김정은", "Kim Jong Un"),
        ("Умаров Доку", "DOKU UMAROV"),
        ("TeodorMorvane", "Teodor Morvane"),
        ("Hsi Chin-ping", "Xi Jinping"),
    ],
)
def test_original_scripts_and_joined_words_are_found_among_others(
    query: str, listed: str, rules: ScreeningRules
) -> None:
    index = build([*population(300, 5), entry(listed, id_="sought")])
    assert "sought" in alerted(index, query, rules)


def test_an_equal_document_is_found_under_any_name(rules: ScreeningRules) -> None:
    index = build(
        [*population(50, 8), entry("Qwortz Blimpf", id_="q", identifiers=(Identifier("passport", "A1234567"),))]
    )
    subject = Subject(("Anna Kelvan",), EntityKind.PERSON, identifiers=(Identifier("passport", "a 123-4567"),))
    assert "q" in {match.entity.id for match in index.search(subject, rules) if match.alert}


def test_a_search_is_ordered_by_score(rules: ScreeningRules) -> None:
    index = build([entry("Teodor Morvan", id_="near"), entry("Teodor Morvane", id_="equal"), *population(50, 8)])
    found = index.search(Subject(("Teodor Morvane",), EntityKind.PERSON), rules)
    assert [match.entity.id for match in found][:2] == ["equal", "near"]


def test_an_empty_index_finds_nothing(rules: ScreeningRules) -> None:
    assert build([]).search(Subject(("Teodor Morvane",)), rules) == []


def test_an_entry_without_names_does_no_harm(rules: ScreeningRules) -> None:
    nameless = Entity("0", "TEST", EntityKind.PERSON, ())
    assert alerted(build([nameless, entry("Teodor Morvane")]), "Teodor Morvane", rules) == {"1"}


changes = st.lists(st.tuples(st.integers(0, 29), st.sampled_from(["remove", "rename", "add", "pack"])), max_size=14)


@settings(max_examples=40, deadline=None)
@given(steps=changes)
def test_an_updated_index_finds_what_one_built_anew_finds_in_its_order(
    steps: list[tuple[int, str]], rules: ScreeningRules
) -> None:
    entities = {entity.key: entity for entity in population(30, 4)}
    index = layered(entities.values())
    for number, step in steps:
        index = _stepped(index, entities, number, step)
    rebuilt = build(entities.values())
    for name in ("teodor morvane", "anna kelvan novak", "mohamed lahbous"):
        subject = Subject((name,), EntityKind.PERSON)
        assert index.search(subject, rules) == rebuilt.search(subject, rules)
    assert {one.entity.key: one.entity for one in index.profiles} == entities


def _stepped(index: Layered, entities: dict[tuple[str, str], Entity], number: int, step: str) -> Layered:
    """One change of the index and of what it is compared with."""
    if step == "pack":
        return index.packed()
    key = ("TEST", str(number) if step != "add" else f"n{number}")
    if step == "remove":
        entities.pop(key, None)
        return index.updated((), [key])
    fresh = entry(f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]} novak", id_=key[1])
    entities[fresh.key] = fresh
    return index.updated([fresh])


def test_an_index_is_packed_anew_when_much_has_changed(rules: ScreeningRules) -> None:
    current = CurrentIndex("1", population(40, 4))
    base = current.held.index.base
    current.update("2", [entry("Anna Kelvan", id_="b")])
    assert current.held.index.base is base
    current.update("3", [entry(f"Anna Kelvan {number}", id_=f"x{number}") for number in range(600)])
    assert (current.held.index.base is base, len(current.held.index.gone)) == (False, 0)
    assert "b" in alerted(current.held.index, "Anna Kelvan", rules)


def test_the_old_index_answers_as_before_while_a_new_one_is_built(rules: ScreeningRules) -> None:
    current = CurrentIndex("1", [entry("Teodor Morvane", id_="a")])
    before = current.held
    after = current.update("2", [entry("Anna Kelvan", id_="b")], [("TEST", "a")])
    assert alerted(before.index, "Teodor Morvane", rules) == {"a"}
    assert alerted(after.index, "Teodor Morvane", rules) == set()
    assert (current.held.version, alerted(current.held.index, "Anna Kelvan", rules)) == ("2", {"b"})


def test_screening_the_difference_equals_screening_everything(rules: ScreeningRules) -> None:
    before = population(120, 6)
    after = [
        *before[10:60],
        *(replace(one, names=(Name(f"boris {one.names[0].text}"),)) for one in before[60:70]),
        *population(140, 7)[120:],
    ]
    changed = [entity for entity in after if entity not in before]
    for name in queries(9, 40):
        old = alerted(build(before), name, rules) & {entity.id for entity in after if entity in before}
        assert old | alerted(build(changed), name, rules) == alerted(build(after), name, rules)
