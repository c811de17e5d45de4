"""Targets in the web client: what was reached against the goals, the months before, and the records behind."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web import trend_picture
from backend.web.door import Visit, Web, form, page
from backend.web.refusals import Problem
from backend.web.sizes import figure

_DIMENSIONS: Final = ("all", "team", "product", "segment")
_PER_CENT: Final = 100


def routes(web: Web) -> list[Route]:
    here = "/life/targets"
    return [
        Route(here, page(web, shown), methods=["GET"]),
        Route(here, form(web, set_goal), methods=["POST"]),
        Route(f"{here}/compute", form(web, compute), methods=["POST"]),
        Route(f"{here}/goals/{{id:uuid}}/end", form(web, end_goal), methods=["POST"]),
        Route(f"{here}/records", page(web, records), methods=["GET"]),
    ]


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    asked = visit.request.query_params
    dimension, month = _dimension(asked.get("by")), _day(asked.get("month"))
    this = visit.web.platform.clock().date().replace(day=1)
    data = await visit.query("targets", dimension=dimension.upper(), month=month, goals=month or this.isoformat())
    board, policy = data["targets"], visit.web.platform.policy_of(visit.actor)
    return visit.html(
        "engagement/targets.html",
        200 if problem is None else problem.status,
        board=board,
        months=data["targetMonths"],
        reports=data["targetReports"],
        lines=[(line, _picture(line)) for line in board["lines"]],
        goals=data["targetGoals"],
        measures=data["targetMeasures"],
        groups=data["targetGroups"],
        names={group["key"]: group["name"] for group in data["targetGroups"]},
        by=dimension,
        dimensions=_DIMENSIONS,
        this=this,
        may_set=policy.ever(visit.actor, "set", "target"),
        may_run=policy.ever(visit.actor, "run", "target"),
        problem=problem,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
        figure=figure,
    )


def _picture(line: Mapping[str, Any]) -> dict[str, Any] | None:
    return trend_picture.trend(
        _numbers(line["trend"], "value"),
        _numbers(line["trend"], "low"),
        _numbers(line["trend"], "high"),
        _numbers(line["trend"], "goal"),
    )


def _numbers(points: Sequence[Mapping[str, Any]], name: str) -> list[float | None]:
    return [None if point[name] is None else float(point[name]) for point in points]


async def records(visit: Visit) -> Response:
    asked = visit.request.query_params
    dimension = _dimension(asked.get("by"))
    month = _day(asked.get("month")) or visit.web.platform.clock().date().isoformat()
    data = await visit.query(
        "target-records",
        measure=asked.get("measure") or "",
        dimension=dimension.upper(),
        key=asked.get("key") or "",
        month=month,
    )
    return visit.html(
        "engagement/target_records.html",
        found=data["targetRecords"],
        month=date.fromisoformat(month),
        by=dimension,
        name=next((each["name"] for each in data["targetGroups"] if each["key"] == (asked.get("key") or "")), ""),
        currency=visit.person.tenant.currency,
        figure=figure,
    )


async def set_goal(visit: Visit) -> Response:
    outcome = await visit.act(
        "target-set",
        measure=visit.typed("measure"),
        dimension=_dimension(visit.typed("by")).upper(),
        key=visit.typed("key"),
        value=_share(visit),
        startsOn=_day(visit.typed("startsOn")) or visit.web.platform.clock().date().isoformat(),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    return await _after(visit, outcome.problem, "target.set")


def _share(visit: Visit) -> str:
    """Shares are typed as per cent."""
    text = visit.typed("value").replace(",", ".").replace("−", "-") or "0"
    if visit.typed("unit") != "share":
        return text
    try:
        return str(float(text) / _PER_CENT)
    except ValueError:
        return text


async def end_goal(visit: Visit) -> Response:
    outcome = await visit.act(
        "target-end", id=str(visit.request.path_params["id"]), idempotencyKey=visit.optional("idempotencyKey")
    )
    return await _after(visit, outcome.problem, "target.ended")


async def compute(visit: Visit) -> Response:
    month = _day(visit.typed("month")) or visit.web.platform.clock().date().isoformat()
    outcome = await visit.act("targets-compute", month=month, idempotencyKey=visit.optional("idempotencyKey"))
    return await _after(visit, outcome.problem, "target.computed")


async def _after(visit: Visit, problem: Problem | None, notice: str) -> Response:
    if problem is not None:
        return await shown(visit, problem)
    return visit.redirect(f"/life/targets?by={_dimension(visit.typed('by'))}", notice)


def _dimension(text: str | None) -> str:
    return text if text in _DIMENSIONS else _DIMENSIONS[0]


def _day(text: str | None) -> str | None:
    try:
        return date.fromisoformat(text or "").isoformat()
    except ValueError:
        return None
