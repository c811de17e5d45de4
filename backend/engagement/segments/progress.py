"""How those who ask for a run hear how far it is."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    READ = "read"
    SORT = "sort"
    TRY = "try"
    WRITE = "write"


Tell = Callable[[Stage, int, int], Awaitable[None]]
STEPS: Final = 3
"""Of a run: the facts are read, everybody is sorted, what changed is written."""


async def untold(stage: Stage, done: int, total: int) -> None:
    """For whoever does not watch."""
