"""Playbooks in the web client: what is in force and what it does, one playbook as a picture, a customer's course."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web import playbook_picture
from backend.web.closed_records import is_open
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.labels import label
from backend.web.refusals import Problem

_PAGE: Final = 25
_HERE: Final = "/life/playbooks"


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Callable[[Visit], dict[str, Any]] = lambda _: {}


_ON_PLAYBOOK: Final[Mapping[str, Act]] = {
    "pause": Act("playbook-pause", "playbook.paused", lambda visit: {"reason": visit.typed("reason")}),
    "resume": Act("playbook-resume", "playbook.resumed"),
}
_ON_COURSE: Final[Mapping[str, Act]] = {
    "answer": Act(
        "playbook-answer",
        "playbook.answered",
        lambda visit: {"step": visit.typed("step"), "answer": visit.typed("answer")},
    ),
    "take-out": Act("playbook-take-out", "playbook.taken_out", lambda visit: {"reason": visit.typed("reason").upper()}),
}


def routes(web: Web) -> list[Route]:
    course = f"{_HERE}/courses/{{id:uuid}}"
    return [
        Route(_HERE, page(web, listed), methods=["GET"]),
        Route(f"{_HERE}/steps/{{id:uuid}}", page(web, step), methods=["GET"]),
        Route(course, page(web, followed), methods=["GET"]),
        Route(f"{course}/{{act}}", form(web, act_on_course), methods=["POST"]),
        Route(f"{_HERE}/{{code}}", page(web, shown), methods=["GET"]),
        Route(f"{_HERE}/{{code}}/{{act}}", form(web, act_on_playbook), methods=["POST"]),
        Route("/customers/{party_id:uuid}/playbooks", page(web, panel), methods=["GET"]),
        Route("/customers/{party_id:uuid}/playbooks", form(web, enrol), methods=["POST"]),
    ]


async def listed(visit: Visit) -> Response:
    data = await visit.query("playbooks")
    return visit.html("engagement/playbooks/list.html", playbooks=data["playbooks"])


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    asked = visit.request.query_params
    running = {"under_way": True, "ended": False}.get(asked.get("show", ""))
    data = await visit.query(
        "playbook",
        code=visit.request.path_params["code"],
        step=asked.get("step") or None,
        running=running,
        first=_PAGE,
        after=asked.get("after"),
    )
    found = data["playbook"]
    return visit.html(
        "engagement/playbooks/playbook.html",
        200 if problem is None else problem.status,
        found=found,
        courses=data["playbookEnrolments"],
        graph=playbook_picture.graph([_step_named(each, visit.actor.locale) for each in found["steps"]]),
        box=playbook_picture.BOX,
        effect=playbook_picture.effect(found["effect"]),
        names={each["id"]: each["words"] for each in found["steps"]},
        step=asked.get("step") or "",
        show=asked.get("show") or "",
        problem=problem,
        typed={"reason": visit.typed("reason")},
    )


def _step_named(step: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """With words for what the playbook has no answer for: a message sent, an errand that nobody answered."""
    named = [
        {**case, "words": case["words"] or label(locale, "playbook_outcome", case["outcome"])} for case in step["cases"]
    ]
    return {**step, "cases": named}


async def followed(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("playbook-course", id=str(visit.request.path_params["id"]))
    return visit.html(
        "engagement/playbooks/course.html",
        200 if problem is None else problem.status,
        found=data["playbookEnrolment"],
        problem=problem,
    )


async def step(visit: Visit) -> Response:
    """Where work in a queue leads to."""
    data = await visit.query("playbook-step", id=str(visit.request.path_params["id"]))
    return visit.redirect(f"{_HERE}/courses/{data['playbookStepEnrolment']['id']}")


async def act_on_playbook(visit: Visit) -> Response:
    code, chosen = visit.request.path_params["code"], _ON_PLAYBOOK.get(visit.request.path_params["act"])
    if chosen is None:
        raise PageUnknown()
    outcome = await visit.act(
        chosen.document, code=code, idempotencyKey=visit.optional("idempotencyKey"), **chosen.given(visit)
    )
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    return visit.redirect(f"{_HERE}/{code}", chosen.notice)


async def act_on_course(visit: Visit) -> Response:
    course_id, chosen = str(visit.request.path_params["id"]), _ON_COURSE.get(visit.request.path_params["act"])
    if chosen is None:
        raise PageUnknown()
    outcome = await visit.act(
        chosen.document, id=course_id, idempotencyKey=visit.optional("idempotencyKey"), **chosen.given(visit)
    )
    if outcome.problem is not None:
        return await followed(visit, outcome.problem)
    return visit.redirect(f"{_HERE}/courses/{course_id}", chosen.notice)


async def panel(visit: Visit, problem: Problem | None = None) -> Response:
    """A piece of the customer's page."""
    party_id = str(visit.request.path_params["party_id"])
    data = await visit.query("customer-playbooks", id=party_id)
    under_way = {each["playbook"] for each in data["playbookEnrolmentsOf"] if each["status"] == "RUNNING"}
    return visit.html(
        "engagement/playbooks/panel.html",
        200 if problem is None else problem.status,
        party_id=party_id,
        courses=data["playbookEnrolmentsOf"],
        choices=[each for each in data["playbooks"] if each["manual"] and each["code"] not in under_way],
        may_enrol=data["mayEnrol"]["allowed"] and is_open(data["party"]),
    )


async def enrol(visit: Visit) -> Response:
    party_id = str(visit.request.path_params["party_id"])
    outcome = await visit.act(
        "playbook-enrol",
        id=party_id,
        playbook=visit.typed("playbook"),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return visit.html(
            "refused.html", outcome.problem.status, problem=outcome.problem, back=f"/customers/{party_id}/next"
        )
    return visit.redirect(f"{_HERE}/courses/{outcome.result['id']}", "playbook.enrolled")
