"""From an inquiry to a file: page by page, each a transaction of its own, so a report of any length takes the memory
of two pages (one is written while the next is read), and what is shown is noted in the transaction that showed it."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol, TypeVar

from backend.access.context import Context
from backend.reporting.front import Front
from backend.reporting.report import Inquiry, Page, Report
from backend.reporting.writers.choice import Writer, writer

T = TypeVar("T")
Progress = Callable[[int, int], Awaitable[None]]
_BLOCK: Final = 1024 * 1024


class InTransaction(Protocol):
    """Carries one page out in a transaction of the reader's."""

    async def __call__(self, use_case: Callable[[Context], Awaitable[T]]) -> T: ...


@dataclass(frozen=True, slots=True)
class Produced:
    lines: int
    size: int
    sha256: str
    suffix: str


async def produce(
    run: InTransaction,
    report: Report,
    inquiry: Inquiry,
    front: Front,
    out: IO[bytes],
    *,
    fonts: Path | None,
    progress: Progress,
) -> Produced:
    """`out` is seekable and empty. Making text and files is left to threads, so the process goes on answering."""
    made = await asyncio.to_thread(writer, front.form, out, front, fonts)
    page, count = await run(_page_at(report, inquiry, None)), 0
    while True:
        count += len(page.lines)
        writing = asyncio.ensure_future(asyncio.to_thread(made.write, page.lines))
        try:
            await progress(page.done, page.total)
            following = None if page.following is None else await run(_page_at(report, inquiry, page.following))
        finally:
            await writing
        if following is None:
            break
        page = following
    return await asyncio.to_thread(_ended, made, out, count)


def _page_at(report: Report, inquiry: Inquiry, place: Any) -> Callable[[Context], Awaitable[Page]]:
    async def read(ctx: Context) -> Page:
        report.require_export(ctx)
        return await report.page(ctx, inquiry, place)

    return read


def _ended(made: Writer, out: IO[bytes], count: int) -> Produced:
    suffix = made.close(count)
    out.flush()
    size = out.tell()
    out.seek(0)
    digest = hashlib.sha256()
    while block := out.read(_BLOCK):
        digest.update(block)
    out.seek(0)
    return Produced(count, size, digest.hexdigest(), suffix)
