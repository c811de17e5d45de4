"""An institution with a log under a signed head, and reports made from it as a reader gets them."""

import io
import re
import zipfile
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.access.context import Context
from backend.access.models import Tenant
from backend.audit.sequencer import Sequencer, open_sequencer
from backend.core.actor import Actor
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.settings import Settings
from backend.edge import reporting
from backend.edge.platform import Platform
from backend.reporting import heads, service
from backend.reporting.catalog import report_of
from backend.reporting.filters import Filters
from backend.reporting.front import front
from backend.reporting.models import Format, ReportRun
from backend.reporting.producing import Produced, produce
from backend.reporting.report import Inquiry, Line
from tests.conftest import new_bank
from tests.factories.customers import Bank, open_bank

T = TypeVar("T")


async def begin(platform: Platform, actor: Actor, code: str, form: Format, filters: Filters, *, locale: str) -> UUID:
    kept = reporting.kept_for(platform)
    run: ReportRun = await platform.run(
        actor, lambda ctx: service.start(ctx, code, form, filters, keep=kept, locale=locale)
    )
    return run.id


@dataclass(frozen=True)
class Office:
    """Where reports are made: nothing of it is kept but by `run`."""

    bank: Bank
    platform: Platform
    sequencer: Sequencer

    async def sign(self) -> None:
        await self.sequencer.drain(self.bank.tenant.id)

    async def inquiry(self, filters: Filters, locale: str) -> Inquiry:
        head = await self.platform.run(self.bank.auditor, lambda ctx: heads.newest(ctx.session, ctx.actor.tenant_id))
        return Inquiry(filters, head, self.platform.clock(), locale)

    async def lines(self, code: str, reader: Actor | None = None, locale: str = "en", **filters: Any) -> list[Line]:
        await self.sign()
        inquiry, found, place = await self.inquiry(Filters(**filters), locale), [], None
        while True:

            async def page(ctx: Context, place: Any = place) -> Any:
                return await report_of(code).page(ctx, inquiry, place)

            made = await self.platform.run(reader or self.bank.auditor, page)
            found.extend(made.lines)
            place = made.following
            if place is None:
                return found

    async def made(
        self,
        code: str,
        form: Format,
        reader: Actor | None = None,
        locale: str = "en",
        again: bool = False,
        **filters: Any,
    ) -> tuple[bytes, Produced]:
        """`again` makes it under the same head once more."""
        if not again:
            await self.sign()
        report, inquiry = report_of(code), await self.inquiry(Filters(**filters), locale)
        out = io.BytesIO()

        async def run(use_case: Callable[[Context], Awaitable[T]]) -> T:
            return await self.platform.run(reader or self.bank.auditor, use_case)

        async def progress(_done: int, _total: int) -> None: ...

        page = front(report, form, inquiry, institution="Test Bank", reader="Olga")
        produced = await produce(run, report, inquiry, page, out, fonts=None, progress=progress)
        return out.getvalue(), produced

    async def run(self, code: str, form: Format, reader: Actor | None = None, **filters: Any) -> ReportRun:
        """A kept one, as a door starts it."""
        await self.sign()
        actor = reader or self.bank.auditor
        begun = await begin(self.platform, actor, code, form, Filters(**filters), locale="en")
        await reporting.start(self.platform, actor, begun, wait_seconds=60)
        return await self.platform.run(actor, lambda ctx: ctx.session.get_one(ReportRun, begun))

    async def fetched(self, run: ReportRun, reader: Actor | None = None) -> bytes:
        _, pieces = await reporting.download(self.platform, reader or self.bank.auditor, run.id)
        return b"".join([piece async for piece in pieces])

    async def write(self, path: Path, code: str, form: Format, reader: Actor, **filters: Any) -> ReportRun:
        await self.sign()
        return await reporting.write(
            self.platform, reader, code, form, Filters(**filters), path, lambda _done, _total: None
        )


@pytest.fixture
async def sequencer(settings: Settings, database: Database, clock: FixedClock) -> AsyncIterator[Sequencer]:
    opened = open_sequencer(settings, database, clock)
    yield opened
    await opened.close()


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


@pytest.fixture
async def office(platform: Platform, bank: Bank, sequencer: Sequencer) -> Office:
    return Office(bank, platform, sequencer)


async def another_bank(platform: Platform, owner: AsyncEngine) -> Bank:
    return await open_bank(platform, await new_bank(owner, "other"))


def unpacked(content: bytes, form: Format) -> bytes:
    """The text of a file: members of a workbook and streams of a PDF without their compression."""
    if form is Format.XLSX:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return b"\n".join(book.read(name) for name in book.namelist())
    if form is Format.PDF:
        streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
        return content + b"".join([inflated for each in streams if (inflated := _inflated(each))])
    return content


def _inflated(stream: bytes) -> bytes | None:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return None
