"""Parties compared with the lists in force: facts, index, findings, standing. One way, whatever the cause."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from backend.access.context import Context
from backend.access.scopes import Facts as AccessFacts
from backend.screening import indexes, queries, subjects
from backend.screening.alerts import findings as alerts
from backend.screening.alerts.findings import Finding, Recorded
from backend.screening.alerts.queries import NOTHING
from backend.screening.indexes import Searched
from backend.screening.matching.compare import Match
from backend.screening.matching.index import Index
from backend.screening.matching.layers import Layered
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject
from backend.screening.models import ScreenedParty
from backend.screening.queries import Listed, Stored
from backend.screening.ruleset import name_rules
from backend.screening.subjects import Facts

ALL_CANDIDATES: Final = 1_000
"""Nobody is like so many entries; alerts are never cut off."""
_SHOWN: Final = 20
_NONE: Final = Recorded()


@dataclass(frozen=True, slots=True)
class Hit:
    """A match with the whole entry, its digest and its list."""

    match: Match
    entity_digest: str
    list: Listed

    @property
    def finding(self) -> Finding:
        return Finding(
            list_id=self.list.id,
            list_code=self.list.code,
            list_kind=self.list.kind,
            entity_ref=self.match.entity.id,
            entity_digest=self.entity_digest,
            score=alerts.percent(self.match.score),
            comparison=self.match,
        )


@dataclass(frozen=True, slots=True)
class Screened:
    """What screening several parties came to; `parties` were compared, the others were not in the record any more."""

    parties: int = 0
    recorded: Recorded = _NONE

    def plus(self, other: Recorded, parties: int = 0) -> "Screened":
        mine = self.recorded
        return Screened(
            self.parties + parties,
            Recorded(
                opened=mine.opened + other.opened,
                suppressed=mine.suppressed + other.suppressed,
                reopened=mine.reopened + other.reopened,
                unchanged=mine.unchanged + other.unchanged,
                obsolete=mine.obsolete + other.obsolete,
            ),
        )


async def screen_party(ctx: Context, party_id: UUID, trigger: str) -> Screened:
    """One party against all entries of all lists in force. `trigger` is a code: onboarding, party_changed, request."""
    return await screen_parties(ctx, [party_id], trigger)


async def screen_parties(ctx: Context, party_ids: Collection[UUID], trigger: str) -> Screened:
    """In one batch; a person who causes it is noted as having had the names opened, once for all of them."""
    ctx.require("run", "screening", AccessFacts(tenant_id=ctx.actor.tenant_id))
    _note_reads(ctx, party_ids)
    return await compare(ctx, party_ids, trigger)


async def ensure_screened(ctx: Context, party_ids: Collection[UUID], trigger: str) -> bool:
    """Screens those of whom the record, the lists or the rule-set have moved on since; False while there is no list.

    Part of a use case on the parties, whose right was required there.
    """
    number = await queries.stamp(ctx)
    if number == 0:
        return False
    known, covered = await queries.standings(ctx, party_ids), await queries.covered(ctx)
    ruleset, facts = name_rules(ctx).sha256, await subjects.subjects_of(ctx, party_ids)
    fresh = {
        party_id
        for party_id, subject in facts.items()
        if (row := known.get(party_id)) is not None
        and row.facts_digest == subjects.facts_digest(ctx, subject)
        and row.ruleset == ruleset
        and number in (row.state, covered.state)
    }
    await compare(ctx, facts.keys() - fresh, trigger)
    return True


async def compare(ctx: Context, party_ids: Collection[UUID], trigger: str) -> Screened:
    searched = await indexes.current(ctx) if party_ids else None
    if searched is None:
        return Screened()
    loaded = name_rules(ctx)
    facts = await subjects.facts_of(ctx, party_ids)
    found = await asyncio.to_thread(search_all, searched.index, facts.values(), loaded.rules)
    done = await _record(ctx, searched, facts, found, trigger)
    await _remember(ctx, searched, facts.values(), loaded.sha256)
    return done


async def try_names(ctx: Context, subject: Subject, *, near: bool = False) -> list[Hit]:
    """What a name that is not in the record would find: alerts, with `near` also what comes near; nothing is kept."""
    ctx.require("check", "screening", AccessFacts(tenant_id=ctx.actor.tenant_id))
    searched = await indexes.current(ctx)
    if searched is None:
        return []
    await ctx.trail.note("screening.check", ("actor", ctx.actor.id))
    found = await asyncio.to_thread(searched.index.search, subject, name_rules(ctx).rules, _SHOWN)
    shown = [match for match in found if near or match.alert]
    hits = await _hits(ctx, searched, shown)
    return [hits[match.entity.key] for match in shown]


def search_all(index: Index | Layered, facts: Iterable[Facts], rules: ScreeningRules) -> dict[UUID, list[Match]]:
    """The alerts of each party that has any."""
    found: dict[UUID, list[Match]] = {}
    for one in facts:
        matches = [match for match in index.search(one.subject, rules, ALL_CANDIDATES) if match.alert]
        if matches:
            found[one.party_id] = matches
    return found


async def _record(
    ctx: Context, searched: Searched, facts: Mapping[UUID, Facts], found: Mapping[UUID, Sequence[Match]], trigger: str
) -> Screened:
    """Hands findings over to alerts; parties without a finding and without an alert need no word."""
    known = await alerts.standing(ctx, list(facts))
    done = Screened(len(facts))
    for party_id, one in facts.items():
        matches = found.get(party_id, ())
        if matches or known[party_id] != NOTHING:
            hits = await _hits(ctx, searched, matches)
            findings = [hits[match.entity.key].finding for match in matches]
            done = done.plus(
                await alerts.record_findings(
                    ctx, party_id, one.digest, findings, trigger=trigger, versions=searched.state.versions
                )
            )
    return done


async def _hits(ctx: Context, searched: Searched, matches: Sequence[Match]) -> dict[tuple[str, str], Hit]:
    """The index holds what is compared; what a person reads beside it comes from the database. By source and id."""
    keys = {(searched.lists[match.entity.source].id, match.entity.id): match for match in matches}
    stored = await queries.whole(ctx, keys.keys())
    return {match.entity.key: _hit(searched, match, stored[key]) for key, match in keys.items()}


def _hit(searched: Searched, match: Match, stored: Stored) -> Hit:
    source = match.entity.source
    return Hit(replace(match, entity=stored.entity(source)), stored.digest, searched.lists[source])


async def _remember(ctx: Context, searched: Searched, facts: Iterable[Facts], ruleset: str) -> None:
    """How far each party is screened now."""
    rows = [
        {
            "id": one.party_id,
            "tenant_id": ctx.actor.tenant_id,
            "party_id": one.party_id,
            "facts_digest": one.digest,
            "state": searched.state.number,
            "ruleset": ruleset,
            "screened_at": ctx.now,
            "keys": sorted(one.outline.keys),
            "outline": subjects.sealed_outline(ctx, one),
            "keys_of": subjects.keys_of(ctx),
        }
        for one in facts
    ]
    if rows:
        fresh = insert(ScreenedParty)
        renewed = {name: fresh.excluded[name] for name in rows[0] if name not in ("id", "tenant_id", "party_id")}
        await ctx.session.execute(fresh.on_conflict_do_update(index_elements=["party_id"], set_=renewed), rows)


def _note_reads(ctx: Context, party_ids: Iterable[UUID]) -> None:
    """What the platform reads is told by the entry of its run."""
    if ctx.actor.type == "system":
        return
    for party_id in party_ids:
        ctx.saw(("party", party_id), "name", "birth_date", "national_id")
