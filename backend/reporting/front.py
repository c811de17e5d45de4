"""What stands around the lines of a report, in the reader's language: what it is, of when, for whom, and its terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.core.i18n import translate
from backend.reporting.models import Format
from backend.reporting.people import instant
from backend.reporting.report import Column, Inquiry, Report


@dataclass(frozen=True, slots=True)
class Front:
    """`facts` and `terms` are pairs of words; `titles` go with `columns`, in their order."""

    report: Report
    form: Format
    locale: str
    made_at: datetime
    title: str
    about: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    titles: Sequence[str]
    terms: Sequence[tuple[str, str]]
    notes: Sequence[str]

    def say(self, text: str, **params: object) -> str:
        return translate(self.locale, text, **params)


def front(report: Report, form: Format, inquiry: Inquiry, *, institution: str, reader: str) -> Front:
    columns, say = report.columns_of(form), inquiry.say
    narrowed = inquiry.filters.words(inquiry.locale) or [(say("Filter"), say("none"))]
    head = inquiry.head
    facts = [
        (say("Institution"), institution),
        *narrowed,
        (say("Made at"), str(instant(inquiry.at))),
        (say("Made for"), reader),
        (say("Head of the log: size"), str(head.size)),
        (say("Head of the log: root"), head.root),
        (say("Head of the log: signed at"), str(instant(head.signed_at))),
    ]
    titles = [say(column.title) for column in columns]
    return Front(
        report=report,
        form=form,
        locale=inquiry.locale,
        made_at=inquiry.at,
        title=say(report.title),
        about=say(report.about),
        facts=facts,
        columns=columns,
        titles=titles,
        terms=[(title, say(column.means)) for title, column in zip(titles, columns, strict=True)],
        notes=[say(note) for note in report.notes],
    )
