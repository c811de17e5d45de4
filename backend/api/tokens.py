"""POST /oauth/{institution}/token and …/revoke, in the words of RFC 6749 and RFC 7009; and where to read that."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.access.client_scopes import SCOPES
from backend.access.sign_in_errors import ClientRefused, ScopeUnknown
from backend.core.ids import new_id
from backend.edge import client_door, sessions
from backend.edge.client_door import Asked
from backend.edge.platform import Platform

_LARGEST: Final = 32_768
_HEADERS: Final = {"cache-control": "no-store", "pragma": "no-cache"}
_FORM: Final = "application/x-www-form-urlencoded"


def token_routes(platform: Platform) -> list[Route]:
    async def token(request: Request) -> Response:
        return await _answered(request, lambda asked: _token(platform, request, asked))

    async def revoke(request: Request) -> Response:
        return await _answered(request, lambda asked: _revoke(platform, request, asked))

    async def metadata(request: Request) -> Response:
        return _metadata(platform, request)

    return [
        Route("/oauth/{slug}/token", token, methods=["POST"]),
        Route("/oauth/{slug}/revoke", revoke, methods=["POST"]),
        Route("/.well-known/oauth-authorization-server/oauth/{slug}", metadata, methods=["GET"]),
    ]


async def _token(platform: Platform, request: Request, asked: Asked) -> Response:
    if asked.form.get("grant_type") != client_door.GRANT:
        return _json({"error": "unsupported_grant_type"}, 400)
    issued = await client_door.token(platform, str(request.path_params["slug"]), asked)
    body: dict[str, Any] = {
        "access_token": issued.token,
        "token_type": "Bearer",
        "expires_in": int(issued.lifetime.total_seconds()),
    }
    return _json(body if issued.scopes is None else {**body, "scope": " ".join(issued.scopes)}, 200)


async def _revoke(platform: Platform, request: Request, asked: Asked) -> Response:
    await client_door.revoke(platform, str(request.path_params["slug"]), asked)
    return Response(status_code=200, headers=_HEADERS)


async def _answered(request: Request, act: Callable[[Asked], Awaitable[Response]]) -> Response:
    try:
        asked = await _asked(request)
        return _json({"error": "invalid_request"}, 400) if asked is None else await act(asked)
    except ClientRefused:
        response = _json({"error": "invalid_client"}, 401)
        response.headers["www-authenticate"] = 'Basic realm="tenure"'
        return response
    except ScopeUnknown:
        return _json({"error": "invalid_scope"}, 400)


async def _asked(request: Request) -> Asked | None:
    """None for what is no form, or says something twice (RFC 6749 section 3.2)."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _FORM:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            return None
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
    except UnicodeDecodeError:
        return None
    form = dict(pairs)
    if len(form) < len(pairs):
        return None
    basic = _basic(request.headers.get("authorization", ""))
    return Asked(form, basic, sessions.address_of(request), str(new_id()))


def _basic(header: str) -> tuple[str, str] | None:
    """Raises ClientRefused for a header of another kind, or a broken one."""
    if not header:
        return None
    scheme, _, value = header.partition(" ")
    try:
        name, colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ClientRefused(problem="basic") from None
    if scheme.lower() != "basic" or not colon:
        raise ClientRefused(problem="basic")
    return unquote_plus(name), unquote_plus(secret)


def _metadata(platform: Platform, request: Request) -> Response:
    """RFC 8414. The same for every name, so it does not tell which institutions there are."""
    issuer = f"{platform.settings.base_url}/oauth/{request.path_params['slug']}"
    return _json(
        {
            "issuer": issuer,
            "token_endpoint": f"{issuer}/token",
            "revocation_endpoint": f"{issuer}/revoke",
            "grant_types_supported": [client_door.GRANT],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "client_secret_post"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"],
            "scopes_supported": sorted(SCOPES),
        },
        200,
    )


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(body), status, _HEADERS, media_type="application/json")
