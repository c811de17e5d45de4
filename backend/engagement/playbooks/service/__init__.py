"""The verbs of playbooks, one module a subject."""

from backend.engagement.playbooks.service.acting import answer, pause, resume, take_out
from backend.engagement.playbooks.service.entering import enrol, take_up
from backend.engagement.playbooks.service.going import complained, go_on, look
from backend.engagement.playbooks.service.observing import finish_control, observe

__all__ = [
    "answer",
    "complained",
    "enrol",
    "finish_control",
    "go_on",
    "look",
    "observe",
    "pause",
    "resume",
    "take_out",
    "take_up",
]
