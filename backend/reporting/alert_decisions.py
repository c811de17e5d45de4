"""Screening alerts that were decided in a period: by whom, how, how soon, and under which rule-set."""

from collections.abc import Sequence
from typing import Any, Final

from sqlmodel import col, select

from backend.access.context import Context
from backend.reporting.customers import CUSTOMER, named
from backend.reporting.people import instant, names_of
from backend.reporting.records import STAND, among, during, hours, page
from backend.reporting.report import Column, Inquiry, Line, Page, Report
from backend.screening.alerts.models import ScreeningAlert, ScreeningDisposition
from backend.screening.alerts.queries import entry_names

_COLUMNS: Final = (
    Column("decided_at", "Decided at (UTC)", "When the decision took effect.", 28),
    Column("list", "List", "Code of the list the entry is on.", 14),
    Column("entity", "Entry of the list", "The entry's name, as the list has it.", 28),
    Column("score", "Score", "Likeness of the pair in per cent, when it was decided.", 7),
    Column("severity", "Severity", "By the rule-set: critical, high, medium or low.", 10, printed=False),
    Column("decision", "Decision", "True match, false positive or inconclusive.", 16),
    Column("reason", "Reason", "The reason by its code.", 22),
    Column("proposed_by", "Proposed by", "The first of two people, where the rule-set asks for two.", 18),
    Column("decided_by", "Decided by", "Who decided, or signed as second person.", 18),
    Column("four_eyes", "Two people", "Whether the rule-set asked for two.", 8, printed=False),
    Column("hours", "Hours", "Whole hours from the opening of the alert to the decision.", 7),
    Column("valid_until", "Remembered until", "How long the decision suppresses the same pair.", 12, printed=False),
    Column("ruleset", "Rule-set", "SHA-256 of the rule-set that decided.", 66, printed=False),
    Column("alert", "Alert: id", "Id of the alert.", 38, printed=False),
)


async def _page(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    filters = inquiry.filters
    wanted = select(ScreeningDisposition, ScreeningAlert).join(
        ScreeningAlert, col(ScreeningAlert.id) == col(ScreeningDisposition.alert_id)
    )
    conditions = [
        *during(ScreeningDisposition.decided_at, filters),
        *among(ScreeningDisposition.party_id, filters.subjects),
        *among(ScreeningDisposition.decided_by, filters.actors),
    ]
    return await page(ctx, inquiry, place, ScreeningDisposition, wanted.where(*conditions), _described)


async def _described(ctx: Context, inquiry: Inquiry, rows: Sequence[Any]) -> Sequence[Line]:
    who = await named(ctx, [row[0].party_id for row in rows], inquiry)
    entries = await entry_names(ctx, [row[1].id for row in rows])
    people = await names_of(ctx, [person for row in rows for person in (row[0].proposed_by, row[0].decided_by)])
    return [
        {
            **who[decision.party_id].line(decision.party_id),
            "decided_at": instant(decision.decided_at),
            "list": alert.list_code,
            "entity": entries[alert.id],
            "score": decision.score,
            "severity": alert.severity,
            "decision": decision.outcome,
            "reason": decision.reason,
            "proposed_by": people.get(decision.proposed_by),
            "decided_by": people.get(decision.decided_by),
            "four_eyes": inquiry.say("yes") if decision.four_eyes else inquiry.say("no"),
            "hours": hours(alert.opened_at, decision.decided_at),
            "valid_until": None if decision.valid_until is None else decision.valid_until.isoformat(),
            "ruleset": decision.ruleset,
            "alert": str(alert.id),
        }
        for decision, alert in rows
    ]


ALERT_DECISIONS: Final = Report(
    code="alert-decisions",
    title="Decided screening alerts",
    about="Which alerts were decided in a period, by whom, how and how soon.",
    right=("view", "screening_alert"),
    export=(("view", "screening_alert"), ("export", "report")),
    columns=(*STAND, *CUSTOMER, *_COLUMNS),
    page=_page,
    filters=frozenset({"since", "until", "subjects", "actors"}),
    notes=("An alert that was reopened and decided again stands here once for each decision.",),
)
