"""The law as data: clocks and words for requests, periods and reasons for retention, one rule-set a jurisdiction."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, Self, TypeVar

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.customers.rulesets import Term
from backend.rights.errors import NoRulesForJurisdiction
from backend.rights.models import RequestKind

REQUESTS: Final = "privacy/rights"
RETENTION: Final = "privacy/retention"


class Span(Part):
    """A period of exactly one unit; working days are those of the institution's calendar."""

    days: int | None = Field(default=None, ge=1)
    working_days: int | None = Field(default=None, ge=1)
    months: int | None = Field(default=None, ge=1)
    years: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.days, self.working_days, self.months, self.years)) != 1:
            raise ValueError("a period has exactly one of days, working_days, months and years")
        return self


class Kind(Part):
    """`clock` where the law sets another one for this kind of request."""

    article: str
    wording: Wording
    clock: Span | None = None


class Information(Part):
    title: Wording
    text: Wording


class Withheld(Part):
    tables: frozenset[str]
    article: str


class Local(RuleSet):
    jurisdictions: frozenset[str]


class RequestRules(Local):
    clock: Span
    clock_article: str
    extension: Span | None = None
    extension_article: str | None = None
    warn_days: int = Field(ge=0)
    kinds: Mapping[RequestKind, Kind]
    identity_methods: tuple[Term, ...]
    extension_reasons: tuple[Term, ...]
    refusal_reasons: tuple[Term, ...]
    hold_reasons: tuple[Term, ...]
    withheld: Withheld
    portable: frozenset[str]
    information: tuple[Information, ...]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if set(RequestKind) - self.kinds.keys():
            raise ValueError("kinds: every kind of request needs its article")
        if (self.extension is None) != (self.extension_article is None):
            raise ValueError("an extension names its article")
        return self


class Record(StrEnum):
    """What a period is about; each applies to persons of whom there is such a record."""

    RELATIONSHIP = "relationship"
    ACCOUNTS = "accounts"
    RELATED_PARTY = "related_party"
    DECLINED = "declined"
    PROSPECT = "prospect"


class Start(StrEnum):
    RELATIONSHIP_END = "relationship_end"
    ACCOUNT_END = "account_end"
    TIE_END = "tie_end"
    DECISION = "decision"
    LAST_ACTIVITY = "last_activity"


_BEGINS: Final[Mapping[Record, Start]] = {
    Record.RELATIONSHIP: Start.RELATIONSHIP_END,
    Record.ACCOUNTS: Start.ACCOUNT_END,
    Record.RELATED_PARTY: Start.TIE_END,
    Record.DECLINED: Start.DECISION,
    Record.PROSPECT: Start.LAST_ACTIVITY,
}


class Period(Part):
    code: str
    record: Record
    starts: Start
    keep: Span
    article: str
    reason: Wording

    @model_validator(mode="after")
    def _begins(self) -> Self:
        if self.starts is not _BEGINS[self.record]:
            raise ValueError(f"{self.code}: of {self.record} the period starts with {_BEGINS[self.record]}")
        return self


class RetentionRules(Local):
    periods: tuple[Period, ...]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = set(Record) - {period.record for period in self.periods}
        if missing:
            raise ValueError(f"periods: nothing says how long to keep {', '.join(sorted(missing))}")
        if any(period.keep.working_days is not None for period in self.periods):
            raise ValueError("periods: working days are no period of retention")
        return self


L = TypeVar("L", bound=Local)


def request_rules(policies: Policies, jurisdiction: str, day: date) -> Loaded[RequestRules]:
    return _local(policies.book(REQUESTS, RequestRules).versions, REQUESTS, jurisdiction, day)


def retention_rules(policies: Policies, jurisdiction: str, day: date) -> Loaded[RetentionRules]:
    return _local(policies.book(RETENTION, RetentionRules).versions, RETENTION, jurisdiction, day)


def _local(versions: Sequence[Loaded[L]], directory: str, jurisdiction: str, day: date) -> Loaded[L]:
    """Raises NoRulesForJurisdiction: what no law was written down for is not guessed."""
    for version in versions:
        if version.rules.covers(day) and jurisdiction in version.rules.jurisdictions:
            return version
    raise NoRulesForJurisdiction(
        field="jurisdiction", directory=directory, jurisdiction=jurisdiction, day=day.isoformat()
    )
