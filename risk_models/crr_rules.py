"""The customer risk rating rule-set: what compliance people write in YAML, frozen.

A total is the sum of score times weight over the items; weights sum to 100 and scores run from 1 to `highest_score`,
so the total divided by `highest_score` lies between 100 / highest_score and 100 (银发〔2013〕2号: five scores, 20 to
100).
All figures are integers: a total is compared with a level's threshold times `highest_score`, exactly.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Int = Annotated[int, Field(strict=True)]
Positive = Annotated[int, Field(strict=True, gt=0)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Closed = Literal["lower", "upper"]
Unknown = Literal["fires", "passes"]

ABSENT, PRESENT = "absent", "present"


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Wording(Part):
    en: str
    zh_CN: str  # noqa: N815  a locale's own name


class Signature(Part):
    """`content` is the digest of what was signed, so that a later change of a figure takes the signature away."""

    by: str
    signed_on: date
    content: str


class CodesFact(Part):
    """Text out of a closed vocabulary; `many` allows several, joined by `|`, of which the worst counts."""

    kind: Literal["codes"]
    codes: tuple[str, ...]
    many: bool = False


class FlagFact(Part):
    """A boolean, or the codes absent and present."""

    kind: Literal["flag"]


class NumberFact(Part):
    """A whole number of `unit`; outside `least` to `most` it cannot be true and counts as unknown."""

    kind: Literal["number"]
    unit: str
    least: Int | None = None
    most: Int | None = None


class TableFact(Part):
    """A code of a dated table (a country, an industry); `many` as in CodesFact."""

    kind: Literal["table"]
    table: str
    many: bool = False


Fact = Annotated[CodesFact | FlagFact | NumberFact | TableFact, Field(discriminator="kind")]


class Band(Part):
    """No `from`: from below without end; no `to`: without end upwards."""

    from_: Int | None = Field(default=None, alias="from")
    to: Int | None = None
    score: Positive


class Item(Part):
    """`scores` for codes, flags and the lists of a table (then with `otherwise`); `bands` with `closed` for numbers."""

    code: Code
    element: str
    fact: str
    weight: Positive
    scores: dict[str, Positive] | None = None
    otherwise: Positive | None = None
    closed: Closed | None = None
    bands: tuple[Band, ...] | None = None
    unknown: Positive
    source: str
    note: str | None = None
    wording: Wording


class Condition(Part):
    """Codes, or lists if the fact's codes come from a table: the value is any one of them, or none.

    Numbers are compared inclusively.
    """

    fact: str
    any_of: tuple[str, ...] | None = None
    none_of: tuple[str, ...] | None = None
    at_least: Int | None = None
    at_most: Int | None = None


class Trigger(Part):
    """Fires when all conditions hold; `if_unknown` says what a condition on an unknown value counts as."""

    code: Code
    when: tuple[Condition, ...] = Field(min_length=1)
    if_unknown: Unknown
    source: str
    wording: Wording


class Floor(Trigger):
    """The level is at least `level`; below a `mandatory` one no person can go."""

    level: str
    mandatory: bool


class Grant(Trigger):
    """Straight to the lowest level, unless one of `barred_by` or a floor fires."""

    barred_by: tuple[Trigger, ...]


class Level(Part):
    """One level, from lowest to highest in the file; `from` and `to` on the scale of the total."""

    code: Code
    from_: Int = Field(alias="from")
    to: Int
    review_months: Positive
    wording: Wording


class ReviewLimits(Part):
    """The supervisor's limits that the intervals of the levels have to keep."""

    first_rating_working_days: Positive
    highest_months_at_most: Positive
    times_the_level_above_at_most: Positive
    least_levels: Positive
    source: str


class OverrideLimits(Part):
    reasons: tuple[Code, ...]
    longest_days: Positive
    source: str


class RatingRules(Part):
    id: str
    effective_from: date
    effective_to: date | None = None
    wording: Wording
    sources: dict[str, str]
    tables: tuple[str, ...] = ()
    highest_score: Positive
    elements: dict[str, Wording]
    facts: dict[Code, Fact]
    items: tuple[Item, ...]
    closed: Closed
    levels: tuple[Level, ...]
    direct_to_highest: tuple[Trigger, ...]
    floors: tuple[Floor, ...]
    direct_to_lowest: tuple[Grant, ...]
    review: ReviewLimits
    override: OverrideLimits
    signatures: tuple[Signature, ...]

    def covers(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    @property
    def level_codes(self) -> tuple[str, ...]:
        return tuple(level.code for level in self.levels)


class MemberList(Part):
    """`as_of`: the day of the publication; `confirmed` is false while the members are recalled, not read off."""

    members: tuple[str, ...]
    as_of: date
    confirmed: bool
    source: str


class CodeTable(Part):
    """A dated table; with `hierarchical`, a longer code that is not listed itself is read as its beginning."""

    id: str
    effective_from: date
    effective_to: date | None = None
    title: str
    source: str
    hierarchical: bool = False
    codes: tuple[str, ...]
    lists: dict[Code, MemberList]
    signatures: tuple[Signature, ...]

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(self.codes)

    @cached_property
    def listed(self) -> dict[str, frozenset[str]]:
        """The lists of each code that is on any."""
        members = {member for each in self.lists.values() for member in each.members}
        return {
            member: frozenset(name for name, each in self.lists.items() if member in each.members) for member in members
        }

    def covers(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)
