"""The weekly report: what was reached so far, against the goals, as a letter in the reader's language."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from markupsafe import Markup, escape

from backend.access.context import Context
from backend.core.i18n import translate
from backend.core.ids import new_id
from backend.engagement.targets import queries
from backend.engagement.targets.models import TargetReport
from backend.engagement.targets.ruleset import Unit
from backend.engagement.targets.service.board import Board, Line, board

_STYLE: Final = "border-collapse:collapse;font-family:sans-serif;font-size:14px"
_CELL: Final = "border-bottom:1px solid #ccc;padding:4px 12px 4px 0;text-align:left"
_HEADS: Final = ("Measure", "Reached", "Goal", "Against the month before", "Records")


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(f"{self.subject}\n{self.text}\n{self.html}".encode()).hexdigest()


async def weekly(ctx: Context, locale: str) -> Letter:
    """Of all, and of each team, for the month that was computed last. Raises NotAllowed."""
    queries.may(ctx, "view")
    whole, teams = await board(ctx, None, "all"), await board(ctx, None, "team")
    name, month = await queries.institution(ctx), format_date(whole.month, "LLLL yyyy", locale=locale)
    subject = translate(locale, "{institution}: targets, {month}", institution=name, month=month)
    by_team = {
        team: [_row(line, teams, locale) for line in teams.lines if line.name == team]
        for team in dict.fromkeys(line.name for line in teams.lines)
    }
    rows: Rows = [(None, [_row(line, whole, locale) for line in whole.lines]), *by_team.items()]
    return Letter(subject, _text(subject, rows, whole, locale), _html(subject, rows, whole, locale))


async def note_report(ctx: Context, reference: str, recipients: int, sha256: str) -> UUID:
    """That the week's report goes out, with the digest over all of its letters; once. Raises NotAllowed."""
    queries.may(ctx, "run")
    row = TargetReport(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        reference=reference,
        sent_at=ctx.now,
        recipients=recipients,
        sha256=sha256,
    )
    async with ctx.audit("target.report", ("target_report", row.id)):
        ctx.session.add(row)
    return row.id


def written(value: Decimal | None, unit: Unit, currency: str, locale: str) -> str:
    """A figure as the reader's language writes it; what is not known is a dash."""
    if value is None:
        return "—"
    if unit == "share":
        return str(format_percent(value, "#,##0.0%", locale=locale))
    if unit == "money":
        return str(format_currency(value, currency, locale=locale))
    number = str(format_decimal(value.quantize(Decimal("0.1")), locale=locale))
    return translate(locale, "{hours} h", hours=number) if unit == "hours" else number


Rows = Sequence[tuple[str | None, Sequence[tuple[str, ...]]]]


def _row(line: Line, of: Board, locale: str) -> tuple[str, ...]:
    unit = line.measure.unit
    judged = {None: "", True: translate(locale, "met"), False: translate(locale, "missed")}[line.met]
    goal = written(line.goal, unit, of.currency, locale)
    reached = written(line.value, unit, of.currency, locale)
    if line.absent is not None:
        reached = translate(locale, ABSENT[line.absent])
    change = "—" if line.change is None else _signed(line.change, unit, of.currency, locale)
    records = str(format_decimal(line.records, locale=locale))
    return (line.measure.wording.text(locale), reached, f"{goal} {judged}".strip(), change, records)


def _signed(change: Decimal, unit: Unit, currency: str, locale: str) -> str:
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return sign + written(abs(change), unit, currency, locale)


def _text(subject: str, rows: Rows, of: Board, locale: str) -> str:
    lines = [subject, _as_of(of, locale), ""]
    for team, table in rows:
        lines += [team or translate(locale, "The whole institution"), ""]
        lines += [
            "  " + "; ".join(f"{translate(locale, head)}: {cell}" for head, cell in zip(_HEADS, row, strict=True))
            for row in table
        ]
        lines.append("")
    return "\n".join(lines)


def _html(subject: str, rows: Rows, of: Board, locale: str) -> str:
    parts = [Markup("<h1>{}</h1><p>{}</p>").format(subject, _as_of(of, locale))]
    for team, table in rows:
        parts.append(Markup("<h2>{}</h2>").format(team or translate(locale, "The whole institution")))
        heads = Markup("").join(Markup('<th style="{}">{}</th>').format(_CELL, translate(locale, h)) for h in _HEADS)
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(
                Markup("").join(Markup('<td style="{}">{}</td>').format(_CELL, cell) for cell in row)
            )
            for row in table
        )
        parts.append(Markup('<table style="{}"><tr>{}</tr>{}</table>').format(_STYLE, heads, body))
    language = escape(locale.replace("_", "-"))
    return str(Markup('<html lang="{}"><body>{}</body></html>').format(language, Markup("").join(parts)))


def _as_of(of: Board, locale: str) -> str:
    if of.snapshot is None:
        return translate(locale, "Nothing has been computed yet.")
    day: date = of.snapshot.as_of
    return translate(locale, "As of {day}", day=str(format_date(day, "long", locale=locale)))


ABSENT: Final = {
    "no_source": "not kept yet",
    "no_records": "no record in this month",
    "no_past": "known only while the month lasts",
}
"""Why there is no figure, in words."""
