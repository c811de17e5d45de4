"""Files of holdings and prospects: how far each is, what came of it, and every row that was not taken."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, page_size, place
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.core.i18n import translate
from backend.onboarding.migration import file_runs
from backend.onboarding.migration.models import ImportProgress, ImportRun

_LISTED = "import_problems"


@strawberry.enum
class HoldingFileKind(Enum):
    HOLDINGS = "holdings"
    MOVEMENTS = "movements"
    PREMIUMS = "premiums"
    CLAIMS = "claims"
    PROSPECTS = "prospects"


@strawberry.enum
class ImportState(Enum):
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CHECKED = "checked"
    DISCARDED = "discarded"


@strawberry.type(description="A row that was not taken, and how to mend it.")
class ImportProblemLine:
    line: int
    column: str | None
    code: str
    words: str


@strawberry.type(
    description="`done` and `total` are lines of the file; `known` rows were recorded before, `alike` may be on record."
)
class HoldingImport:
    id: UUID
    kind: HoldingFileKind
    state: ImportState
    file: str
    done: int
    total: int
    taken: int
    known: int
    alike: int
    failure: str | None
    started_at: datetime
    finished_at: datetime | None
    starter: strawberry.Private[UUID]

    @strawberry.field
    def started_by(self, info: Info) -> Agent | None:
        return agent(info, self.starter)

    @resolved("Rows that were not taken, in the order of the file.", weight=3, sliced_by="first")
    async def problems(self, info: Info, first: First = 50, after: After = None) -> Connection[ImportProblemLine]:
        start, limit = int(place(info, _LISTED, after) or 0), page_size(first)
        found = await info.context.read(lambda ctx: file_runs.problems_of(ctx, self.id, limit=limit + 1, after=start))
        locale, shown = info.context.actor.locale, found[:limit]
        lines = [
            ImportProblemLine(line=each.line, column=each.column, code=each.code, words=translate(locale, each.reason))
            for each in shown
        ]
        following = str(shown[-1].line) if len(found) > limit else None
        return Connection.of(info, _LISTED, lines, following)

    @classmethod
    def of(cls, run: ImportRun, progress: ImportProgress) -> "HoldingImport":
        return cls(
            id=run.id,
            kind=HoldingFileKind(file_runs.kind_of(run).value),
            state=ImportState(run.state),
            file=progress.file,
            done=progress.done,
            total=progress.total,
            taken=progress.taken,
            known=progress.known,
            alike=progress.alike or 0,
            failure=progress.failure,
            started_at=run.started_at,
            finished_at=run.finished_at,
            starter=run.started_by,
        )


@strawberry.type
class HoldingImportQuery:
    @resolved("Files of holdings and prospects that the viewer may know of, the newest first.", weight=5, size=20)
    async def holding_imports(self, info: Info) -> list[HoldingImport]:
        return [HoldingImport.of(*each) for each in await info.context.read(file_runs.newest)]

    @resolved("What the viewer may load from files.", weight=1, size=5)
    async def loadable_files(self, info: Info) -> list[HoldingFileKind]:
        async def kinds(ctx: Context) -> list[HoldingFileKind]:
            return [HoldingFileKind(kind.value) for kind in file_runs.loads(ctx)]

        return await info.context.read(kinds)

    @resolved("One of them; null where there is none.", weight=2)
    async def holding_import(self, info: Info, record_id: Id) -> HoldingImport | None:
        async def read(ctx: Context) -> HoldingImport | None:
            found = await file_runs.shown(ctx, record_id)
            return None if found is None else HoldingImport.of(*found)

        return await info.context.read(read)
