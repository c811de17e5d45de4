"""The assistant for customers: a page of each institution, without signing in and without JavaScript.

The conversation's address is the proof of who began it. No cookie is set, so its forms need no token: whoever could
forge one would have to know the address.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import Actor
from backend.core.errors import TenureError
from backend.core.i18n import LOCALES
from backend.edge import sessions
from backend.edge.throttle import KnocksTooOften, Throttle
from backend.servicing.assistant import service, view
from backend.servicing.assistant.errors import ConversationNotFound, ConversationOver, QuestionMissing
from backend.servicing.assistant.models import AssistantConversation, Audience
from backend.servicing.assistant.view import Quote
from backend.web.door import Web, refuse_large, request_id
from backend.web.refusals import Problem, of_error

T = TypeVar("T")
PATH: Final = "/assistant/"
_KNOCKS: Final = 40
_LARGEST: Final = 64 * 1024
_SEE_OTHER: Final = 303
_TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with what came back, for the page."""

    number: int
    question: str | None
    quotes: Sequence[Quote]
    wording: str | None
    message: str | None
    helpful: bool | None


@dataclass(frozen=True, slots=True)
class Talk:
    row: AssistantConversation
    exchanges: Sequence[Exchange]
    when: str | None
    reply: str | None
    contact: str | None


class _Door:
    def __init__(self, web: Web) -> None:
        self._web, self._throttle = web, Throttle("assistant", _KNOCKS, timedelta(minutes=1))

    async def blank(self, request: Request) -> Response:
        return await self._guarded(request, self._blank)

    async def begin(self, request: Request) -> Response:
        return await self._guarded(request, self._ask)

    async def shown(self, request: Request) -> Response:
        return await self._guarded(request, self._talk)

    async def more(self, request: Request) -> Response:
        return await self._guarded(request, self._ask)

    async def act(self, request: Request) -> Response:
        return await self._guarded(request, self._act)

    async def _guarded(self, request: Request, work: Callable[[Request, Tenant], Awaitable[Response]]) -> Response:
        """Raises nothing: what is refused is a page. Knocks are counted before anything is looked up."""
        try:
            await self._throttle.knock(self._web.platform, sessions.address_of(request))
            return await work(request, await self._tenant(request))
        except TenureError as error:
            problem = of_error(error, _locale(request))
            status = _TOO_MANY if isinstance(error, KnocksTooOften) else problem.status
            return self._html(request, "assistant/refused.html", status, problem=problem, here=PATH)

    async def _tenant(self, request: Request) -> Tenant:
        """Raises ConversationNotFound: an address that leads nowhere."""
        slug = str(request.path_params["slug"])
        tenants = await sessions.institutions(self._web.platform, request_id(request))
        found = next((tenant for tenant in tenants if tenant.slug == slug), None)
        if found is None:
            raise ConversationNotFound()
        return found

    def _actor(self, request: Request, tenant: Tenant) -> Actor:
        address = sessions.address_of(request)
        return sessions.door_actor(self._web.platform, tenant.id, request_id(request), "web", address)

    async def _run(self, request: Request, tenant: Tenant, use_case: Callable[[Context], Awaitable[T]]) -> T:
        return await self._web.platform.run(self._actor(request, tenant), use_case)

    async def _blank(
        self, request: Request, tenant: Tenant, problem: Problem | None = None, typed: str = ""
    ) -> Response:
        status = 200 if problem is None else problem.status
        here = _here(tenant)
        return self._html(
            request, "assistant/talk.html", status, tenant=tenant, talk=None, problem=problem, typed=typed, here=here
        )

    async def _ask(self, request: Request, tenant: Tenant) -> Response:
        sent = await self._sent(request)
        token, question = _token(request), str(sent.get("question", ""))
        asking = service.Asking(question=question, audience=Audience.CUSTOMER, token=token)
        try:
            answer = await self._run(request, tenant, lambda ctx: service.ask(ctx, asking))
        except (QuestionMissing, ConversationOver) as error:
            problem = of_error(error, _locale(request))
            if token is None:
                return await self._blank(request, tenant, problem, question)
            return await self._talk(request, tenant, problem, question)
        return self._back(request, tenant, answer.token)

    async def _sent(self, request: Request) -> FormData:
        refuse_large(request, self._web.settings, _LARGEST)
        return await request.form(max_files=0)

    async def _talk(
        self, request: Request, tenant: Tenant, problem: Problem | None = None, typed: str = ""
    ) -> Response:
        token, locale = _token(request) or "", _locale(request)
        talk = await self._run(request, tenant, lambda ctx: _read(ctx, token, locale))
        status, here = (200 if problem is None else problem.status), f"{_here(tenant)}/c/{token}"
        return self._html(
            request, "assistant/talk.html", status, tenant=tenant, talk=talk, problem=problem, typed=typed, here=here
        )

    async def _act(self, request: Request, tenant: Tenant) -> Response:
        """Leaves a way to be reached, or says whether an answer helped."""
        sent, token = await self._sent(request), _token(request) or ""
        contact, number = str(sent.get("contact", "")).strip(), str(sent.get("number", ""))
        if contact:
            await self._run(request, tenant, lambda ctx: service.leave_contact(ctx, token, contact))
        elif number.isascii() and number.isdecimal():
            helpful = sent.get("helpful") == "yes"
            await self._run(request, tenant, lambda ctx: service.rate(ctx, token, int(number), helpful=helpful))
        return self._back(request, tenant, token)

    def _back(self, request: Request, tenant: Tenant, token: str) -> Response:
        return RedirectResponse(f"{_here(tenant)}/c/{token}?lang={_locale(request)}", _SEE_OTHER)

    def _html(self, request: Request, template: str, status: int, **context: Any) -> Response:
        """Not kept: the address is the proof."""
        words = self._web.renderer.html(_locale(request), template, **context)
        return HTMLResponse(words, status, headers={"cache-control": "no-store", "x-robots-tag": "noindex"})


async def _read(ctx: Context, token: str, locale: str) -> Talk:
    row = await service.started(ctx, token)
    reached = await service.read(ctx, row)
    quoted = await view.quotes_of(ctx, [turn for turn, _, _ in reached.turns])
    exchanges = [
        Exchange(turn.number, question, quoted[turn.id], wording, view.told(ctx, row, turn, turn.locale), turn.helpful)
        for turn, question, wording in reached.turns
    ]
    return Talk(row, exchanges, view.when(ctx, row, locale), reached.reply, reached.contact)


def _here(tenant: Tenant) -> str:
    return f"{PATH}{quote(tenant.slug)}"


def _token(request: Request) -> str | None:
    found = request.path_params.get("token")
    return None if found is None else str(found)


def _locale(request: Request) -> str:
    """What the page was asked for in, else what the browser prefers."""
    asked = request.query_params.get("lang")
    return asked if asked in LOCALES else sessions.locale_of(request)


def routes(web: Web) -> list[Route]:
    door = _Door(web)
    one = PATH + "{slug}"
    talk = one + "/c/{token}"
    return [
        Route(one, door.blank, methods=["GET"]),
        Route(one, door.begin, methods=["POST"]),
        Route(talk, door.shown, methods=["GET"]),
        Route(talk, door.more, methods=["POST"]),
        Route(talk + "/say", door.act, methods=["POST"]),
    ]
