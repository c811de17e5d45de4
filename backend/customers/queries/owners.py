"""The ownership graph above an organisation, and what the rules make of it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.fields import Visibility
from backend.customers import rulesets
from backend.customers.errors import PartyNotFound
from backend.customers.models import OwnershipStake, Party, PartyKind, PartyRelationship, StakeKind
from backend.customers.ownership import Findings, Graph, Stake
from backend.customers.ownership import beneficial_owners as judged
from backend.customers.ownership_paths import paths_between
from backend.customers.queries.sight import Sight, sights
from backend.customers.queries.summaries import many
from backend.customers.views import OwnershipView, OwnerView, PathView


def current(table: Any, on: date) -> ColumnElement[bool]:
    """Begun and not ended; a missing date is no limit."""
    begun = or_(table.valid_from.is_(None), table.valid_from <= on)
    return and_(begun, or_(table.valid_to.is_(None), table.valid_to > on))


async def stakes_above(ctx: Context, party_id: UUID, on: date) -> Sequence[OwnershipStake]:
    """Every stake in the organisation and in all above it: one recursive query, which cycles end."""
    now = current(OwnershipStake, on)
    above = select(OwnershipStake.owner_id.label("party")).where(OwnershipStake.owned_id == party_id, now)  # type: ignore[attr-defined]
    tree = above.cte("above", recursive=True)
    tree = tree.union(
        select(OwnershipStake.owner_id).join(tree, col(OwnershipStake.owned_id) == tree.c.party).where(now)
    )
    reached = or_(col(OwnershipStake.owned_id) == party_id, col(OwnershipStake.owned_id).in_(select(tree.c.party)))
    found = select(OwnershipStake).where(now, reached).order_by(col(OwnershipStake.id))
    return (await ctx.session.scalars(found)).all()


async def managers_of(ctx: Context, party_id: UUID, kinds: Collection[str], on: date) -> Sequence[UUID]:
    """Who stands in one of these relationships to the organisation."""
    found = select(PartyRelationship.from_id).where(
        PartyRelationship.to_id == party_id,
        col(PartyRelationship.kind).in_(kinds),
        current(PartyRelationship, on),
    )
    return (await ctx.session.scalars(found)).all()


async def graph_of(ctx: Context, party_id: UUID) -> Graph:
    """Without any check of access: for decisions that are entitled to all the facts."""
    rows = await stakes_above(ctx, party_id, ctx.now.date())
    everybody = {party for row in rows for party in (row.owner_id, row.owned_id)}
    people = select(Party.id).where(col(Party.id).in_(everybody), Party.kind == PartyKind.PERSON)
    stakes = (Stake(row.owner_id, row.owned_id, StakeKind(row.kind), row.fraction) for row in rows)
    return Graph.build(party_id, frozenset(await ctx.session.scalars(people)), stakes)


async def findings_of(ctx: Context, party_id: UUID) -> tuple[Graph, Findings, str]:
    """Graph, findings and the hash of the rule-set; for other capabilities' decisions, without a check of access."""
    loaded = rulesets.ownership(ctx)
    graph = await graph_of(ctx, party_id)
    country = await ctx.session.scalar(select(Party.country).where(Party.id == party_id))
    managers = await managers_of(ctx, party_id, loaded.rules.senior_managers, ctx.now.date())
    return graph, judged(graph, loaded.rules, country, managers), loaded.sha256


async def beneficial_owners(ctx: Context, party_id: UUID) -> OwnershipView:
    """Raises PartyNotFound where the actor may not see the ownership of the organisation."""
    sight = (await sights(ctx, [party_id], "view", "ownership")).get(party_id)
    if sight is None:
        raise PartyNotFound()
    graph, findings, ruleset = await findings_of(ctx, party_id)
    shown = _figures(sight)
    found = [(owner, paths_between(graph.shares, owner.party_id, party_id)) for owner in findings.owners]
    names = await _names(ctx, [party for _, paths in found for path in paths.paths for party in path.parties], findings)
    owners = tuple(
        OwnerView(
            party_id=owner.party_id,
            name=names.get(owner.party_id),
            grounds=owner.grounds,
            interest=owner.interest if shown else None,
            held=owner.held if shown else None,
            paths=tuple(_path(path, names) for path in paths.paths) if shown else (),
            all_paths=paths.complete,
            chain=owner.chain,
        )
        for owner, paths in found
    )
    unresolved = findings.unresolved if shown else ()
    return OwnershipView(
        party_id, owners, unresolved, findings.unexplained if shown else None, findings.fallback, ruleset
    )


def _figures(sight: Sight) -> bool:
    """Shares are shown in clear or not at all: half a number would be a wrong one."""
    if sight.visible["ownership"] is not Visibility.CLEAR:
        return False
    sight.ctx.saw(("party", sight.party_id), "ownership")
    return True


async def _names(ctx: Context, on_paths: Iterable[UUID], findings: Findings) -> dict[UUID, str | None]:
    everybody = {*on_paths, *(owner.party_id for owner in findings.owners)}
    return {party_id: party.name for party_id, party in (await many(ctx, everybody)).items()}


def _path(path: Any, names: dict[UUID, str | None]) -> PathView:
    return PathView(path.parties, tuple(names.get(p) for p in path.parties), path.fractions, path.contribution)
