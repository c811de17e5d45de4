"""Messages on their way, and the texts that are sent: written, looked at in both languages, approved by two."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.servicing.interactions.models import State
from backend.web.door import Outcome, Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_PAGE: Final = 50
_SENT: Final = ("email", "sms", "mail", "app", "wechat")
_TEXTS: Final = ("code", "purpose", "subjectEn", "subjectZh", "bodyEn", "bodyZh")
_MESSAGE: Final[Mapping[str, tuple[str, str, Mapping[str, Any]]]] = {
    "cancel": ("message-cancel", "contact.cancelled", {}),
    "retry": ("message-retry", "contact.retried", {}),
    "was_sent": ("message-resolve", "contact.resolved", {"sent": True}),
    "send_again": ("message-resolve", "contact.resolved", {"sent": False}),
}
_TEMPLATE: Final = {
    "approve": ("template-approve", "template.approved"),
    "reject": ("template-reject", "template.rejected"),
    "retire": ("template-retire", "template.retired"),
}


def routes(web: Web) -> list[Route]:
    one = "/contact/templates/{id:uuid}"
    return [
        Route("/contact", page(web, outbox), methods=["GET"]),
        Route("/contact/messages/{id:uuid}/{act}", form(web, act_on_message), methods=["POST"]),
        Route("/contact/templates", page(web, templates), methods=["GET"]),
        Route("/contact/templates/new", page(web, blank), methods=["GET"]),
        Route("/contact/templates/new", form(web, draft), methods=["POST"]),
        Route("/contact/templates/example", form(web, example), methods=["POST"]),
        Route(one, page(web, template), methods=["GET"]),
        Route(one + "/{act}", form(web, act_on_template), methods=["POST"]),
    ]


def may(visit: Visit, action: str, obj: str = "interaction") -> bool:
    return visit.web.platform.policy_of(visit.actor).ever(visit.actor, action, obj)


async def outbox(visit: Visit, problem: Problem | None = None) -> Response:
    asked = visit.request.query_params
    state = asked.get("state", "")
    states = [state.upper()] if state in set(State) else None
    data = await visit.query("outbox", states=states, first=_PAGE, after=asked.get("after"))
    return visit.html(
        "servicing/contact_outbox.html",
        200 if problem is None else problem.status,
        messages=data["messages"],
        figures=data["messageFigures"],
        asked_state=state,
        problem=problem,
        may_see_templates=may(visit, "view", "message_template"),
    )


async def act_on_message(visit: Visit) -> Response:
    chosen = _MESSAGE.get(visit.request.path_params["act"])
    if chosen is None:
        raise PageUnknown()
    document, notice, given = chosen
    outcome = await _acted(visit, document, **given)
    if outcome.problem is not None:
        return await outbox(visit, outcome.problem)
    return visit.redirect(_back(visit), notice)


def _back(visit: Visit) -> str:
    """To the customer when the form stood there."""
    party = visit.typed("party")
    return f"/customers/{party}/contact" if party.replace("-", "").isalnum() else "/contact"


async def _acted(visit: Visit, document: str, **given: Any) -> Outcome:
    return await visit.act(
        document, id=str(visit.request.path_params["id"]), idempotencyKey=visit.optional("idempotencyKey"), **given
    )


async def templates(visit: Visit) -> Response:
    every = visit.request.query_params.get("versions") == "all"
    data = await visit.query("message-templates", all=every)
    return visit.html(
        "servicing/contact_templates.html",
        templates=data["messageTemplates"],
        purposes=_purposes(data),
        every=every,
        may_edit=may(visit, "edit", "message_template"),
    )


def _purposes(data: Mapping[str, Any]) -> dict[str, str]:
    return {each["code"]: each["words"] for each in data["contactChoices"]["purposes"]}


async def template(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("message-template", id=str(visit.request.path_params["id"]))
    found = data["messageTemplate"]
    shown = [
        await visit.query("template-example", subject=found[f"subject{locale}"], body=found[f"body{locale}"])
        for locale in ("En", "Zh")
    ]
    return visit.html(
        "servicing/contact_template.html",
        200 if problem is None else problem.status,
        found=found,
        purposes=_purposes(data),
        shown=[each["templateExample"] for each in shown],
        problem=problem,
    )


async def act_on_template(visit: Visit) -> Response:
    chosen = _TEMPLATE.get(visit.request.path_params["act"])
    if chosen is None:
        raise PageUnknown()
    document, notice = chosen
    outcome = await _acted(visit, document)
    if outcome.problem is not None:
        return await template(visit, outcome.problem)
    return visit.redirect(f"/contact/templates/{visit.request.path_params['id']}", notice)


async def blank(visit: Visit, problem: Problem | None = None) -> Response:
    """Empty, or with the words of the version that it takes the place of."""
    data = await visit.query("template-form")
    source = visit.request.query_params.get("from")
    known = (await visit.query("message-template", id=source))["messageTemplate"] if source else {}
    typed = {name: visit.typed(name) for name in _TEXTS} if visit.form else {n: known.get(n, "") for n in _TEXTS}
    chosen = visit.chosen("channel") if visit.form else [each.lower() for each in known.get("channels", ())]
    return visit.html(
        "servicing/contact_template_form.html",
        200 if problem is None else problem.status,
        choices=data["contactChoices"],
        channels=_SENT,
        chosen=chosen,
        typed=typed,
        shown=await _examples(visit, typed) if typed["bodyEn"] or typed["bodyZh"] else (),
        problem=problem,
    )


async def _examples(visit: Visit, typed: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """In both languages, or what is wrong with the words."""
    found: list[Mapping[str, Any]] = []
    for locale in ("En", "Zh"):
        answer = await visit.partial("template-example", subject=typed[f"subject{locale}"], body=typed[f"body{locale}"])
        if answer.data is None:
            found.append({"wrong": answer.errors[0]["message"]})
        else:
            found.append(answer.data["templateExample"])
    return found


async def example(visit: Visit) -> Response:
    """The preview beside the form, as the author types."""
    typed = {name: visit.typed(name) for name in _TEXTS}
    if "hx-request" not in visit.request.headers:
        return await blank(visit)
    return visit.html("servicing/contact_example.html", shown=await _examples(visit, typed))


async def draft(visit: Visit) -> Response:
    given: dict[str, Any] = {name: visit.typed(name) for name in _TEXTS}
    given["channels"] = [each.upper() for each in visit.chosen("channel") if each in _SENT]
    outcome = await visit.act("template-draft", input=given, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await blank(visit, outcome.problem)
    return visit.redirect(f"/contact/templates/{outcome.result['id']}", "template.drafted")
