"""Reviews of customers: the worklist with its clocks, one with its file and acts, the forecast of work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.closed_records import is_open
from backend.web.door import Visit, Web, form, page
from backend.web.refusals import Problem
from backend.web.review_picture import LEVELS, weeks, workload

_PAGE: Final = 50
_WEEKS: Final = 26
_MINUTES: Final = 60
_STATES: Final = ("open", "in_review", "awaiting_information", "pending_approval", "completed", "cancelled")
_FILTERS: Final = ("state", "level", "trigger", "whose", "late")


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Callable[[Visit], dict[str, Any]] = lambda _: {}


def _answer(visit: Visit) -> dict[str, Any]:
    return {"question": visit.typed("question"), "answer": visit.typed("answer"), "note": visit.optional("note")}


def _verdict(visit: Visit) -> dict[str, Any]:
    outcome, _, reason = visit.typed("verdict").partition(":")
    given = {"outcome": outcome, "reason": reason, "level": visit.optional("level"), "note": visit.optional("note")}
    return {"input": given}


_ACTS: Final[Mapping[str, Act]] = {
    "take": Act("review-take", "review.taken"),
    "release": Act("review-release", "review.released"),
    "answer": Act("review-answer", "review.answered", _answer),
    "ask": Act("review-ask", "review.asked", lambda v: {"items": v.chosen("items"), "note": v.optional("note")}),
    "receive": Act("review-receive", "review.received"),
    "propose": Act("review-propose", "review.ended", _verdict),
    "sign": Act("review-sign", "review.signed"),
    "send_back": Act("review-send-back", "review.sent_back"),
}


def routes(web: Web) -> list[Route]:
    return [
        Route("/reviews", page(web, listed), methods=["GET"]),
        Route("/reviews/forecast", page(web, forecast), methods=["GET"]),
        Route("/reviews/{review_id:uuid}", page(web, shown), methods=["GET"]),
        Route("/reviews/{review_id:uuid}/{act}", form(web, act), methods=["POST"]),
        Route("/customers/{party_id:uuid}/reviews", page(web, of_customer), methods=["GET"]),
        Route("/customers/{party_id:uuid}/reviews", form(web, open_one), methods=["POST"]),
        Route("/customers/{party_id:uuid}/reviews/panel", page(web, panel), methods=["GET"]),
    ]


async def listed(visit: Visit) -> Response:
    asked = {name: visit.request.query_params.get(name, "") for name in _FILTERS}
    data = await visit.query(
        "reviews", filter=_filter(asked), first=_PAGE, after=visit.request.query_params.get("after")
    )
    counted: dict[str, int] = {}
    for each in data["reviewFigures"]:
        state = str(each["state"]).lower()
        counted[state] = counted.get(state, 0) + each["reviews"]
    return visit.html(
        "reviews/list.html",
        reviews=data["reviews"],
        figures=counted,
        late=sum(each["overdue"] for each in data["reviewFigures"]),
        asked=asked,
        kept={name: value for name, value in asked.items() if value},
    )


def _filter(asked: Mapping[str, str]) -> dict[str, Any]:
    """What is not a known choice is no condition."""
    return {
        "states": [asked["state"].upper()] if asked["state"] in _STATES else None,
        "levels": [asked["level"]] if asked["level"] else None,
        "triggers": [asked["trigger"].upper()] if asked["trigger"] else None,
        "mine": asked["whose"] == "mine",
        "unassigned": asked["whose"] == "nobody",
        "overdue": asked["late"] == "yes",
    }


async def shown(visit: Visit, *, problem: Problem | None = None, failed: str = "") -> Response:
    data = await visit.query("review", id=str(visit.request.path_params["review_id"]))
    review, choices = data["review"], data["reviewChoices"]
    return visit.html(
        "reviews/review.html",
        200 if problem is None else problem.status,
        review=review,
        file=review["file"],
        verbs=review["file"]["verbs"],
        verdicts=_verdicts(choices["reasons"]),
        information=choices["information"],
        item_words={each["code"]: each["words"] for each in choices["information"]},
        reason_words={each["code"]: each["words"] for each in choices["reasons"]},
        levels=choices["levels"],
        problem=problem,
        failed=failed,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
    )


def _verdicts(reasons: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Reasons under the outcomes they are reasons for: one choice says both."""
    return [
        (
            outcome,
            [(f"{outcome}:{each['code']}", str(each["words"])) for each in reasons if outcome in each["outcomes"]],
        )
        for outcome in ("KEEP", "CHANGE_LEVEL", "RESTRICT", "EXIT")
    ]


async def act(visit: Visit) -> Response:
    review_id, name = str(visit.request.path_params["review_id"]), visit.request.path_params["act"]
    chosen = _ACTS.get(name, _ACTS["take"])
    outcome = await visit.act(
        chosen.document, id=review_id, **chosen.given(visit), idempotencyKey=visit.optional("idempotencyKey")
    )
    if outcome.problem is not None:
        return await shown(visit, problem=outcome.problem, failed=name)
    waits = name == "propose" and outcome.result["state"] == "PENDING_APPROVAL"
    return visit.redirect(f"/reviews/{review_id}", "review.proposed" if waits else chosen.notice)


async def forecast(visit: Visit) -> Response:
    data = await visit.query("review-forecast", weeks=_WEEKS)
    found = data["reviewForecast"]
    lines = weeks(found["loads"])
    levels = [level for level in LEVELS if any(level in line["levels"] for line in lines)]
    capacity = round(found["minutesAWeek"] / _MINUTES)
    return visit.html(
        "reviews/forecast.html",
        lines=lines,
        levels=levels,
        picture=workload(lines, levels, capacity, visit.actor.locale),
        capacity=capacity,
        over=[line for line in lines if line["minutes"] > found["minutesAWeek"]],
    )


async def panel(visit: Visit) -> Response:
    """The part of a customer's page: what is open, what is restricted, when the next one is."""
    party_id = str(visit.request.path_params["party_id"])
    data = await visit.query("customer-reviews", id=party_id)
    return visit.html("reviews/panel.html", party_id=party_id, **_standing(data))


def _standing(data: Mapping[str, Any]) -> dict[str, Any]:
    reviews = data["reviews"]["nodes"]
    return {
        "reviews": reviews,
        "open": next((each for each in reviews if not each["outcome"] and each["state"] != "CANCELLED"), None),
        "restrictions": data["saleRestrictions"],
        "customer": data["party"]["customer"] if is_open(data["party"]) else None,
    }


async def of_customer(visit: Visit, *, problem: Problem | None = None) -> Response:
    party_id = str(visit.request.path_params["party_id"])
    data = await visit.query("customer-reviews", id=party_id)
    return visit.html(
        "reviews/customer.html",
        200 if problem is None else problem.status,
        **_standing(data),
        party_id=party_id,
        may_open=is_open(data["party"])
        and visit.web.platform.policy_of(visit.actor).ever(visit.actor, "open", "review"),
        problem=problem,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
    )


async def open_one(visit: Visit) -> Response:
    party_id = str(visit.request.path_params["party_id"])
    outcome = await visit.act(
        "review-open",
        id=party_id,
        kind=visit.typed("kind"),
        note=visit.typed("note"),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await of_customer(visit, problem=outcome.problem)
    return visit.redirect(f"/reviews/{outcome.result['id']}", "review.opened")
