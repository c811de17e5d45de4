"""The log as a report: who, what, when, where, before and after; and who read which personal data.

One line for each field that an entry changed and each record it read, one line for an entry that did neither.
"""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.audit.reading import meaning
from backend.reporting.changes import Disclosure, FieldChange, RecordChange, Value, changes_of
from backend.reporting.entries import Entry, Window, entries, first
from backend.reporting.models import Format
from backend.reporting.people import instant, names_of
from backend.reporting.report import EXPORT_LOG, VIEW_LOG, Column, Head, Inquiry, Line, Page, Report

_SHEETS: Final = frozenset({Format.XLSX, Format.JSONL, Format.PDF})
_FILTERS: Final = frozenset({"subjects", "actors", "actions", "since", "until", "outcome", "rulesets"})
_NOTES: Final = (
    "The report shows the log up to the head named above; entries that are younger are not in it.",
    "Each line gives the place of its entry in the log and the SHA-256 of its leaf. Anybody can check it with a proof"
    " of that entry or with an audit pack, and with the verifier in it, without trusting this file.",
    "A person stands for everything that is recorded of them: cases, alerts, documents, reviews.",
    "Withheld values say why: masked and hidden by the reader's rights, sealed (kept from every report), erased"
    " together with the person.",
)
WORDS: Final[dict[Disclosure, str]] = {
    Disclosure.HIDDEN: "‹hidden›",
    Disclosure.SEALED: "‹sealed›",
    Disclosure.ERASED: "‹erased›",
    Disclosure.UNREADABLE: "‹unreadable›",
}
LEAF: Final = (
    Column("leaf", "Log entry", "Its place in the log, from 0.", 9, shared=True),
    Column("leaf_hash", "Leaf hash", "SHA-256(0x00 ‖ entry), the leaf of the log's tree (RFC 6962).", 66, shared=True),
    Column("head_size", "Head: size", "Entries under the signed head that covers the line.", 11, shared=True),
    Column(
        "head_root",
        "Head: root",
        "Root hash of that head; its checkpoint has it in base64.",
        66,
        shared=True,
        without=_SHEETS,
    ),
    Column("head_at", "Head: time", "When that head was signed (UTC).", 28, shared=True, without=_SHEETS),
)
ENTRY: Final = Column("entry", "Entry id", "Id of the log entry, to ask for its proof.", 38, shared=True)
_WHO: Final = (
    Column("at", "Time (UTC)", "When it happened.", 28, shared=True),
    Column("actor", "Who", "Name of the person, partner or platform that acted.", 22, shared=True),
    Column("actor_id", "Who: id", "Its id.", 38, shared=True, printed=False),
    Column("actor_type", "Who: kind", "Staff, partner or system.", 10, shared=True, printed=False),
    Column("roles", "Roles", "The roles it acted in.", 26, shared=True),
    Column("on_behalf_of", "On behalf of", "For whom it acted, if for somebody else.", 22, shared=True),
    Column("action", "Action", "The action by its code.", 26, shared=True),
    Column("meaning", "Meaning", "What that action means.", 40, shared=True),
    Column("subject_type", "About: kind", "What kind of record it was about.", 18, shared=True),
    Column("subject_id", "About: id", "Its id.", 38, shared=True),
    Column("outcome", "Outcome", "Success, denied or failed.", 10, shared=True),
    Column("reason", "Reason", "The reason by its code.", 26, shared=True),
    Column("ruleset", "Rule-set", "SHA-256 of the rule-set that decided.", 66, shared=True),
    Column("channel", "Where", "Web, GraphQL, job or command line.", 10, shared=True),
    Column("address", "Where: address", "Keyed digest of the network address.", 20, shared=True),
    Column("request", "Where: request", "Id of the request.", 34, shared=True, printed=False),
    ENTRY,
)
_CHANGED: Final = (
    Column("table", "Record: table", "Where the record that was changed or read lies.", 20),
    Column("record_id", "Record: id", "Its id.", 38),
    Column("version", "Version", "The version of the record that the entry made.", 8),
    Column("operation", "Operation", "Insert, update, delete or read.", 10),
)
_VALUES: Final = (
    Column("field", "Field", "Which field of the record.", 18),
    Column("before", "Before", "Its value before.", 30),
    Column("after", "After", "Its value after.", 30),
    Column("shown", "Shown", "Clear, masked, hidden, sealed or erased.", 10),
)
_READ: Final = (Column("fields_read", "Fields read", "Personal fields of the record that were shown.", 40),)


async def _page(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    window = place or await first(ctx.session, inquiry.filters)
    found = await entries(ctx.session, ctx.actor.tenant_id, inquiry.filters, window, inquiry.head.size)
    changed = await changes_of(ctx, [entry.id for entry in found])
    names = await _names(ctx, found)
    wanted = frozenset(map(str, window.about))
    lines = [
        line
        for entry in found
        for line in _lines(_who(entry, names, inquiry), changed.get(entry.id, ()), entry, wanted, inquiry)
    ]
    return _paged(lines, window, inquiry)


async def _reads_page(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    window = place or await first(ctx.session, inquiry.filters)
    found = await entries(ctx.session, ctx.actor.tenant_id, inquiry.filters, window, inquiry.head.size, reading=True)
    names = await _names(ctx, found)
    wanted = frozenset(map(str, window.about))
    lines = [_who(entry, names, inquiry) | read for entry in found for read in _read(entry, wanted)]
    return _paged(lines, window, inquiry)


def _paged(lines: Sequence[Line], window: Window, inquiry: Inquiry) -> Page:
    following = window.following(len(lines))
    size = inquiry.head.size
    return Page(lines, following if following.start < size else None, min(following.start, size), size)


async def _names(ctx: Context, found: Sequence[Entry]) -> dict[UUID, str]:
    return await names_of(ctx, [person for entry in found for person in (entry.actor_id, entry.actor.on_behalf_of)])


def stand(leaf: int | None, leaf_hash: str | None, head: Head) -> dict[str, str | int | None]:
    """Where a line stands in the log; nothing for what the head does not cover. The root is in hexadecimal signs: in
    base64 it may begin with a sign that a spreadsheet would calculate, and be changed by what is done against that."""
    if leaf is None:
        return dict.fromkeys(column.key for column in LEAF)
    return {
        "leaf": leaf,
        "leaf_hash": leaf_hash,
        "head_size": head.size,
        "head_root": b64decode(head.root).hex(),
        "head_at": instant(head.signed_at),
    }


def _who(entry: Entry, names: dict[UUID, str], inquiry: Inquiry) -> dict[str, str | int | None]:
    actor, behalf = entry.actor, entry.actor.on_behalf_of
    return stand(entry.leaf, entry.leaf_hash, inquiry.head) | {
        "at": instant(entry.ts),
        "actor": names.get(entry.actor_id),
        "actor_id": str(entry.actor_id),
        "actor_type": actor.type,
        "roles": actor.roles,
        "on_behalf_of": None if behalf is None else names.get(behalf, str(behalf)),
        "action": entry.action,
        "meaning": meaning(entry.action, inquiry.locale),
        "subject_type": entry.subject_type,
        "subject_id": str(entry.subject_id),
        "outcome": entry.outcome,
        "reason": entry.reason,
        "ruleset": entry.ruleset,
        "channel": entry.channel,
        "address": entry.address,
        "request": entry.request,
        "entry": str(entry.id),
    }


def _lines(
    who: dict[str, str | int | None],
    changed: Sequence[RecordChange],
    entry: Entry,
    wanted: frozenset[str],
    inquiry: Inquiry,
) -> Iterator[Line]:
    for change in changed:
        about = who | {
            "table": change.table,
            "record_id": str(change.record_id),
            "version": change.ver,
            "operation": change.op,
        }
        yield from (about | _field(column, inquiry) for column in change.columns)
        if not change.columns:
            yield about
    yield from (who | read for read in _read(entry, wanted))
    if not changed and not entry.reads:
        yield who


def _field(change: FieldChange, inquiry: Inquiry) -> dict[str, str | int | None]:
    return {
        "field": change.column,
        "before": said(change.before, inquiry),
        "after": said(change.after, inquiry),
        "shown": change.how.value,
    }


def said(value: Value, inquiry: Inquiry) -> str | None:
    return inquiry.say(WORDS[value.how]) if value.how in WORDS else value.text


def _read(entry: Entry, wanted: frozenset[str]) -> Iterator[dict[str, str | int | None]]:
    """Of several records that were read in one request those that the report is about."""
    whole = not wanted or str(entry.subject_id) in wanted
    for read in entry.reads:
        if whole or read["id"] in wanted:
            yield {
                "table": read["type"],
                "record_id": read["id"],
                "operation": "read",
                "fields_read": ", ".join(read["fields"]),
            }


AUDIT_LOG: Final = Report(
    code="audit",
    title="Audit log",
    about="Who did what, when, where and why, with the values before and after.",
    right=VIEW_LOG,
    export=EXPORT_LOG,
    columns=(*LEAF, *_WHO, *_CHANGED, *_VALUES, *_READ),
    page=_page,
    filters=_FILTERS,
    notes=_NOTES,
    grouped="leaf",
)
PERSONAL_READS: Final = Report(
    code="personal-data",
    title="Access to personal data",
    about="Who read which personal data of whom, and when.",
    right=VIEW_LOG,
    export=EXPORT_LOG,
    columns=(*LEAF, *_WHO, *(column for column in _CHANGED if column.key != "version"), *_READ),
    page=_reads_page,
    filters=_FILTERS,
    notes=_NOTES[:3],
    grouped="leaf",
)
