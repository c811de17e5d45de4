"""Documents over REST: a file goes in by POST and comes out by GET, decrypted for whoever may open it."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.errors import NotFound, TenureError
from backend.customers import service
from backend.customers.inputs import DocumentInput, parse
from backend.edge import sessions
from backend.web.case_acts import typed_again
from backend.web.case_page import render
from backend.web.door import KEY_FIELD, Visit, Web, form, local_path, page, refuse_large, request_id
from backend.web.errors import FileMissing
from backend.web.refusals import Problem, of_error

_CREATED: Final = 201
_FIELDS: Final = {
    "type": "type",
    "issuer": "issuer",
    "country": "country",
    "number": "number",
    "issuedOn": "issued_on",
    "expiresOn": "expires_on",
    "caseId": "case_id",
}
# Only these are shown inside the browser; everything else is saved. A document can bring no script with it.
_SHOWN: Final = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})
_SANDBOX: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"


def routes(web: Web) -> list[Route]:
    async def receive(request: Request) -> Response:
        if any(prefix in request.headers.get("authorization", "") for prefix in sessions.PARTNER_PREFIXES):
            return await _from_partner(web, request)
        return await form(web, _from_page)(request)

    return [
        Route("/documents", receive, methods=["POST"]),
        Route("/documents/{document_id:uuid}", page(web, hand_out), methods=["GET"]),
    ]


async def _from_page(visit: Visit) -> Response:
    """Back to the case the file was added to; refused, its page with all that was typed but the file."""
    case_id = visit.optional("caseId")
    try:
        await _store(visit.web, visit.actor, dict(visit.form), visit.optional(KEY_FIELD))
    except TenureError as error:
        if case_id is None:
            raise
        problem = of_error(error, visit.actor.locale)
        visit.request.path_params["case_id"] = UUID(case_id)
        return await render(visit, problem=problem, act="upload", typed=typed_again(visit))
    return visit.redirect(local_path(visit.typed("back") or "/"), "document.uploaded")


async def _from_partner(web: Web, request: Request) -> Response:
    actor: Actor | None = None
    try:
        actor = await sessions.actor_of(web.platform, request, request_id=request_id(request), channel="web")
        refuse_large(request, web.settings)
        async with request.form() as sent:
            document_id = await _store(web, actor, dict(sent), request.headers.get("idempotency-key"))
    except TenureError as error:
        problem = of_error(error, "en" if actor is None else actor.locale)
        status = 401 if actor is None else problem.status
        return JSONResponse(_as_json(problem, request_id(request)), status)
    return JSONResponse(
        {"id": str(document_id)},
        _CREATED,
        headers={"location": f"/documents/{document_id}", "cache-control": "no-store"},
    )


def _as_json(problem: Problem, request: str) -> dict[str, Any]:
    return {"code": problem.code, "message": problem.message, "field": problem.field, "requestId": request}


async def _store(web: Web, actor: Actor, sent: Mapping[str, Any], key: str | None) -> UUID:
    file = sent.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise FileMissing(field="file")
    given = {ours: str(sent[theirs]).strip() for theirs, ours in _FIELDS.items() if str(sent.get(theirs, "")).strip()}
    document = parse(DocumentInput, {**given, "file_name": file.filename})
    content = await file.read()
    party_id = _uuid(str(sent.get("partyId", "")))

    async def receive(ctx: Context) -> UUID:
        return (await service.upload_document(ctx, party_id, document, content)).id

    payload = {**given, "party_id": str(party_id), "sha256": hashlib.sha256(content).hexdigest()}
    return await web.platform.once(actor, receive, key=key, payload=payload)


async def hand_out(visit: Visit) -> Response:
    """The decrypted file. It is sandboxed, so that whatever is in it can do nothing in our name."""
    document_id: UUID = visit.request.path_params["document_id"]
    found = await visit.web.platform.run(
        visit.actor, lambda ctx: service.download_document(ctx, document_id), subject=("document", document_id)
    )
    media_type = found.document.media_type
    how = "inline" if media_type in _SHOWN else "attachment"
    name = quote(found.file_name or str(document_id), safe="")
    headers = {
        "content-disposition": f"{how}; filename*=UTF-8''{name}",
        "content-security-policy": _SANDBOX,
        "cache-control": "no-store",
    }
    return Response(found.content, media_type=media_type, headers=headers)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None
