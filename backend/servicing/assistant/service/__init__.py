"""The verbs of the assistant: articles written and approved, questions answered, conversations taken over."""

from backend.servicing.assistant.service.answering import Reached, leave_contact, rate, read, reply
from backend.servicing.assistant.service.asking import Answer, Asking, ask, started
from backend.servicing.assistant.service.forgetting import forget_old
from backend.servicing.assistant.service.watching import place_overdue
from backend.servicing.assistant.service.writing import (
    ArticleInput,
    Texts,
    approve,
    create,
    propose,
    reject,
    retire,
    reviewed,
    revise,
)

__all__ = [
    "Answer",
    "ArticleInput",
    "Asking",
    "Reached",
    "Texts",
    "approve",
    "ask",
    "create",
    "forget_old",
    "leave_contact",
    "place_overdue",
    "propose",
    "rate",
    "read",
    "reject",
    "reply",
    "retire",
    "reviewed",
    "revise",
    "started",
]
