"""The page on which somebody applies by themselves: for everybody, without signing in and without JavaScript.

It tells nobody whether they are known. No cookie is set, so the form needs no token: it does nothing for whoever sends
it that they could not do themselves. A field that no person sees is filled in by machines alone, and they are thanked.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backend.access.models import Tenant
from backend.core.errors import TenureError
from backend.core.i18n import LOCALES
from backend.core.ids import new_id
from backend.edge import sessions
from backend.edge.referral_links import PATH, referrer_of
from backend.edge.throttle import KnocksTooOften, Throttle
from backend.engagement.prospects.service import applying
from backend.engagement.prospects.service.applying import Applying, Landing
from backend.web.door import Web, refuse_large, request_id
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem, of_error

_KNOCKS: Final = 20
_LARGEST: Final = 64 * 1024
_TOO_MANY: Final = 429
_TRAP: Final = "website"
_KEPT: Final = ("campaign", "friend")


class _Door:
    def __init__(self, web: Web) -> None:
        self._web, self._throttle = web, Throttle("apply", _KNOCKS, timedelta(minutes=1))

    async def blank(self, request: Request) -> Response:
        return await self._guarded(request, self._blank)

    async def take(self, request: Request) -> Response:
        return await self._guarded(request, self._take)

    async def _guarded(self, request: Request, work: Callable[[Request, Tenant], Awaitable[Response]]) -> Response:
        """Raises nothing: what is refused is a page. Knocks are counted before anything is looked up."""
        try:
            await self._throttle.knock(self._web.platform, sessions.address_of(request))
            return await work(request, await self._tenant(request))
        except TenureError as error:
            problem = of_error(error, _locale(request))
            status = _TOO_MANY if isinstance(error, KnocksTooOften) else problem.status
            return self._html(request, "apply/refused.html", status, problem=problem, institution="Tenure")

    async def _tenant(self, request: Request) -> Tenant:
        """Raises PageUnknown."""
        slug = str(request.path_params["slug"])
        tenants = await sessions.institutions(self._web.platform, request_id(request))
        found = next((tenant for tenant in tenants if tenant.slug == slug), None)
        if found is None:
            raise PageUnknown()
        return found

    async def _run(self, request: Request, tenant: Tenant, use_case: Callable[..., Awaitable[Any]]) -> Any:
        address, platform = sessions.address_of(request), self._web.platform
        actor = sessions.door_actor(platform, tenant.id, request_id(request), "web", address)
        return await platform.run(actor, use_case)

    async def _blank(
        self,
        request: Request,
        tenant: Tenant,
        problem: Problem | None = None,
        typed: Mapping[str, str] | None = None,
        chosen: tuple[str, ...] = (),
    ) -> Response:
        asked, locale = request.query_params.get("campaign"), _locale(request)
        shown: Landing = await self._run(request, tenant, lambda ctx: applying.landing(ctx, asked, locale))
        context = {"shown": shown, "problem": problem, "typed": typed or {}, "chosen": chosen, "thanks": False}
        status = 200 if problem is None else problem.status
        return self._html(
            request,
            "apply/ask.html",
            status,
            institution=tenant.name,
            key=(typed or {}).get("key") or new_id(),
            **context,
        )

    async def _take(self, request: Request, tenant: Tenant) -> Response:
        refuse_large(request, self._web.settings, _LARGEST)
        sent = await request.form(max_files=0)
        typed = {name: str(value).strip() for name, value in sent.items()}
        if not typed.get(_TRAP):
            try:
                given = self._given(request, tenant, typed, _interest(sent))
                await self._run(request, tenant, lambda ctx: applying.apply(ctx, given))
            except TenureError as error:
                problem = of_error(error, _locale(request))
                return await self._blank(request, tenant, problem, typed, _interest(sent))
        return self._html(request, "apply/thanks.html", 200, institution=tenant.name)

    def _given(self, request: Request, tenant: Tenant, typed: Mapping[str, str], interest: tuple[str, ...]) -> Applying:
        friend = request.query_params.get("friend", "")
        return Applying(
            key=_uuid(typed.get("key", "")) or new_id(),
            name=typed.get("fullName", ""),
            email=typed.get("email", ""),
            phone=typed.get("phone", ""),
            interest=interest,
            campaign=request.query_params.get("campaign"),
            referrer_id=referrer_of(self._web.platform, tenant.id, friend) if friend else None,
            consents=typed.get("consent") == "yes",
            locale=_locale(request),
        )

    def _html(self, request: Request, template: str, status: int, **context: Any) -> Response:
        """`here` keeps campaign and friend when the language is changed or the form is sent."""
        kept = {name: request.query_params[name] for name in _KEPT if request.query_params.get(name)}
        path = f"{PATH}{quote(str(request.path_params['slug']))}"
        context["here"] = f"{path}?{urlencode({**kept, 'lang': _locale(request)})}"
        context["other"] = f"{path}?{urlencode({**kept, 'lang': 'zh_CN' if _locale(request) == 'en' else 'en'})}"
        words = self._web.renderer.html(_locale(request), template, **context)
        return HTMLResponse(words, status, headers={"cache-control": "no-store"})


def _interest(sent: FormData) -> tuple[str, ...]:
    return tuple(str(value) for value in sent.getlist("interest"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _locale(request: Request) -> str:
    """What the page was asked for in, else what the browser prefers."""
    asked = request.query_params.get("lang")
    return asked if asked in LOCALES else sessions.locale_of(request)


def routes(web: Web) -> list[Route]:
    door = _Door(web)
    path = PATH + "{slug}"
    return [Route(path, door.blank, methods=["GET"]), Route(path, door.take, methods=["POST"])]
