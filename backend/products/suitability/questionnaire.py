"""A questionnaire as a rule-set (`policies/products/questionnaires`): what is asked, what answers count, what follows.

Points are whole numbers, so a band is two closed ends and bands can be compared without rounding. The loader refuses
a questionnaire whose bands leave a score out or claim one twice, and one that names what it does not have.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, Literal, Self, TypeVar

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording

DIRECTORY: Final = "products/questionnaires"
GRADES: Final = ("C1", "C2", "C3", "C4", "C5")
OUTSIDE: Final[Mapping[str, type]] = {"age": int, "kind": str}
"""Facts that the record knows and nobody is asked for."""
Steps = tuple[str | int, ...]
Problem = tuple[Steps, str]
B = TypeVar("B", bound="Band")


class Kind(StrEnum):
    SUITABILITY = "suitability"
    DEMANDS_AND_NEEDS = "demands_and_needs"


class Combine(StrEnum):
    """How one fact comes of several answers: the smallest number, the only word, every word, or whether any says so."""

    LEAST = "least"
    ONE = "one"
    ALL = "all"
    ANY = "any"


class Band(Part):
    """From and to are both within."""

    least: int = Field(alias="from", ge=0)
    most: int = Field(alias="to", ge=0)


class GradeBand(Band):
    grade: Literal["C1", "C2", "C3", "C4", "C5"]
    wording: Wording


class LevelBand(Band):
    level: str
    wording: Wording


class Dimension(Part):
    wording: Wording
    levels: tuple[LevelBand, ...] = ()


class Option(Part):
    """`alone`: excludes every other option of a question that takes several."""

    code: str
    wording: Wording
    points: int = Field(default=0, ge=0)
    alone: bool = False
    gives: Mapping[str, bool | int | str] = Field(default_factory=dict)


class Question(Part):
    """Of a question that takes several options the highest counts, or their sum."""

    code: str
    wording: Wording
    help: Wording | None = None
    dimension: str
    several: bool = False
    counts: Literal["highest", "sum"] = "highest"
    options: tuple[Option, ...] = Field(min_length=2)

    @cached_property
    def by_code(self) -> Mapping[str, Option]:
        return {option.code: option for option in self.options}

    @cached_property
    def span(self) -> tuple[int, int]:
        """The lowest and highest points that an answer can have; an answer has at least one option."""
        points = [option.points for option in self.options]
        if not self.several or self.counts == "highest":
            return min(points), max(points)
        together = sum(option.points for option in self.options if not option.alone)
        return min(points), max(together, *points)


class Group(Part):
    """What is asked on one page."""

    code: str
    wording: Wording
    questions: tuple[Question, ...] = Field(min_length=1)


class Said(Part):
    """That one of the options was chosen, or that none of them was; a question without an answer says neither."""

    question: str
    any: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.any) == bool(self.lacks):
            raise ValueError("one side of a contradiction has either `any` or `lacks`")
        return self

    def said(self, chosen: Collection[str]) -> bool:
        if self.any:
            return not self.any.isdisjoint(chosen)
        return bool(chosen) and self.lacks.isdisjoint(chosen)


class When(Part):
    """Exactly one of an answer, the level of a dimension, or a fact; a fact is compared by one of its tests."""

    question: str | None = None
    dimension: str | None = None
    fact: str | None = None
    any: frozenset[str] = frozenset()
    at_least: int | None = None
    below: int | None = None
    equals: bool | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.question, self.dimension, self.fact)) != 1:
            raise ValueError("a condition names exactly one of question, dimension and fact")
        tests = [bool(self.any), self.at_least is not None, self.below is not None, self.equals is not None]
        if sum(tests) != 1 or (self.fact is None and not self.any):
            raise ValueError("a condition has exactly one test; of an answer or a level it is `any`")
        return self


class Contradiction(Part):
    """Two answers that cannot both be meant.

    One that can be explained stands with the customer's words, and then holds the grade down to `at_most` where given.
    """

    code: str
    first: Said
    second: Said
    wording: Wording
    explainable: bool = True
    at_most: Literal["C1", "C2", "C3", "C4"] | None = None


class Ceiling(Part):
    """When all of it holds, the grade is no higher, whatever the points say."""

    code: str
    when: tuple[When, ...] = Field(min_length=1)
    at_most: Literal["C1", "C2", "C3", "C4"]
    wording: Wording


class Caution(Part):
    """What the person who sells has to heed; a vulnerable customer is one of whom a caution says so."""

    code: str
    when: tuple[When, ...] = Field(min_length=1)
    wording: Wording
    vulnerable: bool = False


class Limits(Part):
    """How often a customer may be assessed: on one day of the zone, and within any year."""

    per_day: int = Field(ge=1)
    per_year: int = Field(ge=1)


class Applies(Part):
    """No jurisdiction named: all that no other questionnaire names."""

    jurisdictions: frozenset[str] = frozenset()
    kinds: frozenset[str] = Field(min_length=1)


class Questionnaire(RuleSet):
    kind: Kind
    title: Wording
    introduction: Wording
    applies: Applies
    zone: str
    validity_months: int = Field(ge=1, le=60)
    remind_days_before: int = Field(default=30, ge=0, le=365)
    reassess_on: frozenset[str] = frozenset()
    limits: Limits
    dimensions: Mapping[str, Dimension] = Field(min_length=1)
    facts: Mapping[str, Combine] = Field(default_factory=dict)
    groups: tuple[Group, ...] = Field(min_length=1)
    bands: tuple[GradeBand, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    cautions: tuple[Caution, ...] = ()
    declaration: Wording

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Also what only the whole can tell, each problem with the place where it stands."""
        read = super().model_validate(obj, **options)
        found: list[InitErrorDetails] = [
            {"type": PydanticCustomError("questionnaire", "{said}", {"said": said}), "loc": path, "input": None}
            for path, said in read.problems()
        ]
        if found:
            raise ValidationError.from_exception_data(cls.__name__, found)
        return read

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        return {question.code: question for group in self.groups for question in group.questions}

    @cached_property
    def span(self) -> tuple[int, int]:
        return _summed(self.questions.values())

    def span_of(self, dimension: str) -> tuple[int, int]:
        return _summed(question for question in self.questions.values() if question.dimension == dimension)

    def problems(self) -> Iterator[Problem]:
        yield from self._codes()
        yield from self._options()
        yield from self._coverage()
        yield from self._conditions()

    def _codes(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for place, question in self._placed():
            if question.code in seen:
                yield (*place, "code"), f"the question “{question.code}” stands here a second time"
            seen.add(question.code)
            if question.dimension not in self.dimensions:
                yield (*place, "dimension"), f"“{question.dimension}” is no dimension of this questionnaire"
        for name in ("contradictions", "ceilings", "cautions"):
            codes = [each.code for each in getattr(self, name)]
            for number, code in enumerate(codes):
                if code in codes[:number]:
                    yield (name, number, "code"), f"the code “{code}” stands here a second time"

    def _options(self) -> Iterator[Problem]:
        givers: dict[str, str] = {}
        for place, question in self._placed():
            if len(question.by_code) != len(question.options):
                yield (*place, "options"), "two options have one code"
            for number, option in enumerate(question.options):
                for fact, value in option.gives.items():
                    at = (*place, "options", number, "gives", fact)
                    yield from ((at, said) for said in self._gift(fact, value, question, givers))

    def _gift(self, fact: str, value: object, question: Question, givers: dict[str, str]) -> Iterator[str]:
        if fact not in self.facts:
            yield f"“{fact}” is no fact of this questionnaire"
            return
        combine = self.facts[fact]
        if type(value) is not _TYPES[combine]:
            yield f"“{fact}” takes {_TYPES[combine].__name__} here"
        if combine is Combine.ONE and (question.several or givers.setdefault(fact, question.code) != question.code):
            yield f"“{fact}” comes of one question with one answer"

    def _coverage(self) -> Iterator[Problem]:
        if (self.kind is Kind.SUITABILITY) != bool(self.bands):
            yield ("bands",), "a suitability questionnaire has grades; demands and needs have none"
        if self.bands:
            yield from _covering(self.bands, self.span, ("bands",))
            grades = [band.grade for band in self.bands]
            if grades != sorted(set(grades)):
                yield ("bands",), "grades rise with the points, each once"
        for name, dimension in self.dimensions.items():
            if dimension.levels:
                yield from _covering(dimension.levels, self.span_of(name), ("dimensions", name, "levels"))

    def _conditions(self) -> Iterator[Problem]:
        for number, rule in enumerate(self.contradictions):
            for side in ("first", "second"):
                said: Said = getattr(rule, side)
                yield from self._answers(said.question, said.any | said.lacks, ("contradictions", number, side))
        if not self.bands:
            yield from (
                (("ceilings", number), "there is no grade to hold down") for number in range(len(self.ceilings))
            )
        for name in ("ceilings", "cautions"):
            for number, rule in enumerate(getattr(self, name)):
                for place, when in enumerate(rule.when):
                    yield from self._condition(when, (name, number, "when", place))

    def _condition(self, when: When, at: Steps) -> Iterator[Problem]:
        if when.question is not None:
            yield from self._answers(when.question, when.any, at)
        elif when.dimension is not None:
            levels = self.dimensions[when.dimension].levels if when.dimension in self.dimensions else ()
            if unknown := when.any - {band.level for band in levels}:
                yield at, f"“{when.dimension}” has no level {', '.join(sorted(unknown))}"
        elif when.fact not in self.facts and when.fact not in OUTSIDE:
            yield at, f"“{when.fact}” is no fact"

    def _answers(self, question: str, options: frozenset[str], at: Steps) -> Iterator[Problem]:
        if question not in self.questions:
            yield at, f"there is no question “{question}”"
        elif unknown := options - self.questions[question].by_code.keys():
            yield at, f"“{question}” has no option {', '.join(sorted(unknown))}"

    def _placed(self) -> Iterator[tuple[Steps, Question]]:
        for group, each in enumerate(self.groups):
            for number, question in enumerate(each.questions):
                yield ("groups", group, "questions", number), question


_TYPES: Final[Mapping[Combine, type]] = {Combine.LEAST: int, Combine.ONE: str, Combine.ALL: str, Combine.ANY: bool}


def _summed(questions: Any) -> tuple[int, int]:
    spans = [question.span for question in questions]
    return sum(least for least, _ in spans), sum(most for _, most in spans)


def _covering(bands: tuple[B, ...], span: tuple[int, int], at: Steps) -> Iterator[Problem]:
    """Neither a gap nor an overlap, from the lowest score there can be to the highest."""
    for number, band in enumerate(bands):
        if band.most < band.least:
            yield (*at, number), f"a band ends at {band.most}, before it begins at {band.least}"
    for number, (lower, upper) in enumerate(pairwise(bands), start=1):
        if upper.least != lower.most + 1:
            what = "leaves out" if upper.least > lower.most + 1 else "claims twice"
            yield (*at, number), f"after {lower.most} comes {lower.most + 1}; a band from {upper.least} {what} scores"
    if bands[0].least != span[0]:
        yield (*at, 0), f"the lowest score is {span[0]}, and the first band begins at {bands[0].least}"
    if bands[-1].most != span[1]:
        yield (*at, len(bands) - 1), f"the highest score is {span[1]}, and the last band ends at {bands[-1].most}"


def in_force(policies: Policies, day: date) -> Mapping[str, Loaded[Questionnaire]]:
    """Those that are effective on the day, by their ids."""
    versions = policies.book(DIRECTORY, Questionnaire).versions
    return {version.rules.id: version for version in versions if version.rules.covers(day)}


def fitting(policies: Policies, day: date, kind: Kind, jurisdiction: str, party: str) -> Loaded[Questionnaire] | None:
    """The one for this institution and sort of customer: one that names the jurisdiction comes before one for all."""
    found = [
        version
        for version in in_force(policies, day).values()
        if version.rules.kind is kind and party in version.rules.applies.kinds
    ]
    named = [version for version in found if jurisdiction in version.rules.applies.jurisdictions]
    return next(iter([*named, *(version for version in found if not version.rules.applies.jurisdictions)]), None)
