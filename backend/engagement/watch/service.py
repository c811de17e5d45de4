"""Warnings are raised, changed and closed by the facts; people acknowledge them, put them off, and act."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.audit.copying import Batch
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.models import Stage
from backend.customers.queries.sight import facts
from backend.engagement.watch import queries
from backend.engagement.watch.errors import ActUnknown, SnoozeTooLong, WarningClosed, WordsTooLong
from backend.engagement.watch.models import EarlyWarning, Outcome, StepKind, WarningState, WarningStep
from backend.engagement.watch.queries import Standing
from backend.engagement.watch.rules import SEVERITIES, Fired
from backend.engagement.watch.ruleset import Severity, WatchPolicy, watch_policy

_WORDS: Final = ("early_warning_step", "words")
WARNED: Final = "customer.warned"
_GONE: Final = (Stage.CHURNED.value, Stage.EXITED.value)


async def note(ctx: Context, fired: Fired, stages: list[str], as_of: date, loaded: Loaded[WatchPolicy]) -> int:
    """What the signals of a page of customers change; how many warnings were raised.

    `fired.frame` is indexed by party; `stages` are theirs when the day's steps have been taken.
    """
    parties = list(fired.frame.index)
    known, firing = await queries.standing_of(ctx, parties), set(fired.rows())
    batch, new = Batch(ctx.trail), [row for row in sorted(firing) if parties[row] not in known]
    for row in new:
        _raise(ctx, batch, fired, row, as_of, loaded)
    changed = {
        party_id: row
        for row, party_id in enumerate(parties)
        if party_id in known and (row not in firing or _differs(known[party_id], fired, row, ctx.now.date()))
    }
    for party_id, warning in (await queries.taken_up(ctx, changed)).items():
        row = changed[party_id]
        if row in firing:
            await _follow(ctx, warning, fired, row, as_of, loaded)
        else:
            await close(ctx, warning, Outcome.CHURNED if stages[row] in _GONE else Outcome.RECOVERED)
    await batch.write(ctx.session)
    return len(new)


def _differs(standing: Standing, fired: Fired, row: int, today: date) -> bool:
    codes = [signal.code for signal in fired.signals(row)]
    return codes != standing.signals or fired.severity(row) != standing.severity or standing.due(today)


def _raise(ctx: Context, batch: Batch, fired: Fired, row: int, as_of: date, loaded: Loaded[WatchPolicy]) -> None:
    party_id, customer_id = fired.frame.index[row], UUID(fired.frame["customer_id"].iloc[row])
    codes, severity, row_id = [signal.code for signal in fired.signals(row)], fired.severity(row).value, new_id()
    entry = batch.entry("warning.raise", ("party", party_id), reason=codes[0], ruleset=loaded.sha256)
    batch.add(
        EarlyWarning,
        entry,
        id=row_id,
        party_id=party_id,
        customer_id=customer_id,
        severity=severity,
        signals=codes,
        figures=fired.figures(row),
        as_of=as_of,
        ruleset=loaded.sha256,
        raised_at=ctx.now,
        changed_at=ctx.now,
    )
    payload = _payload(party_id, row_id, severity, codes, codes)
    batch.add(Outbox, id=new_id(), name=WARNED, subject_id=row_id, payload=payload, created_at=ctx.now)


def _payload(party_id: UUID, row_id: UUID, severity: str, codes: list[str], new: list[str]) -> dict[str, Any]:
    return {"party": str(party_id), "warning": str(row_id), "severity": severity, "signals": codes, "new": new}


async def _follow(
    ctx: Context, row: EarlyWarning, fired: Fired, place: int, as_of: date, loaded: Loaded[WatchPolicy]
) -> None:
    """A signal that is new, or more severe than all before, opens again what was looked at; one less changes nothing
    of that. A warning that was put off opens when its day has come."""
    codes, severity = [signal.code for signal in fired.signals(place)], fired.severity(place)
    new = [code for code in codes if code not in row.signals]
    due = row.snoozed_until is not None and row.snoozed_until <= ctx.now.date()
    if codes == row.signals and severity == row.severity and not due:
        return
    worse = SEVERITIES.index(severity) > SEVERITIES.index(Severity(row.severity))
    async with ctx.audit("warning.change", ("party", row.party_id), reason=codes[0], ruleset=loaded.sha256):
        row.signals, row.severity, row.figures = codes, severity, fired.figures(place)
        row.as_of, row.ruleset, row.changed_at = as_of, loaded.sha256, ctx.now
        if new or worse or due:
            row.state, row.snoozed_until = WarningState.OPEN, None
    if new:
        await ctx.emit(WARNED, row.id, _payload(row.party_id, row.id, severity, codes, new))


async def close(ctx: Context, row: EarlyWarning, outcome: Outcome) -> None:
    """By the facts, never by a person: what became of the customer."""
    async with ctx.audit("warning.close", ("party", row.party_id), reason=outcome.value):
        row.state, row.outcome, row.closed_at, row.snoozed_until = WarningState.CLOSED, outcome, ctx.now, None
    await ctx.emit("customer.warning_closed", row.id, {"party": str(row.party_id), "outcome": outcome.value})


async def close_gone(ctx: Context, limit: int) -> int:
    """Of customers who left by another way than the facts (an exit, a merge): how many warnings were closed."""
    gone = await queries.standing_of_gone(ctx, limit)
    for row in gone:
        await close(ctx, row, Outcome.CHURNED)
    return len(gone)


async def acknowledge(ctx: Context, warning_id: UUID) -> EarlyWarning:
    """Raises WarningNotFound, WarningClosed."""
    row = await _open(ctx, warning_id)
    return await _step(ctx, row, StepKind.ACKNOWLEDGED)


async def snooze(ctx: Context, warning_id: UUID, until: date, note: str | None = None) -> EarlyWarning:
    """Raises SnoozeTooLong, WarningNotFound, WarningClosed."""
    row = await _open(ctx, warning_id)
    days = watch_policy(ctx.policies, ctx.now.date()).rules.longest_snooze_days
    if not ctx.now.date() < until <= ctx.now.date() + timedelta(days=days):
        raise SnoozeTooLong(field="until", days=days)
    return await _step(ctx, row, StepKind.SNOOZED, until=until, note=note)


async def act(ctx: Context, warning_id: UUID, code: str, note: str | None = None) -> EarlyWarning:
    """What was done; the warning stays until the facts say how it ended. Raises ActUnknown, WarningNotFound."""
    row = await _open(ctx, warning_id)
    policy = watch_policy(ctx.policies, ctx.now.date()).rules
    if policy.act(code) is None:
        raise ActUnknown(field="act", act=code, known=", ".join(each.code for each in policy.acts))
    return await _step(ctx, row, StepKind.ACTED, code=code, note=note)


async def _open(ctx: Context, warning_id: UUID) -> EarlyWarning:
    row = await queries.warning(ctx, warning_id, lock=True)
    ctx.require("work", queries.OBJECT, await facts(ctx, row.party_id))
    if row.state == WarningState.CLOSED:
        raise WarningClosed()
    return row


_STATES: Final = {
    StepKind.ACKNOWLEDGED: WarningState.ACKNOWLEDGED,
    StepKind.SNOOZED: WarningState.SNOOZED,
    StepKind.ACTED: WarningState.ACTED,
}
_ENTRIES: Final = {
    StepKind.ACKNOWLEDGED: "warning.acknowledge",
    StepKind.SNOOZED: "warning.snooze",
    StepKind.ACTED: "warning.act",
}


async def _step(
    ctx: Context,
    row: EarlyWarning,
    kind: StepKind,
    *,
    code: str | None = None,
    until: date | None = None,
    note: str | None = None,
) -> EarlyWarning:
    words, step_id = _short(ctx, note), new_id()
    await ctx.vault.load([row.party_id])
    async with ctx.audit(_ENTRIES[kind], ("party", row.party_id), reason=code):
        row.state, row.handled_by, row.handled_at, row.snoozed_until = _STATES[kind], ctx.actor.id, ctx.now, until
        if code is not None:
            row.act = code
        ctx.session.add(
            WarningStep(
                id=step_id,
                tenant_id=ctx.actor.tenant_id,
                warning_id=row.id,
                party_id=row.party_id,
                kind=kind,
                code=code,
                until=until,
                words=ctx.vault.seal_optional(*_WORDS, step_id, row.party_id, words),
                at=ctx.now,
                by=ctx.actor.id,
            )
        )
    payload = {"party": str(row.party_id), "kind": kind.value, "act": code}
    await ctx.emit("customer.warning_handled", row.id, payload)
    return row


def _short(ctx: Context, note: str | None) -> str | None:
    limit = watch_policy(ctx.policies, ctx.now.date()).rules.note_characters
    words = (note or "").strip() or None
    if words is not None and len(words) > limit:
        raise WordsTooLong(field="note", limit=limit)
    return words
