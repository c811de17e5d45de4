"""The verbs of complaints, one module a subject."""

from backend.complaints.service.answering import Download, approve, complainant_name, download, draft, send
from backend.complaints.service.answering import reject as reject_letter
from backend.complaints.service.ending import close, refer, reopen, withdraw
from backend.complaints.service.offering import actions, complainant, read, saw
from backend.complaints.service.receiving import ComplaintInput, receive
from backend.complaints.service.redressing import pay, propose, sign
from backend.complaints.service.redressing import reject as reject_redress
from backend.complaints.service.watching import look_for_spikes, watch
from backend.complaints.service.working import (
    assign,
    decide,
    extend,
    investigate,
    note,
    pause,
    reclassify,
    resume,
)

__all__ = [
    "ComplaintInput",
    "Download",
    "actions",
    "approve",
    "assign",
    "close",
    "complainant",
    "complainant_name",
    "decide",
    "download",
    "draft",
    "extend",
    "investigate",
    "look_for_spikes",
    "note",
    "pause",
    "pay",
    "propose",
    "read",
    "receive",
    "reclassify",
    "refer",
    "reject_letter",
    "reject_redress",
    "reopen",
    "resume",
    "saw",
    "send",
    "sign",
    "watch",
    "withdraw",
]
