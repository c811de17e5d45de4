"""The law's clocks by jurisdiction, and the institution's own words, letters and limits, as data."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Final, Self

from pydantic import Field, field_validator, model_validator

from backend.complaints.calendars import Span, WorkCalendar
from backend.complaints.errors import NoClocksForJurisdiction, WordUnknown
from backend.complaints.models import LetterKind
from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording

CLOCKS: Final = "complaints/clocks"
HANDLING: Final = "complaints/handling"
MERGED: Final = frozenset(
    {
        "name",
        "number",
        "received_on",
        "due_on",
        "today",
        "category",
        "product",
        "outcome",
        "cause",
        "finding",
        "redress",
        "institution",
        "ombudsman",
    }
)
"""The merge fields that a letter may name."""


class Word(Wording):
    code: str


class Clock(Part):
    """`categories` it is for; the one without any is for all others. `extended` counts from receipt, like `final`.

    `rolls`: a last day on which nobody works moves to the next working day.
    """

    code: str
    article: str
    wording: Wording
    categories: frozenset[str] = frozenset()
    acknowledge: Span | None = None
    summary: Span | None = None
    final: Span
    extended: Span | None = None
    extension_reasons: tuple[Word, ...] = ()
    rolls: bool = False

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if (self.extended is not None) != bool(self.extension_reasons):
            raise ValueError(f"{self.code}: an extension has reasons, and reasons an extension")
        return self


class ComplaintClocks(RuleSet):
    jurisdictions: frozenset[str]
    calendar: WorkCalendar
    clocks: tuple[Clock, ...] = Field(min_length=1)
    pauses: tuple[Word, ...] = ()
    ombudsman: Wording

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if sum(not clock.categories for clock in self.clocks) != 1:
            raise ValueError("clocks: exactly one is for all categories that no other names")
        named = [category for clock in self.clocks for category in clock.categories]
        if len(set(named)) < len(named):
            raise ValueError("clocks: a category stands under one clock")
        return self

    def clock(self, category: str) -> Clock:
        found = [clock for clock in self.clocks if category in clock.categories]
        return found[0] if found else next(clock for clock in self.clocks if not clock.categories)

    def named(self, code: str) -> Clock:
        return next(clock for clock in self.clocks if clock.code == code)


class Letter(Part):
    subject: Wording
    body: Wording
    approval: bool

    @model_validator(mode="after")
    def _merges(self) -> Self:
        texts = (self.subject.en, self.subject.zh_CN, self.body.en, self.body.zh_CN)
        named = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}
        if unknown := named - MERGED:
            raise ValueError(f"a letter has no merge field {', '.join(sorted(unknown))}")
        return self


class Spike(Part):
    """A product's complaints of `days`, against the mean of the `before` periods of that length before it."""

    days: int = Field(ge=1)
    before: int = Field(ge=1)
    least: int = Field(ge=1)
    factor: Decimal = Field(gt=1)


class ComplaintHandling(RuleSet):
    """`authority`: up to how much each role decides alone, by currency; everything else is signed by two."""

    warn_days: int = Field(ge=0)
    latest_entry_days: int = Field(ge=0)
    categories: tuple[Word, ...]
    causes: tuple[Word, ...]
    redress_kinds: tuple[Word, ...]
    goodwill: frozenset[str]
    authority: Mapping[str, Mapping[str, Decimal]]
    letters: Mapping[LetterKind, Letter]
    spike: Spike

    @field_validator("letters")
    @classmethod
    def _every_letter(cls, letters: Mapping[LetterKind, Letter]) -> Mapping[LetterKind, Letter]:
        if missing := set(LetterKind) - letters.keys():
            raise ValueError(f"no template for {', '.join(sorted(missing))}")
        return letters

    @model_validator(mode="after")
    def _closed(self) -> Self:
        if unknown := self.goodwill - {word.code for word in self.redress_kinds}:
            raise ValueError(f"goodwill: no such kind of redress: {', '.join(sorted(unknown))}")
        return self


def complaint_clocks(policies: Policies, jurisdiction: str, day: date) -> Loaded[ComplaintClocks]:
    """Raises NoClocksForJurisdiction: what no law was written down for is not guessed."""
    for version in policies.book(CLOCKS, ComplaintClocks).versions:
        if version.rules.covers(day) and jurisdiction in version.rules.jurisdictions:
            return version
    raise NoClocksForJurisdiction(field="jurisdiction", jurisdiction=jurisdiction, day=day.isoformat())


def complaint_handling(policies: Policies, day: date) -> Loaded[ComplaintHandling]:
    return policies.book(HANDLING, ComplaintHandling).effective(day)


def known(code: str, words: Iterable[Word], field: str) -> str:
    """Raises WordUnknown."""
    codes = [word.code for word in words]
    if code not in codes:
        raise WordUnknown(field=field, given=code, known=", ".join(codes))
    return code


def said(code: str | None, words: Iterable[Word], locale: str) -> str:
    """The word in the reader's language; a code that the rule-set no longer has stands for itself."""
    found = next((word for word in words if word.code == code), None)
    return (code or "").replace("_", " ") if found is None else found.text(locale)
