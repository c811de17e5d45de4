"""The assistant for customers: a page of each institution, without signing in and without JavaScript.

The conversation's address is the proof of who began it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.access.context import Context
from backend.access.models import Tenant
from backend.servicing.assistant import service, view
from backend.servicing.assistant.errors import ConversationNotFound, ConversationOver, QuestionMissing
from backend.servicing.assistant.models import AssistantConversation, Audience
from backend.servicing.assistant.view import Quote
from backend.web.door import Web
from backend.web.refusals import Problem, of_error
from backend.web.strangers import StrangersDoor, locale_of

PATH: Final = "/assistant/"
_KNOCKS: Final = 40
_SEE_OTHER: Final = 303


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


class _Door(StrangersDoor):
    refusal = "assistant/refused.html"

    def __init__(self, web: Web) -> None:
        super().__init__(web, "assistant", _KNOCKS)

    async def blank(self, request: Request) -> Response:
        return await self._at(request, self._blank)

    async def begin(self, request: Request) -> Response:
        return await self._at(request, self._ask)

    async def shown(self, request: Request) -> Response:
        return await self._at(request, self._talk)

    async def more(self, request: Request) -> Response:
        return await self._at(request, self._ask)

    async def act(self, request: Request) -> Response:
        return await self._at(request, self._act)

    def frame(self, request: Request) -> dict[str, Any]:
        return {"here": PATH}

    async def _at(self, request: Request, work: Callable[[Request, Tenant], Awaitable[Response]]) -> Response:
        async def known(request: Request) -> Response:
            tenant = await self.tenant(request)
            if tenant is None:
                raise ConversationNotFound()
            return await work(request, tenant)

        return await self.guarded(request, known)

    async def _blank(
        self, request: Request, tenant: Tenant, problem: Problem | None = None, typed: str = ""
    ) -> Response:
        status = 200 if problem is None else problem.status
        here = _here(tenant)
        return self.html(
            request, "assistant/talk.html", status, tenant=tenant, talk=None, problem=problem, typed=typed, here=here
        )

    async def _ask(self, request: Request, tenant: Tenant) -> Response:
        sent = await self.sent(request)
        token, question = _token(request), str(sent.get("question", ""))
        asking = service.Asking(question=question, audience=Audience.CUSTOMER, token=token)
        try:
            answer = await self.run(request, tenant.id, lambda ctx: service.ask(ctx, asking))
        except (QuestionMissing, ConversationOver) as error:
            problem = of_error(error, locale_of(request))
            if token is None:
                return await self._blank(request, tenant, problem, question)
            return await self._talk(request, tenant, problem, question)
        return self._back(request, tenant, answer.token)

    async def _talk(
        self, request: Request, tenant: Tenant, problem: Problem | None = None, typed: str = ""
    ) -> Response:
        token, locale = _token(request) or "", locale_of(request)
        talk = await self.run(request, tenant.id, lambda ctx: _read(ctx, token, locale))
        status, here = (200 if problem is None else problem.status), f"{_here(tenant)}/c/{token}"
        return self.html(
            request, "assistant/talk.html", status, tenant=tenant, talk=talk, problem=problem, typed=typed, here=here
        )

    async def _act(self, request: Request, tenant: Tenant) -> Response:
        """Leaves a way to be reached, or says whether an answer helped."""
        sent, token = await self.sent(request), _token(request) or ""
        contact, number = str(sent.get("contact", "")).strip(), str(sent.get("number", ""))
        if contact:
            await self.run(request, tenant.id, lambda ctx: service.leave_contact(ctx, token, contact))
        elif number.isascii() and number.isdecimal():
            helpful = sent.get("helpful") == "yes"
            await self.run(request, tenant.id, lambda ctx: service.rate(ctx, token, int(number), helpful=helpful))
        return self._back(request, tenant, token)

    def _back(self, request: Request, tenant: Tenant, token: str) -> Response:
        return RedirectResponse(f"{_here(tenant)}/c/{token}?lang={locale_of(request)}", _SEE_OTHER)


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
