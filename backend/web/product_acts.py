"""What people do on the pages of products: write definitions, bring files, propose, sign, suspend."""

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from backend.products import starters
from backend.products.definition import ProductKind
from backend.products.models import ProductRisk, ProductState
from backend.web.door import KEY_FIELD, Outcome, Visit, Web, form, page
from backend.web.errors import FileMissing, PageUnknown
from backend.web.refusals import Problem, of_error

KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "kind": frozenset(kind.value for kind in ProductKind),
    "state": frozenset(state.value for state in ProductState),
    "risk": frozenset(risk.value for risk in ProductRisk),
}
Shown = Callable[[Visit, Problem | None, str], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Act:
    """A form of the product's page: the document it runs, what it sends, what is said afterwards."""

    document: str
    notice: str
    given: Callable[[Visit], Awaitable[dict[str, Any]]]


async def _id(visit: Visit) -> dict[str, Any]:
    return {"id": str(visit.request.path_params["product_id"])}


async def _proposed(visit: Visit) -> dict[str, Any]:
    given = {
        "target": visit.typed("target").upper(),
        "ofVersion": visit.typed("ofVersion") == "yes",
        "effectiveOn": visit.optional("effectiveOn"),
        "effectiveTo": visit.optional("effectiveTo"),
        "reason": visit.optional("reason"),
    }
    return {**await _id(visit), "input": given}


async def _move(visit: Visit) -> dict[str, Any]:
    return {"id": visit.typed("move")}


async def _signed(visit: Visit) -> dict[str, Any]:
    return {**await _move(visit), "vote": "AGREE", "binding": visit.typed("binding"), "note": visit.optional("note")}


async def _refused(visit: Visit) -> dict[str, Any]:
    return {**await _signed(visit), "vote": "REFUSE"}


async def _suspended(visit: Visit) -> dict[str, Any]:
    return {**await _id(visit), "reason": visit.typed("reason")}


async def _reclassified(visit: Visit) -> dict[str, Any]:
    return {**await _id(visit), "risk": visit.typed("risk").upper()}


async def _file(visit: Visit) -> dict[str, Any]:
    """Raises FileMissing."""
    file = visit.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise FileMissing(field="file")
    content = base64.b64encode(await file.read()).decode("ascii")
    return {"name": visit.typed("name") or file.filename, "content": content, "kind": visit.typed("kind")}


async def _artefact(visit: Visit) -> dict[str, Any]:
    return {"versionId": visit.typed("versionId"), **await _file(visit)}


async def _document(visit: Visit) -> dict[str, Any]:
    return {**await _id(visit), "language": visit.typed("language").upper(), **await _file(visit)}


_ACTS: Final[Mapping[str, Act]] = {
    "begin": Act("product-begin", "product.begun", _id),
    "propose": Act("product-propose", "product.proposed", _proposed),
    "sign": Act("product-sign", "product.signed", _signed),
    "refuse": Act("product-sign", "product.refused", _refused),
    "take": Act("product-take", "product.moved", _move),
    "take_back": Act("product-take-back", "product.taken_back", _move),
    "suspend": Act("product-suspend", "product.suspended", _suspended),
    "reclassify": Act("product-reclassify", "product.reclassified", _reclassified),
    "attach": Act("product-attach", "product.attached", _artefact),
    "document": Act("product-document", "product.attached", _document),
}


def routes(web: Web, shown: Shown) -> list[Route]:
    one = "/products/{product_id:uuid}/edit"
    return [
        Route("/products/new", page(web, new), methods=["GET"]),
        Route("/products/new", form(web, create), methods=["POST"]),
        Route(one, page(web, edit), methods=["GET"]),
        Route(one, form(web, revise), methods=["POST"]),
    ]


async def act(visit: Visit, shown: Shown) -> Response:
    name = str(visit.request.path_params["act"])
    if name not in _ACTS:
        raise PageUnknown()
    chosen = _ACTS[name]
    try:
        given = await chosen.given(visit)
    except FileMissing as error:
        return await shown(visit, of_error(error, visit.actor.locale), name)
    outcome = await visit.act(chosen.document, **given, idempotencyKey=visit.optional(KEY_FIELD))
    if outcome.problem is not None:
        return await shown(visit, outcome.problem, name)
    return visit.redirect(f"/products/{visit.request.path_params['product_id']}", chosen.notice)


async def new(visit: Visit) -> Response:
    kind = visit.request.query_params.get("kind", "")
    chosen = ProductKind(kind) if kind in KNOWN["kind"] else ProductKind.DEPOSIT
    return _editor(visit, typed={"kind": chosen.value, "definition": starters.starter(chosen)}, product=None)


async def create(visit: Visit) -> Response:
    typed = {name: visit.typed(name) for name in ("kind", "code", "risk", "definition")}
    if visit.typed("check"):
        return _editor(visit, typed=typed, product=None, checked=await _checked(visit, None))
    outcome = await visit.act(
        "product-create",
        code=typed["code"],
        risk=typed["risk"].upper() if typed["risk"] in KNOWN["risk"] else "MEDIUM",
        definition=typed["definition"],
        idempotencyKey=visit.optional(KEY_FIELD),
    )
    return _after(visit, outcome, typed, None, "product.created")


async def edit(visit: Visit) -> Response:
    product = await _draft(visit)
    return _editor(visit, typed={"definition": product["draft"]["definition"]["text"]}, product=product)


async def revise(visit: Visit) -> Response:
    product, typed = await _draft(visit), {"definition": visit.typed("definition")}
    if visit.typed("check"):
        return _editor(visit, typed=typed, product=product, checked=await _checked(visit, str(product["id"])))
    outcome = await visit.act(
        "product-revise",
        id=str(product["id"]),
        definition=typed["definition"],
        idempotencyKey=visit.optional(KEY_FIELD),
    )
    return _after(visit, outcome, typed, product, "product.revised")


async def _draft(visit: Visit) -> dict[str, Any]:
    """The product with its version in preparation; without one there is nothing to edit."""
    data = await visit.query("product-edit", id=str(visit.request.path_params["product_id"]))
    drafts = [each for each in data["product"]["versions"] if each["stage"] not in {"APPROVED", "ABANDONED"}]
    if not drafts:
        raise PageUnknown()
    return {**data["product"], "draft": drafts[0]}


async def _checked(visit: Visit, product_id: str | None) -> Mapping[str, Any]:
    data = await visit.query("product-check", id=product_id, definition=visit.typed("definition"))
    found: Mapping[str, Any] = data["productDefinitionCheck"]
    return found


def _after(
    visit: Visit, outcome: Outcome, typed: Mapping[str, str], product: Mapping[str, Any] | None, notice: str
) -> Response:
    if outcome.problem is not None:
        return _editor(visit, typed=typed, product=product, problem=outcome.problem)
    return visit.redirect(f"/products/{outcome.result['id']}", notice)


def _editor(
    visit: Visit,
    *,
    typed: Mapping[str, str],
    product: Mapping[str, Any] | None,
    checked: Mapping[str, Any] | None = None,
    problem: Problem | None = None,
) -> Response:
    return visit.html(
        "products/editor.html",
        200 if problem is None else problem.status,
        typed=typed,
        product=product,
        checked=checked,
        problem=problem,
    )
