"""The enums of screening, written out: what is stored is not what is promised."""

from enum import Enum

import strawberry


@strawberry.enum(description="OBSOLETE: the match went away before anybody decided.")
class AlertState(Enum):
    OPEN = "open"
    IN_REVIEW = "in_review"
    ESCALATED = "escalated"
    TRUE_MATCH = "true_match"
    FALSE_POSITIVE = "false_positive"
    INCONCLUSIVE = "inconclusive"
    OBSOLETE = "obsolete"


@strawberry.enum
class AlertOutcome(Enum):
    TRUE_MATCH = "true_match"
    FALSE_POSITIVE = "false_positive"
    INCONCLUSIVE = "inconclusive"


@strawberry.enum
class AlertSeverity(Enum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@strawberry.enum(description="What people, and screening itself (VOID, LAPSE), do to alerts.")
class AlertVerb(Enum):
    TAKE = "take"
    ASSIGN = "assign"
    RELEASE = "release"
    ESCALATE = "escalate"
    DECIDE = "decide"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    VOID = "void"
    LAPSE = "lapse"
    JOIN = "join"


@strawberry.enum
class ListKind(Enum):
    SANCTIONS = "sanctions"
    PEP = "pep"
    INTERNAL = "internal"
    OTHER = "other"


@strawberry.enum(description="What a comparison is about: the names, or other evidence, which is reported apart.")
class ComparisonGroup(Enum):
    NAME = "name"
    EVIDENCE = "evidence"


@strawberry.enum
class ComparisonOutcome(Enum):
    AGREED = "agreed"
    DISAGREED = "disagreed"
    ABSENT = "absent"


@strawberry.enum(
    description="All that the first line learns. PENDING: compliance has not finished, whatever the reason."
)
class ScreeningStatus(Enum):
    NOT_SCREENED = "not_screened"
    PENDING = "pending"
    CLEARED = "cleared"


@strawberry.enum(description="WAITING: a second person must confirm it. REFUSED: the file could not be read.")
class ListVersionState(Enum):
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WAITING = "waiting"
    REFUSED = "refused"
    DISMISSED = "dismissed"


@strawberry.enum(description="DIFFERENCE: those whom a change of the lists concerns. PORTFOLIO: everybody.")
class RunKind(Enum):
    DIFFERENCE = "difference"
    PORTFOLIO = "portfolio"


@strawberry.enum
class RunState(Enum):
    RUNNING = "running"
    FINISHED = "finished"


@strawberry.enum
class SubjectKind(Enum):
    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    UNKNOWN = "unknown"
