"""The rules of screening as governed kinds: weights and cut-offs tried on everybody, rules of alerts on the alerts."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from backend.access.context import Context
from backend.core.rulesets import Loaded
from backend.governance.documents import Document, Statement, words
from backend.governance.kinds import Progress
from backend.governance.yaml_kind import YamlKind
from backend.screening import indexes, queries, ruleset, subjects
from backend.screening.alerts import queries as alerts
from backend.screening.alerts import severities
from backend.screening.alerts.findings import percent
from backend.screening.alerts.recording import Pair
from backend.screening.alerts.ruleset import DIRECTORY, AlertRules
from backend.screening.comparing import search_all
from backend.screening.indexes import Searched
from backend.screening.matching.compare import Match
from backend.screening.matching.rules import ScreeningRules
from backend.screening.ruleset import ListRules
from backend.screening.simulation import Tally, told

_PAGE = 250


class NamesKind(YamlKind[ScreeningRules]):
    def __init__(self) -> None:
        super().__init__("screening_names", "Screening: weights and cut-offs", ruleset.NAMES, ScreeningRules)

    async def simulate(
        self, ctx: Context, base: Loaded[ScreeningRules] | None, proposed: Loaded[ScreeningRules], progress: Progress
    ) -> Document:
        """Everybody against all lists in force, under both rule-sets. Names are opened to be compared, not shown."""
        searched = await indexes.current(ctx, hold=False)
        if searched is None or base is None:
            return Document(
                statements=(Statement(words("No list is in force that anybody could be found on."), "warn"),)
            )
        total, tally, after = await queries.party_count(ctx), Tally(), None
        await progress(0, total)
        while page := await queries.parties_after(ctx, after, _PAGE):
            await _page(ctx, searched, page, (base.rules, proposed.rules), tally)
            after = page[-1]
            await progress(min(tally.customers, total), total)
        return told(tally)

    async def stamp(self, ctx: Context) -> str:
        """The lists in force, and the size of the portfolio to two digits."""
        return f"{await queries.stamp(ctx)}-{await queries.party_count(ctx):.2g}"


class AlertsKind(YamlKind[AlertRules]):
    def __init__(self) -> None:
        super().__init__("screening_alerts", "Screening: alerts and who decides them", DIRECTORY, AlertRules)

    async def simulate(
        self, ctx: Context, base: Loaded[AlertRules] | None, proposed: Loaded[AlertRules], progress: Progress
    ) -> Document:
        """Every alert that there is, under both rule-sets."""
        if base is None:
            return Document(statements=(Statement(words("No rules of alerts are in force to compare with."), "warn"),))
        found = severities.told(base.rules, proposed.rules, await alerts.outlines(ctx), ctx.now.date())
        await progress(1, 1)
        return found

    async def stamp(self, ctx: Context) -> str:
        return f"{len(await alerts.outlines(ctx)):.2g}"


class ListsKind(YamlKind[ListRules]):
    def __init__(self) -> None:
        super().__init__("screening_lists", "Screening: lists and what a match means", ruleset.LISTS, ListRules)


async def _page(
    ctx: Context,
    searched: Searched,
    party_ids: Sequence[UUID],
    rules: tuple[ScreeningRules, ScreeningRules],
    tally: Tally,
) -> None:
    facts = await subjects.facts_of(ctx, party_ids)
    was, then = [await asyncio.to_thread(search_all, searched.index, facts.values(), each) for each in rules]
    decided = await alerts.decisions_of(ctx, party_ids)
    codes = {of.id: code for code, of in searched.lists.items()}
    for party_id in facts:
        tally.add(party_id, _pairs(searched, was, party_id), _pairs(searched, then, party_id), decided[party_id], codes)


def _pairs(searched: Searched, found: Mapping[UUID, Sequence[Match]], party_id: UUID) -> dict[Pair, int]:
    """The score in per cent of each pair of the party that is an alert."""
    return {
        (searched.lists[match.entity.source].id, match.entity.id): percent(match.score)
        for match in found.get(party_id, ())
    }
