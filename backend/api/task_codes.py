"""The vocabulary of tasks as the contract writes it."""

from enum import Enum

import strawberry


@strawberry.enum
class TaskState(Enum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


@strawberry.enum(description="Where the viewer looks: held, of the own departments, offered, watched, set, or all.")
class TaskShelf(Enum):
    MINE = "mine"
    DEPARTMENT = "department"
    OFFERED = "offered"
    WATCHED = "watched"
    SET = "set"
    ALL = "all"
