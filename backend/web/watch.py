"""The watch list in the web client: who may leave, why, what was done, and how warnings ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.life_figures import warnings_shown
from backend.web.refusals import Problem

_PAGE: Final = 30
_YEAR: Final = timedelta(days=365)
_SEVERITIES: Final = ("high", "medium", "low")
_SHOWN: Final = ("waiting", "all", "closed")


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Callable[[Visit], dict[str, Any]]


ACTS: Final = {
    "acknowledge": Act("warning-acknowledge", "warning.acknowledged", lambda _: {}),
    "snooze": Act(
        "warning-snooze",
        "warning.snoozed",
        lambda visit: {"until": visit.typed("until"), "note": visit.optional("note")},
    ),
    "act": Act(
        "warning-act", "warning.acted", lambda visit: {"act": visit.typed("act"), "note": visit.optional("note")}
    ),
}


def routes(web: Web) -> list[Route]:
    return [
        Route("/life/watch", page(web, shown), methods=["GET"]),
        Route("/life/watch/{id:uuid}/{act}", form(web, act), methods=["POST"]),
    ]


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    asked, today = visit.request.query_params, visit.web.platform.clock().date()
    policy = visit.web.platform.policy_of(visit.actor)
    show = asked.get("show", "waiting") if asked.get("show") in _SHOWN else "waiting"
    severity = asked.get("severity") if asked.get("severity") in _SEVERITIES else None
    mine = asked.get("mine") == "yes"
    data = await visit.query(
        "watch-list",
        severity=None if severity is None else severity.upper(),
        signal=asked.get("signal") or None,
        mine=mine,
        waiting=show == "waiting",
        closed=show == "closed",
        since=(today - _YEAR).isoformat(),
        first=_PAGE,
        after=asked.get("after"),
    )
    return visit.html(
        "engagement/watch.html",
        200 if problem is None else problem.status,
        warnings=warnings_shown(visit.actor.locale, data["watchList"]["nodes"], visit.person.tenant.currency),
        page_info=data["watchList"]["pageInfo"],
        figures=data["watchFigures"],
        outcomes=data["watchOutcomes"],
        choices=data["watchChoices"],
        show=show,
        ways=_SHOWN,
        severity=severity,
        severities=_SEVERITIES,
        signal=asked.get("signal") or None,
        mine=mine,
        may_work=policy.ever(visit.actor, "work", "warning"),
        latest=today + timedelta(days=data["watchChoices"]["longestSnoozeDays"]),
        tomorrow=today + timedelta(days=1),
        problem=problem,
    )


async def act(visit: Visit) -> Response:
    chosen = ACTS.get(visit.request.path_params["act"])
    if chosen is None:
        raise PageUnknown()
    record_id = str(visit.request.path_params["id"])
    outcome = await visit.act(
        chosen.document, id=record_id, idempotencyKey=visit.optional("idempotencyKey"), **chosen.given(visit)
    )
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    return visit.redirect("/life/watch", chosen.notice)
