"""Sign-in, sign-out and the choice of language: the pages that work before anybody is known."""

from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from backend.access.directory_errors import SignInRefused
from backend.core.i18n import LOCALES
from backend.edge import csrf, sessions
from backend.web.door import TOKEN_FIELD, Visit, Web, form, local_path, refuse_large, request_id
from backend.web.refusals import Problem, of_error

_VISITOR_COOKIE: Final = "tenure_visitor"
_YEAR: Final = 365 * 24 * 3600
_SEE_OTHER: Final = 303


def routes(web: Web) -> list[Route]:
    async def ask(request: Request) -> Response:
        return await _page(web, request)

    async def answer(request: Request) -> Response:
        return await _sign_in(web, request)

    async def choose_language(request: Request) -> Response:
        return await _choose_language(web, request)

    return [
        Route("/sign-in", ask, methods=["GET"]),
        Route("/sign-in", answer, methods=["POST"]),
        Route("/sign-out", form(web, _sign_out), methods=["POST"]),
        Route("/language", choose_language, methods=["POST"]),
    ]


async def _page(
    web: Web, request: Request, *, problem: Problem | None = None, typed: dict[str, str] | None = None
) -> Response:
    """The form is bound to a cookie of the visitor, so nobody can be signed in by a page of somebody else."""
    secret = request.cookies.get(_VISITOR_COOKIE) or csrf.new_secret()
    institutions = await sessions.institutions(web.platform, request_id(request))
    words = web.renderer.html(
        sessions.locale_of(request),
        "sign_in.html",
        institutions=institutions,
        typed=typed or {},
        problem=problem,
        token=csrf.form_token(secret),
        next=local_path(request.query_params.get("next", "/")),
        here=local_path(str(request.url)) if request.method == "GET" else "/sign-in",
    )
    status = 200 if problem is None else problem.status
    response = HTMLResponse(words, status, headers={"cache-control": "no-store"})
    response.set_cookie(
        _VISITOR_COOKIE, secret, httponly=True, samesite="lax", path="/", secure=web.settings.cookie_secure
    )
    return response


async def _sign_in(web: Web, request: Request) -> Response:
    refuse_large(request, web.settings)
    sent = await request.form()
    typed = {name: str(sent.get(name, "")) for name in ("institution", "login", "next")}
    try:
        csrf.check(
            request.headers,
            secret=request.cookies.get(_VISITOR_COOKIE, ""),
            presented=str(sent.get(TOKEN_FIELD, "")),
            public_url=web.settings.public_url,
        )
        token = await sessions.sign_in(
            web.platform,
            slug=typed["institution"],
            login=typed["login"],
            password=str(sent.get("password", "")),
            request_id=request_id(request),
            address=sessions.address_of(request),
        )
    except (SignInRefused, csrf.FormForged) as error:
        return await _page(web, request, problem=of_error(error, sessions.locale_of(request)), typed=typed)
    response = RedirectResponse(local_path(typed["next"] or "/"), _SEE_OTHER)
    response.set_cookie(
        sessions.session_cookie(web.settings),
        token,
        max_age=web.settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        path="/",
        secure=web.settings.cookie_secure,
    )
    response.delete_cookie(_VISITOR_COOKIE, path="/", secure=web.settings.cookie_secure)
    return response


async def _sign_out(visit: Visit) -> Response:
    await sessions.sign_out(visit.web.platform, visit.person)
    response = RedirectResponse("/sign-in", _SEE_OTHER)
    response.delete_cookie(
        sessions.session_cookie(visit.web.settings), path="/", secure=visit.web.settings.cookie_secure
    )
    return response


async def _choose_language(web: Web, request: Request) -> Response:
    """Harmless even when forged, but forged it is refused all the same; it needs no session."""
    refuse_large(request, web.settings)
    sent = await request.form()
    locale, back = str(sent.get("locale", "")), local_path(str(sent.get("back", "/")))
    response = RedirectResponse(back, _SEE_OTHER)
    if locale in LOCALES and csrf.same_origin(request.headers, web.settings.public_url):
        response.set_cookie(
            sessions.LANGUAGE_COOKIE,
            locale,
            max_age=_YEAR,
            httponly=True,
            samesite="lax",
            path="/",
            secure=web.settings.cookie_secure,
        )
    return response
