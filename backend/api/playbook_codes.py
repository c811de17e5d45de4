"""The vocabulary of playbooks as the contract writes it."""

from enum import Enum

import strawberry


@strawberry.enum
class PlaybookArm(Enum):
    TREATED = "treated"
    CONTROL = "control"


@strawberry.enum
class PlaybookStatus(Enum):
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


@strawberry.enum
class PlaybookVerdict(Enum):
    NO_CONTROL = "no_control"
    TOO_SMALL = "too_small"
    OPEN = "open"
    HELPS = "helps"
    HARMS = "harms"


@strawberry.enum(description="Why a colleague takes a customer out.")
class PlaybookOutReason(Enum):
    ASKED = "asked"
    ELSEWHERE = "elsewhere"
    UNFIT = "unfit"
    MISTAKE = "mistake"


@strawberry.enum
class PlaybookStepKind(Enum):
    MESSAGE = "message"
    TASK = "task"
    CALL = "call"
    WAIT = "wait"
    BRANCH = "branch"
