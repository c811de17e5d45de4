"""The page behind the link of a survey: for whoever holds it, without signing in, with nothing about the customer.

The link is the only proof there is; it lets its holder answer one survey until it ends.
"""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.access.context import Context
from backend.core.errors import TenureError
from backend.edge.survey_links import survey_links
from backend.servicing.feedback import service
from backend.servicing.feedback.errors import LinkExpired
from backend.servicing.feedback.links import PATH
from backend.servicing.feedback.service import Given, Shown
from backend.web.door import Web
from backend.web.refusals import Problem, of_error
from backend.web.strangers import StrangersDoor, asked_in

T = TypeVar("T")
_KNOCKS: Final = 30


class _Door(StrangersDoor):
    """One page: what it shows and what it takes."""

    refusal = "survey/refused.html"
    statuses: ClassVar = {LinkExpired: 410}

    def __init__(self, web: Web) -> None:
        super().__init__(web, "survey", _KNOCKS)
        self._links = survey_links(web.platform)

    async def ask(self, request: Request) -> Response:
        return await self.guarded(request, self._ask)

    async def take(self, request: Request) -> Response:
        return await self.guarded(request, self._take)

    def frame(self, request: Request) -> dict[str, Any]:
        return {"here": f"{PATH}{request.path_params['token']}"}

    async def _ask(self, request: Request) -> Response:
        return self._page(request, await self._pointed(request, service.shown))

    async def _take(self, request: Request) -> Response:
        shown: Shown = await self._pointed(request, service.shown)
        sent = await self.sent(request)
        given = Given(_whole(str(sent.get("score", ""))), str(sent.get("comment", "")))
        try:
            await self._pointed(request, lambda ctx, survey: service.answer(ctx, survey, given))
        except TenureError as error:
            problem = of_error(error, _spoken(request, shown))
            return self._page(request, shown, problem=problem, typed={"score": given.score, "comment": given.comment})
        return self._page(request, shown, thanks=True)

    async def _pointed(self, request: Request, act: Callable[[Context, UUID], Awaitable[T]]) -> T:
        """Raises LinkInvalid, LinkExpired."""
        pointed = self._links.opened(str(request.path_params["token"]), self.web.platform.clock())
        return await self.run(request, pointed.tenant_id, lambda ctx: act(ctx, pointed.survey_id))

    def _page(self, request: Request, shown: Shown, **more: Any) -> Response:
        problem: Problem | None = more.get("problem")
        context = {"problem": None, "typed": {}, "thanks": False, **self.frame(request), **more}
        status = 200 if problem is None else problem.status
        return self.html_in(_spoken(request, shown), "survey/ask.html", status, shown=shown, **context)


def _spoken(request: Request, shown: Shown) -> str:
    """The language of the message with the link, until the other one is asked for."""
    return asked_in(request) or shown.locale


def routes(web: Web) -> list[Route]:
    door = _Door(web)
    path = f"{PATH}{{token}}"
    return [Route(path, door.ask, methods=["GET"]), Route(path, door.take, methods=["POST"])]


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None
