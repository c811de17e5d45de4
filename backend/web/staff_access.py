"""How colleagues sign in, for administrators: who is locked out, who lost a device, who needs a new password."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_ACTS: Final[Mapping[str, tuple[str, str]]] = {
    "password": ("staff-reset-password", ""),
    "sessions": ("staff-end-sessions", "staff.sessions_ended"),
}
_RESETS: Final[Mapping[str, tuple[str, str]]] = {
    "approve": ("factor-reset-approve", "staff.factor_reset"),
    "reject": ("factor-reset-reject", "staff.factor_kept"),
    "withdraw": ("factor-reset-withdraw", "staff.factor_withdrawn"),
}


def routes(web: Web) -> list[Route]:
    return [
        Route("/staff-access", page(web, shown), methods=["GET"]),
        Route("/staff-access/{staff_id:uuid}/factor", form(web, propose_reset), methods=["POST"]),
        Route("/staff-access/resets/{reset_id:uuid}/{act}", form(web, answer_reset), methods=["POST"]),
        Route("/staff-access/{staff_id:uuid}/{act}", form(web, act), methods=["POST"]),
    ]


async def shown(visit: Visit) -> Response:
    return await _page(visit)


async def act(visit: Visit) -> Response:
    document, notice = _ACTS.get(str(visit.request.path_params["act"]), ("", ""))
    if not document:
        raise PageUnknown()
    staff_id = str(visit.request.path_params["staff_id"])
    outcome = await visit.act(document, id=staff_id, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await _page(visit, problem=outcome.problem)
    if notice:
        return visit.redirect("/staff-access", notice)
    return await _page(visit, given=outcome.result)


async def propose_reset(visit: Visit) -> Response:
    outcome = await visit.act(
        "factor-reset-propose",
        id=str(visit.request.path_params["staff_id"]),
        reason=visit.typed("reason"),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await _page(visit, problem=outcome.problem)
    return visit.redirect("/staff-access", "staff.factor_proposed")


async def answer_reset(visit: Visit) -> Response:
    document, notice = _RESETS.get(str(visit.request.path_params["act"]), ("", ""))
    if not document:
        raise PageUnknown()
    reset_id = str(visit.request.path_params["reset_id"])
    outcome = await visit.act(document, id=reset_id, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await _page(visit, problem=outcome.problem)
    return visit.redirect("/staff-access", notice)


async def _page(visit: Visit, *, problem: Problem | None = None, given: Mapping[str, Any] | None = None) -> Response:
    """`given` is a temporary password, which is shown on this one page and never again."""
    data = await visit.query("staff-access")
    status = 200 if problem is None else problem.status
    return visit.html(
        "account/staff.html",
        status,
        staff=data["staffAccess"],
        resets=data["factorResets"],
        proposed={each["colleague"]["id"] for each in data["factorResets"] if each["colleague"]},
        problem=problem,
        given=given,
    )
