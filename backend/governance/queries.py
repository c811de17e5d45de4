"""Every SELECT of governance."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from backend.access.context import Context
from backend.governance.errors import UnknownProposal
from backend.governance.models import (
    Proposal,
    ProposalState,
    RuleSetStamp,
    RuleSetText,
    Simulation,
    SimulationState,
    Standing,
)

_SILENCE: Final = timedelta(minutes=2)


async def text(session: AsyncSession, sha256: str) -> RuleSetText | None:
    return (await session.scalars(select(RuleSetText).where(RuleSetText.sha256 == sha256))).first()


async def texts(session: AsyncSession, hashes: Collection[str]) -> Mapping[str, bytes]:
    rows = await session.scalars(select(RuleSetText).where(col(RuleSetText.sha256).in_(set(hashes))))
    return {row.sha256: row.content for row in rows}


async def standings(session: AsyncSession, kind: str | None = None, name: str | None = None) -> Sequence[Standing]:
    """From the first to the last."""
    found = select(Standing)
    if kind is not None:
        found = found.where(Standing.kind == kind)
    if name is not None:
        found = found.where(Standing.name == name)
    return (await session.scalars(found.order_by(col(Standing.effective_from)))).all()


async def last_standing(session: AsyncSession, kind: str, name: str) -> Standing | None:
    """The one without an end: in force, or approved for a later day."""
    last = select(Standing).where(Standing.kind == kind, Standing.name == name, col(Standing.effective_to).is_(None))
    return (await session.scalars(last)).first()


async def standing_at(session: AsyncSession, kind: str, name: str, at: datetime) -> Standing | None:
    found = select(Standing).where(Standing.kind == kind, Standing.name == name, Standing.effective_from <= at)
    return (
        await session.scalars(found.where(or_(col(Standing.effective_to).is_(None), col(Standing.effective_to) > at)))
    ).first()


async def standing_of(session: AsyncSession, proposal_id: UUID) -> Standing | None:
    return (await session.scalars(select(Standing).where(Standing.proposal_id == proposal_id))).first()


async def stamp(session: AsyncSession) -> int:
    """0 for an institution that has never decided anything."""
    return (await session.scalars(select(RuleSetStamp.version))).first() or 0


async def stamp_row(session: AsyncSession) -> RuleSetStamp | None:
    return (await session.scalars(select(RuleSetStamp))).first()


async def proposal(ctx: Context, proposal_id: UUID) -> Proposal:
    """Raises UnknownProposal."""
    row = await ctx.session.get(Proposal, proposal_id, populate_existing=True)
    if row is None:
        raise UnknownProposal()
    return row


async def proposals(
    session: AsyncSession, *, kind: str | None = None, name: str | None = None, states: Collection[ProposalState] = ()
) -> Sequence[Proposal]:
    """The newest first."""
    found: Select[Any] = select(Proposal)
    if kind is not None:
        found = found.where(col(Proposal.kind) == kind)
    if name is not None:
        found = found.where(col(Proposal.name) == name)
    if states:
        found = found.where(col(Proposal.state).in_(set(states)))
    return (await session.scalars(found.order_by(col(Proposal.proposed_at).desc(), col(Proposal.id).desc()))).all()


async def due(session: AsyncSession, now: datetime, limit: int) -> Sequence[Proposal]:
    """Approved for a day that has come, the earliest first."""
    found = select(Proposal).join(Standing, col(Standing.proposal_id) == col(Proposal.id))
    found = found.where(Proposal.state == ProposalState.APPROVED, col(Standing.effective_from) <= now)
    return (await session.scalars(found.order_by(col(Standing.effective_from)).limit(limit))).all()


async def effective_proposal(session: AsyncSession, kind: str, name: str) -> Proposal | None:
    found = select(Proposal).where(Proposal.kind == kind, Proposal.name == name)
    return (await session.scalars(found.where(Proposal.state == ProposalState.EFFECTIVE))).first()


async def simulation(session: AsyncSession, simulation_id: UUID | None) -> Simulation | None:
    if simulation_id is None:
        return None
    return await session.get(Simulation, simulation_id, populate_existing=True)


async def latest_simulation(session: AsyncSession, proposal_id: UUID) -> Simulation | None:
    found = select(Simulation).where(Simulation.proposal_id == proposal_id)
    return (await session.scalars(found.order_by(col(Simulation.started_at).desc(), col(Simulation.id).desc()))).first()


async def abandoned_simulations(ctx: Context) -> Sequence[Simulation]:
    """Running by their row, and not heard of for a while."""
    found = select(Simulation).where(Simulation.state == SimulationState.RUNNING)
    return (await ctx.session.scalars(found.where(col(Simulation.seen_at) < ctx.now - _SILENCE))).all()
