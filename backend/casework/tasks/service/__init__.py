"""The verbs of tasks, one module a subject."""

from backend.casework.tasks.service.ageing import Ageing, ageing
from backend.casework.tasks.service.escalating import escalate_due
from backend.casework.tasks.service.handing import accept, decline, hand_over
from backend.casework.tasks.service.reading import actions, open_keys, words
from backend.casework.tasks.service.setting import TaskInput, create
from backend.casework.tasks.service.telling import mark_read
from backend.casework.tasks.service.working import (
    cancel,
    change,
    check,
    comment,
    complete,
    drop,
    put_back,
    reopen,
    resume,
    take,
    unwatch,
    wait,
    watch,
)

__all__ = [
    "Ageing",
    "TaskInput",
    "accept",
    "actions",
    "ageing",
    "cancel",
    "change",
    "check",
    "comment",
    "complete",
    "create",
    "decline",
    "drop",
    "escalate_due",
    "hand_over",
    "mark_read",
    "open_keys",
    "put_back",
    "reopen",
    "resume",
    "take",
    "unwatch",
    "wait",
    "watch",
    "words",
]
