"""Feedback in the web client: results, what customers wrote, low answers to follow up, and answers by telephone."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from backend.core.periods import months_later
from backend.servicing.feedback.models import Contentment
from backend.web import feedback_picture
from backend.web.closed_records import offered
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.product_names import product_names
from backend.web.refusals import Problem

_PAGE: Final = 50
_MONTHS: Final = 24
_FIRST: Final = "relationship"
_DIMENSIONS: Final = ("product_code", "channel", "team", "event")
_CONTENTMENTS: Final = tuple(each.value for each in Contentment)


def routes(web: Web) -> list[Route]:
    one = "/feedback/follow-ups/{id:uuid}"
    return [
        Route("/feedback", page(web, results), methods=["GET"]),
        Route("/feedback/comments", page(web, comments), methods=["GET"]),
        Route("/feedback/follow-ups", page(web, follow_ups), methods=["GET"]),
        Route("/feedback/take", page(web, blank), methods=["GET"]),
        Route("/feedback/take", form(web, take), methods=["POST"]),
        Route("/feedback/of/{party_id:uuid}", page(web, panel), methods=["GET"]),
        Route(one, page(web, follow_up), methods=["GET"]),
        Route(one + "/close", form(web, close), methods=["POST"]),
    ]


def _may(visit: Visit) -> dict[str, bool]:
    policy = visit.web.platform.policy_of(visit.actor)
    rights = {"may_record": "record", "may_read_words": "view", "may_count": "statistics"}
    return {name: policy.ever(visit.actor, action, "survey") for name, action in rights.items()}


async def results(visit: Visit) -> Response:
    """Of the last two years unless told otherwise; `until` is the last day. Who may not count begins with the words."""
    may = _may(visit)
    if not may["may_count"]:
        return visit.redirect("/feedback/comments")
    asked, today = visit.request.query_params, visit.web.platform.clock().date()
    until = _day(asked.get("until"), today)
    since = _day(asked.get("since"), months_later(until, -_MONTHS).replace(day=1))
    survey, end = asked.get("survey") or _FIRST, (until + timedelta(days=1)).isoformat()
    usual = "team" if survey == _FIRST else _DIMENSIONS[0]
    by = asked.get("by") if asked.get("by") in _DIMENSIONS else usual
    data = await visit.query("feedback", survey=survey, since=since.isoformat(), until=end, by=by)
    found = data["feedbackResults"]
    question = found["question"]
    return visit.html(
        "servicing/feedback/results.html",
        questions=data["surveyQuestions"],
        found=found,
        since=since,
        until=until,
        by=by,
        names=await product_names(visit),
        dimensions=_DIMENSIONS,
        picture=feedback_picture,
        course=feedback_picture.course(found["months"], question["kind"]),
        bars=feedback_picture.answers(found["total"]["distribution"], question["scale"], question["low"]),
        most=max((theme["mentions"] for theme in found["themes"]), default=0),
        **may,
    )


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


async def comments(visit: Visit) -> Response:
    asked = visit.request.query_params
    chosen = {name: asked.get(name) or None for name in ("survey", "product", "theme")}
    data = await visit.query("feedback-comments", first=_PAGE, after=asked.get("after"), **chosen)
    return visit.html(
        "servicing/feedback/comments.html",
        questions=data["surveyQuestions"],
        comments=data["surveyComments"],
        chosen=chosen,
        names=await product_names(visit),
        **_may(visit),
    )


async def follow_ups(visit: Visit) -> Response:
    asked = visit.request.query_params
    is_open = asked.get("state") != "closed"
    data = await visit.query("survey-follow-ups", open=is_open, first=_PAGE, after=asked.get("after"))
    return visit.html(
        "servicing/feedback/follow_ups.html",
        found=data["surveyFollowUps"],
        figures=data["surveyFollowUpFigures"],
        open=is_open,
        names=await product_names(visit),
        **_may(visit),
    )


async def follow_up(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("survey-follow-up", id=str(visit.request.path_params["id"]))
    return visit.html(
        "servicing/feedback/follow_up.html",
        200 if problem is None else problem.status,
        found=data["surveyFollowUp"],
        contentments=_CONTENTMENTS,
        names=await product_names(visit),
        problem=problem,
        typed={"done": visit.typed("done"), "contentment": visit.typed("contentment")},
    )


async def close(visit: Visit) -> Response:
    record_id = str(visit.request.path_params["id"])
    outcome = await visit.act(
        "survey-follow-up-close",
        id=record_id,
        done=visit.typed("done"),
        contentment=visit.typed("contentment").upper(),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await follow_up(visit, outcome.problem)
    return visit.redirect("/feedback/follow-ups", "feedback.closed")


async def blank(visit: Visit, problem: Problem | None = None) -> Response:
    """`survey` is the code of one that is put now, `sent` the id of one that was sent before."""
    asked: Any = visit.form or visit.request.query_params
    party_id = _uuid(str(asked.get("party", "")))
    data = await visit.query("survey-form", id=party_id)
    sent = next((each for each in data["surveysOf"] if str(each["id"]) == asked.get("sent")), None)
    code = asked.get("survey") or (data["surveyQuestions"][0]["code"])
    known = {each["code"]: each for each in data["surveyQuestions"]}
    return visit.html(
        "servicing/feedback/take.html",
        200 if problem is None else problem.status,
        party=data["party"],
        questions=data["surveyQuestions"],
        question=sent["question"] if sent else known.get(code, data["surveyQuestions"][0]),
        sent=sent,
        names=await product_names(visit),
        problem=problem,
        typed={name: visit.typed(name) for name in ("score", "comment", "product")},
    )


def _uuid(text: str) -> str:
    """Raises PageUnknown."""
    try:
        return str(UUID(text))
    except ValueError:
        raise PageUnknown() from None


async def take(visit: Visit) -> Response:
    party_id, sent, score = _uuid(visit.typed("party")), visit.optional("sent"), visit.typed("score")
    given: dict[str, Any] = {
        "score": int(score) if score.isdecimal() else None,
        "comment": visit.optional("comment"),
        "idempotencyKey": visit.optional("idempotencyKey"),
    }
    if sent is not None:
        outcome = await visit.act("survey-record", id=_uuid(sent), **given)
    else:
        told = {"partyId": party_id, "survey": visit.typed("survey"), "product": visit.optional("product")}
        outcome = await visit.act("survey-take", **told, **given)
    if outcome.problem is not None:
        return await blank(visit, outcome.problem)
    return visit.redirect(f"/customers/{party_id}", "feedback.recorded")


async def panel(visit: Visit) -> Response:
    """A piece of the customer's page."""
    party_id = str(visit.request.path_params["party_id"])
    data = await visit.query("customer-surveys", id=party_id)
    may = offered(data["party"], {"may_record": data["mayRecord"]["allowed"]})
    may_view = data["mayView"]["allowed"]
    return visit.html(
        "servicing/feedback/panel.html", party_id=party_id, surveys=data["surveysOf"], may_view=may_view, **may
    )
