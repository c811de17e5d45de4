"""Proofs for outsiders: a small file that shows what was decided, by whom, under which rule-set, and verifies alone."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.api import records
from backend.api.audit import family
from backend.api.costs import Cost, resolved
from backend.api.disclosures import Reader
from backend.api.records import RecordKind
from backend.api.request import Info
from backend.api.rule_texts import rulesets_of
from backend.audit import evidence
from backend.audit.errors import EntryUnknown
from backend.audit.evidence import Course
from backend.audit.keys import LogKeys
from backend.audit.timestamps import Stamps
from backend.core.settings import Settings

_DECISION: Final = Course(
    frozenset({"customer.kyc.sign", "customer.kyc.approve", "customer.kyc.reject", "customer.kyc.import"}),
    begins="customer.kyc.propose",
    undone="customer.kyc.return",
)


@strawberry.type(description="An .auditproof: `python verify.py FILE` says what it proves (docs/audit.md).")
class ProofFile:
    name: str
    content: str
    leaves: list[int] = strawberry.field(
        description="Which entries of the log it proves.", directives=[Cost(weight=0, size=5)]
    )
    size: int = strawberry.field(description="Entries under the signed head it stands on.")


@strawberry.type
class ProofQuery:
    @resolved(
        "A proof of one entry in the trail of a record; of any entry, with kind TENANT, for whoever reads the whole"
        " log. Handing it out is noted too.",
        weight=50,
    )
    async def entry_proof(
        self, info: Info, entry_id: UUID, record_id: UUID, kind: RecordKind = RecordKind.PARTY
    ) -> ProofFile:
        async def prove(ctx: Context) -> ProofFile:
            if kind is RecordKind.TENANT:
                ctx.require("view", "audit", Facts(tenant_id=ctx.actor.tenant_id))
                subject = (kind.value, ctx.actor.tenant_id)
                return await proof_file(ctx, info.context.platform.settings, subject, [entry_id], [])
            ctx.require("view_record", "audit", await records.facts(ctx, kind, record_id))
            ids = await family(ctx, kind, record_id)
            if not await evidence.concerns(ctx.session, entry_id, ids):
                raise EntryUnknown()
            return await proof_file(ctx, info.context.platform.settings, (kind.value, record_id), [entry_id], ids)

        return await info.context.read(prove)

    @resolved("A proof of the decision of a case: proposal, signatures and outcome.", weight=50)
    async def decision_proof(self, info: Info, case_id: UUID) -> ProofFile:
        async def prove(ctx: Context) -> ProofFile:
            return await prove_decision(ctx, info.context.platform.settings, case_id)

        return await info.context.read(prove)


async def prove_decision(ctx: Context, settings: Settings, case_id: UUID) -> ProofFile:
    """Raises NotDecided, NotInLog."""
    ctx.require("view_record", "audit", await records.facts(ctx, RecordKind.CASE, case_id))
    subject = (RecordKind.CASE.value, case_id)
    entries = await evidence.decided(ctx.session, subject, _DECISION)
    return await proof_file(ctx, settings, subject, entries, await family(ctx, RecordKind.CASE, case_id))


async def proof_file(
    ctx: Context, settings: Settings, subject: tuple[str, UUID], entries: Sequence[UUID], ids: Sequence[UUID]
) -> ProofFile:
    """What the actor may see of the versions in it: of every record with the right to the whole log, else of `ids`."""
    tenant_id = ctx.actor.tenant_id
    everything = ctx.may("view", "audit", Facts(tenant_id=tenant_id))
    found = await evidence.evidence(
        ctx.session,
        tenant_id,
        LogKeys.of(settings).verifier(tenant_id),
        entries,
        Reader(ctx, ctx.actor, None if everything else frozenset(ids)),
        rulesets_of(settings.policies),
        Stamps.of(settings),
    )
    await ctx.trail.note("audit.prove", subject)
    return ProofFile(name=found.name, content=found.content.decode(), leaves=list(found.leaves), size=found.size)
