"""Validation: by somebody who neither built nor trained the model; findings are answered before it is used."""

from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.engagement.models import queries, rules
from backend.engagement.models.models import ModelFinding, ModelVersion, Severity, VersionState
from backend.engagement.models.rules import Verb
from backend.engagement.models.service.standing import in_force, subject, tell, version_for


async def submit(ctx: Context, version_id: UUID) -> ModelVersion:
    """Raises VersionNotFound, NotAllowed, VersionForbids."""
    row = await version_for(ctx, version_id, Verb.SUBMIT)
    async with ctx.audit("model.submit", subject(row), ruleset=row.ruleset):
        row.state, row.submitted_at = VersionState.IN_VALIDATION, ctx.now
    await tell(ctx, row, "submitted")
    return row


async def find(ctx: Context, version_id: UUID, severity: Severity, words: str) -> ModelFinding:
    """Raises VersionNotFound, NotAllowed, ValidatorNotApart, VersionForbids, WordsMissing."""
    row = await version_for(ctx, version_id, Verb.FIND)
    known = (await queries.findings_of(ctx, [row.id])).get(row.id, [])
    found = ModelFinding(
        id=new_id(),
        tenant_id=row.tenant_id,
        version_id=row.id,
        number=len(known) + 1,
        severity=severity,
        words=rules.written(words, "words"),
        raised_by=ctx.actor.id,
        raised_at=ctx.now,
    )
    async with ctx.audit("model.find", subject(row), reason=severity.value):
        ctx.session.add(found)
    return found


async def answer(ctx: Context, finding_id: UUID, words: str) -> ModelFinding:
    """Closes it. Raises FindingNotFound, NotAllowed, VersionForbids, WordsMissing."""
    found = await queries.finding(ctx, finding_id)
    row = await version_for(ctx, found.version_id, Verb.ANSWER)
    said = rules.written(words, "answer")
    async with ctx.audit("model.answer", subject(row), reason=found.severity):
        found.answer, found.closed_by, found.closed_at = said, ctx.actor.id, ctx.now
    return found


async def validate(ctx: Context, version_id: UUID, limits: str) -> ModelVersion:
    """`limits`: within which bounds it may be used.

    Raises VersionNotFound, NotAllowed, ValidatorNotApart, VersionForbids, WordsMissing, FindingsOpen.
    """
    row = await version_for(ctx, version_id, Verb.VALIDATE)
    findings = (await queries.findings_of(ctx, [row.id])).get(row.id, [])
    rules.no_finding_open(Severity(each.severity) for each in findings if each.closed_at is None)
    said = rules.written(limits, "limits")
    async with ctx.audit("model.validate", subject(row), ruleset=in_force(ctx).sha256):
        row.state, row.limits = VersionState.VALIDATED, said
        row.validated_by, row.validated_at = ctx.actor.id, ctx.now
    await tell(ctx, row, "validated")
    return row


async def reject(ctx: Context, version_id: UUID, why: str) -> ModelVersion:
    """Raises VersionNotFound, NotAllowed, ValidatorNotApart, VersionForbids, WordsMissing."""
    row = await version_for(ctx, version_id, Verb.REJECT)
    said = rules.written(why, "limits")
    async with ctx.audit("model.reject", subject(row), ruleset=in_force(ctx).sha256):
        row.state, row.limits = VersionState.REJECTED, said
        row.validated_by, row.validated_at = ctx.actor.id, ctx.now
    await tell(ctx, row, "rejected")
    return row
