from datetime import date

import pytest

from backend.screening.lists.entity import BirthDate, EntityKind, Gender, Identifier
from backend.screening.matching.compare import compare
from backend.screening.matching.comparisons import Finding, Outcome
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject
from tests.screening.matching.subjects import entry

BORN = BirthDate(date(1974, 2, 4), date(1974, 2, 4))


def year(first: int, last: int | None = None, *, approximate: bool = False) -> BirthDate:
    return BirthDate(date(first, 1, 1), date(last or first, 12, 31), approximate)


def birth(ours: BirthDate | None, theirs: tuple[BirthDate, ...], rules: ScreeningRules) -> Finding:
    match = compare(
        Subject(("Teodor Morvane",), EntityKind.PERSON, birth_date=ours),
        entry("Teodor Morvane", birth_dates=theirs),
        rules,
    )
    assert match is not None
    return next(finding for finding in match.evidence if finding.comparison == "birth_date")


@pytest.mark.parametrize(
    ("ours", "theirs", "outcome"),
    [
        (BORN, (BORN,), Outcome.AGREED),
        (BORN, (year(1974),), Outcome.AGREED),
        (BORN, (year(1976),), Outcome.AGREED),
        (BORN, (year(1977),), Outcome.DISAGREED),
        (BORN, (year(1979, approximate=True),), Outcome.AGREED),
        (BORN, (year(1960, 1972),), Outcome.AGREED),
        (BORN, (year(1950), BORN), Outcome.AGREED),
        (BORN, (), Outcome.ABSENT),
        (None, (BORN,), Outcome.ABSENT),
    ],
)
def test_a_birth_date_agrees_within_the_tolerance_of_the_rule_set(
    ours: BirthDate | None, theirs: tuple[BirthDate, ...], outcome: Outcome, rules: ScreeningRules
) -> None:
    assert birth(ours, theirs, rules).outcome is outcome


def test_an_exact_birth_date_counts_more_than_a_year(rules: ScreeningRules) -> None:
    assert birth(BORN, (BORN,), rules).contribution > birth(BORN, (year(1974),), rules).contribution > 0


def test_evidence_leaves_the_name_score_alone(rules: ScreeningRules) -> None:
    plain = compare(Subject(("Teodor Morvane",), EntityKind.PERSON), entry("Teodor Morvane"), rules)
    against = compare(
        Subject(("Teodor Morvane",), EntityKind.PERSON, birth_date=BORN, gender=Gender.FEMALE),
        entry("Teodor Morvane", birth_dates=(year(1950),), genders=(Gender.MALE,)),
        rules,
    )
    assert plain is not None
    assert against is not None
    assert against.name_score == plain.name_score
    assert against.score < plain.score
    assert not against.alert


def test_namesakes_are_ranked_by_the_other_evidence(rules: ScreeningRules) -> None:
    subject = Subject(("Teodor Morvane",), EntityKind.PERSON, birth_date=BORN, countries=frozenset({"IR"}))
    right = compare(subject, entry("Teodor Morvane", birth_dates=(BORN,), countries=("IR",)), rules)
    unknown = compare(subject, entry("Teodor Morvane"), rules)
    wrong = compare(subject, entry("Teodor Morvane", birth_dates=(year(1950),), countries=("FR",)), rules)
    assert right is not None
    assert unknown is not None
    assert wrong is not None
    assert right.score > unknown.score > wrong.score


def test_an_equal_document_alerts_under_another_name(rules: ScreeningRules) -> None:
    subject = Subject(("Anna Kelvan",), EntityKind.PERSON, identifiers=(Identifier("passport", "A-123 4567"),))
    match = compare(subject, entry("Anna Morvane", identifiers=(Identifier("passport", "a1234567"),)), rules)
    assert match is not None
    assert match.alert


def test_a_short_number_in_common_is_chance(rules: ScreeningRules) -> None:
    subject = Subject(("Anna Kelvan",), EntityKind.PERSON, identifiers=(Identifier("tax_id", "12"),))
    match = compare(subject, entry("Anna Kelvan", identifiers=(Identifier("passport", "12"),)), rules)
    assert match is not None
    assert next(one for one in match.evidence if one.comparison == "identifier").outcome is Outcome.ABSENT
