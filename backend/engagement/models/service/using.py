"""Use: a challenger scores beside the champion; a champion is proposed by one person and confirmed by another."""

from uuid import UUID

from backend.access.context import Context
from backend.engagement.models import queries
from backend.engagement.models.errors import SamePerson
from backend.engagement.models.models import ModelVersion, ScoringRun, VersionState
from backend.engagement.models.rules import Verb
from backend.engagement.models.service.standing import in_force, subject, tell, version_for


async def challenge(ctx: Context, version_id: UUID) -> ModelVersion:
    """Takes the place of an earlier challenger. Raises VersionNotFound, NotAllowed, VersionForbids."""
    row = await version_for(ctx, version_id, Verb.CHALLENGE)
    before = await queries.challenger(ctx, row.model_id)
    async with ctx.audit("model.challenge", subject(row)):
        if before is not None:
            _retire(ctx, before)
            await ctx.session.flush()
        row.state = VersionState.CHALLENGER
    await tell(ctx, row, "challenged")
    return row


async def promote(ctx: Context, version_id: UUID) -> ModelVersion:
    """Raises VersionNotFound, NotAllowed, VersionForbids."""
    row = await version_for(ctx, version_id, Verb.PROMOTE)
    async with ctx.audit("model.promote", subject(row)):
        row.promoted_by, row.promoted_at = ctx.actor.id, ctx.now
    await tell(ctx, row, "promoted")
    return row


async def turn_down(ctx: Context, version_id: UUID) -> ModelVersion:
    """The champion stays. Raises VersionNotFound, NotAllowed, VersionForbids."""
    row = await version_for(ctx, version_id, Verb.KEEP)
    async with ctx.audit("model.keep", subject(row)):
        row.promoted_by = row.promoted_at = None
    await tell(ctx, row, "kept")
    return row


async def confirm(ctx: Context, version_id: UUID) -> ModelVersion:
    """The champion before it is retired; its scores stay in use until this one has some.

    Raises VersionNotFound, NotAllowed, VersionForbids, SamePerson.
    """
    row = await version_for(ctx, version_id, Verb.CONFIRM)
    if row.promoted_by == ctx.actor.id:
        raise SamePerson()
    before = await queries.champion(ctx, row.model_id, lock=True)
    async with ctx.audit("model.confirm", subject(row), ruleset=in_force(ctx).sha256):
        if before is not None:
            _retire(ctx, before)
            await ctx.session.flush()
        row.state = VersionState.CHAMPION
        row.confirmed_by, row.confirmed_at = ctx.actor.id, ctx.now
    latest = await queries.runs_of(ctx, [row.id], limit=1)
    if latest:
        await use(ctx, latest[0])
    await tell(ctx, row, "confirmed")
    return row


async def retire(ctx: Context, version_id: UUID) -> ModelVersion:
    """A retired champion's scores are told no longer. Raises VersionNotFound, NotAllowed, VersionForbids."""
    row = await version_for(ctx, version_id, Verb.RETIRE)
    was_champion = row.state == VersionState.CHAMPION
    async with ctx.audit("model.retire", subject(row)):
        _retire(ctx, row)
        if was_champion:
            for run in await queries.in_use_of(ctx, (await queries.model_of(ctx, row.model_id)).code):
                run.in_use = False
    await tell(ctx, row, "retired")
    return row


async def use(ctx: Context, run: ScoringRun) -> None:
    """The scores of this run are told from now on, in place of the run before."""
    former = [each for each in await queries.in_use_of(ctx, run.purpose) if each.id != run.id]
    async with ctx.audit("model.run.use", ("scoring_run", run.id), reason=run.purpose):
        for each in former:
            each.in_use = False
        run.in_use = True


def _retire(ctx: Context, row: ModelVersion) -> None:
    row.state, row.retired_at = VersionState.RETIRED, ctx.now
