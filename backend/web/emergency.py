"""Emergency access: taking it, ending it, and judging what somebody else did with it."""

from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.case_acts import typed_again
from backend.web.door import Visit, Web, form, page
from backend.web.refusals import Problem

_NOTICES: Final = {True: "emergency.accepted", False: "emergency.abuse"}


def routes(web: Web) -> list[Route]:
    return [
        Route("/emergency", page(web, shown), methods=["GET"]),
        Route("/emergency", form(web, open_access), methods=["POST"]),
        Route("/emergency/{access_id:uuid}/end", form(web, end), methods=["POST"]),
        Route("/emergency/{access_id:uuid}/review", form(web, review), methods=["POST"]),
    ]


async def shown(visit: Visit) -> Response:
    return await _page(visit)


async def open_access(visit: Visit) -> Response:
    minutes = visit.typed("minutes")
    outcome = await visit.act(
        "emergency-open",
        role=visit.typed("role"),
        reason=visit.typed("reason"),
        words=visit.typed("words"),
        minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 6 else 0,  # noqa: PLR2004 - digits that are minutes at all
        ticket=visit.optional("ticket"),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await _page(visit, outcome.problem)
    return visit.redirect("/emergency", "emergency.opened")


async def end(visit: Visit) -> Response:
    outcome = await visit.act("emergency-end", **_about(visit))
    return (
        visit.redirect("/emergency", "emergency.ended")
        if outcome.problem is None
        else await _page(visit, outcome.problem)
    )


async def review(visit: Visit) -> Response:
    justified = visit.typed("verdict") == "accept"
    outcome = await visit.act("emergency-review", justified=justified, **_about(visit))
    if outcome.problem is not None:
        return await _page(visit, outcome.problem)
    return visit.redirect("/emergency", _NOTICES[justified])


async def _page(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("emergency")
    return visit.html(
        "account/emergency.html",
        200 if problem is None else problem.status,
        offers=data["emergencyOffers"],
        reasons=data["emergencyReasons"],
        taken=data["emergencyAccess"],
        typed=typed_again(visit) if problem else {},
        problem=problem,
    )


def _about(visit: Visit) -> dict[str, Any]:
    return {"id": str(visit.request.path_params["access_id"]), "idempotencyKey": visit.optional("idempotencyKey")}
