"""Signing in at the institution's identity provider, and confirming there to be the person of this session."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from backend.access import federation
from backend.access.directory_errors import NotSignedIn
from backend.access.id_token import Identity
from backend.access.sign_in_errors import ProviderAnswerRefused
from backend.access.signing_in import SignedIn
from backend.core.actor import Actor
from backend.core.errors import TenureError
from backend.edge import sessions
from backend.edge.identity_provider import BACK, Flow, IdentityProvider
from backend.web import sign_in
from backend.web.devices import device_of
from backend.web.door import Web, local_path, request_id
from backend.web.refusals import of_error

_SEE_OTHER: Final = 303
_FLOW_SECONDS: Final = 600
_LARGEST_FORM: Final = 64 * 1024


def routes(web: Web) -> list[Route]:
    """None where no provider is set up."""
    platform = web.platform
    provider = IdentityProvider.open(web.settings, platform.clock, platform.index_root)
    if provider is None:
        return []

    async def go(request: Request) -> Response:
        return await _go(web, provider, request)

    async def back(request: Request) -> Response:
        return await _back(web, provider, request)

    async def ended(request: Request) -> Response:
        return await _ended(web, provider, request)

    return [
        Route("/sign-in/provider", go, methods=["GET"]),
        Route(BACK, back, methods=["GET"]),
        Route("/sign-in/provider/ended", ended, methods=["POST"]),
    ]


async def _go(web: Web, provider: IdentityProvider, request: Request) -> Response:
    next_ = local_path(request.query_params.get("next", "/"))
    try:
        uri, cookie = await provider.begin(next_, confirms="confirm" in request.query_params)
    except TenureError as error:
        return await _refused(web, request, error)
    response = RedirectResponse(uri, _SEE_OTHER, headers={"cache-control": "no-store"})
    response.set_cookie(
        _flow_cookie(web),
        cookie,
        max_age=_FLOW_SECONDS,
        httponly=True,
        samesite="lax",
        path="/",
        secure=web.settings.cookie_secure,
    )
    return response


async def _back(web: Web, provider: IdentityProvider, request: Request) -> Response:
    asked = request.query_params
    try:
        if asked.get("iss", provider.issuer) != provider.issuer:
            raise ProviderAnswerRefused(problem="issuer")  # RFC 9207
        flow = provider.flow(request.cookies.get(_flow_cookie(web), ""), asked.get("state", ""))
        if "code" not in asked:
            raise ProviderAnswerRefused(problem="denied")
        identity = await provider.answer(flow, asked["code"])
        response = await (_confirmed if flow.confirms else _signed_in)(web, provider, request, flow, identity)
    except TenureError as error:
        response = await _refused(web, request, error)
    response.delete_cookie(_flow_cookie(web), path="/", secure=web.settings.cookie_secure)
    return response


async def _signed_in(
    web: Web, provider: IdentityProvider, request: Request, flow: Flow, identity: Identity
) -> Response:
    slug = web.settings.oidc_tenant or ""
    tenant = await sessions.tenant_by_slug(web.platform, slug, request_id(request))
    if tenant is None:
        raise NotSignedIn()
    door = sessions.door_actor(web.platform, tenant.id, request_id(request), "web", sessions.address_of(request))
    lifetime, device = sessions.lifetime(web.platform), device_of(request.headers.get("user-agent"))
    found: SignedIn = await web.platform.run(
        door, lambda ctx: federation.sign_in(ctx, identity, provider.trust, lifetime=lifetime, device=device)
    )
    return sign_in.arrived(web, sessions.opened(tenant.id, found), flow.next)


async def _confirmed(
    web: Web, provider: IdentityProvider, request: Request, flow: Flow, identity: Identity
) -> Response:
    person = await sessions.person_of(web.platform, request, request_id=request_id(request))
    actor: Actor = person.actor
    await web.platform.run(actor, lambda ctx: federation.confirm(ctx, identity, provider.trust))
    return RedirectResponse(flow.next, _SEE_OTHER)


async def _ended(web: Web, provider: IdentityProvider, request: Request) -> Response:
    """Back-channel sign-out: the provider tells that a session ended there."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > _LARGEST_FORM:
        return JSONResponse({"error": "invalid_request"}, 400)
    sent = await request.form()
    tenant = await sessions.tenant_by_slug(web.platform, web.settings.oidc_tenant or "", request_id(request))
    try:
        session = await provider.ended(str(sent.get("logout_token", "")))
    except TenureError:
        return JSONResponse({"error": "invalid_request"}, 400)
    if tenant is not None:
        door = sessions.door_actor(web.platform, tenant.id, request_id(request), "web", None)
        await web.platform.run(door, lambda ctx: federation.end_at_provider(ctx, session))
    return Response(status_code=200, headers={"cache-control": "no-store"})


async def _refused(web: Web, request: Request, error: TenureError) -> Response:
    return await sign_in.page(web, request, problem=of_error(error, sessions.locale_of(request)))


def _flow_cookie(web: Web) -> str:
    return "__Host-tenure-flow" if web.settings.cookie_secure else "tenure_flow"
