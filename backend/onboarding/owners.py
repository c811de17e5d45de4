"""What onboarding asks of an ownership structure: whom to identify, and how much of the whole is explained."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import Party, PartyKind
from backend.customers.ownership import Graph, Shares
from backend.customers.queries.owners import findings_of


@dataclass(frozen=True, slots=True)
class Owners:
    """`beneficial` are natural persons; `explained_per_cent` is rounded down, so that nothing is explained by rounding.

    `layers` counts the organisations on the way up, breadth first; `countries` are those of everybody above the party.
    """

    beneficial: tuple[UUID, ...] = ()
    explained_per_cent: int = 0
    layers: int = 0
    countries: frozenset[str] = frozenset()


NOBODY: Final = Owners()


async def owners_of(ctx: Context, party: Party) -> Owners:
    if party.kind != PartyKind.ORGANISATION:
        return NOBODY
    graph, findings, _ = await findings_of(ctx, party.id)
    unresolved = sum((share for _, share in findings.unresolved), Fraction(0))
    return Owners(
        beneficial=tuple(owner.party_id for owner in findings.owners),
        explained_per_cent=int(max(Fraction(0), 1 - findings.unexplained - unresolved) * 100),
        layers=layers(graph.shares, graph.target, graph.persons),
        countries=await _countries(ctx, _above(graph)),
    )


def layers(shares: Shares, target: UUID, persons: Collection[UUID]) -> int:
    """A circle of cross-holdings is counted once."""
    depth, seen, frontier = 0, {target}, {target}
    while above := {owner for owned in frontier for owner in shares.get(owned, {})} - seen - set(persons):
        depth, seen, frontier = depth + 1, seen | above, above
    return depth


def _above(graph: Graph) -> set[UUID]:
    return {owner for measure in (graph.shares, graph.votes) for owners in measure.values() for owner in owners}


async def _countries(ctx: Context, party_ids: set[UUID]) -> frozenset[str]:
    query = select(Party.country).where(col(Party.id).in_(party_ids), col(Party.country).is_not(None))
    return frozenset(country for country in await ctx.session.scalars(query) if country is not None)
