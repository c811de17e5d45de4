"""Jobs of playbooks: customers taken up, steps taken, goals looked for; each a sweep that can be cut off anywhere."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from backend.access.context import Context
from backend.core.actor import Actor
from backend.edge.platform import Platform
from backend.engagement.playbooks import service

look = service.look
complained = service.complained
Sweep = Callable[[Context], Awaitable[int]]
Progress = Callable[[str, int, int], None]

SWEEPS: Final[Mapping[str, tuple[str, Sweep]]] = {
    "playbooks.observe": ("20 * * * *", service.observe),
    "playbooks.take_up": ("*/10 * * * *", service.take_up),
    "playbooks.go_on": ("* * * * *", service.go_on),
    "playbooks.finish": ("15 3 * * *", service.finish_control),
}
"""In the order of one run by hand: a goal that was reached comes before the step that it makes idle."""


async def run_all(platform: Platform, actor: Actor, progress: Progress) -> dict[str, int]:
    """Everything that is due in one institution now; how much each sweep did."""
    done: dict[str, int] = {}
    for name, (_, sweep) in SWEEPS.items():
        done[name] = 0
        while taken := await platform.run(actor, sweep):
            done[name] += taken
            progress(name, done[name], done[name] + taken)
        progress(name, done[name], done[name])
    return done
