"""The verbs of contact with customers, one module a subject."""

from backend.servicing.interactions.answers import ContactAnswer
from backend.servicing.interactions.receipts import Receipt
from backend.servicing.interactions.service.addresses import bar, confirm, lift_bar
from backend.servicing.interactions.service.asking import asked_by_person, may_contact, overview
from backend.servicing.interactions.service.claiming import Taken, claim, find_stuck, settle
from backend.servicing.interactions.service.previewing import Preview, example, preview_template, preview_words
from backend.servicing.interactions.service.recording import RecordInput, read, record
from backend.servicing.interactions.service.sending import About, send, write
from backend.servicing.interactions.service.templates import (
    TemplateInput,
    approve_template,
    draft_template,
    reject_template,
    retire_template,
)
from backend.servicing.interactions.service.tracking import actions, cancel, receipt, resolve, retry

__all__ = [
    "About",
    "ContactAnswer",
    "Preview",
    "Receipt",
    "RecordInput",
    "Taken",
    "TemplateInput",
    "actions",
    "approve_template",
    "asked_by_person",
    "bar",
    "cancel",
    "claim",
    "confirm",
    "draft_template",
    "example",
    "find_stuck",
    "lift_bar",
    "may_contact",
    "overview",
    "preview_template",
    "preview_words",
    "read",
    "receipt",
    "record",
    "reject_template",
    "resolve",
    "retire_template",
    "retry",
    "send",
    "settle",
    "write",
]
