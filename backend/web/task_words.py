"""What the pages of tasks call things."""

from typing import Final

TASK_LABELS: Final[dict[str, dict[str, str]]] = {
    "task_state": {
        "open": "To be taken up",
        "in_progress": "In work",
        "waiting": "Is waiting",
        "done": "Done",
        "cancelled": "Cancelled",
    },
    "task_priority": {"0": "Normal", "1": "Raised", "2": "High", "3": "Urgent"},
    "task_step": {
        "created": "Set",
        "started": "Taken up",
        "waiting": "Waits",
        "resumed": "Goes on",
        "put_back": "Put back into the department",
        "comment": "Comment",
        "changed": "Due time or priority changed",
        "handed_over": "Offered to",
        "accepted": "Hand-over accepted",
        "declined": "Hand-over declined",
        "done": "Done",
        "cancelled": "Cancelled",
        "reopened": "Opened again",
        "escalated": "Late, and told to whoever leads",
    },
    "task_notice": {
        "assigned": "You were given a task",
        "mentioned": "You were mentioned",
        "commented": "A comment was added",
        "offered": "A task was offered to you",
        "accepted": "A hand-over was accepted",
        "declined": "A hand-over was declined",
        "put_back": "A task was put back",
        "changed": "Due time or priority changed",
        "done": "A task was done",
        "cancelled": "A task was cancelled",
        "reopened": "A task was opened again",
        "escalated": "A task is late",
    },
}

TASK_NOTICES: Final[dict[str, str]] = {
    "task.created": "The task was set.",
    "task.taken": "The task is yours.",
    "task.waiting": "The task waits.",
    "task.resumed": "The task goes on.",
    "task.put_back": "The task was put back.",
    "task.commented": "The comment was added.",
    "task.checked": "The checklist was changed.",
    "task.changed": "The task was changed.",
    "task.completed": "The task is done.",
    "task.cancelled": "The task was cancelled.",
    "task.reopened": "The task was opened again.",
    "task.handed_over": "The task was offered; it stays where it is until they answer.",
    "task.accepted": "The task is yours.",
    "task.declined": "The task stays where it was.",
    "task.watched": "What you are told of was changed.",
    "task.read": "Everything was marked as read.",
}

TASK_TONES: Final[dict[str, frozenset[str]]] = {"info": frozenset({"in_progress"}), "warn": frozenset({"waiting"})}
