"""In which language the customer is written to: as they said and since when, or by country."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from backend.access.fields import Visibility
from backend.audit import history
from backend.core.i18n import translate
from backend.customers.languages import language_of
from backend.engagement.portrait.known.subject import Subject
from backend.engagement.portrait.sources import Fact


async def written(of: Subject) -> Sequence[Fact]:
    if of.sight.visible.get("language") is not Visibility.CLEAR:
        return ()
    versions = await history.versions(of.ctx.session, "party", of.party_id)
    own, since = standing([(each.values.get("correspondence_language"), each.ts.date()) for each in versions])
    if of.sight.show("language", own) is not None:
        return [Fact("contact", "language", own, "record", since, vocabulary="language")]
    spoken, today = await language_of(of.ctx, of.party_id), of.ctx.now.date()
    reasons = (translate(of.ctx.actor.locale, "By country"),)
    return [Fact("contact", "language", spoken, "rules", today, vocabulary="language", reasons=reasons)]


def standing(said: Sequence[tuple[Any, date]]) -> tuple[Any, date | None]:
    """The last value and the day since when it stands; `said` is value and day of each version, oldest first."""
    value, since = None, None
    for each, day in said:
        if each != value:
            value, since = each, day
    return value, since
