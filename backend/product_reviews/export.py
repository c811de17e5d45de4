"""A review as PDF: the same sections as on the page, with charts drawn as SVG; the same data give the same bytes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from backend.access import queries as directory
from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.i18n import translate
from backend.core.typesetting import typeset
from backend.product_reviews import drawing, view
from backend.product_reviews.errors import PackMissing
from backend.product_reviews.file import File, file, ready_pack_of
from backend.product_reviews.models import ProductReview, ProductReviewAction, ProductReviewPack
from backend.product_reviews.queries import reviews
from backend.product_reviews.service.packing import body_of
from backend.product_reviews.service.standing import in_force
from backend.product_reviews.words import WORDS
from backend.products import queries as products

FOLDER: Final = Path(__file__).parent / "templates"
_CENTS: Final = 100
_NUMBERS: Final = frozenset({"count", "money", "share", "number", "days"})
_ABSENT: Final = "—"


@dataclass(frozen=True, slots=True)
class Printable:
    """What a PDF is made from, outside the transaction that read it."""

    name: str
    data: dict[str, Any]
    made_at: datetime


async def gather(ctx: Context, review_id: UUID) -> Printable:
    """That it was taken out is in the log. Raises ProductReviewNotFound, PackMissing."""
    row = await reviews.review(ctx, review_id)
    pack = await ready_pack_of(ctx, row)
    if pack is None:
        raise PackMissing()
    async with ctx.audit("product_review.export", (reviews.OBJECT, row.id), reason=pack.digest):
        pass
    return Printable(await _name(ctx, row), await _data(ctx, row, pack), pack.ended_at or ctx.now)


def pdf(printable: Printable, fonts: Path | None) -> bytes:
    """Raises NoChineseFont."""
    return typeset(FOLDER, "pack", printable.data, printable.made_at, fonts=fonts)


async def _name(ctx: Context, row: ProductReview) -> str:
    product = await products.product(ctx, row.product_id)
    return f"review-{product.code}-{row.until.isoformat()}.pdf"


async def _data(ctx: Context, row: ProductReview, pack: ProductReviewPack) -> dict[str, Any]:
    locale = ctx.actor.locale
    say, writer = partial(translate, locale), Writer(locale, pack.currency)
    product = await products.product(ctx, row.product_id)
    version = (await products.versions_of(ctx, [product.id]))[product.id][0]
    names = products.definition_of(version).names
    found, body = await file(ctx, row), body_of(pack) or {}
    tenant = await ctx.session.get_one(Tenant, row.tenant_id)
    people = await _people(ctx, row, found)
    return {
        "title": say("Review of {product}", product=names.zh if locale == "zh_CN" else names.en),
        "language": locale.partition("_")[0],
        "footer": f"{tenant.name} · {row.id}",
        "words": {
            "decision": say("Decision"),
            "triggers": say("Why it is reviewed"),
            "findings": say("Findings and actions"),
            "recorded": say("Recorded inputs"),
        },
        "facts": [
            [say("Product"), product.code],
            [say("Period"), f"{writer.day(row.since)} – {writer.day(row.until)}"],
            [say("State"), writer.word("product_review_state", row.state)],
            [say("Due"), writer.day(row.due_at.date())],
        ],
        "decision": _decision(ctx, row, writer, people),
        "triggers": [[each.words, _joined(each.row.figures)] for each in found.triggers],
        "findings": [_finding(each, found.actions.get(each.id, ()), writer, people) for each in found.findings],
        "sections": [_section(each, writer) for each in view.sections(body)],
        "recorded": [
            [say("Pack"), pack.digest or _ABSENT],
            [say("Rule-set"), pack.ruleset],
            *([table, f"{each['rows']:,} · {each['sha256']}"] for table, each in sorted((pack.inputs or {}).items())),
        ],
    }


async def _people(ctx: Context, row: ProductReview, found: File) -> Mapping[UUID, str]:
    wanted = {row.proposed_by, row.signed_by, *(a.owner_id for actions in found.actions.values() for a in actions)}
    return await directory.staff_names(ctx.session, {each for each in wanted if each is not None})


def _decision(ctx: Context, row: ProductReview, writer: "Writer", people: Mapping[UUID, str]) -> list[list[str]]:
    if row.proposal is None:
        return []
    say, rule = partial(translate, ctx.actor.locale), in_force(ctx).rules.reasons.get(row.proposal_reason or "")
    rows = [
        [say("Decision"), writer.word("product_decision", row.proposal)],
        [say("Reason"), (row.proposal_reason or "") if rule is None else rule.wording.text(ctx.actor.locale)],
        [say("Signed first"), _signed(row.proposed_by, row.proposed_at, people, writer)],
        [say("Signed second"), _signed(row.signed_by, row.decided_at, people, writer)],
    ]
    if row.channels:
        rows.append([say("Closed channels"), ", ".join(writer.word("pack_code", each) for each in row.channels)])
    if row.note:
        rows.append([say("Note"), row.note])
    return rows


def _signed(who: UUID | None, at: datetime | None, people: Mapping[UUID, str], writer: "Writer") -> str:
    return _ABSENT if who is None or at is None else f"{people.get(who, _ABSENT)}, {writer.day(at.date())}"


def _finding(
    row: Any, actions: Sequence[ProductReviewAction], writer: "Writer", people: Mapping[UUID, str]
) -> dict[str, Any]:
    section, severity = writer.word("pack_section", row.section), writer.word("finding_severity", row.severity)
    return {
        "title": f"{row.number}. {section} · {severity}",
        "words": row.words,
        "actions": [
            f"{each.words} ({people.get(each.owner_id, _ABSENT)}, {writer.day(each.due_on)},"
            f" {writer.word('action_state', each.state)})"
            for each in actions
        ],
    }


def _joined(figures: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(figures.items()) if name != "pack")


def _section(found: view.Section, writer: "Writer") -> dict[str, Any]:
    return {
        "title": writer.word("pack_section", found.code),
        "figures": [_figure(each, writer) for each in found.figures],
        "charts": [
            {"title": writer.title("pack_chart", each.code, each.of), "svg": drawing.svg(each, writer.series)}
            for each in found.charts
        ],
        "tables": [
            {
                "title": writer.title("pack_table", each.code, each.of),
                "columns": [
                    {"name": writer.word("pack_column", c.code), "number": c.unit in _NUMBERS} for c in each.columns
                ],
                "rows": [
                    [writer.cell(cell, column.unit) for cell, column in zip(row, each.columns, strict=True)]
                    for row in each.rows
                ],
            }
            for each in found.tables
        ],
    }


def _figure(found: view.Figure, writer: "Writer") -> dict[str, str]:
    bounds = (
        "" if found.low is None else f"{writer.cell(found.low, found.unit)} – {writer.cell(found.high, found.unit)}"
    )
    name = writer.word("pack_figure", found.code)
    return {"name": name, "value": writer.cell(found.value, found.unit), "range": bounds}


class Writer:
    """Values of a pack in a reader's language."""

    def __init__(self, locale: str, currency: str) -> None:
        self._locale, self._currency = locale, currency
        self._units: Mapping[str, Callable[[Any], str]] = {
            "text": str,
            "month": str,
            "code": partial(self.word, "pack_code"),
            "words": partial(self.word, "pack_words"),
            "count": lambda value: str(format_decimal(int(value), locale=locale)),
            "days": lambda value: str(format_decimal(round(float(value), 1), locale=locale)),
            "number": lambda value: str(format_decimal(float(value), "#,##0.####", locale=locale)),
            "share": lambda value: str(format_percent(float(value), "#,##0.##%", locale=locale)),
            "money": lambda value: str(format_currency(int(value) / _CENTS, currency, locale=locale)),
        }

    def word(self, group: str, code: Any) -> str:
        known = WORDS[group].get(str(code))
        return str(code) if known is None else translate(self._locale, known)

    def series(self, code: str) -> str:
        """A series is called as its column is."""
        return self.word("pack_column", code)

    def title(self, group: str, code: str, of: str) -> str:
        return self.word(group, code) + (f" · {self.word('pack_code', of)}" if of else "")

    def cell(self, value: Any, unit: str) -> str:
        return _ABSENT if value is None else self._units[unit](value)

    def day(self, value: date) -> str:
        return str(format_date(value, "medium", locale=self._locale))
