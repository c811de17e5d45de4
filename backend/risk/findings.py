"""Adverse information from public sources: recorded with its source and day, rated at once, told to reviews by event.

A search that found nothing is recorded as well: without it nobody knows that anybody looked.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.fields import Visibility
from backend.core.ids import new_id
from backend.privacy.errors import DataKeyDestroyed
from backend.risk import queries
from backend.risk.errors import FindingIncomplete, FindingInFuture, FindingWithdrawn
from backend.risk.facts import register
from backend.risk.models import AdverseFinding, Cause, Standing
from backend.risk.rating import rate
from backend.risk.rules import Offered
from backend.risk.ruleset import record_rules

TABLE: Final = "risk_finding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`published_on` is None for a search that found nothing; `publisher` then says what was searched."""

    standing: Standing
    publisher: str
    summary: str = ""
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding in the words that were written; None where the customer was erased."""

    row: AdverseFinding
    publisher: str | None
    summary: str | None
    withdrawal: str | None


async def record(ctx: Context, party_id: UUID, report: Report) -> AdverseFinding:
    """Raises PartyNotFound, NotAllowed, FindingIncomplete, FindingInFuture."""
    await queries.seen(ctx, party_id, "record_finding")
    _refuse(report, ctx.now.date())
    await ctx.vault.load([party_id])
    row_id = new_id()
    row = AdverseFinding(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        standing=report.standing,
        publisher=_sealed(ctx, "publisher", row_id, party_id, report.publisher),
        summary=_sealed(ctx, "summary", row_id, party_id, report.summary) if report.summary.strip() else None,
        published_on=report.published_on,
        recorded_by=ctx.actor.id,
        recorded_at=ctx.now,
    )
    async with ctx.audit("risk.finding.record", ("party", party_id), reason=report.standing.value):
        ctx.session.add(row)
    await _follow(ctx, row, "recorded")
    return row


async def withdraw(ctx: Context, finding_id: UUID, why: str) -> AdverseFinding:
    """It was about somebody else, or was refuted. Raises FindingNotFound, FindingWithdrawn, FindingIncomplete."""
    row = await queries.finding(ctx, finding_id)
    await queries.seen(ctx, row.party_id, "record_finding")
    if row.withdrawn_at is not None:
        raise FindingWithdrawn()
    if not why.strip():
        raise FindingIncomplete(field="why")
    await ctx.vault.load([row.party_id])
    kept = _sealed(ctx, "withdrawal", row.id, row.party_id, why)
    async with ctx.audit("risk.finding.withdraw", ("party", row.party_id), reason=row.standing):
        row.withdrawal, row.withdrawn_by, row.withdrawn_at = kept, ctx.actor.id, ctx.now
    await _follow(ctx, row, "withdrawn")
    return row


async def findings(ctx: Context, party_id: UUID) -> list[ToldFinding]:
    """The newest first; nothing for whoever may not know what compliance knows of the customer."""
    known = await queries.seen(ctx, party_id)
    if ctx.policy.visibility(ctx.actor, "customer.compliance_fact", known) is not Visibility.CLEAR:
        return []
    rows = await queries.findings_of(ctx, [party_id])
    if rows:
        await ctx.vault.load([party_id])
        ctx.saw(("party", party_id), "compliance_fact")
    return [
        ToldFinding(row, *(_opened(ctx, name, row) for name in ("publisher", "summary", "withdrawal"))) for row in rows
    ]


def _refuse(report: Report, today: date) -> None:
    reported = report.standing is not Standing.NONE
    if not report.publisher.strip():
        raise FindingIncomplete(field="publisher")
    if reported and not report.summary.strip():
        raise FindingIncomplete(field="summary")
    if reported != (report.published_on is not None):
        raise FindingIncomplete(field="published_on")
    if report.published_on is not None and report.published_on > today:
        raise FindingInFuture(field="published_on")


async def _follow(ctx: Context, row: AdverseFinding, verb: str) -> None:
    await rate(ctx, [row.party_id], Cause.CHANGE)
    payload = {"party": str(row.party_id), "finding": str(row.id), "standing": row.standing}
    await ctx.emit(f"risk.finding_{verb}", row.id, payload)


def _sealed(ctx: Context, column: str, row_id: UUID, party_id: UUID, text: str) -> bytes:
    return ctx.vault.seal(TABLE, column, row_id, party_id, text.strip())


def _opened(ctx: Context, column: str, row: AdverseFinding) -> str | None:
    try:
        return ctx.vault.open_optional(TABLE, column, row.id, row.party_id, getattr(row, column))
    except DataKeyDestroyed:
        return None


class FindingFacts:
    """`adverse_information`: the worst report that stands; `adverse_searched`: none was found, not long ago."""

    name: str = "findings"

    async def facts(self, ctx: Context, party_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Offered]]:
        holds = timedelta(days=record_rules(ctx.policies, ctx.now.date()).searches_hold_days)
        found: dict[UUID, dict[str, Offered]] = defaultdict(dict)
        for row in await queries.findings_of(ctx, party_ids):
            if row.withdrawn_at is not None:
                continue
            mine = found[row.party_id]
            if row.standing != Standing.NONE:
                worst = Standing.CONFIRMED in (mine.get("adverse_information"), row.standing)
                mine["adverse_information"] = Standing.CONFIRMED.value if worst else row.standing
            elif row.recorded_at > ctx.now - holds:
                mine["adverse_searched"] = Standing.NONE.value
        return found


register(FindingFacts())
