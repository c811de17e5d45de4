"""Review packs as jobs: what the record knows is recorded, computed outside the transaction, kept, and followed."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.actor import Actor, system_actor
from backend.core.errors import TenureError
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.product_reviews import ages, service, sources
from backend.product_reviews.models import ProductReview, ProductReviewPack
from backend.product_reviews.queries import extracts, packs
from backend.product_reviews.snapshots import Recorded, Store
from risk_models.errors import ModelInputError
from risk_models.product_review.inputs import TABLES, Period
from risk_models.product_review.pack import Pack, compute
from risk_models.product_review.parameters import Parameters

Progress = Callable[[str, int, int], None]
_log: Final = logging.getLogger(__name__)
_BEAT_SECONDS: Final = 1.0
_FAILED: Final = "internal"
_BATCH: Final = 20


@dataclass(frozen=True, slots=True)
class Replayed:
    """A pack computed again from what was recorded: the digest that stands, and the one that came out."""

    pack_id: UUID
    recorded: str
    computed: str

    @property
    def equal(self) -> bool:
        return self.recorded == self.computed


def store_of(platform: Platform, tenant_id: UUID) -> Store:
    return Store(folder_of(platform.settings.data_dir, tenant_id))


def folder_of(data_dir: Path, tenant_id: UUID) -> Path:
    return data_dir / "packs" / str(tenant_id)


async def compute_waiting(platform: Platform, tenant_id: UUID) -> int:
    """Every pack that waits, one after the other; how many were ready in the end."""
    actor = system_actor(tenant_id, f"job-{new_id()}")
    await platform.run(actor, service.take_over)
    ready = 0
    while (pack := await platform.run(actor, service.begin)) is not None:
        ready += await carry_out(platform, actor, pack, lambda *_: None) is not None
    return ready


async def compute_one(platform: Platform, actor: Actor, pack_id: UUID, progress: Progress) -> ProductReviewPack | None:
    """A certain pack, if it waits; None when it could not be computed."""
    pack = await platform.run(actor, partial(service.begin, pack_id=pack_id))
    return None if pack is None else await carry_out(platform, actor, pack, progress)


async def carry_out(
    platform: Platform, actor: Actor, pack: ProductReviewPack, progress: Progress
) -> ProductReviewPack | None:
    """What goes wrong is told with the pack, by its code."""
    try:
        return await _make(platform, actor, pack, progress)
    except TenureError as error:
        code = error.code
        _log.warning("review pack %s: %s", pack.id, error)
    except ModelInputError as error:
        code = type(error).__name__
        _log.warning("review pack %s: %s", pack.id, error)
    except Exception:
        code = _FAILED
        _log.exception("review pack %s failed", pack.id)
    await platform.run(actor, lambda ctx: service.fail(ctx, pack.id, code))
    return None


async def _make(platform: Platform, actor: Actor, pack: ProductReviewPack, progress: Progress) -> ProductReviewPack:
    store, beat = store_of(platform, pack.tenant_id), _Beat(platform, actor, pack.id, progress)
    inputs = await platform.run(actor, lambda ctx: _record(ctx, pack, store, beat))
    computed = await _computed(store, inputs, pack, beat)
    finished = await platform.run(actor, lambda ctx: service.finish(ctx, pack.id, inputs, computed))
    await platform.run(actor, lambda ctx: service.follow_pack(ctx, pack.id))
    return finished


class _Beat:
    """Progress of a pack: told to whoever watches at once, written down once a second."""

    def __init__(self, platform: Platform, actor: Actor, pack_id: UUID, progress: Progress) -> None:
        self._platform, self._actor, self._pack_id, self._progress = platform, actor, pack_id, progress
        self._last = 0.0
        self.state = ("holdings", 0, 1)

    def tell(self, stage: str, done: int, total: int) -> None:
        self.state = (stage, done, total)
        self._progress(stage, done, total)

    async def write(self) -> None:
        if time.monotonic() - self._last < _BEAT_SECONDS:
            return
        self._last = time.monotonic()
        stage, done, total = self.state
        await self._platform.run(self._actor, lambda ctx: service.advance(ctx, self._pack_id, stage, done, total))


async def _record(ctx: Context, pack: ProductReviewPack, store: Store, beat: _Beat) -> dict[str, Recorded]:
    """One transaction, so that all tables show the record of one moment."""
    parameters = parameters_of(pack)
    number = await extracts.number(ctx, pack.product_id, pack.currency, pack.until)
    beat.tell("holdings", number, number)
    if "age_band" in parameters.dimensions:
        await ages.keep(ctx, pack.until)
    values = {
        "product": pack.product_id,
        "currency": pack.currency,
        "since": pack.since,
        "until": pack.until,
    }
    found: dict[str, Recorded] = {}
    for place, table in enumerate(TABLES):
        beat.tell("record", place, len(TABLES))
        source = sources.source_of(table)
        blocks = None if source is None else _beating(source(ctx, values), beat)
        found[table] = await store.record(table, parameters.dimensions, blocks)
    return found


async def _beating(blocks: AsyncIterator[bytes], beat: _Beat) -> AsyncIterator[bytes]:
    async for block in blocks:
        await beat.write()
        yield block


async def _computed(store: Store, inputs: dict[str, Recorded], pack: ProductReviewPack, beat: _Beat) -> Pack:
    """In a thread, so that the process goes on answering."""
    work = asyncio.create_task(asyncio.to_thread(recompute, store, inputs, pack, beat.tell))
    while not work.done():
        await asyncio.wait({work}, timeout=_BEAT_SECONDS)
        await beat.write()
    return await work


def recompute(store: Store, inputs: dict[str, Recorded], pack: ProductReviewPack, progress: Progress) -> Pack:
    """Raises PackInputsGone."""
    return compute(store.load(inputs), Period(pack.since, pack.until), parameters_of(pack), progress)


def parameters_of(pack: ProductReviewPack) -> Parameters:
    return Parameters.from_dict(json.loads(pack.parameters))


async def replay(platform: Platform, actor: Actor, pack_id: UUID, progress: Progress) -> Replayed:
    """The pack again, from its recorded inputs and parameters alone; whether it is the same is in the log.

    Raises PackNotFound, PackInputsGone.
    """
    pack = await platform.run(actor, lambda ctx: packs.pack(ctx, pack_id))
    inputs = {table: Recorded.of(each) for table, each in (pack.inputs or {}).items()}
    store = store_of(platform, pack.tenant_id)
    computed = await asyncio.to_thread(recompute, store, inputs, pack, progress)
    found = Replayed(pack.id, pack.digest or "", computed.digest())
    await platform.run(actor, lambda ctx: service.note_replay(ctx, pack_id, equal=found.equal))
    return found


async def open_due(ctx: Context) -> int:
    """One batch of reviews whose day is near."""
    return await service.open_due(ctx, _BATCH)


async def request_watch(ctx: Context) -> int:
    """One batch of packs that watch products between reviews."""
    return await service.request_watch(ctx, _BATCH)


async def look(ctx: Context, product_id: UUID) -> ProductReview | None:
    """A product moved."""
    return await service.look(ctx, product_id)
