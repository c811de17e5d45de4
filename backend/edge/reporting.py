"""Reports outside the request that asks for them: page by page with the rights of the person, into a sealed file."""

import asyncio
import logging
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Final, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from backend.access import queries as directory
from backend.access.context import Context
from backend.access.models import StaffUser, Tenant
from backend.core.actor import Actor, Channel, system_actor
from backend.core.errors import TenureError
from backend.edge.platform import Platform
from backend.reporting import people, service
from backend.reporting.catalog import report_of
from backend.reporting.errors import FileThere, ReaderGone, ReportDamaged
from backend.reporting.filters import Filters
from backend.reporting.front import Front, front
from backend.reporting.models import Format, ReportRun
from backend.reporting.producing import Produced, produce

T = TypeVar("T")
Watch = Callable[[int, int], None]
_log: Final = logging.getLogger(__name__)
_FAILED: Final = "internal"
_BEAT_SECONDS: Final = 1.0
_PIECES_A_TRANSACTION: Final = 8
_running: Final[set[asyncio.Task[None]]] = set()
_turns: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]] = WeakKeyDictionary()


async def start(platform: Platform, actor: Actor, run_id: UUID, *, wait_seconds: float) -> None:
    """Runs as a task of this process; waits a little, because most reports take less than that.

    A process that ends leaves the run unfinished, and `take_up_abandoned` lets a job make it anew.
    """
    task = asyncio.create_task(carry_out(platform, actor, run_id), name=f"report {run_id}")
    _running.add(task)
    task.add_done_callback(_running.discard)
    await asyncio.wait({task}, timeout=wait_seconds)


async def carry_out(platform: Platform, actor: Actor, run_id: UUID) -> None:
    """One at a time in a process; what goes wrong is told with the run, by its code."""
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1))
    reader = replace(actor, proof=None)
    async with turn:
        try:
            await _make(platform, reader, run_id)
        except TenureError as error:
            code = error.code
            await platform.run(reader, lambda ctx: service.fail(ctx, run_id, code))
        except Exception:
            _log.exception("report %s failed", run_id)
            await platform.run(reader, lambda ctx: service.fail(ctx, run_id, _FAILED))


async def _make(platform: Platform, reader: Actor, run_id: UUID) -> None:
    await platform.run(reader, lambda ctx: service.begin_anew(ctx, run_id))
    with tempfile.TemporaryFile(prefix="tenure-report-") as out:
        made = await _produce(platform, reader, run_id, out, lambda _done, _total: None)
        await _keep(platform, reader, run_id, out)
    await platform.run(reader, lambda ctx: service.finish(ctx, run_id, made))


async def write(
    platform: Platform, reader: Actor, code: str, form: Format, filters: Filters, path: Path, watch: Watch
) -> ReportRun:
    """Straight to a file of the operator's, which has its name only when it is complete. Nothing is kept here.

    Raises FileThere before anything is begun.
    """
    if await asyncio.to_thread(path.exists):
        raise FileThere(name=path.name)
    locale = reader.locale
    begun = await platform.run(reader, lambda ctx: service.start(ctx, code, form, filters, keep=None, locale=locale))
    part = path.with_name(path.name + ".part")
    try:
        with part.open("x+b") as out:
            part.chmod(0o600)
            made = await _produce(platform, reader, begun.id, out, watch)
        finished = await platform.run(reader, lambda ctx: service.finish(ctx, begun.id, made))
        part.replace(path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        failure = error.code if isinstance(error, TenureError) else _FAILED
        await platform.run(reader, lambda ctx: service.fail(ctx, begun.id, failure))
        raise
    return finished


async def download(platform: Platform, actor: Actor, run_id: UUID) -> tuple[ReportRun, AsyncIterator[bytes]]:
    """The file, piece by piece. Raises ReportUnknown, ReportNotReady, ReportExpired before the first."""
    run = await platform.run(actor, lambda ctx: service.hand_out(ctx, run_id))
    return run, _pieces(platform, actor, run)


async def take_up_abandoned(platform: Platform, tenant_id: UUID, request_id: str) -> int:
    """Reports whose process ended are made here, with the rights that their readers have now."""
    acting = system_actor(tenant_id, request_id)
    runs = await platform.run(acting, service.take_over)
    for run in runs:
        reader = await platform.run(acting, partial(reader_of, person=run.started_by, request_id=request_id))
        if reader is None:
            await platform.run(acting, partial(service.fail, run_id=run.id, code=ReaderGone.code))
        else:
            await carry_out(platform, replace(reader, locale=run.locale), run.id)
    return len(runs)


async def reader_of(ctx: Context, person: UUID, request_id: str, channel: Channel = "job") -> Actor | None:
    """The colleague as an actor, in the roles of this moment; None for one who may not come in."""
    user = await ctx.session.get(StaffUser, person)
    if user is None or not user.active:
        return None
    roles = await directory.roles_of(ctx.session, user.id, ctx.now)
    return Actor(user.id, user.tenant_id, "staff", roles, channel, request_id, user.team_id, locale=user.locale)


async def _produce(platform: Platform, reader: Actor, run_id: UUID, out: IO[bytes], watch: Watch) -> Produced:
    run, page = await platform.run(reader, lambda ctx: _front(ctx, run_id))
    beaten = 0.0

    async def progress(done: int, total: int) -> None:
        nonlocal beaten
        watch(done, total)
        if time.monotonic() - beaten >= _BEAT_SECONDS:
            beaten = time.monotonic()
            await platform.run(reader, lambda ctx: service.advance(ctx, run_id, done, total))

    async def paged(use_case: Callable[[Context], Awaitable[T]]) -> T:
        return await platform.run(reader, use_case)

    fonts = platform.settings.data_dir / "fonts"
    return await produce(
        paged,
        page.report,
        service.inquiry_of(run),
        page,
        out,
        fonts=fonts if fonts.is_dir() else None,
        progress=progress,
    )


async def _front(ctx: Context, run_id: UUID) -> tuple[ReportRun, Front]:
    run = await ctx.session.get_one(ReportRun, run_id)
    tenant = await ctx.session.get_one(Tenant, run.tenant_id)
    names = await people.names_of(ctx, [run.started_by])
    reader = names.get(run.started_by, str(run.started_by))
    inquiry = service.inquiry_of(run)
    return run, front(report_of(run.report), Format(run.format), inquiry, institution=tenant.name, reader=reader)


async def _keep(platform: Platform, reader: Actor, run_id: UUID, out: IO[bytes]) -> None:
    source = iter(lambda: out.read(service.PIECE_BYTES), b"")
    first = 0
    while pieces := await asyncio.to_thread(_some, source):

        async def kept(ctx: Context, first: int = first, pieces: list[bytes] = pieces) -> None:
            await service.keep(ctx, run_id, first, pieces)

        await platform.run(reader, kept)
        first += len(pieces)


async def _pieces(platform: Platform, actor: Actor, run: ReportRun) -> AsyncIterator[bytes]:
    digest, number = sha256(), 0
    while True:
        body = await platform.run(actor, partial(service.piece, run_id=run.id, number=number))
        if body is None:
            break
        digest.update(body)
        yield body
        number += 1
    if digest.hexdigest() != run.sha256:
        raise ReportDamaged(report=run.id)


def _some(source: Iterator[bytes] | Iterable[bytes]) -> list[bytes]:
    return list(islice(source, _PIECES_A_TRANSACTION))


def kept_for(platform: Platform) -> timedelta:
    return timedelta(days=platform.settings.report_days)
