"""Proposals to change rules, the access policy among them, that wait for a second person."""

from typing import Final

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.governance import kinds, queries
from backend.governance.kinds import ACCESS, RULESETS
from backend.governance.models import Proposal, ProposalState


async def _rule_sets(ctx: Context) -> list[Waiting]:
    rows = await queries.proposals(ctx.session, states=[ProposalState.PROPOSED])
    return [_waiting(ctx, row) for row in reversed(rows[:MOST])]


def _waiting(ctx: Context, row: Proposal) -> Waiting:
    kind = kinds.find(row.kind)
    facts = Facts(tenant_id=row.tenant_id, maker_id=row.proposed_by, deciders=frozenset())
    title = translate(ctx.actor.locale, kind.title)
    return Waiting(
        id=row.id,
        words=title if row.name == row.kind else f"{title}: {row.name}",
        page=f"/rules/proposals/{row.id}",
        made_at=row.proposed_at,
        made_by=row.proposed_by,
        mine=ctx.may(kind.permission.approves, kind.permission.object, facts),
    )


RULE_SETS: Final = SignatureKind(
    "ruleset",
    "Change of rules",
    tuple((each.object, each.approves) for each in (RULESETS, ACCESS)),
    _rule_sets,
)
