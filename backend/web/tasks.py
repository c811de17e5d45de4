"""Tasks in the web client: the shelves, one task as one course, what one is told of, and the ageing report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from backend.web import ageing_picture
from backend.web.closed_records import offered
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.office import calendar_of
from backend.web.refusals import Problem

_PAGE: Final = 50
_NOBODY: Final = str(UUID(int=0))
_SHELVES: Final = ("mine", "department", "offered", "watched", "set", "all")
_TOKENS: Final = frozenset({"_token", "idempotencyKey"})
Given = Callable[[Visit], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Given = lambda _: {}


def _words(visit: Visit) -> dict[str, Any]:
    return {"words": visit.typed("words")}


def _changes(visit: Visit) -> dict[str, Any]:
    due, priority = _due(visit, visit.typed("due")), visit.typed("priority")
    given = {"dueAt": due, "priority": int(priority) if priority.isdecimal() else None}
    return {name: value for name, value in given.items() if value is not None}


def _target(visit: Visit) -> dict[str, Any]:
    """A colleague by id, or a department by its code."""
    target = visit.typed("to")
    to = _uuid(target)
    return {**_words(visit), **({"to": to} if to else {"department": target or None})}


ACTS: Final[Mapping[str, Act]] = {
    "take": Act("task-take", "task.taken"),
    "wait": Act("task-wait", "task.waiting", _words),
    "resume": Act("task-resume", "task.resumed"),
    "put_back": Act("task-put-back", "task.put_back", _words),
    "comment": Act("task-comment", "task.commented", _words),
    "change": Act("task-change", "task.changed", _changes),
    "complete": Act("task-complete", "task.completed", lambda visit: {"words": visit.optional("words")}),
    "cancel": Act("task-cancel", "task.cancelled", _words),
    "reopen": Act("task-reopen", "task.reopened", _words),
    "hand_over": Act("task-hand-over", "task.handed_over", _target),
    "accept": Act("task-accept", "task.accepted"),
    "decline": Act("task-decline", "task.declined", _words),
    "watch": Act("task-watch", "task.watched", lambda _: {"watching": True}),
    "unwatch": Act("task-watch", "task.watched", lambda _: {"watching": False}),
}


def routes(web: Web) -> list[Route]:
    one = "/tasks/{id:uuid}"
    return [
        Route("/tasks", page(web, listed), methods=["GET"]),
        Route("/tasks/new", page(web, blank), methods=["GET"]),
        Route("/tasks/new", form(web, create), methods=["POST"]),
        Route("/tasks/notices", page(web, notices), methods=["GET"]),
        Route("/tasks/notices/read", form(web, read), methods=["POST"]),
        Route("/tasks/ageing", page(web, ageing), methods=["GET"]),
        Route("/tasks/of/{party_id:uuid}", page(web, panel), methods=["GET"]),
        Route(one, page(web, shown), methods=["GET"]),
        Route(one + "/points/{point:uuid}", form(web, check), methods=["POST"]),
        Route(one + "/{act}", form(web, act), methods=["POST"]),
    ]


def _may(visit: Visit) -> dict[str, bool]:
    policy = visit.web.platform.policy_of(visit.actor)
    return {
        "may_set": policy.ever(visit.actor, "create", "task"),
        "may_age": policy.ever(visit.actor, "ageing", "task"),
    }


async def listed(visit: Visit) -> Response:
    asked = visit.request.query_params
    shelf = asked.get("shelf") if asked.get("shelf") in _SHELVES else _SHELVES[0]
    is_open = asked.get("state") != "closed"
    department = asked.get("department")
    data = await visit.query(
        "tasks",
        shelf=str(shelf).upper(),
        department=department,
        open=is_open,
        first=_PAGE,
        after=asked.get("after"),
    )
    return visit.html(
        "tasks/list.html",
        tasks=data["tasks"],
        figures=data["taskFigures"],
        shelf=shelf,
        department=next((each for each in data["taskDepartments"] if each["code"] == department), None),
        open=is_open,
        **_may(visit),
    )


async def shown(visit: Visit, problem: Problem | None = None, verb: str = "") -> Response:
    task_id = str(visit.request.path_params["id"])
    data = await visit.query("task", id=task_id)
    return visit.html(
        "tasks/task.html",
        200 if problem is None else problem.status,
        found=data["task"],
        departments=data["taskDepartments"],
        colleagues=data["taskColleagues"],
        problem=problem,
        verb=verb,
        typed=_typed(visit),
    )


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.typed(name) for name in visit.form if name not in _TOKENS}


async def blank(visit: Visit, problem: Problem | None = None) -> Response:
    asked = visit.request.query_params
    party = _uuid(asked.get("party") or visit.typed("party"))
    data = await visit.query("task-form", id=party or _NOBODY, known=party is not None)
    chosen = next((each for each in data["taskTemplates"] if each["code"] == asked.get("template")), None)
    return visit.html(
        "tasks/new.html",
        200 if problem is None else problem.status,
        party=data.get("party"),
        departments=data["taskDepartments"],
        templates=data["taskTemplates"],
        chosen=chosen,
        colleagues=data["taskColleagues"],
        problem=problem,
        typed=_typed(visit),
    )


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _due(visit: Visit, text: str) -> str | None:
    """A day ends when the office closes, by the institution's own clock."""
    try:
        return calendar_of(visit).end_of(date.fromisoformat(text)).isoformat()
    except ValueError:
        return None


async def create(visit: Visit) -> Response:
    given: dict[str, Any] = {
        "partyId": _uuid(visit.typed("party")),
        "assigneeId": _uuid(visit.typed("assignee")),
        "dueAt": _due(visit, visit.typed("due")),
        "points": visit.typed("points").splitlines(),
    }
    given |= {name: visit.optional(name) for name in ("title", "details", "department", "template")}
    if visit.typed("priority").isdecimal():
        given["priority"] = int(visit.typed("priority"))
    outcome = await visit.act(
        "task-create",
        input={name: value for name, value in given.items() if value is not None},
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await blank(visit, outcome.problem)
    return visit.redirect(f"/tasks/{outcome.result['id']}", "task.created")


async def act(visit: Visit) -> Response:
    verb = visit.request.path_params["act"]
    chosen = ACTS.get(verb)
    if chosen is None:
        raise PageUnknown()
    return await _act(visit, chosen, verb, id=str(visit.request.path_params["id"]), **chosen.given(visit))


async def check(visit: Visit) -> Response:
    chosen = Act("task-check", "task.checked")
    done = visit.typed("done") == "yes"
    return await _act(visit, chosen, "check", id=str(visit.request.path_params["point"]), done=done)


async def _act(visit: Visit, chosen: Act, verb: str, **given: Any) -> Response:
    outcome = await visit.act(chosen.document, idempotencyKey=visit.optional("idempotencyKey"), **given)
    if outcome.problem is not None:
        return await shown(visit, outcome.problem, verb)
    return visit.redirect(f"/tasks/{visit.request.path_params['id']}", chosen.notice)


async def notices(visit: Visit) -> Response:
    unread = visit.request.query_params.get("state") != "all"
    data = await visit.query("task-notices", unread=unread)
    return visit.html(
        "tasks/notices.html", notices=data["taskNotices"], figures=data["taskFigures"], unread=unread, **_may(visit)
    )


async def read(visit: Visit) -> Response:
    """Of one task, or all."""
    await visit.act("task-read", taskId=_uuid(visit.typed("task")), idempotencyKey=visit.optional("idempotencyKey"))
    return visit.redirect("/tasks/notices", "task.read")


async def ageing(visit: Visit) -> Response:
    data = await visit.query("task-ageing")
    found = data["taskAgeing"]
    return visit.html(
        "tasks/ageing.html",
        figures=data["taskFigures"],
        found=found,
        picture=ageing_picture,
        task_bars=ageing_picture.bars(found["tasks"]),
        work_bars=ageing_picture.bars(found["work"]),
        legend=ageing_picture.spans(found["spans"]),
        **_may(visit),
    )


async def panel(visit: Visit) -> Response:
    """A piece of the customer's page."""
    party_id = str(visit.request.path_params["party_id"])
    data = await visit.query("customer-tasks", id=party_id)
    may = offered(data["party"], _may(visit))
    return visit.html("tasks/panel.html", party_id=party_id, tasks=data["tasksAbout"], **may)
