"""Stages are moved by the facts, and corrected by people for a time."""

import hashlib
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pandas as pd
from sqlalchemy import ARRAY, String, TextClause, Uuid, bindparam, text

from backend.access.context import Context
from backend.audit.copying import Batch
from backend.audit.trail import canonical
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers import rulesets
from backend.customers.errors import StageNotReachable, StageReasonUnknown
from backend.customers.models import Customer, Stage
from backend.customers.queries.sight import facts
from backend.customers.service.loading import party_for
from backend.customers.service.relations import change_stage
from backend.engagement.stages import queries
from backend.engagement.stages.errors import CorrectionOver, CorrectionTooLong
from backend.engagement.stages.models import Cause, StageRun, StageTransition
from backend.engagement.stages.rules import STAGES, Decided
from backend.engagement.stages.ruleset import COMPUTED, StagePolicy, stage_policy

_NOTE: Final = ("stage_transition", "note")
_UPDATE: Final[TextClause] = text(
    "UPDATE customer c SET stage = v.stage, stage_since = :now, entry_id = v.entry, ver = c.ver + 1"
    " FROM unnest(:parties, :entries, :stages) AS v (party, entry, stage) WHERE c.party_id = v.party"
).bindparams(
    bindparam("parties", type_=ARRAY(Uuid)),
    bindparam("entries", type_=ARRAY(Uuid)),
    bindparam("stages", type_=ARRAY(String)),
)


async def take_steps(
    ctx: Context, decided: Decided, run: StageRun, loaded: Loaded[StagePolicy], *, announced: bool
) -> int:
    """Whoever moves does so, each by an entry of their own; how many did.

    `announced`: not when an institution's customers are placed for the first time, which is no news about anybody.
    """
    rows = decided.rows()
    if not rows:
        return 0
    batch, parties, entries, stages = Batch(ctx.trail), [], [], []
    known: list[dict[str, Any]] = [
        {str(name): value for name, value in figures.items()}
        for figures in decided.frame.iloc[list(rows)].reset_index().to_dict("records")
    ]
    for row, figures in zip(rows, known, strict=True):
        party_id, target, reasons = figures["party_id"], STAGES[decided.target[row]].value, decided.reasons(row)
        entry = batch.entry("customer.stage", ("party", party_id), reason=reasons[0], ruleset=loaded.sha256)
        batch.add(StageTransition, entry, **_row(ctx, figures, target, reasons, run, loaded))
        parties.append(party_id)
        entries.append(entry)
        stages.append(target)
        if announced:
            batch.add(Outbox, **_event(ctx, figures, target, reasons[0]))
    await batch.write(ctx.session)
    await ctx.session.execute(_UPDATE, {"parties": parties, "entries": entries, "stages": stages, "now": ctx.now})
    for loaded_row in list(ctx.session.identity_map.values()):
        if isinstance(loaded_row, Customer):
            await ctx.session.refresh(loaded_row)
    return len(rows)


def _row(
    ctx: Context,
    figures: dict[str, Any],
    target: str,
    reasons: tuple[str, ...],
    run: StageRun,
    loaded: Loaded[StagePolicy],
) -> dict[str, Any]:
    plain = {name: _plain(value) for name, value in figures.items()}
    return {
        "id": new_id(),
        "party_id": figures["party_id"],
        "customer_id": UUID(figures["customer_id"]),
        "from_stage": figures["stage"],
        "to_stage": target,
        "cause": Cause.COMPUTED,
        "reasons": list(reasons),
        "ruleset": loaded.sha256,
        "at": ctx.now,
        "by": ctx.actor.id,
        "run_id": run.id,
        "as_of": run.as_of,
        "facts": hashlib.sha256(canonical(plain).encode()).hexdigest(),
        "figures": {name: plain[name] for name in _looked_at(loaded.rules, reasons) if plain.get(name) is not None},
    }


def _looked_at(policy: StagePolicy, reasons: tuple[str, ...]) -> list[str]:
    """The facts that these reasons are about, each once."""
    rules = [rule for rule in policy.rules if rule.code in reasons]
    names = [name for rule in rules for each in rule.when for name in (each.fact, each.of) if name is not None]
    return list(dict.fromkeys(names))


def _plain(value: Any) -> Any:
    """As JSON has it; figures of scores lose what a reader would not see."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp | date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return round(value, 6)
    return str(value) if isinstance(value, UUID) else value


def _event(ctx: Context, figures: dict[str, Any], target: str, reason: str) -> dict[str, Any]:
    payload = {"party": str(figures["party_id"]), "from": figures["stage"], "to": target, "reason": reason}
    subject = UUID(figures["customer_id"])
    name = "customer.stage_changed"
    return {"id": new_id(), "name": name, "subject_id": subject, "payload": payload, "created_at": ctx.now}


async def correct(
    ctx: Context, customer_id: UUID, stage: Stage, reason: str, *, until: date | None = None, note: str | None = None
) -> Customer:
    """By a person, with a reason of the stages' rule-set; the stage they stand in already keeps them there.

    Raises CustomerMissing, StageReasonUnknown, StageNotReachable, CorrectionTooLong.
    """
    customer = await queries.customer(ctx, customer_id)
    await party_for(ctx, customer.party_id, "correct", queries.OBJECT)
    loaded = stage_policy(ctx.policies, ctx.now.date())
    ends = _end(ctx, loaded.rules, until)
    before = customer.stage
    if before == stage:
        _refuse_keeping(ctx, stage, reason)
    else:
        customer = await change_stage(ctx, customer_id, stage, reason)
    standing = await queries.standing_correction(ctx, customer.party_id)
    row_id, words = new_id(), (note or "").strip() or None
    async with ctx.audit("stage.correct", ("party", customer.party_id), reason=reason, ruleset=loaded.sha256):
        if standing is not None:
            standing.ended_at, standing.ended_by = ctx.now, ctx.actor.id
        ctx.session.add(
            StageTransition(
                id=row_id,
                tenant_id=ctx.actor.tenant_id,
                party_id=customer.party_id,
                customer_id=customer.id,
                from_stage=before,
                to_stage=stage,
                cause=Cause.PERSON,
                reasons=[reason],
                ruleset=loaded.sha256,
                at=ctx.now,
                by=ctx.actor.id,
                note=ctx.vault.seal_optional(*_NOTE, row_id, customer.party_id, words),
                until=ends,
            )
        )
    return customer


def _refuse_keeping(ctx: Context, stage: Stage, reason: str) -> None:
    """What a change of the stage asks for goes for keeping it as well; where processes put somebody nobody is kept."""
    known = [term.code for term in rulesets.stages(ctx).rules.reasons]
    if reason not in known:
        raise StageReasonUnknown(field="reason", reason=reason, known=", ".join(known))
    if stage not in {*COMPUTED, Stage.WON_BACK}:
        raise StageNotReachable(stage=stage.value, target=stage.value, possible="-")


def _end(ctx: Context, policy: StagePolicy, until: date | None) -> date:
    today = ctx.now.date()
    end = until or today + timedelta(days=policy.correction_days)
    if not today < end <= today + timedelta(days=policy.longest_correction_days):
        raise CorrectionTooLong(field="until", days=policy.longest_correction_days)
    return end


async def release(ctx: Context, transition_id: UUID) -> StageTransition:
    """The next computation decides again. Raises TransitionNotFound, CorrectionOver."""
    row = await queries.transition(ctx, transition_id)
    ctx.require("correct", queries.OBJECT, await facts(ctx, row.party_id))
    if row.until is None or row.ended_at is not None or row.until < ctx.now.date():
        raise CorrectionOver()
    async with ctx.audit("stage.release", ("party", row.party_id)):
        row.ended_at, row.ended_by = ctx.now, ctx.actor.id
    return row
