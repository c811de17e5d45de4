"""What leaves the house: the package of a request, and the certificate of an erasure. Both are noted in the log."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.audit import proofs
from backend.audit.formats.note import VerifierKey
from backend.audit.models import AuditEntry
from backend.consent import service as consent
from backend.consent.rulesets import purposes_on
from backend.core.i18n import translate
from backend.customers.languages import language_of
from backend.customers.models import Document, DocumentContent
from backend.customers.queries.sight import facts
from backend.rights import certificate, package, queries
from backend.rights.errors import NotErasedYet, RequestState
from backend.rights.models import Erasure, ErasureState, PrivacyRequest, RequestKind
from backend.rights.models import RequestState as State
from backend.rights.package import Frame, Paper
from backend.rights.records import Holdings, held_about
from backend.rights.rulesets import RequestRules
from backend.rights.service.loading import judged_whole, request_for, retention, rules_of
from backend.rights.typesetting import typeset

_UNNAMED = "document"


@dataclass(frozen=True, slots=True)
class Handed:
    file_name: str
    media_type: str
    content: bytes


async def package_for(ctx: Context, request_id: UUID, locale: str | None = None) -> Handed:
    """Made anew each time and kept nowhere; the request remembers the digest of what was handed out last.

    `locale` None: the language in which the customer is written to.
    """
    request = await request_for(ctx, request_id, "package")
    kind = RequestKind(request.kind)
    if kind not in {RequestKind.ACCESS, RequestKind.PORTABILITY} or request.state == State.RECEIVED:
        raise RequestState(state=request.state)
    under = rules_of(ctx, request)
    lineage = await queries.lineage(ctx, request.party_id)
    holdings = await held_about(ctx, request.party_id, lineage, under.withheld.tables)
    portable = kind is RequestKind.PORTABILITY
    if portable:
        kept = tuple(section for section in holdings.sections if section.table in under.portable)
        holdings = replace(holdings, sections=kept)
    spoken = locale or await language_of(ctx, request.party_id)
    frame = await _frame(ctx, request, under, spoken, portable)
    content = package.zipped(frame, holdings, await _papers(ctx, lineage))
    if request.state == State.IN_PROGRESS:
        await _remember(ctx, request, content, holdings)
    ctx.saw(("party", request.party_id), "document_content")
    return Handed(f"{request.number}.zip", "application/zip", content)


async def _remember(ctx: Context, request: PrivacyRequest, content: bytes, holdings: Holdings) -> None:
    async with ctx.audit("privacy.package", ("privacy_request", request.id), reason=f"rows_{holdings.rows}"):
        request.package_sha256, request.package_at = hashlib.sha256(content).digest(), ctx.now


async def _frame(ctx: Context, request: PrivacyRequest, under: RequestRules, locale: str, portable: bool) -> Frame:
    tenant = await ctx.session.get_one(Tenant, ctx.actor.tenant_id)
    retained = (await retention(ctx)).rules
    verdict = await judged_whole(ctx, request.party_id, retained)
    reasons = {period.code: period.reason.text(locale) for period in retained.periods}
    unended = translate(locale, "as long as it lasts")
    return Frame(
        institution=tenant.name,
        number=request.number,
        made_at=ctx.now,
        locale=locale,
        article=under.kinds[RequestKind(request.kind)].article,
        withheld_article=under.withheld.article,
        portable=portable,
        purposes=await _purposes(ctx, request.party_id, locale),
        periods=[
            (reasons.get(term.code, translate(locale, term.code)), term.article, package.day_or(term.until, unended))
            for term in verdict.terms
        ],
        information=[(each.title.text(locale), each.text.text(locale)) for each in under.information],
    )


async def _purposes(ctx: Context, party_id: UUID, locale: str) -> list[tuple[str, str, str, str]]:
    found = []
    for name, purpose in purposes_on(ctx.policies, ctx.now.date()).rules.purposes.items():
        decided = (await consent.allowed(ctx, [party_id], name))[party_id]
        basis, state = (translate(locale, text) for text in (decided.basis.value, decided.reason.value))
        found.append((purpose.wording.text(locale), basis, decided.article, state))
    return found


async def _papers(ctx: Context, lineage: Sequence[UUID]) -> list[Paper]:
    query = (
        select(Document, DocumentContent)
        .join(DocumentContent, col(DocumentContent.id) == col(Document.id))
        .where(col(Document.party_id).in_(lineage))
        .order_by(col(Document.id))
    )
    papers = []
    for document, stored in (await ctx.session.execute(query)).all():
        owner = document.party_id
        name = ctx.vault.open_optional("document", "file_name", document.id, owner, document.file_name) or _UNNAMED
        papers.append(Paper(document.id, name, b"".join(ctx.vault.open_document(owner, document.id, stored.body))))
    return papers


async def certificate_for(
    ctx: Context, party_id: UUID, locale: str, log_key: VerifierKey | None, *, readable: bool
) -> Handed:
    """PDF, or JSON that proves itself. Raises NotErasedYet, and NotInLog for the moment until the log has it."""
    ctx.require("view", "retention", await facts(ctx, party_id))
    erasure = await queries.erasure_of(ctx, party_id)
    if erasure is None or erasure.state != ErasureState.COMPLETE:
        raise NotErasedYet()
    whole = await _certificate(ctx, erasure, log_key)
    await ctx.trail.note("erasure.certify", ("party", party_id), reason="pdf" if readable else "json")
    name = f"erasure-{erasure.id}"
    if not readable:
        return Handed(f"{name}.json", "application/json", certificate.encoded(whole))
    page = certificate.page(whole, locale)
    return Handed(f"{name}.pdf", "application/pdf", typeset("certificate", page, ctx.now))


async def _certificate(ctx: Context, erasure: Erasure, log_key: VerifierKey | None) -> dict[str, object]:
    tenant = await ctx.session.get_one(Tenant, ctx.actor.tenant_id)
    wanted = [each for each in (erasure.shredded_entry, erasure.completed_entry) if each is not None]
    proven = [await proofs.inclusion(ctx.session, ctx.actor.tenant_id, entry) for entry in wanted]
    instants = {
        row.id: row.ts for row in await ctx.session.scalars(select(AuditEntry).where(col(AuditEntry.id).in_(wanted)))
    }
    shredded, completed = (certificate.instant(instants[entry]) for entry in wanted)
    stated = {
        "institution": tenant.name,
        "party": str(erasure.party_id),
        "erasure": str(erasure.id),
        "ground": erasure.ground,
        "proposed_by": str(erasure.proposed_by),
        "approved_by": str(erasure.approved_by),
        "approved_at": certificate.instant(erasure.approved_at),
        "shredded_at": shredded,
        "completed_at": completed,
        "ruleset": erasure.ruleset,
        "counts": erasure.counts,
    }
    return certificate.build(stated, proven, log_key)
