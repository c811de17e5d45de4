"""Pairs of records that may be one customer: proposed by one person, merged when a second agrees."""

from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, form, page
from backend.web.refusals import Problem

_PAGE: Final = 20
_STATUSES: Final = ("OPEN", "PROPOSED", "MERGED", "DISMISSED")


def routes(web: Web) -> list[Route]:
    return [
        Route("/duplicates", page(web, listed), methods=["GET"]),
        Route("/duplicates/propose", form(web, propose), methods=["POST"]),
        Route("/duplicates/{merge_id:uuid}/approve", form(web, approve), methods=["POST"]),
        Route("/duplicates/{merge_id:uuid}/dismiss", form(web, dismiss), methods=["POST"]),
    ]


async def listed(visit: Visit, problem: Problem | None = None) -> Response:
    status = visit.request.query_params.get("status", "OPEN").upper()
    status = status if status in _STATUSES else "OPEN"
    data = await visit.query("duplicates", status=status, first=_PAGE, after=visit.request.query_params.get("after"))
    return visit.html(
        "work/duplicates.html",
        200 if problem is None else problem.status,
        pairs=data["duplicates"],
        shown=status,
        statuses=_STATUSES,
        problem=problem,
    )


async def propose(visit: Visit) -> Response:
    given = {name: visit.typed(name) for name in ("firstId", "secondId", "survivorId")}
    outcome = await visit.act("merge-propose", **given, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await listed(visit, outcome.problem)
    return visit.redirect("/duplicates?status=PROPOSED", "merge.proposed")


async def approve(visit: Visit) -> Response:
    return await _decide(visit, "merge-approve", "merge.approved")


async def dismiss(visit: Visit) -> Response:
    return await _decide(visit, "merge-dismiss", "merge.dismissed")


async def _decide(visit: Visit, document: str, notice: str) -> Response:
    merge_id = str(visit.request.path_params["merge_id"])
    outcome = await visit.act(document, mergeId=merge_id, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await listed(visit, outcome.problem)
    return visit.redirect("/duplicates", notice)
