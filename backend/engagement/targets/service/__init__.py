"""What people and the platform do with targets: one verb per use case."""

from backend.engagement.targets.service.behind import Behind, behind
from backend.engagement.targets.service.board import Board, Line, board, measures, months, names_of
from backend.engagement.targets.service.computing import compute, due
from backend.engagement.targets.service.goals import end_goal, set_goal
from backend.engagement.targets.service.reporting import Letter, note_report, weekly

__all__ = [
    "Behind",
    "Board",
    "Letter",
    "Line",
    "behind",
    "board",
    "compute",
    "due",
    "end_goal",
    "measures",
    "months",
    "names_of",
    "note_report",
    "set_goal",
    "weekly",
]
