"""Screening as jobs: of a party that changed, of whom a list's difference concerns, of all; lists from a folder.

Files for the folder are laid down as `<data>/lists/<institution>/<code of the list>/main.csv` (and alt, add, comments
beside it). What was taken up moves into `loaded`, `waiting` or `refused` below the list's folder.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from backend.access import queries as directory
from backend.access.context import Context
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.onboarding import service as onboarding
from backend.risk.queries import owned_by
from backend.screening import indexes, queries, service
from backend.screening.alerts.carrying import carry_over
from backend.screening.errors import ListNotActive, ListNotFound
from backend.screening.models import RunState, ScreeningRun
from backend.screening.service import Loaded, Outcome

_log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
_NEW: Final = 100
_LOOK_SECONDS: Final = 15.0
_WHERE: Final = {
    Outcome.IN_FORCE: "loaded",
    Outcome.NOTHING_NEW: "loaded",
    Outcome.WAITING: "waiting",
    Outcome.REFUSED: "refused",
}


async def screen_changed(ctx: Context, party_id: UUID) -> None:
    """The party is looked for again if a screened fact changed, or another record became part of its own; cases of its
    own and of what it owns are answered.
    """
    if await carry_over(ctx, party_id):
        await service.screen_parties(ctx, [party_id], "party_changed")
    await service.ensure_screened(ctx, [party_id], "party_changed")
    await answer_cases(ctx, party_id)


async def answer_cases(ctx: Context, party_id: UUID) -> None:
    for concerned in (party_id, *await owned_by(ctx, party_id)):
        await onboarding.answer_again(ctx, concerned, "screening")


async def screen_new(ctx: Context) -> int:
    """Parties whom nobody has looked for yet: those that came by bulk, or while no list was loaded."""
    if await queries.stamp(ctx) == 0:
        return 0
    parties = await queries.unscreened(ctx, _NEW)
    if parties:
        await service.screen_parties(ctx, parties, "new_party")
    return len(parties)


async def go_on(ctx: Context) -> int:
    """One step of the run that is due; 0 when everybody is screened against the lists as they are."""
    run = await service.due_run(ctx)
    if run is None:
        return 0
    await service.step(ctx, run.id)
    return 1


async def screen_due(platform: Platform, actor: Actor, progress: Progress) -> list[ScreeningRun]:
    """Every run that the lists ask for, to its end."""
    done: list[ScreeningRun] = []
    while (run := await platform.run(actor, service.due_run)) is not None:
        done.append(await finish(platform, actor, run, progress))
    return done


async def rescan(platform: Platform, actor: Actor, progress: Progress) -> ScreeningRun | None:
    """Everybody against everything; None while no list is loaded."""
    run = await platform.run(actor, service.start_rescan)
    return None if run is None else await finish(platform, actor, run, progress)


async def finish(platform: Platform, actor: Actor, run: ScreeningRun, progress: Progress) -> ScreeningRun:
    """Step by step to its end; another process may help, or have ended it."""
    progress("screen", run.done, run.total)
    while run.state == RunState.RUNNING:
        further = await platform.run(actor, partial(service.step, run_id=run.id))
        if further is None:
            return await platform.run(actor, partial(queries.run, run_id=run.id))
        run = further
        progress("screen", run.done, run.total)
    return run


async def keep_current(platform: Platform, stop: asyncio.Event) -> None:
    """In every serving process: its indexes follow the lists, so that nobody who asks waits for one to be built."""
    while not stop.is_set():
        nobody = system_actor(UUID(int=0), f"job-{new_id()}")
        for tenant in await platform.run(nobody, lambda ctx: directory.tenants(ctx.session)):
            await platform.run(system_actor(tenant.id, f"job-{new_id()}"), indexes.current)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)


async def tell_stale(ctx: Context) -> int:
    """An event and a line in the service's log for each list that is older than it may be."""
    stale = [one.list for one in await queries.lists(ctx) if one.stale]
    for one in stale:
        await ctx.emit("screening.list_stale", one.id, {"code": one.code})
        _log.warning("screening list %s is stale: last checked %s", one.code, one.checked_at or "never")
    return len(stale)


async def take_up_files(platform: Platform, actor: Actor, folder: Path) -> list[Loaded]:
    """The publications that lie in the folder of an institution, one after another."""
    taken = []
    for of, files in _publications(folder):
        taken += await _take_up(platform, actor, of, files)
    return taken


def _publications(folder: Path) -> list[tuple[Path, dict[str, Path]]]:
    """Each list's folder with its files by part; one without a main file is not complete yet."""
    found = [
        (of, {path.stem: path for path in sorted(of.iterdir()) if path.is_file()})
        for of in sorted(folder.glob("*"))
        if of.is_dir()
    ]
    return [(of, files) for of, files in found if "main" in files]


async def _take_up(platform: Platform, actor: Actor, of: Path, files: dict[str, Path]) -> list[Loaded]:
    contents = {part: path.read_bytes() for part, path in files.items()}
    try:
        loaded = await platform.run(actor, partial(service.load_list, code=of.name, files=contents))
    except (ListNotFound, ListNotActive) as refusal:
        _log.warning("files in %s were left where they are: %s", of.name, refusal)
        return []
    target = of / _WHERE[loaded.outcome] / f"{platform.clock():%Y%m%dT%H%M%S}"
    target.mkdir(parents=True, exist_ok=True)
    for path in files.values():
        path.rename(target / path.name)
    if loaded.refusal is not None:
        _log.warning("a file of %s was refused: %s", of.name, loaded.refusal)
    return [loaded]
