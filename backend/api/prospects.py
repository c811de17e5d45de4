"""Prospects: where they came from, what they want, what was done, and what became of them."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.prospect_types import (
    Prospect,
    ProspectChoices,
    ProspectConsentText,
    ProspectCount,
    ProspectSource,
    ProspectState,
    UnassignedProspect,
    prospects_shown,
    unassigned_shown,
)
from backend.api.request import Info
from backend.api.stages import life_words
from backend.engagement.prospects import queries
from backend.engagement.prospects.ruleset import ProspectRules, prospect_rules
from backend.engagement.prospects.service.applying import consent_text

_LISTED: Final = "prospects"
_MOST_UNASSIGNED: Final = 50


async def read_prospect(info: Info, prospect_id: UUID) -> Prospect:
    async def found(ctx: Context) -> list[Prospect]:
        return await prospects_shown(ctx, [await queries.prospect(ctx, prospect_id)])

    return (await info.context.read(found))[0]


@strawberry.type
class ProspectQuery:
    @resolved("Prospects of the viewer's scope, the newest first.", weight=8, sliced_by="first")
    async def prospects(
        self,
        info: Info,
        state: ProspectState | None = None,
        is_open: Annotated[bool, strawberry.argument(name="open")] = False,
        source: ProspectSource | None = None,
        campaign: str | None = None,
        mine: bool = False,
        due_by: date | None = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Prospect]:
        filters = queries.Filters(
            state=None if state is None else state.value,
            open=is_open,
            source=None if source is None else source.value,
            campaign=campaign,
            manager_id=info.context.actor.id if mine else None,
            due_by=due_by,
        )
        listed, limit = f"{_LISTED} {filters}", page_size(first)
        start = place(info, listed, after)
        from_ = None if start is None else queries.After(*read_instant_place(start))

        async def page(ctx: Context) -> tuple[list[Prospect], queries.After | None]:
            rows, end = await queries.prospects(ctx, filters, from_, limit)
            return await prospects_shown(ctx, rows), end

        nodes, end = await info.context.read(page)
        return Connection.of(info, listed, nodes, None if end is None else instant_place(end.recorded_at, end.id))

    @resolved("A prospect that may be seen.", weight=3)
    async def prospect(self, info: Info, record_id: Id) -> Prospect:
        return await read_prospect(info, record_id)

    @resolved(
        "Prospects that belong to nobody, those due first coming first; for whoever may take one.", weight=4, size=50
    )
    async def unassigned_prospects(self, info: Info) -> list[UnassignedProspect]:
        async def found(ctx: Context) -> list[UnassignedProspect]:
            return unassigned_shown(ctx, await queries.unassigned(ctx, _MOST_UNASSIGNED))

        return await info.context.read(found)

    @resolved("The ways in which somebody came as a prospect, the newest first.", weight=3, size=3)
    async def prospects_of(self, info: Info, party_id: UUID) -> list[Prospect]:
        async def found(ctx: Context) -> list[Prospect]:
            return await prospects_shown(ctx, await queries.of_party(ctx, party_id))

        return await info.context.read(found)

    @resolved("How many prospects by source and state.", weight=3, size=20)
    async def prospect_counts(self, info: Info) -> list[ProspectCount]:
        found = await info.context.read(queries.counts)
        return [
            ProspectCount(source=ProspectSource(source), state=ProspectState(state), prospects=number)
            for (source, state), number in sorted(found.items())
        ]

    @resolved("The words that prospects take.", weight=2)
    async def prospect_choices(self, info: Info) -> ProspectChoices:
        async def found(ctx: Context) -> ProspectChoices:
            today, locale = ctx.now.date(), ctx.actor.locale
            rules = prospect_rules(ctx.policies, today).rules
            return ProspectChoices(
                campaigns=life_words((each for each in rules.campaigns if each.first <= today <= each.last), locale),
                contacts=life_words(rules.contacts, locale),
                lost=life_words(rules.lost, locale),
                consent=_text(ctx, rules),
            )

        return await info.context.read(found)


def _text(ctx: Context, rules: ProspectRules) -> ProspectConsentText | None:
    newest = consent_text(ctx, rules)
    if newest is None:
        return None
    return ProspectConsentText(
        purpose=rules.consent.purpose, version=newest.version, text=newest.text(ctx.actor.locale)
    )
