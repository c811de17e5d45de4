"""Reading rule-sets: what is in force, its history, one proposal, and whether a text could be one."""

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.request import Info
from backend.api.rule_sets import (
    RuleSet,
    RuleSetCheck,
    RuleSetHistory,
    RuleSetPeriod,
    RuleSetProposal,
    RuleSetProposalLine,
    proposal,
    rule_change,
)
from backend.governance import reading, standing
from backend.governance.errors import ContentRefused, UnknownRuleSet


@strawberry.type
class GovernanceQuery:
    @resolved("Every rule-set that can be governed, as it counts now.", weight=20, size=15)
    async def rule_sets(self, info: Info) -> list[RuleSet]:
        locale = info.context.actor.locale
        return [RuleSet.of(each, locale) for each in await info.context.read(reading.overview)]

    @resolved("One rule-set with its text and its history.", weight=20)
    async def rule_set(self, info: Info, kind: str, name: str) -> RuleSetHistory:
        locale = info.context.actor.locale
        found = await info.context.read(lambda ctx: reading.history(ctx, kind, name))
        return RuleSetHistory(
            now=RuleSet.of(found.now, locale),
            text=found.source,
            files_sha256=found.files_sha256,
            periods=[RuleSetPeriod.of(row) for row in reversed(found.standings)],
            proposals=[RuleSetProposalLine.of(row, locale) for row in found.proposals],
        )

    @resolved("The text of a rule-set by its SHA-256, whenever it was in force.", weight=5)
    async def rule_set_text(self, info: Info, sha256: str) -> str:
        return await info.context.read(lambda ctx: reading.text(ctx, sha256))

    @resolved(weight=20)
    async def rule_set_proposal(self, info: Info, record_id: Id) -> RuleSetProposal:
        return await proposal(info, record_id)

    @resolved("Reads a text as a proposal would, and keeps nothing.", weight=20)
    async def check_rule_set(self, info: Info, kind: str, name: str, content: str) -> RuleSetCheck:
        locale = info.context.actor.locale

        async def checked(ctx: Context) -> RuleSetCheck:
            try:
                base = (await standing.effective(ctx, kind, name)).source
            except UnknownRuleSet:
                base = None
            try:
                changes = reading.check(ctx, kind, name, content.encode(), base)
            except ContentRefused as refused:
                line, problem = refused.params["line"], str(refused.params["problem"])
                return RuleSetCheck(readable=False, line=line, problem=problem, changes=[])
            return RuleSetCheck(
                readable=True, line=None, problem=None, changes=[rule_change(each, locale) for each in changes]
            )

        return await info.context.read(checked)
