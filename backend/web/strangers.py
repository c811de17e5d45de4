"""What pages without signing in share: each knock is counted first, what is refused is a page, and nothing is kept.

No cookie is set, so a form needs no token: it does nothing for whoever sends it that they could not do themselves.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.errors import TenureError
from backend.core.i18n import LOCALES
from backend.edge import sessions
from backend.edge.throttle import KnocksTooOften, Throttle
from backend.web.door import Web, refuse_large, request_id
from backend.web.refusals import of_error

T = TypeVar("T")
_LARGEST: Final = 64 * 1024
_KEPT_NOWHERE: Final = {"cache-control": "no-store"}
_TOO_MANY: Final = 429


class StrangersDoor:
    """`knocks` a minute from one address are let in; `statuses` where an error's own says too little."""

    refusal: ClassVar[str]
    statuses: ClassVar[Mapping[type[TenureError], int]] = {}
    headers: ClassVar[Mapping[str, str]] = {"x-robots-tag": "noindex"}

    def __init__(self, web: Web, name: str, knocks: int) -> None:
        self.web, self._throttle = web, Throttle(name, knocks, timedelta(minutes=1))

    async def guarded(self, request: Request, work: Callable[[Request], Awaitable[Response]]) -> Response:
        """Raises nothing: what is refused is a page. Knocks are counted before anything is looked up."""
        try:
            await self._throttle.knock(self.web.platform, sessions.address_of(request))
            return await work(request)
        except TenureError as error:
            problem = of_error(error, locale_of(request))
            told = _TOO_MANY if isinstance(error, KnocksTooOften) else problem.status
            status = self.statuses.get(type(error), told)
            return self.html(request, self.refusal, status, problem=problem, **self.frame(request))

    def frame(self, request: Request) -> dict[str, Any]:
        """What the page of a refusal needs besides."""
        raise NotImplementedError

    async def tenant(self, request: Request) -> Tenant | None:
        """The institution that the address names."""
        slug = str(request.path_params["slug"])
        tenants = await sessions.institutions(self.web.platform, request_id(request))
        return next((tenant for tenant in tenants if tenant.slug == slug), None)

    async def run(self, request: Request, tenant_id: UUID, use_case: Callable[[Context], Awaitable[T]]) -> T:
        address, platform = sessions.address_of(request), self.web.platform
        actor = sessions.door_actor(platform, tenant_id, request_id(request), "web", address)
        return await platform.run(actor, use_case)

    async def sent(self, request: Request) -> FormData:
        refuse_large(request, self.web.settings, _LARGEST)
        return await request.form(max_files=0)

    def html(self, request: Request, template: str, status: int, **context: Any) -> Response:
        return self.html_in(locale_of(request), template, status, **context)

    def html_in(self, locale: str, template: str, status: int, **context: Any) -> Response:
        """In a language that is known better than by what the browser prefers."""
        words = self.web.renderer.html(locale, template, **context)
        return HTMLResponse(words, status, headers={**_KEPT_NOWHERE, **self.headers})


def locale_of(request: Request) -> str:
    """What the page was asked for in, else what the browser prefers."""
    return asked_in(request) or sessions.locale_of(request)


def asked_in(request: Request) -> str | None:
    asked = request.query_params.get("lang")
    return asked if asked in LOCALES else None
