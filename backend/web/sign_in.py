"""Sign-in, sign-out and the choice of language: the pages that work before anybody is known."""

from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from backend.access.directory_errors import NotSignedIn, SignInRefused
from backend.access.sign_in_errors import NotConfirmed
from backend.core.i18n import LOCALES
from backend.core.settings import Settings
from backend.edge import csrf, sessions
from backend.edge.sessions import Opened
from backend.web.devices import device_of
from backend.web.door import TOKEN_FIELD, Visit, Web, form, local_path, refuse_large, request_id
from backend.web.refusals import Problem, of_error

_YEAR: Final = 365 * 24 * 3600
_SEE_OTHER: Final = 303


def routes(web: Web) -> list[Route]:
    async def ask(request: Request) -> Response:
        return await page(web, request)

    async def answer(request: Request) -> Response:
        return await _sign_in(web, request)

    async def ask_code(request: Request) -> Response:
        return await _code_page(web, request)

    async def answer_code(request: Request) -> Response:
        return await _finish(web, request)

    async def choose_language(request: Request) -> Response:
        return await _choose_language(web, request)

    return [
        Route("/sign-in", ask, methods=["GET"]),
        Route("/sign-in", answer, methods=["POST"]),
        Route("/sign-in/code", ask_code, methods=["GET"]),
        Route("/sign-in/code", answer_code, methods=["POST"]),
        Route("/sign-out", form(web, _sign_out), methods=["POST"]),
        Route("/language", choose_language, methods=["POST"]),
    ]


async def page(
    web: Web, request: Request, *, problem: Problem | None = None, typed: dict[str, str] | None = None
) -> Response:
    institutions = await sessions.institutions(web.platform, request_id(request))
    return _asked(
        web,
        request,
        "sign_in.html",
        problem,
        institutions=institutions,
        typed=typed or {},
        provider=web.settings.oidc_name if web.settings.oidc_issuer else "",
        ended=problem is None and await _ended(web, request),
        next=local_path(request.query_params.get("next", "/")),
        here=local_path(str(request.url)) if request.method == "GET" and problem is None else "/sign-in",
    )


async def _ended(web: Web, request: Request) -> bool:
    """Somebody was signed in here, and is no longer."""
    if sessions.session_cookie(web.settings) not in request.cookies:
        return False
    try:
        await sessions.person_of(web.platform, request, request_id=request_id(request))
    except NotSignedIn:
        return True
    return False


async def _code_page(web: Web, request: Request, problem: Problem | None = None) -> Response:
    """The second step; whoever did not take the first begins there."""
    if sessions.pending_cookie(web.settings) not in request.cookies:
        return RedirectResponse("/sign-in", _SEE_OTHER)
    next_ = local_path(request.query_params.get("next", "/"))
    return _asked(web, request, "sign_in_code.html", problem, next=next_, here="/sign-in/code")


def _asked(web: Web, request: Request, template: str, problem: Problem | None, **context: Any) -> Response:
    """The form is bound to a cookie of the visitor, so nobody can be signed in by a page of somebody else."""
    secret = request.cookies.get(visitor_cookie(web.settings)) or csrf.new_secret()
    locale = sessions.locale_of(request)
    words = web.renderer.html(locale, template, problem=problem, token=csrf.form_token(secret), **context)
    status = 200 if problem is None else problem.status
    response = HTMLResponse(words, status, headers={"cache-control": "no-store"})
    _set(web, response, visitor_cookie(web.settings), secret)
    return response


async def _sign_in(web: Web, request: Request) -> Response:
    refuse_large(request, web.settings)
    sent = await request.form()
    typed = {name: str(sent.get(name, "")) for name in ("institution", "login", "next")}
    try:
        _check(web, request, str(sent.get(TOKEN_FIELD, "")))
        opened = await sessions.sign_in(
            web.platform,
            slug=typed["institution"],
            login=typed["login"],
            password=str(sent.get("password", "")),
            request_id=request_id(request),
            address=sessions.address_of(request),
            device=device_of(request.headers.get("user-agent")),
        )
    except (SignInRefused, csrf.FormForged) as error:
        return await page(web, request, problem=of_error(error, sessions.locale_of(request)), typed=typed)
    return arrived(web, opened, typed["next"])


async def _finish(web: Web, request: Request) -> Response:
    refuse_large(request, web.settings)
    sent = await request.form()
    try:
        _check(web, request, str(sent.get(TOKEN_FIELD, "")))
        opened = await sessions.finish(
            web.platform,
            token=request.cookies.get(sessions.pending_cookie(web.settings), ""),
            code=str(sent.get("code", "")),
            request_id=request_id(request),
            address=sessions.address_of(request),
        )
    except NotSignedIn:
        return RedirectResponse("/sign-in", _SEE_OTHER)
    except (NotConfirmed, csrf.FormForged) as error:
        return await _code_page(web, request, of_error(error, sessions.locale_of(request)))
    return arrived(web, opened, str(sent.get("next", "")))


def arrived(web: Web, opened: Opened, next_: str) -> Response:
    """On to where they were going, or to the second step; each step has a fresh token in a cookie of its own."""
    there = local_path(next_ or "/")
    if opened.pending:
        response = RedirectResponse(f"/sign-in/code?next={quote(there)}", _SEE_OTHER)
        _set(web, response, sessions.pending_cookie(web.settings), opened.token)
        return response
    response = RedirectResponse(there, _SEE_OTHER)
    _set(web, response, sessions.session_cookie(web.settings), opened.token, web.settings.session_hours * 3600)
    for gone in (visitor_cookie(web.settings), sessions.pending_cookie(web.settings)):
        response.delete_cookie(gone, path="/", secure=web.settings.cookie_secure)
    return response


def visitor_cookie(settings: Settings) -> str:
    return "__Host-tenure-visitor" if settings.cookie_secure else "tenure_visitor"


def _set(web: Web, response: Response, name: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(
        name, value, max_age=max_age, httponly=True, samesite="lax", path="/", secure=web.settings.cookie_secure
    )


def _check(web: Web, request: Request, presented: str) -> None:
    """Raises FormForged."""
    csrf.check(
        request.headers,
        secret=request.cookies.get(visitor_cookie(web.settings), ""),
        presented=presented,
        public_url=web.settings.public_url,
    )


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
        await sessions.keep_language(web.platform, request, locale, request_id=request_id(request))
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
