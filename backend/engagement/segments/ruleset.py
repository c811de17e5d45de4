"""Segments and groups as data: conditions on facts and scores, read from the top; which figures make groups."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording

SEGMENTS: Final = "engagement/segments"
CLUSTERS: Final = "engagement/clusters"
Kind = Literal["code", "number", "money", "share", "months"]
FACTS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "kind": "code",
        "stage": "code",
        "channel": "code",
        "risk_level": "code",
        "region": "code",
        "products": "number",
        "balance_minor": "money",
        "balance_3m_ago_minor": "money",
        "balance_12m_ago_minor": "money",
        "inflow_3m_minor": "money",
        "inflow_prev_3m_minor": "money",
        "outflow_3m_minor": "money",
        "movements_3m": "number",
        "movements_prev_3m": "number",
        "months_inactive": "months",
        "tenure_months": "months",
        "premiums_missed": "number",
        "claims_12m": "number",
        "complaints_open": "number",
        "complaints_12m": "number",
        "competitor_paid_3m_minor": "money",
        "churn": "share",
        "value": "money",
        "activity": "share",
    }
)
"""The facts that rules may name, and what kind of value each is; the last three are scores of models."""
SCORES: Final = ("churn", "value", "activity")


class Condition(Part):
    """One fact against a limit or some codes: exactly one of the comparisons."""

    fact: str
    at_least: Decimal | None = None
    below: Decimal | None = None
    among: frozenset[str] | None = Field(default=None, alias="in")

    @model_validator(mode="after")
    def _one(self) -> Self:
        kind = FACTS.get(self.fact)
        if kind is None:
            raise ValueError(f"there is no fact “{self.fact}” (known: {', '.join(FACTS)})")
        given = [each for each in (self.at_least, self.below, self.among) if each is not None]
        if len(given) != 1:
            raise ValueError(f"{self.fact}: say one of at_least, below, in")
        if (kind == "code") != (self.among is not None):
            raise ValueError(f"{self.fact}: codes are compared by `in`, figures by `at_least` or `below`")
        return self

    @property
    def limit(self) -> Decimal | None:
        return self.at_least if self.at_least is not None else self.below


class Segment(Part):
    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    wording: Wording
    purpose: Wording
    when: tuple[Condition, ...]


class SegmentRules(RuleSet):
    segments: tuple[Segment, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _covering(self) -> Self:
        codes = [segment.code for segment in self.segments]
        if len(set(codes)) < len(codes):
            raise ValueError("segments: a code stands twice")
        open_ended = [segment.code for segment in self.segments if not segment.when]
        if open_ended != codes[-1:]:
            raise ValueError("segments: the last one, and no other, has no condition, so that everybody is in one")
        return self

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.fact for segment in self.segments for each in segment.when))

    def segment(self, code: str) -> Segment | None:
        return next((segment for segment in self.segments if segment.code == code), None)

    def words(self, code: str, locale: str) -> str:
        """A segment that the rules know no more stands for itself."""
        found = self.segment(code)
        return code if found is None else found.wording.text(locale)


class ClusterFeature(Part):
    fact: str
    log: bool = False

    @model_validator(mode="after")
    def _figure(self) -> Self:
        if FACTS.get(self.fact, "code") == "code":
            raise ValueError(f"“{self.fact}” is no figure")
        return self


class ClusterRules(RuleSet):
    """`population`: conditions that all hold of whoever is compared; without any, everybody is."""

    population: tuple[Condition, ...] = ()
    features: tuple[ClusterFeature, ...] = Field(min_length=2)
    least: int = Field(ge=2)
    most: int = Field(le=20)
    seed: int
    silhouette: Decimal
    stability: Decimal

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.least > self.most:
            raise ValueError("least is above most")
        return self


def segment_rules(policies: Policies, day: date) -> Loaded[SegmentRules]:
    return policies.book(SEGMENTS, SegmentRules).effective(day)


def cluster_rules(policies: Policies, day: date) -> Loaded[ClusterRules]:
    return policies.book(CLUSTERS, ClusterRules).effective(day)
