"""Products entered, versions begun and written, artefacts and documents added. What is signed loses its signatures."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.ids import new_id
from backend.products import attributes, contents, hindrances, moving, queries, rebinding, references
from backend.products.definition import Code, CustomerDocument, Language, ProductDefinition
from backend.products.errors import (
    ApprovedIsFixed,
    ArtefactUnknown,
    DefinitionBroken,
    DraftExists,
    DraftMissing,
    KindFixed,
    ProductCodeInvalid,
    ProductCodeTaken,
    ProductStateForbids,
)
from backend.products.gates import gates_on
from backend.products.models import (
    Product,
    ProductArtefact,
    ProductRisk,
    ProductState,
    ProductVersion,
)
from backend.products.standing import Papers, papers

_CODE: Final = TypeAdapter(Code)
_RISKS: Final = tuple(ProductRisk)
_SIGNED_STAGES: Final = frozenset({ProductState.TESTING.value, ProductState.APPROVAL.value})


def read_definition(ctx: Context, given: Mapping[str, Any]) -> ProductDefinition:
    """From YAML, JSON or a form. Raises DefinitionBroken, which names every place that is wrong."""
    try:
        definition = _named(ProductDefinition.model_validate(given))
        return attributes.complete(definition, attributes.attributes_on(ctx.policies, ctx.now.date()).rules)
    except ValidationError as error:
        said = [f"{'.'.join(str(step) for step in each['loc'])}: {each['msg']}" for each in error.errors()]
        raise DefinitionBroken(field="definition", problem="; ".join(said)) from error
    except ValueError as error:
        raise DefinitionBroken(field="definition", problem=str(error)) from error


def _named(definition: ProductDefinition) -> ProductDefinition:
    """Raises ValueError: what has no name cannot be found, signed or sold."""
    missing = [language for language, name in definition.names.model_dump().items() if not name.strip()]
    if missing:
        raise ValueError(f"the product has no name yet ({', '.join(missing)})")
    return definition


async def create(
    ctx: Context, code: str, definition: ProductDefinition, risk: ProductRisk, beside: Collection[str] = ()
) -> Product:
    """A concept with its first version, owned by whoever enters it; `beside` are codes that come in with it.

    Raises ProductCodeTaken, ProductCodeInvalid, DefinitionBroken.
    """
    ctx.require("create", queries.OBJECT, queries.facts(ctx))
    await _free(ctx, code)
    await _contents_known(ctx, definition)
    await references.check(ctx, code, definition, beside)
    row = Product(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        code=code,
        kind=definition.kind,
        risk=risk,
        owner_id=ctx.actor.id,
        created_at=ctx.now,
    )
    async with ctx.audit("product.create", (queries.OBJECT, row.id), reason=code):
        ctx.session.add(row)
        await ctx.session.flush()
        ctx.session.add(_version(ctx, row, 1, ProductState.CONCEPT, definition))
    await ctx.emit("product.created", row.id, {"product": str(row.id), "code": code, "kind": definition.kind.value})
    return row


async def begin_version(ctx: Context, product_id: UUID) -> ProductVersion:
    """The next version as a copy of the newest approved one, from the design stage on.

    Raises DraftExists, ProductStateForbids.
    """
    row, found = await _locked(ctx, product_id, "edit")
    if found.draft is not None:
        raise DraftExists()
    if ProductState(row.state) not in hindrances.ON_THE_MARKET or found.approved is None:
        raise ProductStateForbids(state=row.state, verb="begin_version")
    base = queries.definition_of(found.approved)
    version = _version(ctx, row, found.versions[0].number + 1, ProductState.DESIGN, base)
    async with ctx.audit("product.draft", (queries.OBJECT, row.id)):
        ctx.session.add(version)
    return version


async def revise(
    ctx: Context, product_id: UUID, definition: ProductDefinition, beside: Collection[str] = ()
) -> ProductVersion:
    """Writes the version in preparation anew.

    Signatures on its open step are void. Past testing a change of more than its documents takes it back to design,
    because what was signed on the way no longer holds. Raises DraftMissing, KindFixed.
    """
    row, found = await _locked(ctx, product_id, "edit")
    draft = found.draft
    if draft is None:
        raise DraftMissing()
    if definition.kind != row.kind:
        raise KindFixed(field="definition.kind")
    await _contents_known(ctx, definition)
    if draft.sha256 == definition.sha256:
        return draft
    if references.differ(queries.definition_of(draft), definition):
        await references.check(ctx, row.code, definition, beside)
    if draft.stage in _SIGNED_STAGES and not _documents_alone(draft, definition):
        await moving.fall_back(ctx, found)
    await rebinding.void(ctx, found, draft)
    async with ctx.audit("product.edit", (queries.OBJECT, row.id)):
        draft.definition, draft.sha256 = definition.as_json(), definition.sha256
        draft.authors = sorted({*draft.authors, str(ctx.actor.id)})
        draft.changed_at = ctx.now
    await rebinding.rebind(ctx, row)
    return draft


async def reclassify(ctx: Context, product_id: UUID, risk: ProductRisk) -> Product:
    """Another governance risk: upwards at any time, downwards before anybody has signed on it."""
    row, found = await _locked(ctx, product_id, "edit")
    early = row.state in {ProductState.CONCEPT, ProductState.DESIGN}
    if _RISKS.index(risk) < _RISKS.index(ProductRisk(row.risk)) and not early:
        raise ProductStateForbids(state=row.state, verb="reclassify")
    if risk == row.risk:
        return row
    for version in filter(None, (found.draft, found.approved)):
        await rebinding.void(ctx, found, version)
    async with ctx.audit("product.reclassify", (queries.OBJECT, row.id), reason=risk.value):
        row.risk = risk
    await rebinding.rebind(ctx, row)
    return row


async def attach(ctx: Context, version_id: UUID, kind: str, name: str, content: bytes) -> ProductArtefact:
    """An artefact that a gate can ask for, of the version in preparation or of the one that is sold now.

    Raises ArtefactUnknown, ArtefactRefused, ApprovedIsFixed.
    """
    version = await queries.version(ctx, version_id)
    row, found = await _locked(ctx, version.product_id, "edit")
    if kind not in gates_on(ctx.policies, ctx.now.date()).rules.artefacts:
        raise ArtefactUnknown(field="kind", kind=kind)
    if version.id not in {each.id for each in (found.draft, found.approved) if each is not None}:
        raise ApprovedIsFixed()
    await rebinding.void(ctx, found, version)
    before = [each.number for each in found.artefacts.get(version.id, ()) if each.kind == kind]
    async with ctx.audit("product.attach", (queries.OBJECT, row.id), reason=kind):
        kept = await contents.keep(ctx, content)
        artefact = ProductArtefact(
            id=new_id(),
            tenant_id=ctx.actor.tenant_id,
            product_id=row.id,
            version_id=version.id,
            kind=kind,
            number=max(before, default=0) + 1,
            name=name.strip()[:200] or kind,
            media_type=kept.media_type,
            size=len(content),
            sha256=kept.sha256,
            added_by=ctx.actor.id,
            added_at=ctx.now,
        )
        ctx.session.add(artefact)
    await rebinding.rebind(ctx, row)
    return artefact


async def attach_document(
    ctx: Context, product_id: UUID, kind: str, language: Language, name: str, content: bytes
) -> ProductVersion:
    """A document for the customer; one of a kind and language, so another of the same takes its place."""
    row, found = await _locked(ctx, product_id, "edit")
    if found.draft is None:
        raise DraftMissing()
    async with ctx.audit("product.keep", (queries.OBJECT, row.id), reason=kind):
        kept = await contents.keep(ctx, content)
    now = queries.definition_of(found.draft).as_json()
    others = [each for each in now["documents"] if (each["kind"], each["language"]) != (kind, language)]
    given = CustomerDocument(kind=kind, name=name.strip()[:200] or kind, language=language, sha256=kept.sha256)
    return await revise(
        ctx, product_id, read_definition(ctx, {**now, "documents": [*others, given.model_dump(mode="json")]})
    )


def _version(
    ctx: Context, row: Product, number: int, stage: ProductState, definition: ProductDefinition
) -> ProductVersion:
    return ProductVersion(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        product_id=row.id,
        number=number,
        stage=stage,
        definition=definition.as_json(),
        sha256=definition.sha256,
        authors=[str(ctx.actor.id)],
        changed_at=ctx.now,
    )


async def _locked(ctx: Context, product_id: UUID, action: str) -> tuple[Product, Papers]:
    """Who changes a product waits for whoever changes it just now."""
    row = await moving.locked(ctx, product_id)
    ctx.require(action, queries.OBJECT, queries.facts(ctx, row))
    return row, await papers(ctx, row)


async def _free(ctx: Context, code: str) -> None:
    try:
        _CODE.validate_python(code)
    except ValidationError as error:
        raise ProductCodeInvalid(field="code") from error
    if (await ctx.session.scalars(select(Product.id).where(col(Product.code) == code))).first() is not None:
        raise ProductCodeTaken(field="code", product=code)


async def _contents_known(ctx: Context, definition: ProductDefinition) -> None:
    """A definition names only documents that are here."""
    wanted = {document.sha256: document.name for document in definition.documents}
    missing = sorted(set(wanted) - await queries.contents_known(ctx, wanted))
    if missing:
        names = ", ".join(wanted[sha256] for sha256 in missing)
        raise DefinitionBroken(field="definition.documents", problem=f"there is no content for {names}")


def _documents_alone(draft: ProductVersion, definition: ProductDefinition) -> bool:
    before = queries.definition_of(draft).model_copy(update={"documents": definition.documents})
    return before.sha256 == definition.sha256
