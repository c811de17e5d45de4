"""From answers to a result, pure: the same questionnaire, answers and facts of the record give the same result."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.products.suitability.questionnaire import (
    GRADES,
    Combine,
    Contradiction,
    Question,
    Questionnaire,
    When,
)

Answers = Mapping[str, Collection[str]]
Known = Mapping[str, object]
"""What the record knows of the customer: `age`, `kind`. A fact that is missing is not known, and holds nothing down."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that cannot be taken as it is."""

    question: str
    what: str


@dataclass(frozen=True, slots=True)
class DimensionResult:
    code: str
    points: int
    least: int
    most: int
    level: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """`by_points` is the grade before ceilings; `ceilings` are (code, grade) of all that held, also where a lower one
    decided. Facts are those that answers gave and the level of each dimension that has levels."""

    score: int
    by_points: str | None
    grade: str | None
    dimensions: tuple[DimensionResult, ...]
    ceilings: tuple[tuple[str, str], ...]
    contradictions: tuple[str, ...]
    cautions: tuple[str, ...]
    vulnerable: bool
    facts: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Sets as sorted lists, so that two results are equal when their JSON is."""
        return {
            "score": self.score,
            "by_points": self.by_points,
            "grade": self.grade,
            "dimensions": [
                {"code": d.code, "points": d.points, "least": d.least, "most": d.most, "level": d.level}
                for d in self.dimensions
            ],
            "ceilings": [{"code": code, "at_most": grade} for code, grade in self.ceilings],
            "contradictions": list(self.contradictions),
            "cautions": list(self.cautions),
            "vulnerable": self.vulnerable,
            "facts": {
                name: sorted(value) if isinstance(value, frozenset) else value
                for name, value in sorted(self.facts.items())
            },
        }


def faults(questionnaire: Questionnaire, answers: Answers) -> tuple[Fault, ...]:
    """Every question has an answer that it offers; nothing else is answered."""
    found = [Fault(code, "unknown_question") for code in answers if code not in questionnaire.questions]
    for code, question in questionnaire.questions.items():
        what = _fault(question, frozenset(answers.get(code, ())))
        if what is not None:
            found.append(Fault(code, what))
    return tuple(found)


def _fault(question: Question, chosen: frozenset[str]) -> str | None:
    if not chosen:
        return "unanswered"
    if chosen - question.by_code.keys():
        return "unknown_option"
    if len(chosen) > 1 and not question.several:
        return "one_answer_only"
    if len(chosen) > 1 and any(question.by_code[code].alone for code in chosen):
        return "excludes_others"
    return None


def contradicted(questionnaire: Questionnaire, answers: Answers) -> tuple[Contradiction, ...]:
    """Those whose two sides were both given; answers may still be incomplete."""
    return tuple(
        rule
        for rule in questionnaire.contradictions
        if all(side.said(answers.get(side.question, ())) for side in (rule.first, rule.second))
    )


def grade(questionnaire: Questionnaire, answers: Answers, known: Known) -> Result:
    """For answers without faults."""
    points = {code: _points(question, answers[code]) for code, question in questionnaire.questions.items()}
    score = sum(points.values())
    dimensions = tuple(_dimensions(questionnaire, points))
    facts = _facts(questionnaire, answers) | {d.code: d.level for d in dimensions if d.level is not None}
    everything = {**known, **facts}
    by_points = next((band.grade for band in questionnaire.bands if band.least <= score <= band.most), None)
    against = contradicted(questionnaire, answers)
    held = [
        (rule.code, rule.at_most)
        for rule in questionnaire.ceilings
        if all(_holds(when, answers, everything) for when in rule.when)
    ]
    ceilings = (*held, *((rule.code, rule.at_most) for rule in against if rule.at_most is not None))
    cautions = [rule for rule in questionnaire.cautions if all(_holds(when, answers, everything) for when in rule.when)]
    return Result(
        score=score,
        by_points=by_points,
        grade=None if by_points is None else min((by_points, *(limit for _, limit in ceilings)), key=GRADES.index),
        dimensions=dimensions,
        ceilings=tuple((code, str(limit)) for code, limit in ceilings),
        contradictions=tuple(rule.code for rule in against),
        cautions=tuple(rule.code for rule in cautions),
        vulnerable=any(rule.vulnerable for rule in cautions),
        facts=facts,
    )


def _points(question: Question, chosen: Collection[str]) -> int:
    points = [question.by_code[code].points for code in chosen]
    return sum(points) if question.counts == "sum" else max(points)


def _dimensions(questionnaire: Questionnaire, points: Mapping[str, int]) -> Iterator[DimensionResult]:
    for name, dimension in questionnaire.dimensions.items():
        own = sum(points[code] for code, question in questionnaire.questions.items() if question.dimension == name)
        level = next((band.level for band in dimension.levels if band.least <= own <= band.most), None)
        yield DimensionResult(name, own, *questionnaire.span_of(name), level)


def _facts(questionnaire: Questionnaire, answers: Answers) -> dict[str, Any]:
    given: dict[str, list[Any]] = {}
    for code, question in questionnaire.questions.items():
        for option in question.options:
            if option.code in answers[code]:
                for fact, value in option.gives.items():
                    given.setdefault(fact, []).append(value)
    return {fact: _COMBINED[questionnaire.facts[fact]](values) for fact, values in given.items()}


_COMBINED: Final[Mapping[Combine, Any]] = {
    Combine.LEAST: min,
    Combine.ONE: lambda values: values[0],
    Combine.ALL: frozenset,
    Combine.ANY: any,
}


def _holds(when: When, answers: Answers, facts: Mapping[str, Any]) -> bool:
    if when.question is not None:
        return not when.any.isdisjoint(answers[when.question])
    value = facts.get(str(when.fact if when.fact is not None else when.dimension))
    if value is None:
        return False
    if when.at_least is not None:
        return bool(value >= when.at_least)
    if when.below is not None:
        return bool(value < when.below)
    if when.equals is not None:
        return value is when.equals
    return not when.any.isdisjoint(value if isinstance(value, frozenset) else (value,))
