"""Screening alerts: the list with triage of many, and the page of one with what its reader may do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.web.comparison_picture import picture
from backend.web.door import Visit, Web, form, page
from backend.web.refusals import Problem

_PAGE: Final = 50
_WAITING: Final = ("OPEN", "IN_REVIEW", "ESCALATED")
_STATES: Final[Mapping[str, Sequence[str]]] = {
    "waiting": _WAITING,
    "open": ("OPEN",),
    "in_review": ("IN_REVIEW",),
    "escalated": ("ESCALATED",),
    "true_match": ("TRUE_MATCH",),
    "false_positive": ("FALSE_POSITIVE",),
    "inconclusive": ("INCONCLUSIVE",),
    "obsolete": ("OBSOLETE",),
}
_FILTERS: Final = ("state", "kind", "severity", "score", "age", "whose")


def _comment(visit: Visit) -> dict[str, Any]:
    return {"comment": visit.typed("comment")}


def _verdict(visit: Visit) -> dict[str, Any]:
    outcome, _, reason = visit.typed("verdict").partition(":")
    return {"input": {"outcome": outcome, "reason": reason, "comment": visit.optional("comment")}}


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Callable[[Visit], dict[str, Any]] = lambda _: {}


_ACTS: Final[Mapping[str, Act]] = {
    "take": Act("alert-take", "alert.taken"),
    "release": Act("alert-release", "alert.released"),
    "assign": Act("alert-assign", "alert.assigned", lambda visit: {"personId": visit.typed("personId")}),
    "escalate": Act("alert-escalate", "alert.escalated", _comment),
    "comment": Act("alert-comment", "alert.commented", _comment),
    "decide": Act("alert-decide", "alert.decided", _verdict),
    "confirm": Act("alert-confirm", "alert.confirmed", lambda visit: {"comment": visit.optional("comment")}),
    "send_back": Act("alert-send-back", "alert.sent_back", _comment),
    "reopen": Act("alert-reopen", "alert.reopened", _comment),
}


def routes(web: Web) -> list[Route]:
    return [
        Route("/screening", page(web, first_page), methods=["GET"]),
        Route("/screening/alerts", page(web, listed), methods=["GET"]),
        Route("/screening/alerts/triage", form(web, triage), methods=["POST"]),
        Route("/screening/alerts/{alert_id:uuid}", page(web, shown), methods=["GET"]),
        Route("/screening/alerts/{alert_id:uuid}/{act}", form(web, act), methods=["POST"]),
    ]


async def first_page(_: Visit) -> Response:
    return RedirectResponse("/screening/alerts", 303)


async def listed(
    visit: Visit, *, problem: Problem | None = None, outcomes: Sequence[Mapping[str, Any]] = ()
) -> Response:
    asked = {name: visit.request.query_params.get(name, "") for name in _FILTERS}
    data = await visit.query(
        "screening-alerts", filter=_filter(visit, asked), first=_PAGE, after=visit.request.query_params.get("after")
    )
    return visit.html(
        "screening/alerts.html",
        200 if problem is None else problem.status,
        alerts=data["screeningAlerts"],
        figures=_figures(data["screeningFigures"]),
        asked=asked,
        kept={name: value for name, value in asked.items() if value},
        verdicts=_verdicts(data["screeningReasons"], "inBatch"),
        outcomes={each["alertId"]: each for each in outcomes},
        problem=problem,
    )


def _filter(visit: Visit, asked: Mapping[str, str]) -> dict[str, Any]:
    """What is not a known choice is no condition."""
    age = int(asked["age"]) if asked["age"].isdigit() else None
    before = None if age is None else visit.web.platform.clock() - timedelta(days=age)
    return {
        "states": list(_STATES.get(asked["state"] or "waiting", _WAITING)),
        "kinds": [asked["kind"].upper()] if asked["kind"] else None,
        "severities": [asked["severity"].upper()] if asked["severity"] else None,
        "scoreFrom": int(asked["score"]) if asked["score"].isdigit() else None,
        "openedBefore": None if before is None else before.isoformat(),
        "mine": asked["whose"] == "mine",
        "unassigned": asked["whose"] == "nobody",
    }


def _figures(found: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for each in found:
        state = str(each["state"]).lower()
        counted[state] = counted.get(state, 0) + each["alerts"]
    return counted


def _verdicts(reasons: Sequence[Mapping[str, Any]], among: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Reasons under the outcomes they are reasons for: one choice says both."""
    outcomes = ("FALSE_POSITIVE", "INCONCLUSIVE", "TRUE_MATCH")
    grouped = [
        (outcome, [(f"{outcome}:{each['code']}", str(each["words"])) for each in reasons if outcome in each[among]])
        for outcome in outcomes
    ]
    return [(outcome, found) for outcome, found in grouped if found]


async def triage(visit: Visit) -> Response:
    """Back to the list: with a word when all were decided, with a line for each that was not."""
    ids = visit.chosen("ids")
    outcome = await visit.act("alert-triage", ids=ids, **_verdict(visit))
    if outcome.problem is not None:
        return await listed(visit, problem=outcome.problem)
    left = [each for each in outcome.result["alerts"] if each["problem"] is not None]
    if not left:
        return visit.redirect("/screening/alerts", "alerts.triaged")
    return await listed(visit, outcomes=outcome.result["alerts"])


async def shown(visit: Visit, *, problem: Problem | None = None, failed: str = "") -> Response:
    data = await visit.query("screening-alert", id=str(visit.request.path_params["alert_id"]))
    alert = data["screeningAlert"]
    acts = {each["verb"].lower(): each for each in alert["acts"]}
    return visit.html(
        "screening/alert.html",
        200 if problem is None else problem.status,
        alert=alert,
        acts=acts,
        groups=None if alert["explanation"] is None else picture(alert["explanation"]),
        verdicts=_verdicts(data["screeningReasons"], "outcomes"),
        queue_words={queue["name"]: queue["words"] for queue in data["queues"]},
        staff=[each for each in data["staff"] or () if each["active"]],
        problem=problem,
        failed=failed,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
    )


async def act(visit: Visit) -> Response:
    alert_id, name = str(visit.request.path_params["alert_id"]), visit.request.path_params["act"]
    chosen = _ACTS.get(name, _ACTS["comment"])
    outcome = await visit.act(
        chosen.document, id=alert_id, **chosen.given(visit), idempotencyKey=visit.optional("idempotencyKey")
    )
    if outcome.problem is not None:
        return await shown(visit, problem=outcome.problem, failed=name)
    notice = "alert.proposed" if name == "decide" and outcome.result["state"] == "ESCALATED" else chosen.notice
    return visit.redirect(f"/screening/alerts/{alert_id}", notice)
