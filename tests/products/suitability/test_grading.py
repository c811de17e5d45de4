"""Grading: properties over all answers there can be, and the rules of single answers."""

from collections.abc import Mapping, Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.rulesets import load
from backend.core.settings import Settings
from backend.products.suitability.grading import contradicted, faults, grade
from backend.products.suitability.questionnaire import DIRECTORY, GRADES, Question, Questionnaire
from tests.factories.suitability import BOLD, CAUTIOUS, NEEDS, SAFE

NAMES = ("suitability-eu-2026", "suitability-cn-2026", "demands-and-needs-2026")
GRADED = NAMES[:2]
ADULT = {"kind": "person", "age": 40}


@cache
def rules(name: str) -> Questionnaire:
    return load(Settings().policies / DIRECTORY / f"{name}.yaml", Questionnaire).rules


EU = NAMES[0]


def chosen(question: Question) -> st.SearchStrategy[Sequence[str]]:
    one = st.sampled_from([option.code for option in question.options]).map(lambda code: [code])
    together = [option.code for option in question.options if not option.alone]
    if not question.several:
        return one
    return one | st.lists(st.sampled_from(together), min_size=1, unique=True)


@st.composite
def complete(draw: st.DrawFn, names: Sequence[str] = NAMES) -> tuple[str, Mapping[str, Sequence[str]]]:
    name = draw(st.sampled_from(names))
    return name, {code: draw(chosen(question)) for code, question in rules(name).questions.items()}


@given(complete(), st.integers(0, 110))
def test_the_score_lies_within_the_span_and_is_the_sum_of_the_dimensions(
    answered: tuple[str, Mapping[str, Sequence[str]]], age: int
) -> None:
    name, answers = answered
    assert faults(rules(name), answers) == ()
    result = grade(rules(name), answers, {"kind": "person", "age": age})
    least, most = rules(name).span
    assert least <= result.score <= most
    assert sum(dimension.points for dimension in result.dimensions) == result.score
    assert all(each.least <= each.points <= each.most for each in result.dimensions)


@given(complete(GRADED), st.integers(0, 110))
def test_the_grade_is_never_above_the_points_nor_above_any_ceiling(
    answered: tuple[str, Mapping[str, Sequence[str]]], age: int
) -> None:
    name, answers = answered
    result = grade(rules(name), answers, {"kind": "person", "age": age})
    assert result.grade is not None
    limits = [str(result.by_points), *(limit for _, limit in result.ceilings)]
    assert GRADES.index(result.grade) == min(GRADES.index(limit) for limit in limits)


@given(complete(GRADED), st.data())
def test_more_points_on_one_answer_never_lower_the_grade_by_points(
    answered: tuple[str, Mapping[str, Sequence[str]]], data: st.DataObject
) -> None:
    name, answers = answered
    question = data.draw(st.sampled_from([each for each in rules(name).questions.values() if not each.several]))
    now = question.by_code[answers[question.code][0]].points
    better = data.draw(st.sampled_from([option for option in question.options if option.points >= now]))
    before = grade(rules(name), answers, ADULT)
    after = grade(rules(name), {**answers, question.code: [better.code]}, ADULT)
    assert GRADES.index(str(after.by_points)) >= GRADES.index(str(before.by_points))


@given(complete(), st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(answered: tuple[str, Mapping[str, Sequence[str]]], luck: object) -> None:
    name, answers = answered
    turned = {code: list(reversed(answers[code])) for code in reversed(list(answers))}
    assert grade(rules(name), answers, ADULT).as_json() == grade(rules(name), turned, ADULT).as_json()


@given(complete())
def test_a_contradiction_stands_exactly_when_both_its_sides_were_said(
    answered: tuple[str, Mapping[str, Sequence[str]]],
) -> None:
    name, answers = answered
    found = {rule.code for rule in contradicted(rules(name), answers)}
    for rule in rules(name).contradictions:
        said = all(side.said(answers[side.question]) for side in (rule.first, rule.second))
        assert (rule.code in found) is said


@given(complete())
def test_leaving_out_any_answer_is_a_fault(answered: tuple[str, Mapping[str, Sequence[str]]]) -> None:
    name, answers = answered
    for code in answers:
        left = {other: given for other, given in answers.items() if other != code}
        assert [(fault.question, fault.what) for fault in faults(rules(name), left)] == [(code, "unanswered")]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"years": ["forever"]}, ("years", "unknown_option")),
        ({"years": ["under_2", "under_5"]}, ("years", "one_answer_only")),
        ({"known_products": ["none", "bonds"]}, ("known_products", "excludes_others")),
        ({"favourite_colour": ["red"]}, ("favourite_colour", "unknown_question")),
    ],
)
def test_an_answer_that_cannot_be_taken_is_named(changed: dict[str, list[str]], fault: tuple[str, str]) -> None:
    assert [(each.question, each.what) for each in faults(rules(EU), CAUTIOUS | changed)] == [fault]


@pytest.mark.parametrize(("answers", "expected"), [(SAFE, "C1"), (CAUTIOUS, "C3"), (BOLD, "C5")])
def test_the_grades_of_three_customers(answers: Mapping[str, Sequence[str]], expected: str) -> None:
    assert grade(rules(EU), answers, ADULT).grade == expected


def test_a_loss_that_nobody_wants_to_bear_holds_every_score_down_to_the_lowest_grade() -> None:
    result = grade(rules(EU), {**BOLD, "bearable": ["nothing"], "objective": ["growth"]}, ADULT)
    assert (result.by_points, result.grade) == ("C5", "C1")
    assert ("loss_refused", "C1") in result.ceilings


@pytest.mark.parametrize(("age", "expected"), [(64, "C5"), (65, "C3"), (17, "C1")])
def test_age_holds_the_grade_down_in_the_chinese_questionnaire(age: int, expected: str) -> None:
    questionnaire = rules("suitability-cn-2026")
    best = {
        code: [max(question.options, key=lambda option: (option.points, option.alone)).code]
        for code, question in questionnaire.questions.items()
    }
    assert grade(questionnaire, best, {"kind": "person", "age": age}).grade == expected


def test_an_age_that_is_not_known_holds_nothing_down() -> None:
    assert grade(rules(EU), BOLD, {"kind": "person"}).grade == "C5"


def test_an_explained_contradiction_still_holds_the_grade_down() -> None:
    result = grade(rules(EU), {**BOLD, "needed": ["within_year"]}, ADULT)
    assert result.contradictions == ("growth_soon_needed",)
    assert result.grade == "C2"


def test_needs_are_gathered_from_every_wish() -> None:
    result = grade(rules("demands-and-needs-2026"), NEEDS, ADULT)
    assert result.grade is None
    assert result.facts["needs"] == frozenset({"family_protection", "home_cover"})
    assert result.facts["has_home"] is True
    assert result.facts["horizon_months"] == 120


def test_wanting_a_car_insured_without_having_one_is_contradictory() -> None:
    wishes = {**NEEDS, "wishes": ["car", "home"], "owns": ["home", "loan"]}
    assert [rule.code for rule in contradicted(rules("demands-and-needs-2026"), wishes)] == ["car_without_car"]
    with_car = {**wishes, "owns": ["home", "car"]}
    assert contradicted(rules("demands-and-needs-2026"), with_car) == ()


def test_who_ticks_a_difficulty_is_vulnerable_and_the_seller_is_told_how_to_go_on() -> None:
    result = grade(rules(EU), {**CAUTIOUS, "circumstances": ["health"]}, ADULT)
    assert result.vulnerable
    assert result.cautions == ("vulnerable",)
