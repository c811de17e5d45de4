"""How things stand with a person: which requests are open, which holds protect, what retention has to know."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.rights.models import HoldState, RequestState

OPEN: Final = frozenset(
    {RequestState.RECEIVED, RequestState.IN_PROGRESS, RequestState.DEFERRED, RequestState.PENDING_APPROVAL}
)
HOLDING: Final = frozenset({HoldState.PLACED, HoldState.IN_FORCE, HoldState.LIFT_PROPOSED})


@dataclass(frozen=True, slots=True)
class Ended:
    """Something that has ended on a day, or goes on (None)."""

    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What there is of a person. `relationship`, `accounts` and `declined` are None where there is none; `ties` are
    those to customers whose due diligence the person belongs to; `open_work` is a case, complaint or
    request that is not decided yet."""

    relationship: Ended | None = None
    accounts: Ended | None = None
    declined: date | None = None
    ties: tuple[Ended, ...] = ()
    shared_accounts: bool = False
    open_work: bool = False
    last_activity: date
