from backend.screening.lists.entity import Entity, EntityKind, Identifier
from backend.screening.matching.index import Index, build
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject
from backend.screening.matching.watched import watch
from tests.screening.matching.subjects import entry
from tests.screening.matching.test_index import population, queries


def customers() -> dict[str, Subject]:
    names = [
        *queries(31, 150),
        *(entity.names[0].text for entity in population(150, 32)),
        "محمد لحبوس",
        "Xi Jinping",
        "Li Mu",
    ]
    return {f"c{number}": Subject((name,), EntityKind.PERSON) for number, name in enumerate(names)}


def alerts_of_everybody(index: Index, rules: ScreeningRules) -> dict[str, set[str]]:
    found = {
        id_: {match.entity.id for match in index.search(subject, rules) if match.alert}
        for id_, subject in customers().items()
    }
    return {id_: entities for id_, entities in found.items() if entities}


def changes() -> list[Entity]:
    return [*population(6, 33), entry("MOHAMED LAHBOUS", id_="un"), entry("习近平", id_="cn")]


def test_the_touched_customers_are_all_who_alert(rules: ScreeningRules) -> None:
    index = build(changes())
    found = {id_: {match.entity.id for match in alerts} for id_, alerts in watch(customers()).screened(index, rules)}
    assert found == alerts_of_everybody(index, rules)
    assert {"un", "cn"} <= set().union(*found.values())


def test_customers_who_share_no_word_are_not_searched() -> None:
    touched = watch(customers()).touched_by(build([entry("Qwortz Blimpf")]))
    assert len(touched) < len(customers()) / 5


def test_a_customer_is_touched_by_an_equal_document(rules: ScreeningRules) -> None:
    passport = (Identifier("passport", "A1234567"),)
    watched = watch({"c": Subject(("Teodor Morvane",), EntityKind.PERSON, identifiers=passport)})
    index = build([entry("Qwortz Blimpf", identifiers=passport)])
    assert [id_ for id_, _ in watched.screened(index, rules)] == ["c"]


def test_a_person_is_not_touched_by_an_organisation() -> None:
    index = build([entry("Teodor Morvane Kelvan", kind=EntityKind.ORGANISATION)])
    assert watch({"c": Subject(("Teodor Morvane",), EntityKind.PERSON)}).touched_by(index) == []
