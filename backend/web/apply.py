"""The page on which somebody applies by themselves: for everybody, without signing in and without JavaScript.

It tells nobody whether they are known. A field that no person sees is filled in by machines alone; they are thanked.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.access.models import Tenant
from backend.core.errors import TenureError
from backend.core.ids import new_id
from backend.edge.referral_links import PATH, referrer_of
from backend.engagement.prospects.service import applying
from backend.engagement.prospects.service.applying import Applying, Landing
from backend.web.door import Web
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem, of_error
from backend.web.strangers import StrangersDoor, locale_of

_KNOCKS: Final = 20
_TRAP: Final = "website"
_KEPT: Final = ("campaign", "friend")


class _Door(StrangersDoor):
    refusal = "apply/refused.html"
    headers: ClassVar = {}

    def __init__(self, web: Web) -> None:
        super().__init__(web, "apply", _KNOCKS)

    async def blank(self, request: Request) -> Response:
        return await self._at(request, self._blank)

    async def take(self, request: Request) -> Response:
        return await self._at(request, self._take)

    def frame(self, request: Request) -> dict[str, Any]:
        return {"institution": "Tenure", **_places(request)}

    async def _at(self, request: Request, work: Callable[[Request, Tenant], Awaitable[Response]]) -> Response:
        async def known(request: Request) -> Response:
            tenant = await self.tenant(request)
            if tenant is None:
                raise PageUnknown()
            return await work(request, tenant)

        return await self.guarded(request, known)

    async def _blank(
        self,
        request: Request,
        tenant: Tenant,
        problem: Problem | None = None,
        typed: Mapping[str, str] | None = None,
        chosen: tuple[str, ...] = (),
    ) -> Response:
        asked, locale = request.query_params.get("campaign"), locale_of(request)
        shown: Landing = await self.run(request, tenant.id, lambda ctx: applying.landing(ctx, asked, locale))
        status, key = (200 if problem is None else problem.status), (typed or {}).get("key") or new_id()
        filled = {"problem": problem, "typed": typed or {}, "chosen": chosen, "key": key}
        return self.html(
            request, "apply/ask.html", status, shown=shown, institution=tenant.name, **filled, **_places(request)
        )

    async def _take(self, request: Request, tenant: Tenant) -> Response:
        sent = await self.sent(request)
        typed = {name: str(value).strip() for name, value in sent.items()}
        if not typed.get(_TRAP):
            try:
                given = self._given(request, tenant, typed, _interest(sent))
                await self.run(request, tenant.id, lambda ctx: applying.apply(ctx, given))
            except TenureError as error:
                problem = of_error(error, locale_of(request))
                return await self._blank(request, tenant, problem, typed, _interest(sent))
        return self.html(request, "apply/thanks.html", 200, institution=tenant.name, **_places(request))

    def _given(self, request: Request, tenant: Tenant, typed: Mapping[str, str], interest: tuple[str, ...]) -> Applying:
        friend = request.query_params.get("friend", "")
        return Applying(
            key=_uuid(typed.get("key", "")) or new_id(),
            name=typed.get("fullName", ""),
            email=typed.get("email", ""),
            phone=typed.get("phone", ""),
            interest=interest,
            campaign=request.query_params.get("campaign"),
            referrer_id=referrer_of(self.web.platform, tenant.id, friend) if friend else None,
            consents=typed.get("consent") == "yes",
            locale=locale_of(request),
        )


def _places(request: Request) -> dict[str, str]:
    """Where the page is, and where it is in the other language; campaign and friend are kept."""
    kept = {name: request.query_params[name] for name in _KEPT if request.query_params.get(name)}
    path, locale = f"{PATH}{quote(str(request.path_params['slug']))}", locale_of(request)
    other = "zh_CN" if locale == "en" else "en"
    return {
        "here": f"{path}?{urlencode({**kept, 'lang': locale})}",
        "other": f"{path}?{urlencode({**kept, 'lang': other})}",
    }


def _interest(sent: FormData) -> tuple[str, ...]:
    return tuple(str(value) for value in sent.getlist("interest"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def routes(web: Web) -> list[Route]:
    door = _Door(web)
    path = PATH + "{slug}"
    return [Route(path, door.blank, methods=["GET"]), Route(path, door.take, methods=["POST"])]
