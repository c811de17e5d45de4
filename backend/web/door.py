"""The web door: one visit of a signed-in person, and what every page and every form of it goes through."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from backend.access import signatures
from backend.access.directory_errors import NotSignedIn
from backend.access.policy import AccessPolicy
from backend.access.sign_in_errors import StepUpNeeded
from backend.core.actor import Actor
from backend.core.errors import TenureError
from backend.core.i18n import translate
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge import csrf, sessions
from backend.edge.executor import Answer, GraphQLExecutor
from backend.edge.platform import Platform
from backend.edge.sessions import Person
from backend.edge.signatures import KINDS
from backend.web import confirming, life_tabs, navigation, refusals
from backend.web.assets import Assets
from backend.web.closed_records import offered
from backend.web.errors import LengthUnknown, UploadTooLarge
from backend.web.pieces import is_piece, sent_from, shown_at, to_sign_in
from backend.web.refusals import PageRefused, Problem
from backend.web.rendering import Renderer

_log: Final = logging.getLogger(__name__)
FAILED: Final = "Something went wrong on our side; nothing was changed. Tell the administrator the number below."
NOTICE_COOKIE: Final = "tenure_notice"
TOKEN_FIELD: Final = "_token"  # noqa: S105 - the name of a form field
KEY_FIELD: Final = "idempotencyKey"
_SEE_OTHER: Final = 303
_FIELDS_BESIDE_A_FILE: Final = 64 * 1024
_OWING_PATH: Final = "/profile"
_NO_STORE: Final = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class Web:
    """What the pages share for the life of the process."""

    platform: Platform
    executor: GraphQLExecutor
    assets: Assets
    renderer: Renderer

    @property
    def settings(self) -> Settings:
        return self.platform.settings


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a mutation answered: its record, or the problem that stood in the way."""

    result: Mapping[str, Any]
    problem: Problem | None = None


@dataclass(slots=True)
class Visit:
    web: Web
    request: Request
    person: Person
    form: FormData = field(default_factory=FormData)

    @property
    def actor(self) -> Actor:
        return self.person.actor

    def typed(self, name: str) -> str:
        """One field of the form, without the blanks around it."""
        return str(self.form.get(name, "")).strip()

    def chosen(self, name: str) -> list[str]:
        """Every value of a group of check boxes."""
        return [str(value) for value in self.form.getlist(name) if str(value)]

    def optional(self, name: str) -> str | None:
        return self.typed(name) or None

    async def query(self, document: str, **variables: Any) -> Mapping[str, Any]:
        """The data of a page's document. Raises PageRefused when there is none."""
        answer = await self.partial(document, **variables)
        if answer.data is None or any(error for error in answer.errors if len(error.get("path", ())) <= 1):
            raise PageRefused(refusals.of_entry(answer.errors[0], self.actor.locale))
        return answer.data

    async def rights(self, kind: str, record_id: str) -> dict[str, bool]:
        """Which forms to offer on the page of a record that the person may see."""
        of_party = kind == "PARTY"
        answer = dict(await self.query("rights", kind=kind, id=record_id, of=of_party))
        party = answer.pop("party", None)
        rights = {name: bool(explained["allowed"]) for name, explained in answer.items()}
        return offered(party, rights) if of_party else rights

    async def partial(self, document: str, **variables: Any) -> Answer:
        """For pages of which a part may be refused while the rest is shown."""
        return await self.web.executor.run(self.actor, document_id=f"web/{document}", variables=variables)

    async def act(self, document: str, **variables: Any) -> Outcome:
        """Carry a mutation out; its document names the root field `result`, so that all answer alike."""
        answer = await self.partial(document, **variables)
        if answer.errors or answer.data is None:
            problem = refusals.of_entry(answer.errors[0], self.actor.locale)
            if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR or problem.code == StepUpNeeded.code:
                raise PageRefused(problem)
            return Outcome({}, problem)
        result: Mapping[str, Any] = answer.data["result"]
        if str(result["__typename"]).endswith("Problem"):
            if result["code"] == StepUpNeeded.code:
                raise StepUpNeeded()
            return Outcome({}, _problem(result, self.actor.locale))
        return Outcome(result)

    def html(self, template: str, status: int = 200, **context: Any) -> Response:
        notice = self.request.cookies.get(NOTICE_COOKIE)
        response = HTMLResponse(
            self.web.renderer.html(self.actor.locale, template, notice=notice, **self._frame(), **context),
            status,
            headers=_NO_STORE,
        )
        if notice is not None:
            response.delete_cookie(NOTICE_COOKIE, path="/")
        return response

    def redirect(self, path: str, notice: str | None = None) -> Response:
        """Elsewhere after a form, with a word on what was done, which the next page shows once."""
        response = RedirectResponse(path, _SEE_OTHER)
        if notice is not None:
            response.set_cookie(
                NOTICE_COOKIE,
                notice,
                max_age=60,
                httponly=True,
                samesite="lax",
                secure=self.web.settings.cookie_secure,
            )
        return response

    def renew(self, person: Person) -> None:
        """After the person did what they owed, or confirmed to be there."""
        self.person = person

    def _frame(self) -> dict[str, Any]:
        """What the frame around every page needs; each form gets a fresh idempotency key of its own."""
        policy = self.web.platform.policy_of(self.actor)
        flags = self._flags(policy)
        path = self.request.url.path
        return {
            **flags,
            "menu": navigation.menu(flags, path),
            "person": self.person,
            "roles": self.actor.roles,
            "path": path,
            "here": local_path(str(self.request.url)),
            "now": self.web.platform.clock(),
            "token": csrf.form_token(self.person.token),
            "new_key": new_id,
            "query": dict(self.request.query_params),
            "emergency": self.person.emergency,
        }

    def _flags(self, policy: AccessPolicy) -> dict[str, Any]:
        """What the person may open."""
        may_sign = any(signatures.concerns(self.actor, policy, kind) for kind in KINDS)
        may_see_cases = policy.ever(self.actor, "view", "onboarding_case")
        return {
            "may_sign": may_sign,
            "may_approve": may_sign or may_see_cases,
            "may_see_prospects": _any(policy, self.actor, "prospect", "view"),
            "may_see_customers": policy.ever(self.actor, "view", "customer"),
            "may_see_cases": may_see_cases,
            "may_create": policy.ever(self.actor, "create", "customer"),
            "may_see_privacy": policy.ever(self.actor, "view", "privacy_request"),
            "may_report": policy.ever(self.actor, "view", "audit") or policy.ever(self.actor, "export", "report"),
            "may_read_log": policy.ever(self.actor, "view", "audit"),
            "may_see_rules": policy.ever(self.actor, "view", "ruleset"),
            "may_see_roles": policy.ever(self.actor, "view", "role_grant"),
            "may_rate_portfolio": policy.ever(self.actor, "view_portfolio", "rating"),
            "may_screen": policy.ever(self.actor, "view", "screening_alert"),
            "may_know": policy.ever(self.actor, "view", "knowledge"),
            "may_see_loyalty": policy.ever(self.actor, "view", "loyalty")
            or policy.ever(self.actor, "report", "loyalty"),
            "may_serve_loyalty": policy.ever(self.actor, "view", "loyalty"),
            "may_see_complaints": policy.ever(self.actor, "view", "complaint"),
            "may_see_feedback": _any(policy, self.actor, "survey", "view", "statistics"),
            "may_see_tasks": policy.ever(self.actor, "view", "task"),
            "may_hear_feedback": policy.ever(self.actor, "view", "survey"),
            "may_see_contact": policy.ever(self.actor, "view", "interaction"),
            "may_review": policy.ever(self.actor, "view", "review"),
            "may_review_products": policy.ever(self.actor, "view", "product_review"),
            "life_tabs": life_tabs.open_to(policy, self.actor),
            "may_see_imports": policy.ever(self.actor, "view", "import")
            or policy.ever(self.actor, "import", "prospect"),
            "may_see_products": policy.ever(self.actor, "view", "product"),
            "may_run_screening": policy.ever(self.actor, "run", "screening"),
        }


def _any(policy: AccessPolicy, actor: Actor, obj: str, *actions: str) -> bool:
    """Whether one of these is allowed anywhere."""
    return any(policy.ever(actor, action, obj) for action in actions)


Handler = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def page(web: Web, handler: Handler) -> Endpoint:
    """A page for people who are signed in; others are asked to sign in and then brought here."""

    async def endpoint(request: Request) -> Response:
        try:
            person = await sessions.person_of(web.platform, request, request_id=request_id(request))
        except NotSignedIn:
            return to_sign_in(request, local_path(shown_at(request)))
        if _owes_first(person, request):
            return RedirectResponse(_OWING_PATH, _SEE_OTHER)
        return await _shown(Visit(web, request, person), handler)

    return endpoint


def form(web: Web, handler: Handler, *, most: int | None = None) -> Endpoint:
    """What a form is sent to: nothing is read of it before it is known to come from a page of this session.

    Files of it lie in temporary files while they are looked at, with `most` bytes where other files may be larger.
    """

    async def endpoint(request: Request) -> Response:
        try:
            person = await sessions.person_of(web.platform, request, request_id=request_id(request))
        except NotSignedIn:
            return to_sign_in(request, sent_from(request, web.settings.public_url))
        if _owes_first(person, request):
            return RedirectResponse(_OWING_PATH, _SEE_OTHER)
        visit = Visit(web, request, person)

        async def checked(visit: Visit) -> Response:
            refuse_large(request, web.settings, most)
            async with request.form() as sent:
                visit.form = sent
                presented = str(sent.get(TOKEN_FIELD, ""))
                public_url = web.settings.public_url
                csrf.check(request.headers, secret=person.token, presented=presented, public_url=public_url)
                return await confirming.wrong(visit) or await handler(visit)

        return await _shown(visit, checked)

    return endpoint


async def _shown(visit: Visit, handler: Handler) -> Response:
    try:
        return await handler(visit)
    except StepUpNeeded:
        return await confirming.ask(visit)
    except PageRefused as refused:
        if refused.problem.code == StepUpNeeded.code:
            return await confirming.ask(visit)
        problem = refused.problem
    except TenureError as error:
        problem = refusals.of_error(error, visit.actor.locale)
    except Exception:
        _log.exception("request %s failed", visit.actor.request_id)
        problem = Problem("internal", translate(visit.actor.locale, FAILED), 500)
    template = "refused_piece.html" if is_piece(visit.request) else "refused.html"
    return visit.html(template, problem.status, problem=problem)


def _owes_first(person: Person, request: Request) -> bool:
    """Nothing opens but the page where it is done, and the way out."""
    path = request.url.path
    return person.owes is not None and path != "/sign-out" and not path.startswith(_OWING_PATH)


def _problem(result: Mapping[str, Any], locale: str) -> Problem:
    code, field = str(result["code"]), result.get("field")
    return Problem(code, refusals.said(str(result["message"]), field, locale), refusals.status_of_code(code), field)


def refuse_large(request: Request, settings: Settings, most: int | None = None) -> None:
    """Before a byte is read. Raises LengthUnknown, UploadTooLarge."""
    most = most or settings.max_upload_bytes
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise LengthUnknown()
    if int(length) > most + _FIELDS_BESIDE_A_FILE:
        raise UploadTooLarge(field="file", limit=most // 1024**2)


def request_id(request: Request) -> str:
    """That of the assembly's middleware, or a new one; the same for the whole request."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = new_id().hex
    return str(request.state.request_id)


def local_path(url: str) -> str:
    """Path and query of an address of ours; anything that could lead elsewhere becomes the first page."""
    parts = urlsplit(url)
    if not parts.path.startswith("/") or parts.path.startswith(("//", "/\\")):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")
