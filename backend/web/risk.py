"""The risk rating of a customer with its reasons, what-if and overrides, and how the whole portfolio is rated."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.rating_picture import bars, history, waterfall
from backend.web.refusals import PageRefused, Problem

_LATE: Final = 20
_SEGMENTS: Final = ("kind", "country", "stage", "team")
_PERIOD: Final = timedelta(days=90)
_FACT: Final = "fact."


def routes(web: Web) -> list[Route]:
    here = "/customers/{party_id:uuid}/rating"
    return [
        Route(here, page(web, shown), methods=["GET"]),
        Route(f"{here}/override", form(web, propose), methods=["POST"]),
        Route(f"{here}/overrides/{{override_id:uuid}}/approve", form(web, approve), methods=["POST"]),
        Route(f"{here}/overrides/{{override_id:uuid}}/reject", form(web, reject), methods=["POST"]),
        Route(f"{here}/overrides/{{override_id:uuid}}/withdraw", form(web, withdraw), methods=["POST"]),
        Route("/portfolio", page(web, portfolio), methods=["GET"]),
        Route("/portfolio/run", form(web, start_run), methods=["POST"]),
    ]


async def shown(visit: Visit) -> Response:
    return await render(visit)


async def render(
    visit: Visit,
    *,
    problem: Problem | None = None,
    typed: Mapping[str, Any] | None = None,
    finding: Mapping[str, str] | None = None,
) -> Response:
    """The page, with what was typed into the form that was refused."""
    party_id = str(visit.request.path_params["party_id"])
    data = await visit.query("rating", id=party_id)
    if data["party"] is None:
        raise PageUnknown()
    rating, current = data["rating"], data["rating"]["current"]
    tried, refused, given = await _tried(visit, party_id)
    trouble = problem or refused
    return visit.html(
        "risk/rating.html",
        200 if trouble is None else trouble.status,
        party=data["party"],
        rating=rating,
        current=current,
        may=await visit.rights("PARTY", party_id),
        words={level["code"]: level["words"] for level in rating["levels"]},
        facts={fact["name"]: fact for fact in rating["facts"]},
        may_agree=visit.web.platform.policy_of(visit.actor).ever(visit.actor, "override_approve", "rating"),
        waterfall=waterfall(current["reasons"]) if current and current["reasons"] else None,
        history=history(rating["history"]),
        tried=tried,
        given=given,
        latest=visit.web.platform.clock().date() + timedelta(days=rating["overrideLongestDays"]),
        problem=trouble,
        typed=typed or {},
        finding=finding or {},
        findings=data["findings"],
    )


async def _tried(visit: Visit, party_id: str) -> tuple[Mapping[str, Any] | None, Problem | None, dict[str, str]]:
    """The what-if that the address asks for; a fact left as it is recorded is not sent."""
    asked = visit.request.query_params
    given = {name.removeprefix(_FACT): text.strip() for name, text in asked.items() if name.startswith(_FACT)}
    changes = [{"fact": name, "value": "" if text == "?" else text} for name, text in given.items() if text]
    if not changes:
        return None, None, given
    try:
        answer = await visit.query("rating-what-if", id=party_id, changes=changes)
    except PageRefused as refused:
        return None, refused.problem, given
    return answer["whatIf"], None, given


async def propose(visit: Visit) -> Response:
    given = {name: visit.typed(name) for name in ("level", "reason", "note", "expiresOn")}
    wanted = {**given, "partyId": str(visit.request.path_params["party_id"])}
    outcome = await visit.act("risk-override-propose", input=wanted, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await render(visit, problem=outcome.problem, typed=given)
    return visit.redirect(path_of(visit), "override.proposed")


async def approve(visit: Visit) -> Response:
    return await _decide(visit, "risk-override-approve", "override.approved")


async def reject(visit: Visit) -> Response:
    return await _decide(visit, "risk-override-reject", "override.rejected")


async def withdraw(visit: Visit) -> Response:
    return await _decide(visit, "risk-override-withdraw", "override.withdrawn")


async def _decide(visit: Visit, document: str, notice: str) -> Response:
    override_id = str(visit.request.path_params["override_id"])
    outcome = await visit.act(document, id=override_id, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await render(visit, problem=outcome.problem)
    return visit.redirect(path_of(visit), notice)


async def portfolio(visit: Visit, problem: Problem | None = None) -> Response:
    asked, today = visit.request.query_params, visit.web.platform.clock().date()
    segment = asked.get("segment", "kind") if asked.get("segment") in _SEGMENTS else "kind"
    start, end = _day(asked.get("start"), today - _PERIOD), _day(asked.get("end"), today)
    data = await visit.query(
        "rating-portfolio", segment=segment.upper(), start=start.isoformat(), end=end.isoformat(), first=_LATE
    )
    return visit.html(
        "risk/portfolio.html",
        200 if problem is None else problem.status,
        **data,
        address=f"/portfolio?{visit.request.url.query}",
        chart=bars(data["levels"], visit.actor.locale),
        segment=segment,
        segment_choices=_SEGMENTS,
        start=start,
        end=end,
        team_names={str(team["id"]): team["name"] for team in data["teams"]},
        may_run=visit.web.platform.policy_of(visit.actor).ever(visit.actor, "run", "rating"),
        problem=problem,
    )


async def start_run(visit: Visit) -> Response:
    outcome = await visit.act("rating-run-start", idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await portfolio(visit, outcome.problem)
    return visit.redirect("/portfolio", "rating.run_started")


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


def path_of(visit: Visit) -> str:
    return f"/customers/{visit.request.path_params['party_id']}/rating"
