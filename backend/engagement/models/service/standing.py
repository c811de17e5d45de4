"""What every verb on a version begins with: the rule-set in force, the version held, its step allowed."""

from uuid import UUID

from backend.access.context import Context
from backend.audit.trail import Subject
from backend.core.rulesets import Loaded
from backend.engagement.models import queries, rules
from backend.engagement.models.errors import ValidatorNotApart, VersionForbids
from backend.engagement.models.models import ModelVersion, VersionState
from backend.engagement.models.rules import Verb
from backend.engagement.models.ruleset import ModelRules, model_rules

_OF_PROPOSAL = frozenset({Verb.KEEP, Verb.CONFIRM})
_OF_VALIDATION = frozenset({Verb.FIND, Verb.VALIDATE, Verb.REJECT})


def in_force(ctx: Context) -> Loaded[ModelRules]:
    return model_rules(ctx.policies, ctx.now.date())


def settling_days(ctx: Context) -> int:
    return in_force(ctx).rules.purchases.settling_days


async def version_for(ctx: Context, version_id: UUID, verb: Verb) -> ModelVersion:
    """Held until the transaction ends. Raises VersionNotFound, NotAllowed, ValidatorNotApart, VersionForbids."""
    row = await queries.version(ctx, version_id, lock=True)
    _require(ctx, row, verb)
    rules.allow(verb, VersionState(row.state), proposed=row.promoted_by is not None)
    return row


def _require(ctx: Context, row: ModelVersion, verb: Verb) -> None:
    if verb in _OF_VALIDATION and ctx.actor.id in {row.trained_by, row.author_id}:
        raise ValidatorNotApart()
    ctx.require(rules.RIGHTS[verb], queries.MODEL, queries.facts(ctx, row, promotion=verb in _OF_PROPOSAL))


def verbs(ctx: Context, row: ModelVersion) -> list[Verb]:
    """What the actor may do with it now."""
    return [verb for verb in Verb if _may(ctx, row, verb)]


def _may(ctx: Context, row: ModelVersion, verb: Verb) -> bool:
    try:
        rules.allow(verb, VersionState(row.state), proposed=row.promoted_by is not None)
    except VersionForbids:
        return False
    if verb in _OF_VALIDATION and ctx.actor.id in {row.trained_by, row.author_id}:
        return False
    facts = queries.facts(ctx, row, promotion=verb in _OF_PROPOSAL)
    return ctx.may(rules.RIGHTS[verb], queries.MODEL, facts)


def subject(row: ModelVersion) -> Subject:
    return "model_version", row.id


async def tell(ctx: Context, row: ModelVersion, what: str) -> None:
    """Codes and identifiers alone."""
    await ctx.emit(f"model.{what}", row.id, {"model": str(row.model_id), "state": row.state})
