"""Files with rows of one kind, loaded by a command."""

from pathlib import Path
from typing import Final

from backend.access.models import Tenant
from backend.audit.sequencer import open_sequencer
from backend.cli.console import Bars, institution, out, platform, settings_for, system, tell
from backend.edge.loading import Loaded, load
from backend.edge.platform import Platform
from backend.onboarding.migration.file_runs import problems_of
from backend.onboarding.migration.holding_files import FileKind

_STAGE: Final = "load"
_SHOWN_PROBLEMS: Final = 20


async def load_file(kind: FileKind, file: Path, words: str, tenant: str | None, data_dir: Path | None) -> None:
    async with platform(settings_for(data_dir)) as opened:
        where = await institution(opened, tenant)
        with Bars({_STAGE: words}) as report:
            loaded = await load(
                opened, system(where), kind, file, watch=lambda done, total: report(_STAGE, done, total)
            )
        await _show(opened, where, file, loaded)


async def _show(opened: Platform, where: Tenant, file: Path, loaded: Loaded) -> None:
    out.print(f"Rows recorded: {loaded.taken:,}; there already: {loaded.known:,}; not taken: {loaded.problems:,}.")
    if loaded.alike:
        out.print(f"{loaded.alike:,} may be on record already; they wait under Duplicates.")
    bad = await opened.run(system(where), lambda ctx: problems_of(ctx, loaded.run_id, limit=_SHOWN_PROBLEMS))
    for problem in bad:
        where_ = f"{file.name}, line {problem.line}" + (f", {problem.column}" if problem.column else "")
        tell(f"{where_}: {problem.reason}", "not taken")
    if loaded.problems > len(bad):
        out.print(f"… and {loaded.problems - len(bad):,} more rows; all are kept with the import run.")
    sequencer = open_sequencer(opened.settings, opened.database)
    logged = await sequencer.drain(where.id)
    await sequencer.close()
    out.print(f"{logged:,} audit entries were added to the signed log.")
