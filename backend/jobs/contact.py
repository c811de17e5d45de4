"""Messages leave: one after the other, each claimed, sent and reported on; and what came back is taken up."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.models import Tenant
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.models import WorkItem
from backend.casework.service import Placement
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.servicing.interactions import service
from backend.servicing.interactions.channels.bounces import Bounce, bounce_of
from backend.servicing.interactions.channels.choice import UNCONNECTED, adapters
from backend.servicing.interactions.channels.opening import Openings
from backend.servicing.interactions.channels.parcel import Adapter, Parcel
from backend.servicing.interactions.models import Interaction, State
from backend.servicing.interactions.queries import history, messages
from backend.servicing.interactions.receipts import Receipt

Progress = Callable[[str, int, int], None]
STAGE: Final = "messages"
STAGES: Final = {STAGE: "Sending what is due"}
find_stuck = service.find_stuck
UNSETTLED: Final = "contact.unsettled"
_UNSETTLED: Final = frozenset({State.STUCK, State.FAILED})


@dataclass(slots=True)
class Run:
    """How many messages ended in which state, by the name of the state; `held` were looked at and not sent."""

    states: dict[str, int] = field(default_factory=dict)
    held: int = 0

    @property
    def done(self) -> int:
        return sum(self.states.values()) + self.held


async def send_due(
    platform: Platform, actor: Actor, progress: Progress, channels: Mapping[str, Adapter] | None = None
) -> Run:
    """Until nothing is due. Each claim and each report is a transaction of its own; between them the message leaves."""
    ways = adapters(platform.settings, platform.clock) if channels is None else channels
    run, total = Run(), await platform.run(actor, messages.due_count)
    while (taken := await platform.run(actor, service.claim)) is not None:
        if taken.parcel is None:
            run.held += 1
        else:
            state = await _sent(platform, actor, taken.parcel, ways)
            run.states[state] = run.states.get(state, 0) + 1
        progress(STAGE, run.done, max(total, run.done))
    return run


async def _sent(platform: Platform, actor: Actor, parcel: Parcel, ways: Mapping[str, Adapter]) -> str:
    delivery = await ways.get(parcel.channel, UNCONNECTED).deliver(_traced(platform, parcel))
    row = await platform.run(actor, lambda ctx: service.settle(ctx, parcel.id, parcel.claim_id, delivery))
    return "stuck" if row is None else row.state


def _traced(platform: Platform, parcel: Parcel) -> Parcel:
    if not parcel.traced:
        return parcel
    return Openings.derived(platform.index_root, platform.settings.base_url).traced(parcel)


async def take_up_bounces(platform: Platform, actor: Actor, folder: Path) -> int:
    """Delivery reports that the mail server put into the folder, each a file; how many told of one of our messages.

    A file that was read is kept beside, under `done`; what is no report of ours goes to `other`.
    """
    told = 0
    for path, found in await asyncio.to_thread(_reports, folder):
        row = None if found is None else await _receipt(platform, actor, found.interaction_id, found.receipt)
        told += row is not None
        await asyncio.to_thread(_put_away, path, "other" if row is None else "done")
    return told


def _reports(folder: Path) -> list[tuple[Path, Bounce | None]]:
    return [(path, bounce_of(path.read_bytes())) for path in sorted(folder.glob("*.eml"))]


async def _receipt(platform: Platform, actor: Actor, interaction_id: UUID, what: Receipt) -> Interaction | None:
    return await platform.run(actor, lambda ctx: service.receipt(ctx, interaction_id, what))


def _put_away(path: Path, where: str) -> None:
    target = path.parent / where
    target.mkdir(exist_ok=True)
    path.replace(target / path.name)


async def send_for(platform: Platform, tenant: Tenant) -> None:
    """For the schedule: what came back first, so that nothing goes to an address that is known to be closed."""
    actor = system_actor(tenant.id, f"job-{new_id()}")
    await take_up_bounces(platform, actor, bounce_folder(platform, tenant.slug))
    await send_due(platform, actor, lambda *_: None)


def bounce_folder(platform: Platform, slug: str) -> Path:
    """Where the mail server puts delivery reports of the institution."""
    return platform.settings.data_dir / "bounces" / slug


async def place_work(ctx: Context, interaction_id: UUID) -> WorkItem | None:
    """One piece of work while a person has to decide about a message; none any more when that was done."""
    row = await ctx.session.get(Interaction, interaction_id)
    item = None if row is None else await work.open_of(ctx, row.id)
    if row is None or (item is None) is (row.state not in _UNSETTLED):
        return item
    placement = Placement(queue=UNSETTLED, kind=UNSETTLED) if row.state in _UNSETTLED else None
    return await casework.move(ctx, (history.OBJECT, row.id), placement, row.party_id)
