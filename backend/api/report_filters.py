"""What a report, or a search of the log, is narrowed to."""

from datetime import datetime
from uuid import UUID

import strawberry

from backend.reporting.filters import Filters


@strawberry.input(description="From `since` on, before `until`. An action may be a group: `screening.*`.")
class ReportFilterInput:
    subjects: list[UUID] | None = None
    actors: list[UUID] | None = None
    actions: list[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    outcome: str | None = None
    rulesets: list[str] | None = None


def filters_of(given: ReportFilterInput | None) -> Filters:
    if given is None:
        return Filters()
    return Filters(
        subjects=tuple(given.subjects or ()),
        actors=tuple(given.actors or ()),
        actions=tuple(given.actions or ()),
        since=given.since,
        until=given.until,
        outcome=given.outcome or None,
        rulesets=tuple(given.rulesets or ()),
    )
