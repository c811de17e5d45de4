"""What people and jobs do with lists and screening; each verb is a use case in the caller's transaction."""

from backend.screening.comparing import Hit, Screened, ensure_screened, screen_parties, screen_party, try_names
from backend.screening.loading import Loaded, Outcome, confirm, create_list, dismiss, load_list, rollback, use_list
from backend.screening.runs import due_run, start_rescan, step

__all__ = [
    "Hit",
    "Loaded",
    "Outcome",
    "Screened",
    "confirm",
    "create_list",
    "dismiss",
    "due_run",
    "ensure_screened",
    "load_list",
    "rollback",
    "screen_parties",
    "screen_party",
    "start_rescan",
    "step",
    "try_names",
    "use_list",
]
