"""The record of an assessment as PDF: what was answered, what it came to and why, to be signed or taken home."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.core import typesetting
from backend.core.i18n import translate
from backend.customers.models import Party
from backend.customers.queries import sights
from backend.products.suitability import queries
from backend.products.suitability.models import Assessment
from backend.products.suitability.view import View, view

_TEMPLATES: Final = Path(__file__).parent / "templates"
Say = Callable[..., str]


async def printed(ctx: Context, assessment_id: UUID, *, fonts: Path | None = None) -> bytes:
    """In the actor's language. Raises AssessmentNotFound and NoChineseFont."""
    row = await queries.assessment(ctx, assessment_id)
    locale = ctx.actor.locale
    found = await view(ctx, row, locale)
    name = await _name(ctx, row)

    def say(text: str, **params: Any) -> str:
        return translate(locale, text, **params)

    return typesetting.typeset(_TEMPLATES, "assessment", _data(row, found, name, locale, say), ctx.now, fonts=fonts)


async def _name(ctx: Context, row: Assessment) -> str:
    party = await ctx.session.get_one(Party, row.party_id)
    sight = (await sights(ctx, [row.party_id])).get(row.party_id)
    shown = None if sight is None else sight.open("name", ("party", "name"), party.id, party.name)
    return shown or ""


def _data(row: Assessment, found: View, name: str, locale: str, say: Say) -> dict[str, Any]:
    grade = "" if row.grade is None else f"{row.grade} · {found.grade_words or ''}"
    facts = [
        (say("Customer"), name),
        (say("Assessed on"), row.taken_on.isoformat()),
        (say("Valid until"), row.valid_until.isoformat()),
        (say("Rule-set"), f"{row.questionnaire} · {row.ruleset[:16]}"),
    ]
    if row.grade is not None:
        facts[1:1] = [
            (say("Grade"), grade),
            (say("Points"), say("{score} of {least} to {most}", score=row.score, least=found.least, most=found.most)),
        ]
    return {
        "language": locale.replace("_", "-"),
        "title": found.title,
        "facts": facts,
        "dimensions_title": say("How it came about"),
        "dimensions": [
            (each.words, f"{each.points} / {each.most}" if each.most else "", each.level or "")
            for each in found.dimensions
            if each.most or each.level
        ],
        "held_title": say("What holds the grade down"),
        "held": [say("{reason}: at most {grade}", reason=each.words, grade=each.at_most) for each in found.held],
        "explained_title": say("Contradictions and the customer's explanation"),
        "explained": [(each.words, each.explanation or "") for each in found.contradictions],
        "answers_title": say("Answers"),
        "answers": [(each.question, "; ".join(each.answers)) for each in found.answers],
        "declaration": found.declaration,
        "customer": say("Customer's signature"),
        "adviser": say("Signature of the adviser"),
        "day": say("Date"),
        "footer": f"{found.title} · {row.id}",
    }
