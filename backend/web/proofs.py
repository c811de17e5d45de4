"""Proofs to take away, the verifier that reads them, and, where the institution publishes it, the log for witnesses."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.access import queries
from backend.access.models import Tenant
from backend.audit import published, verifier
from backend.audit.keys import LogKeys
from backend.core.actor import system_actor
from backend.edge.platform import Platform
from backend.web.door import Visit, Web, page, request_id

_UNKNOWN: Final = 404
_FOREVER: Final = "public, max-age=31536000, immutable"
_NOW: Final = "public, max-age=1"


def routes(web: Web) -> list[Route]:
    async def publish(request: Request) -> Response:
        return await _published(web.platform, request)

    return [
        Route("/cases/{case_id:uuid}/proof", page(web, of_decision), methods=["GET"]),
        Route("/customers/{party_id:uuid}/history/{entry_id:uuid}/proof", page(web, of_entry), methods=["GET"]),
        Route("/proofs/verify.py", page(web, the_verifier), methods=["GET"]),
        Route("/log/{slug}/{path:path}", publish, methods=["GET"]),
    ]


async def of_decision(visit: Visit) -> Response:
    answer = await visit.query("decision-proof", caseId=str(visit.request.path_params["case_id"]))
    return proof_response(answer["decisionProof"])


async def of_entry(visit: Visit) -> Response:
    path = visit.request.path_params
    answer = await visit.query(
        "entry-proof", entryId=str(path["entry_id"]), recordId=str(path["party_id"]), kind="PARTY"
    )
    return proof_response(answer["entryProof"])


async def the_verifier(_: Visit) -> Response:
    return _attached(verifier.source(), "verify.py", "text/x-python; charset=utf-8")


def proof_response(proof: Mapping[str, Any]) -> Response:
    return _attached(proof["content"].encode(), proof["name"], "application/json")


def _attached(content: bytes, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


async def _published(platform: Platform, request: Request) -> Response:
    """Signed head, key and hash tiles of c2sp.org/tlog-tiles; nothing at all unless TENURE_PUBLISH_LOG says so."""
    path = request.path_params["path"]
    tenant = await _tenant(platform, request) if platform.settings.publish_log else None
    keys = LogKeys.of(platform.settings)
    found = None
    if tenant is not None and keys.exists(tenant.id):
        key = keys.verifier(tenant.id)
        actor = system_actor(tenant.id, request_id(request), "web")
        found = await platform.run(actor, lambda ctx: published.file(ctx.session, tenant.id, key, path))
    if found is None:
        return PlainTextResponse("", _UNKNOWN)
    cached = _FOREVER if path.startswith("tile/") else _NOW
    kind = "application/octet-stream" if path.startswith("tile/") else "text/plain; charset=utf-8"
    return Response(found, media_type=kind, headers={"cache-control": cached})


async def _tenant(platform: Platform, request: Request) -> Tenant | None:
    slug = request.path_params["slug"]
    door = system_actor(UUID(int=0), request_id(request), "web")
    return await platform.run(door, lambda ctx: queries.tenant_by_slug(ctx.session, slug))
