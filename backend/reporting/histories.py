"""Records of the institution itself whose history can be read: who may, and of which rows it is made.

Whoever may read a record reads its history. Proposals to change a rule-set belong to it for whoever may see rule-sets;
to everybody else it tells what came into force.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select as sql
from sqlmodel import col

from backend.access import colleagues
from backend.access.appointment_models import Appointment
from backend.access.context import Context
from backend.access.models import RoleGrant
from backend.access.proof_models import FactorReset
from backend.access.scopes import Facts
from backend.engagement.models import queries as models
from backend.engagement.models.models import ModelFinding, ModelVersion
from backend.engagement.playbooks.errors import PlaybookUnknown
from backend.engagement.playbooks.models import PlaybookPause
from backend.engagement.playbooks.ruleset import playbooks_on
from backend.engagement.segments.models import SegmentClustering
from backend.engagement.targets.models import TargetGoal
from backend.governance import queries as governance
from backend.governance import standing
from backend.governance.reading import require_sight
from backend.products import queries as products
from backend.products.models import ProductArtefact, ProductMove, ProductSignature, ProductVersion
from backend.reporting.errors import HistoryUnknown
from backend.servicing.assistant import queries as knowledge
from backend.servicing.assistant.models import KnowledgeVersion
from backend.servicing.interactions.queries import templates


class HistoryKind(StrEnum):
    """The last five need no key: an institution has one of each."""

    ARTICLE = "article"
    TEMPLATE = "template"
    PLAYBOOK = "playbook"
    MODEL = "model"
    PRODUCT = "product"
    COLLEAGUE = "colleague"
    RULE_SET = "rule_set"
    SEGMENTS = "segments"
    GOALS = "goals"
    LOYALTY = "loyalty"
    SURVEYS = "surveys"
    CAMPAIGNS = "campaigns"


@dataclass(frozen=True, slots=True)
class Told:
    """The rows that a history is made of. Actions that begin with one of `quiet` are not told: what a machine writes
    day by day, and what a person does to sign in."""

    ids: tuple[UUID, ...]
    quiet: tuple[str, ...] = ()


Find = Callable[[Context, str], Awaitable[Told]]
_DAILY: Final = ("model.watch", "model.run.")
_SIGNING_IN: Final = ("session.", "emergency.", "second_factor.begin", "second_factor.recover")
_RULES: Final[Mapping[HistoryKind, tuple[str, ...]]] = {
    HistoryKind.SEGMENTS: ("segments", "clusters"),
    HistoryKind.GOALS: ("targets",),
    HistoryKind.LOYALTY: ("loyalty",),
    HistoryKind.SURVEYS: ("surveys", "survey_themes"),
    HistoryKind.CAMPAIGNS: ("prospects",),
}
"""Kinds of rule-sets whose decisions belong to what an institution has one of."""


async def told(ctx: Context, kind: HistoryKind, key: str) -> Told:
    """Raises NotAllowed, and NotFound also for a record of another institution."""
    return await _FINDERS[kind](ctx, key)


async def _article(ctx: Context, key: str) -> Told:
    row = await knowledge.article(ctx, _id(key))
    return Told((row.id, *await _ids(ctx, KnowledgeVersion, KnowledgeVersion.article_id, [row.id])))


async def _template(ctx: Context, key: str) -> Told:
    row = await templates.template(ctx, _id(key))
    return Told(tuple(each.id for each in await templates.versions(ctx, row.code)))


async def _model(ctx: Context, key: str) -> Told:
    row = await models.model_of(ctx, _id(key))
    versions = await _ids(ctx, ModelVersion, ModelVersion.model_id, [row.id])
    return Told((row.id, *versions, *await _ids(ctx, ModelFinding, ModelFinding.version_id, versions)), _DAILY)


async def _product(ctx: Context, key: str) -> Told:
    row = await products.product(ctx, _id(key))
    parts = (ProductVersion, ProductArtefact, ProductMove, ProductSignature)
    return Told((row.id, *[each for part in parts for each in await _ids(ctx, part, part.product_id, [row.id])]))


async def _colleague(ctx: Context, key: str) -> Told:
    """Roles and second factors for whoever may see roles."""
    user = (await colleagues.colleague(ctx, _id(key))).user
    if not ctx.may("view", "role_grant", _here(ctx)):
        return Told((user.id,), (*_SIGNING_IN, "role.", "second_factor."))
    parts = ((RoleGrant, RoleGrant.holder_id), (Appointment, Appointment.holder_id), (FactorReset, FactorReset.user_id))
    found = [each for part, column in parts for each in await _ids(ctx, part, column, [user.id])]
    return Told((user.id, *found), _SIGNING_IN)


async def _playbook(ctx: Context, key: str) -> Told:
    ctx.require("view", "playbook", _here(ctx))
    pauses = await _ids(ctx, PlaybookPause, PlaybookPause.playbook, [key])
    found = (*await _ruled(ctx, "playbooks", key), *pauses)
    if not found and key not in playbooks_on(ctx.policies, ctx.now.date()):
        raise PlaybookUnknown(playbook=key)
    return Told(found)


async def _rule_set(ctx: Context, key: str) -> Told:
    """`kind/name`, as in the address of its page."""
    require_sight(ctx)
    kind, _, name = key.partition("/")
    await standing.effective(ctx, kind, name)
    return Told(tuple(await _ruled(ctx, kind, name)))


async def _segments(ctx: Context, key: str) -> Told:
    ctx.require("view", "segment", _here(ctx))
    return await _of_institution(ctx, HistoryKind.SEGMENTS, key, SegmentClustering)


async def _goals(ctx: Context, key: str) -> Told:
    ctx.require("view", "target", _here(ctx))
    return await _of_institution(ctx, HistoryKind.GOALS, key, TargetGoal)


async def _of_institution(ctx: Context, kind: HistoryKind, key: str, model: type[Any]) -> Told:
    """One row by its id, or all that there are and the rules they stand under."""
    rows = tuple(await _ids(ctx, model, model.id, [_id(key)])) if key else tuple(await _ids(ctx, model))
    if key and not rows:
        raise HistoryUnknown()
    return Told(rows if key else (*rows, *await _rules_of(ctx, kind)))


def _under(kind: HistoryKind, obj: str, *actions: str) -> Find:
    """Of rules alone, for whoever has one of the rights to anything at all."""

    async def found(ctx: Context, key: str) -> Told:
        if ctx.actor.type == "partner" or not any(ctx.policy.scopes(ctx.actor, action, obj) for action in actions):
            ctx.require(actions[-1], obj, _here(ctx))
        if key:
            raise HistoryUnknown()
        return Told(tuple(await _rules_of(ctx, kind)))

    return found


async def _rules_of(ctx: Context, kind: HistoryKind) -> list[UUID]:
    return [each for name in _RULES[kind] for each in await _ruled(ctx, name)]


async def _ruled(ctx: Context, kind: str, name: str | None = None) -> list[UUID]:
    found = [row.id for row in await governance.standings(ctx.session, kind, name)]
    if ctx.may("view", "ruleset", _here(ctx)):
        found += [row.id for row in await governance.proposals(ctx.session, kind=kind, name=name)]
    return found


async def _ids(ctx: Context, model: type[Any], column: Any = None, values: Iterable[Any] = ()) -> list[UUID]:
    query = sql(col(model.id))
    return list(await ctx.session.scalars(query if column is None else query.where(col(column).in_(list(values)))))


def _here(ctx: Context) -> Facts:
    return Facts(tenant_id=ctx.actor.tenant_id)


def _id(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        raise HistoryUnknown() from None


_FINDERS: Final[Mapping[HistoryKind, Find]] = {
    HistoryKind.ARTICLE: _article,
    HistoryKind.TEMPLATE: _template,
    HistoryKind.PLAYBOOK: _playbook,
    HistoryKind.MODEL: _model,
    HistoryKind.PRODUCT: _product,
    HistoryKind.COLLEAGUE: _colleague,
    HistoryKind.RULE_SET: _rule_set,
    HistoryKind.SEGMENTS: _segments,
    HistoryKind.GOALS: _goals,
    HistoryKind.LOYALTY: _under(HistoryKind.LOYALTY, "loyalty", "view", "report"),
    HistoryKind.SURVEYS: _under(HistoryKind.SURVEYS, "survey", "view", "statistics"),
    HistoryKind.CAMPAIGNS: _under(HistoryKind.CAMPAIGNS, "prospect", "view"),
}
