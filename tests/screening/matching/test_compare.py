import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.screening.lists.entity import EntityKind, NameKind
from backend.screening.matching.compare import compare
from backend.screening.matching.comparisons import COMPARISONS, Outcome
from backend.screening.matching.rules import ScreeningRules, log_odds
from backend.screening.matching.subject import Subject
from tests.screening.matching.subjects import entry, judged

PARTS = ["guchaev", "morvane", "kelvan", "zubaydi", "qasimi", "lahbous", "barkhan", "stellovan"]
names = st.lists(st.sampled_from(PARTS), min_size=2, max_size=4, unique=True)


def test_contributions_add_up_to_the_name_score(rules: ScreeningRules) -> None:
    match = judged("Teodor I. Morvanne", "MORVANE, Teodor Kelvan", rules)
    total = match.base + sum(finding.contribution for finding in match.name_findings)
    assert math.isclose(total, log_odds(match.name_score), abs_tol=1e-9)


def test_every_comparison_is_reported_with_words(rules: ScreeningRules) -> None:
    match = judged("Teodor Morvanne", "MORVANE, Teodor Kelvan", rules)
    assert [finding.comparison for finding in match.name_findings] == list(COMPARISONS)
    assert all(finding.explanation for finding in match.name_findings)
    said = {finding.comparison: finding.explanation for finding in match.name_findings}
    assert said["spelling"] == "spelled differently: morvanne = morvane"
    assert "kelvan" in said["completeness"]


def test_what_cannot_be_compared_is_absent_not_agreed(rules: ScreeningRules) -> None:
    found = {one.comparison: one for one in judged("Teodor Morvane", "Teodor Morvane", rules).name_findings}
    assert found["numbers"].outcome is Outcome.ABSENT
    assert found["spelling"].outcome is Outcome.AGREED


def test_the_best_name_of_the_entry_is_chosen(rules: ScreeningRules) -> None:
    match = compare(Subject(("Teodor Morvane",), EntityKind.PERSON), entry("Anna Kelvan", "Teodor Morvane"), rules)
    assert match is not None
    assert match.entity_name == "Teodor Morvane"


def test_the_best_name_of_the_customer_is_chosen(rules: ScreeningRules) -> None:
    subject = Subject(("Anna Kelvan", "Теодор Морване"), EntityKind.PERSON)
    match = compare(subject, entry("Teodor Morvane"), rules)
    assert match is not None
    assert match.subject_name == "Теодор Морване"


def test_a_person_is_not_compared_with_a_vessel(rules: ScreeningRules) -> None:
    assert compare(Subject(("Victory",), EntityKind.PERSON), entry("Victory", kind=EntityKind.VESSEL), rules) is None


def test_a_company_is_not_compared_with_a_vessel_of_its_name(rules: ScreeningRules) -> None:
    vessel = entry("Horizon", kind=EntityKind.VESSEL)
    assert compare(Subject(("Horizon Trading Ltd",), EntityKind.ORGANISATION), vessel, rules) is None
    assert compare(Subject(("Horizon",), EntityKind.VESSEL), vessel, rules) is not None


def test_a_company_s_seat_left_out_counts_less_than_another_word(rules: ScreeningRules) -> None:
    def score(customer: str) -> float:
        match = compare(
            Subject((customer,), EntityKind.ORGANISATION),
            entry("Zubaydi Shipbrokers", kind=EntityKind.ORGANISATION),
            rules,
        )
        assert match is not None
        return match.name_score

    assert score("Zubaydi Shipbrokers Singapore") > score("Zubaydi Shipbrokers Stellovan")


@pytest.mark.parametrize(
    ("customer", "listed"),
    [
        ("Saazman Sanaye Petroshimi Morvane", "Morvane Petrochemical Industries"),
        ("Morvane Stroitelnaya Kompaniya OOO", "Morvane Construction LLC"),
        ("Sarrafi Zubaydi", "Zubaydi Exchange"),
        ("Banco Kelvan Desarrollo", "Kelvan Development Bank"),
        ("Korea Kelvan Shpg Co", "Korea Kelvan Shipping Company"),
    ],
)
def test_generic_words_agree_across_languages(customer: str, listed: str, rules: ScreeningRules) -> None:
    match = compare(Subject((customer,), EntityKind.ORGANISATION), entry(listed, kind=EntityKind.ORGANISATION), rules)
    assert match is not None
    contradicted = next(one for one in match.name_findings if one.comparison == "contradiction")
    assert contradicted.outcome is Outcome.AGREED


@pytest.mark.parametrize(
    ("customer", "listed"), [("Cho'ng Man-pok", "JONG, Man Bok"), ("Ch'oe Myo'ng-guk", "Choe Myong Kuk")]
)
def test_korean_names_agree_between_mccune_reischauer_and_other_spellings(
    customer: str, listed: str, rules: ScreeningRules
) -> None:
    assert judged(customer, listed, rules).alert


def test_a_subject_of_unknown_kind_is_compared_with_both(rules: ScreeningRules) -> None:
    for kind in (EntityKind.PERSON, EntityKind.ORGANISATION):
        match = compare(Subject(("Teodor Morvane",)), entry("Teodor Morvane", kind=kind), rules)
        assert match is not None
        assert match.alert


def test_a_weak_alias_scores_less_than_a_name(rules: ScreeningRules) -> None:
    subject = Subject(("Teodor Morvane",), EntityKind.PERSON)
    strong = compare(subject, entry("Teodor Morvane"), rules)
    weak = compare(subject, entry("Teodor Morvane", name_kind=NameKind.WEAK), rules)
    assert strong is not None
    assert weak is not None
    assert weak.name_score < strong.name_score


def test_rare_names_in_common_count_more_than_common_ones(rules: ScreeningRules) -> None:
    rare = judged("Lahbous Barkhanoev", "Lahbous Barkhanoev Stellovan", rules)
    common = judged("Mohammed Ali", "Mohammed Ali Stellovan", rules)
    assert common.name_score < rare.name_score


def test_legal_forms_that_exclude_each_other_count_against(rules: ScreeningRules) -> None:
    other = judged("Korval Handels AG", "Korval Handels GmbH", rules, EntityKind.ORGANISATION)
    same = judged("Korval Handels AG", "Korval Handels Aktiengesellschaft", rules, EntityKind.ORGANISATION)
    assert other.name_score < same.name_score


def test_one_word_by_transliteration_alone_is_not_enough(rules: ScreeningRules) -> None:
    found = {one.comparison: one for one in judged("لحبوس", "Lahbous", rules).name_findings}
    assert found["independence"].outcome is Outcome.DISAGREED


@pytest.mark.parametrize("kind", [EntityKind.PERSON, EntityKind.ORGANISATION])
def test_an_empty_name_matches_nothing(kind: EntityKind, rules: ScreeningRules) -> None:
    assert compare(Subject((" - ",), kind), entry("Teodor Morvane", kind=kind), rules) is None


@settings(max_examples=60)
@given(parts=names)
def test_a_name_always_alerts_for_itself(parts: list[str], rules: ScreeningRules) -> None:
    assert judged(" ".join(parts), " ".join(parts), rules).alert


@settings(max_examples=60)
@given(parts=names, turn=st.integers(1, 3))
def test_the_family_name_may_stand_at_either_end(parts: list[str], turn: int, rules: ScreeningRules) -> None:
    turned = parts[turn % len(parts) :] + parts[: turn % len(parts)]
    straight, rotated = (
        judged(" ".join(parts), " ".join(parts), rules),
        judged(" ".join(turned), " ".join(parts), rules),
    )
    assert math.isclose(rotated.name_score, straight.name_score)


@settings(max_examples=60)
@given(parts=names)
def test_letter_case_accents_and_commas_do_not_matter(parts: list[str], rules: ScreeningRules) -> None:
    accented = " ".join(parts).replace("o", "ó").upper()
    comma = f"{parts[-1].upper()}, {' '.join(parts[:-1])}"
    assert judged(accented, comma, rules).name_score == judged(" ".join(parts), " ".join(parts), rules).name_score
