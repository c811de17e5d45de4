"""Texts that wait for a second person."""

from typing import Final

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.servicing.interactions.models import MessageTemplate
from backend.servicing.interactions.queries import templates


async def _texts(ctx: Context) -> list[Waiting]:
    return [
        Waiting(
            id=row.id,
            words=translate(
                ctx.actor.locale, "Text “{name}”, version {version}", name=_name(ctx, row), version=row.version
            ),
            page=f"/contact/templates/{row.id}",
            made_at=row.drafted_at,
            made_by=row.drafted_by,
            mine=ctx.may("approve", templates.OBJECT, templates.place(ctx, row.drafted_by)),
        )
        for row in await templates.waiting(ctx, MOST)
    ]


def _name(ctx: Context, row: MessageTemplate) -> str:
    """What whoever gets it reads first."""
    return row.subject_zh if ctx.actor.locale == "zh_CN" else row.subject_en


TEXTS: Final = SignatureKind("message_template", "Texts to customers", (("message_template", "approve"),), _texts)
