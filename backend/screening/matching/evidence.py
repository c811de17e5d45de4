"""Evidence besides the name: birth date, country, gender, identifier, each on its own; absence is no proof."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from backend.screening.lists.entity import BirthDate, Entity
from backend.screening.matching.comparisons import Finding, Outcome
from backend.screening.matching.rules import EvidenceWeights
from backend.screening.matching.subject import Subject

_CHANCE: Final = 4
"""Numbers of so few characters agree by chance."""


def compare_evidence(subject: Subject, entity: Entity, weights: EvidenceWeights) -> tuple[Finding, ...]:
    return (
        birth_date(subject.birth_date, entity.birth_dates, weights),
        country(subject.countries, entity.countries, weights),
        gender(subject, entity, weights),
        identifier(subject, entity, weights),
    )


def birth_date(ours: BirthDate | None, theirs: Iterable[BirthDate], weights: EvidenceWeights) -> Finding:
    """Agrees if any published date does: entries list several, and circa widens them by the tolerance."""
    published = tuple(theirs)
    if ours is None or not published:
        return Finding("birth_date", Outcome.ABSENT, 0.0, 0.0, "no birth date on one side")
    shown = f"{_shown(ours)} against {' or '.join(_shown(one) for one in published)}"
    if any(_exact(ours) and ours == one for one in published):
        return Finding("birth_date", Outcome.AGREED, 1.0, weights.birth_date_agrees, shown)
    gaps = [_gap_in_years(ours, one) - _tolerated(one, weights) for one in published]
    if min(gaps) <= 0:
        return Finding("birth_date", Outcome.AGREED, 0.5, weights.birth_year_agrees, f"years near: {shown}")
    return Finding("birth_date", Outcome.DISAGREED, 1.0, -weights.birth_date_disagrees, shown)


def country(ours: frozenset[str], theirs: tuple[str, ...], weights: EvidenceWeights) -> Finding:
    if not ours or not theirs:
        return Finding("country", Outcome.ABSENT, 0.0, 0.0, "no country on one side")
    common = ours.intersection(theirs)
    if common:
        return Finding("country", Outcome.AGREED, 1.0, weights.country_agrees, ", ".join(sorted(common)))
    shown = f"{', '.join(sorted(ours))} against {', '.join(theirs)}"
    return Finding("country", Outcome.DISAGREED, 1.0, -weights.country_disagrees, shown)


def gender(subject: Subject, entity: Entity, weights: EvidenceWeights) -> Finding:
    if subject.gender is None or not entity.genders:
        return Finding("gender", Outcome.ABSENT, 0.0, 0.0, "no gender on one side")
    if subject.gender in entity.genders:
        return Finding("gender", Outcome.AGREED, 1.0, 0.0, subject.gender.value)
    shown = f"{subject.gender.value} against {', '.join(one.value for one in entity.genders)}"
    return Finding("gender", Outcome.DISAGREED, 1.0, -weights.gender_disagrees, shown)


def identifier(subject: Subject, entity: Entity, weights: EvidenceWeights) -> Finding:
    """Equal numbers count whatever the document is called; different ones say nothing: people hold several."""
    ours = {plain_number(one.value): one.type for one in subject.identifiers}
    theirs = {plain_number(one.value): one.type for one in entity.identifiers}
    common = sorted(number for number in ours.keys() & theirs.keys() if len(number) > _CHANCE)
    if common:
        kinds = ", ".join(sorted({theirs[number] for number in common}))
        return Finding("identifier", Outcome.AGREED, 1.0, weights.identifier_agrees, f"equal {kinds}")
    return Finding("identifier", Outcome.ABSENT, 0.0, 0.0, "no identifier in common")


def plain_number(value: str) -> str:
    return re.sub(r"[\W_]", "", value).upper()


def _exact(one: BirthDate) -> bool:
    return one.first == one.last and not one.approximate


def _tolerated(one: BirthDate, weights: EvidenceWeights) -> int:
    return weights.approximate_years_tolerated if one.approximate else weights.birth_years_tolerated


def _gap_in_years(ours: BirthDate, theirs: BirthDate) -> int:
    return max(ours.first.year - theirs.last.year, theirs.first.year - ours.last.year, 0)


def _shown(one: BirthDate) -> str:
    circa = "about " if one.approximate else ""
    if one.first == one.last:
        return circa + one.first.isoformat()
    if (one.first.month, one.first.day, one.last) == (1, 1, date(one.first.year, 12, 31)):
        return f"{circa}{one.first.year}"
    return f"{circa}{one.first.isoformat()} to {one.last.isoformat()}"
