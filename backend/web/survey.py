"""The page behind the link of a survey: for whoever holds it, without signing in, with nothing about the customer.

The link is the only proof there is; it lets its holder answer one survey until it ends. No cookie is set, so the answer
needs no token of a form: whoever could forge it would have to know the link.
"""

from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backend.access.context import Context
from backend.core.errors import TenureError
from backend.core.i18n import LOCALES
from backend.edge import sessions
from backend.edge.survey_links import survey_links
from backend.edge.throttle import KnocksTooOften, Throttle
from backend.servicing.feedback import service
from backend.servicing.feedback.errors import LinkExpired
from backend.servicing.feedback.links import PATH
from backend.servicing.feedback.service import Given, Shown
from backend.web.door import Web, refuse_large, request_id
from backend.web.refusals import Problem, of_error

_KNOCKS: Final = 30
_LARGEST: Final = 64 * 1024
_STATUS: Final[dict[type[TenureError], int]] = {LinkExpired: 410, KnocksTooOften: 429}


class _Door:
    """One page: what it shows and what it takes."""

    def __init__(self, web: Web) -> None:
        self._web, self._links = web, survey_links(web.platform)
        self._throttle = Throttle("survey", _KNOCKS, timedelta(minutes=1))

    async def ask(self, request: Request) -> Response:
        try:
            return self._page(request, await self._shown(request))
        except TenureError as error:
            return self._refused(request, error)

    async def take(self, request: Request) -> Response:
        try:
            shown = await self._shown(request)
            refuse_large(request, self._web.settings, _LARGEST)
            sent = await request.form(max_files=0)
            given = Given(_whole(str(sent.get("score", ""))), str(sent.get("comment", "")))
        except TenureError as error:
            return self._refused(request, error)
        try:
            await self._run(request, lambda ctx, survey: service.answer(ctx, survey, given))
        except TenureError as error:
            problem = of_error(error, _locale(request))
            return self._page(request, shown, problem=problem, typed={"score": given.score, "comment": given.comment})
        return self._page(request, shown, thanks=True)

    async def _shown(self, request: Request) -> Shown:
        shown: Shown = await self._run(request, service.shown)
        return shown

    async def _run(self, request: Request, act: Any) -> Any:
        """Raises KnocksTooOften, LinkInvalid, LinkExpired."""
        platform, address = self._web.platform, sessions.address_of(request)
        await self._throttle.knock(platform, address)
        pointed = self._links.opened(str(request.path_params["token"]), platform.clock())
        actor = sessions.door_actor(platform, pointed.tenant_id, request_id(request), "web", address)

        async def use_case(ctx: Context) -> Any:
            return await act(ctx, pointed.survey_id)

        return await platform.run(actor, use_case)

    def _page(self, request: Request, shown: Shown, **more: Any) -> Response:
        problem: Problem | None = more.get("problem")
        context = {"problem": None, "typed": {}, "thanks": False, **more}
        status = 200 if problem is None else problem.status
        return self._html(request, "survey/ask.html", status, shown=shown, **context)

    def _refused(self, request: Request, error: TenureError) -> Response:
        problem = of_error(error, _locale(request))
        status = _STATUS.get(type(error), problem.status)
        return self._html(request, "survey/refused.html", status, problem=problem)

    def _html(self, request: Request, template: str, status: int, **context: Any) -> Response:
        """Also not kept: the address is the proof."""
        here = f"{PATH}{request.path_params['token']}"
        words = self._web.renderer.html(_locale(request), template, here=here, **context)
        headers = {"cache-control": "no-store", "x-robots-tag": "noindex"}
        return HTMLResponse(words, status, headers=headers)


def routes(web: Web) -> list[Route]:
    door = _Door(web)
    path = f"{PATH}{{token}}"
    return [Route(path, door.ask, methods=["GET"]), Route(path, door.take, methods=["POST"])]


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def _locale(request: Request) -> str:
    """What the page was asked for in, else what the browser prefers."""
    asked = request.query_params.get("lang")
    return asked if asked in LOCALES else sessions.locale_of(request)
