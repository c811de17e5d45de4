"""What keeps a person's data, with the reason and the article."""

from datetime import date
from typing import Any, Final

import strawberry

from backend.access.context import Context
from backend.core.i18n import translate
from backend.rights.rulesets import RetentionRules
from backend.rights.service.loading import retention


@strawberry.type(
    description="What keeps data, or kept it: a period of the rule-set, a hold, a record of somebody else."
)
class KeepingTerm:
    code: str
    words: str
    article: str | None
    until: date | None

    @classmethod
    def of(cls, document: Any, words: str, locale: str) -> "KeepingTerm":
        until, article = document["until"], document["article"]
        return cls(
            code=document["code"],
            words=words,
            article=None if article is None else translate(locale, article),
            until=None if until is None else date.fromisoformat(until),
        )


_KEEPS: Final = {
    "shared_account": "An account shared with another customer",
    "open_case": "A case, complaint or request that is not decided",
    "hold.litigation": "Legal hold: litigation",
    "hold.investigation": "Legal hold: investigation by an authority",
    "hold.complaint": "Legal hold: complaint or dispute",
    "hold.authority_order": "Legal hold: order of an authority",
}


"""What keeps data besides the periods of the rule-set."""


async def keeping_terms(ctx: Context, documents: list[dict[str, Any]]) -> list[KeepingTerm]:
    under = (await retention(ctx)).rules
    locale = ctx.actor.locale
    return [KeepingTerm.of(document, _words(ctx, under, document["code"]), locale) for document in documents]


def _words(ctx: Context, under: RetentionRules, code: str) -> str:
    period = next((period for period in under.periods if period.code == code), None)
    if period is not None:
        return period.reason.text(ctx.actor.locale)
    return translate(ctx.actor.locale, _KEEPS.get(code, code))
