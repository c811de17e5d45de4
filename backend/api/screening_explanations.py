"""Why an alert was raised: each comparison with what it counted, and the entry of the list as it was compared."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from backend.api.costs import Cost
from backend.api.screening_enums import ComparisonGroup, ComparisonOutcome
from backend.screening.alerts.explanation import Explanation, Weighed

_SEVERAL = [Cost(weight=0, size=5)]


@strawberry.type(description="One comparison: `share` is how much was found (0 to 1), `contribution` in log-odds.")
class Comparison:
    group: ComparisonGroup
    name: str
    outcome: ComparisonOutcome
    share: float
    contribution: float
    words: str | None = strawberry.field(description="What was compared; null where the viewer does not see the field.")

    @classmethod
    def of(cls, group: ComparisonGroup, one: Weighed) -> "Comparison":
        return cls(
            group=group,
            name=one.comparison,
            outcome=ComparisonOutcome(one.outcome),
            share=one.share,
            contribution=one.contribution,
            words=one.words or None,
        )


@strawberry.type
class EntryName:
    text: str
    kind: str
    script: str | None


@strawberry.type(description="A span of days; `approximate` is the publisher's “circa”.")
class EntryBirthDate:
    first: str
    last: str
    approximate: bool


@strawberry.type
class EntryIdentifier:
    type: str
    value: str
    country: str | None


@strawberry.type(description="An entry of a list as its publisher gives it.")
class ListEntry:
    ref: str
    kind: str
    names: list[EntryName] = strawberry.field(directives=_SEVERAL)
    birth_dates: list[EntryBirthDate] = strawberry.field(directives=_SEVERAL)
    birth_places: list[str]
    countries: list[str]
    genders: list[str]
    identifiers: list[EntryIdentifier] = strawberry.field(directives=_SEVERAL)
    addresses: list[str]
    programmes: list[str]
    remarks: str

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "ListEntry":
        """`kept` is an entity as a plain document, days as ISO text."""
        return cls(
            ref=kept["id"],
            kind=kept["kind"],
            names=[EntryName(text=each["text"], kind=each["kind"], script=each["script"]) for each in kept["names"]],
            birth_dates=[
                EntryBirthDate(first=each["first"], last=each["last"], approximate=each["approximate"])
                for each in kept["birth_dates"]
            ],
            birth_places=list(kept["birth_places"]),
            countries=list(kept["countries"]),
            genders=list(kept["genders"]),
            identifiers=[
                EntryIdentifier(type=each["type"], value=each["value"], country=each["country"])
                for each in kept["identifiers"]
            ],
            addresses=[each["text"] for each in kept["addresses"]],
            programmes=list(kept["programmes"]),
            remarks=kept["remarks"],
        )


@strawberry.type(description="As log-odds, base + Σ names gives the name score, + Σ evidence the score (both 0 to 1).")
class AlertExplanation:
    subject_name: str | None
    entity_name: str
    name_score: float
    score: float
    base: float
    comparisons: list[Comparison] = strawberry.field(directives=[Cost(weight=0, size=18)])
    entry: ListEntry

    @classmethod
    def of(cls, found: Explanation) -> "AlertExplanation":
        return cls(
            subject_name=found.subject_name or None,
            entity_name=found.entity_name,
            name_score=found.name_score,
            score=found.score,
            base=found.base,
            comparisons=[
                *_all(ComparisonGroup.NAME, found.names),
                *_all(ComparisonGroup.EVIDENCE, found.evidence),
            ],
            entry=ListEntry.of(found.entity),
        )


def _all(group: ComparisonGroup, weighed: Sequence[Weighed]) -> list[Comparison]:
    return [Comparison.of(group, one) for one in weighed]
