"""Stages in the web client: where customers stand, the funnel, who moved and why, and corrections by people."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.core.actor import Actor
from backend.customers.models import Stage
from backend.web import funnel_picture
from backend.web.closed_records import is_open
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.life_figures import steps_shown, warnings_shown
from backend.web.product_names import product_names
from backend.web.refusals import Problem

_PAGE: Final = 25
_PERIOD: Final = timedelta(days=90)
_DIMENSIONS: Final = ("channel", "product", "segment", "cohort")
_CORRECTABLE: Final = (
    Stage.ACTIVE,
    Stage.GROWING,
    Stage.LOYAL,
    Stage.AT_RISK,
    Stage.DORMANT,
    Stage.CHURNED,
    Stage.WON_BACK,
)


def routes(web: Web) -> list[Route]:
    return [
        Route("/life", page(web, shown), methods=["GET"]),
        Route("/life/run", form(web, start_run), methods=["POST"]),
        Route("/life/of/{party_id:uuid}", page(web, panel), methods=["GET"]),
        Route("/life/of/{party_id:uuid}/stage", page(web, one), methods=["GET"]),
        Route("/life/of/{party_id:uuid}/stage", form(web, correct), methods=["POST"]),
        Route("/life/of/{party_id:uuid}/corrections/{id:uuid}/end", form(web, end_correction), methods=["POST"]),
    ]


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    asked = visit.request.query_params
    by = asked.get("by") if asked.get("by") in _DIMENSIONS else None
    to = asked.get("to") if asked.get("to") in set(Stage) else None
    since = _day(asked.get("since"), visit.web.platform.clock().date() - _PERIOD)
    data = await visit.query(
        "life",
        since=since.isoformat(),
        by=None if by is None else by.upper(),
        split=by is not None,
        to=None if to is None else to.upper(),
        first=_PAGE,
        after=asked.get("after"),
    )
    transitions = data["stageTransitions"]
    return visit.html(
        "engagement/life.html",
        200 if problem is None else problem.status,
        counts=data["stageCounts"],
        run=data["stageRun"],
        moves=data["stageMoves"],
        rows=funnel_picture.rows(data["whole"]),
        groups=data.get("groups", []),
        names=await product_names(visit) if by == "product" else {},
        steps=steps_shown(visit.actor.locale, transitions["nodes"], _currency(visit)),
        page_info=transitions["pageInfo"],
        by=by,
        dimensions=_DIMENSIONS,
        to=to,
        since=since,
        may_run=_may(visit, "run"),
        problem=problem,
    )


async def start_run(visit: Visit) -> Response:
    outcome = await visit.act("stage-run-start", idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    return visit.redirect("/life", "stage.run_started")


async def panel(visit: Visit) -> Response:
    """A part of the customer's page."""
    return visit.html("engagement/life_panel.html", **await _of_customer(visit))


async def one(visit: Visit, problem: Problem | None = None) -> Response:
    """A page of its own: the whole way of a customer, and the form that corrects it."""
    return visit.html(
        "engagement/life_customer.html",
        200 if problem is None else problem.status,
        **await _of_customer(visit),
        problem=problem,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
    )


async def _of_customer(visit: Visit) -> dict[str, Any]:
    party_id = str(visit.request.path_params["party_id"])
    policy = visit.web.platform.policy_of(visit.actor)
    data = await visit.query(
        "customer-life",
        id=party_id,
        warned=policy.ever(visit.actor, "view", "warning"),
        prospects=policy.ever(visit.actor, "view", "prospect"),
    )
    if data["party"] is None or data["party"]["customer"] is None:
        raise PageUnknown()
    locale, currency = visit.actor.locale, _currency(visit)
    today = visit.web.platform.clock().date()
    steps = steps_shown(locale, data["stageHistory"], currency)
    return {
        "party_id": party_id,
        "customer": data["party"]["customer"],
        "steps": steps,
        "held": next((step for step in steps if _holds(step, today)), None),
        "choices": data["stageChoices"],
        "stages": [stage.value for stage in _CORRECTABLE],
        "warnings": warnings_shown(locale, data.get("warningsOf", []), currency),
        "prospects": data.get("prospectsOf", []),
        "may_correct": _may(visit, "correct") and is_open(data["party"]),
        "may_refer": policy.ever(visit.actor, "record", "prospect") and is_open(data["party"]),
        "latest": today + timedelta(days=data["stageChoices"]["longestCorrectionDays"]),
    }


def _holds(step: Mapping[str, Any], today: date) -> bool:
    return step["until"] is not None and step["endedAt"] is None and step["until"] >= today


async def correct(visit: Visit) -> Response:
    outcome = await visit.act(
        "stage-correct",
        id=visit.typed("customer"),
        stage=visit.typed("stage").upper(),
        reason=visit.typed("reason"),
        until=visit.optional("until"),
        note=visit.optional("note"),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await one(visit, outcome.problem)
    return visit.redirect(_path(visit), "stage.corrected")


async def end_correction(visit: Visit) -> Response:
    outcome = await visit.act(
        "stage-correction-end",
        id=str(visit.request.path_params["id"]),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await one(visit, outcome.problem)
    return visit.redirect(_path(visit), "stage.released")


def _path(visit: Visit) -> str:
    return f"/life/of/{visit.request.path_params['party_id']}/stage"


def _may(visit: Visit, action: str) -> bool:
    actor: Actor = visit.actor
    return visit.web.platform.policy_of(actor).ever(actor, action, "stage")


def _currency(visit: Visit) -> str:
    return visit.person.tenant.currency


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise
