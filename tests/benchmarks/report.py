"""How fast reports are made: `python -m tests.benchmarks.report [lines]`, lines a second and a file's size by format.

The log is of made customers, taken over as an import does it, so its entries hold from one to hundreds of versions;
the report is `audit`, the longest there is, with the values before and after, read with the rights of an auditor and
cut at the number of lines. What a page costs to read (SQL, decryption, masking) is measured once apart, because every
format reads the same pages. A PDF above its most lines is refused, as the product does; its pace is measured at that.
"""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from backend import migrate
from backend.access.context import Context
from backend.audit.sequencer import open_sequencer
from backend.cli.tenants import new_tenant
from backend.core.actor import Actor, system_actor
from backend.core.clock import system_clock
from backend.core.database import open_embedded
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge.platform import Platform, open_platform
from backend.jobs.importing import Summary, onboard
from backend.onboarding.migration.berka_migrants import COUNTRY
from backend.reporting import heads
from backend.reporting.audit_log import AUDIT_LOG
from backend.reporting.filters import Filters
from backend.reporting.front import front
from backend.reporting.models import Format
from backend.reporting.producing import produce
from backend.reporting.report import Inquiry, Page, Report
from backend.reporting.writers.pages import MOST
from tests.benchmarks.bulk_onboarding import people

T = TypeVar("T")
LINES_OF_A_CUSTOMER: Final = 75
"""At least: fields of the versions that the import of one writes."""
_MEGABYTE: Final = 2**20


def cut(report: Report, lines: int) -> Report:
    """The same report, ended after so many lines."""

    async def page(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
        at, before = place or (None, 0)
        made = await report.page(ctx, inquiry, at)
        kept = made.lines[: lines - before]
        done = before + len(kept)
        following = None if made.following is None or done >= lines else (made.following, done)
        return Page(kept, following, done, lines)

    return replace(report, page=page)


async def measure(platform: Platform, lines: int) -> None:
    tenant = await new_tenant(platform.database, "bench", "Bench", "CZ", "CZK")
    acting = system_actor(tenant.id, "benchmark", "cli")
    made = people(lines // LINES_OF_A_CUSTOMER + 1)
    started, used = time.perf_counter(), time.process_time()
    await onboard(platform, acting, made, COUNTRY, system_clock().date(), Summary(), lambda *_: None)
    spent = time.perf_counter() - started, time.process_time() - used
    sequencer = open_sequencer(platform.settings, platform.database, platform.clock)
    await sequencer.drain(tenant.id)
    await sequencer.close()
    reader = Actor(new_id(), tenant.id, "staff", frozenset({"auditor"}), "cli", "benchmark")
    head = await platform.run(reader, lambda ctx: heads.newest(ctx.session, tenant.id))
    _say("taking over", lines, 0, *spent)
    inquiry = Inquiry(Filters(), head, platform.clock())
    for form in Format:
        wanted = min(lines, MOST) if form is Format.PDF else lines
        _say(form.value, *await _timed(_made(platform, reader, inquiry, form, wanted)))
    _say("pages alone", *await _timed(_read(platform, reader, inquiry, lines)))


async def _timed(work: Awaitable[tuple[int, int]]) -> tuple[int, int, float, float]:
    """Lines, bytes, seconds by the clock, and those of this process's processors, which others do not stretch."""
    started, used = time.perf_counter(), time.process_time()
    lines, size = await work
    return lines, size, time.perf_counter() - started, time.process_time() - used


async def _read(platform: Platform, reader: Actor, inquiry: Inquiry, lines: int) -> tuple[int, int]:
    report, place, count = cut(AUDIT_LOG, lines), None, 0
    while True:

        async def page(ctx: Context, place: Any = place) -> Page:
            return await report.page(ctx, inquiry, place)

        found = await platform.run(reader, page)
        count, place = count + len(found.lines), found.following
        if place is None:
            return count, 0


async def _made(platform: Platform, reader: Actor, inquiry: Inquiry, form: Format, lines: int) -> tuple[int, int]:
    async def run(use_case: Callable[[Context], Awaitable[T]]) -> T:
        return await platform.run(reader, use_case)

    async def progress(_done: int, _total: int) -> None: ...

    report = cut(AUDIT_LOG, lines)
    page = front(report, form, inquiry, institution="Bench", reader="Benchmark")
    with tempfile.TemporaryFile() as out:
        made = await produce(run, report, inquiry, page, out, fonts=None, progress=progress)
        return made.lines, made.size


def _say(what: str, lines: int, size: int, seconds: float, used: float) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{what:12}{lines:10,} lines {lines / seconds:10,.0f} lines/s {seconds:8.1f} s ({used:.1f} s of processor)"
        f" {size / _MEGABYTE:8.1f} MB, memory so far {memory:,.0f} MB\n"
    )
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=int, nargs="?", default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tenure-benchmark-", ignore_cleanup_errors=True) as name:
        database = open_embedded(Path(name) / "postgres", "tenure")
        try:
            migrate.upgrade(database)
            asyncio.run(_run(Settings(data_dir=Path(name)), database, chosen.lines))
        finally:
            database.close()


async def _run(settings: Settings, database: Any, lines: int) -> None:
    platform = await open_platform(settings, database=database)
    await measure(platform, lines)
    await platform.engine.dispose()


if __name__ == "__main__":
    main()
