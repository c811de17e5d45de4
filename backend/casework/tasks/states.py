"""Where a task can go from where it stands, and in which states it is not over."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from backend.casework.tasks.models import TaskState

_S = TaskState
STEPS: Final[Mapping[TaskState, frozenset[TaskState]]] = MappingProxyType(
    {
        _S.OPEN: frozenset({_S.IN_PROGRESS, _S.CANCELLED}),
        _S.IN_PROGRESS: frozenset({_S.WAITING, _S.DONE, _S.CANCELLED, _S.OPEN}),
        _S.WAITING: frozenset({_S.IN_PROGRESS, _S.DONE, _S.CANCELLED, _S.OPEN}),
        _S.DONE: frozenset({_S.OPEN}),
        _S.CANCELLED: frozenset({_S.OPEN}),
    }
)
OPEN: Final = frozenset({_S.OPEN, _S.IN_PROGRESS, _S.WAITING})
