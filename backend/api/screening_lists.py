"""Lists that parties are screened against: the version in force, what each version changed, runs, and trying a name."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.inputs import Id
from backend.api.request import Info
from backend.api.screening_enums import ListKind, ListVersionState, RunKind, RunState
from backend.api.staff import Agent, agent
from backend.core.errors import Invalid, TenureError
from backend.core.i18n import translate
from backend.screening import queries
from backend.screening.lists.difference import Difference
from backend.screening.lists.entity import Entity
from backend.screening.models import ListVersion as VersionRow
from backend.screening.models import ScreeningList as ListRow
from backend.screening.models import ScreeningRun as RunRow
from backend.screening.ruleset import list_rules

_MOST_SHOWN: Final = 200
Shown = Annotated[int, strawberry.argument(description=f"How many entries of each kind, at most {_MOST_SHOWN}.")]


@strawberry.type
class ChangedField:
    name: str
    added: list[str]
    removed: list[str]


@strawberry.type(description="An entry that a version added, changed or removed; `fields` only of a changed one.")
class ChangedEntry:
    ref: str
    name: str
    fields: list[ChangedField] = strawberry.field(directives=[Cost(weight=0, size=3)])


@strawberry.type(description="Against the version before; the counts of all are on the version itself.")
class ListDifference:
    added: list[ChangedEntry] = strawberry.field(directives=[Cost(weight=0, size=20)])
    changed: list[ChangedEntry] = strawberry.field(directives=[Cost(weight=0, size=20)])
    removed: list[ChangedEntry] = strawberry.field(directives=[Cost(weight=0, size=20)])

    @classmethod
    def of(cls, found: Difference, most: int) -> "ListDifference":
        return cls(
            added=[_entry(each) for each in found.added[:most]],
            changed=[
                ChangedEntry(
                    ref=each.after.id,
                    name=each.after.names[0].text,
                    fields=[
                        ChangedField(name=one.field, added=_texts(one.added), removed=_texts(one.removed))
                        for one in each.changes
                    ],
                )
                for each in found.changed[:most]
            ],
            removed=[_entry(each) for each in found.removed[:most]],
        )


@strawberry.type(description="One import of a list, also one that was refused or waits for a person.")
class ListVersion:
    id: UUID
    number: int
    state: ListVersionState
    entries: int
    added: int
    changed: int
    removed: int
    published_on: date | None
    loaded_at: datetime
    decided_at: datetime | None
    file_sha256: str
    digest: str | None
    restored_id: UUID | None = strawberry.field(description="The version that a roll-back brought back.")
    problem: str | None = strawberry.field(description="Why the file was refused, and on which line.")
    row: strawberry.Private[VersionRow]

    @strawberry.field
    def loaded_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.loaded_by)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)

    @resolved("What it changed; null for a version that never was in force.", weight=50)
    async def difference(self, info: Info, most: Shown = 50) -> ListDifference | None:
        if self.row.state not in {"in_force", "superseded"}:
            return None
        found = await info.context.read(lambda ctx: queries.difference_of(ctx, self.id))
        return ListDifference.of(found, min(max(most, 0), _MOST_SHOWN))

    @classmethod
    def of(cls, row: VersionRow, locale: str) -> "ListVersion":
        return cls(
            id=row.id,
            number=row.number,
            state=ListVersionState(row.state),
            entries=row.entries,
            added=row.added,
            changed=row.changed,
            removed=row.removed,
            published_on=row.published_on,
            loaded_at=row.loaded_at,
            decided_at=row.decided_at,
            file_sha256=row.file_sha256,
            digest=row.digest,
            restored_id=row.restored_id,
            problem=None if row.problem is None else _worded(row.problem, locale),
            row=row,
        )


@strawberry.type(description="`stale`: no file was taken for longer than the list may be old.")
class ScreeningList:
    id: UUID
    code: str
    words: str
    format: str
    kind: ListKind
    active: bool
    max_age_days: int
    checked_at: datetime | None
    stale: bool
    in_force: ListVersion | None
    waiting: ListVersion | None = strawberry.field(description="So much was removed that a second person must confirm.")

    @resolved("The latest first; `before` is the number with which the page before ended.", weight=5, sliced_by="most")
    async def versions(self, info: Info, most: int = 20, before: int | None = None) -> list[ListVersion]:
        limit = min(max(most, 1), 100)
        rows = await info.context.read(lambda ctx: queries.versions(ctx, self.id, most=limit, before=before))
        return [ListVersion.of(row, info.context.actor.locale) for row in rows]

    @classmethod
    def of(cls, standing: queries.ListStanding, words: str, locale: str) -> "ScreeningList":
        row = standing.list
        return cls(
            id=row.id,
            code=row.code,
            words=words,
            format=row.format,
            kind=ListKind(row.kind),
            active=row.active,
            max_age_days=row.max_age_days,
            checked_at=row.checked_at,
            stale=standing.stale,
            in_force=None if standing.in_force is None else ListVersion.of(standing.in_force, locale),
            waiting=None if standing.waiting is None else ListVersion.of(standing.waiting, locale),
        )


@strawberry.type(description="A screening of many: of everybody, or of those whom a change of the lists concerns.")
class ScreeningRun:
    id: UUID
    kind: RunKind
    state: RunState
    done: int
    total: int
    opened: int
    suppressed: int
    reopened: int
    obsolete: int
    started_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, row: RunRow) -> "ScreeningRun":
        return cls(
            id=row.id,
            kind=RunKind(row.kind),
            state=RunState(row.state),
            done=row.done,
            total=row.total,
            opened=row.opened,
            suppressed=row.suppressed,
            reopened=row.reopened,
            obsolete=row.obsolete,
            started_at=row.started_at,
            finished_at=row.finished_at,
        )


async def fetch_lists(ctx: Context, ids: Collection[UUID]) -> dict[UUID, ScreeningList | None]:
    return {each.id: each for each in await all_lists(ctx) if each.id in ids}


async def all_lists(ctx: Context) -> list[ScreeningList]:
    locale = ctx.actor.locale
    return [ScreeningList.of(each, _words(ctx, each.list), locale) for each in await queries.lists(ctx)]


@strawberry.type
class ScreeningListQuery:
    @resolved("The lists with the version of each that is in force.", weight=10, size=10)
    async def screening_lists(self, info: Info) -> list[ScreeningList]:
        return await info.context.read(all_lists)

    @resolved("A list.", weight=5)
    async def screening_list(self, info: Info, record_id: Id) -> ScreeningList | None:
        return await info.context.loader(fetch_lists, None).get(record_id)

    @resolved("The latest screenings of many, the latest first.", weight=5, size=10)
    async def screening_runs(self, info: Info, most: int = 10) -> list[ScreeningRun]:
        limit = min(max(most, 1), 100)
        return [ScreeningRun.of(row) for row in await info.context.read(lambda ctx: queries.runs(ctx, limit))]


def _words(ctx: Context, row: ListRow) -> str:
    """The rule-set's wording of a publication that it knows; an own list is called as it was named."""
    known = list_rules(ctx).rules.publications.get(row.code)
    return row.name if known is None else known.name.text(ctx.actor.locale)


def _worded(problem: dict[str, Any], locale: str) -> str:
    text = _refusals().get(problem["code"])
    return problem["code"] if text is None else translate(locale, text, **problem["params"])


@cache
def _refusals() -> dict[str, str]:
    return {error.code: error.text for error in _descendants(Invalid)}


def _descendants(error: type[TenureError]) -> Iterable[type[TenureError]]:
    for child in error.__subclasses__():
        yield child
        yield from _descendants(child)


def _entry(entity: Entity) -> ChangedEntry:
    return ChangedEntry(ref=entity.id, name=entity.names[0].text, fields=[])


def _texts(values: Iterable[object]) -> list[str]:
    """Values of an entry as text: what is a record becomes its fields in their order."""
    return [value if isinstance(value, str) else _flat(orjson.loads(orjson.dumps(value))) for value in values]


def _flat(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    return " · ".join(str(each) for each in value.values() if each not in (None, False, ""))
