"""Queues: what waits for whom, to be taken, given back or given to somebody."""

from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from backend.casework.queues import queues_on
from backend.web.door import Visit, Web, form, local_path, page
from backend.web.errors import PageUnknown

_PAGE: Final = 50
_ACTS: Final = {
    "claim": ("work-claim", "work.claimed"),
    "release": ("work-release", "work.released"),
    "assign": ("work-assign", "work.assigned"),
}


def routes(web: Web) -> list[Route]:
    return [
        Route("/queues", page(web, queues), methods=["GET"]),
        Route("/queues/{name}", page(web, queues), methods=["GET"]),
        Route("/work/{item_id:uuid}/{act}", form(web, act), methods=["POST"]),
    ]


async def queues(visit: Visit) -> Response:
    name = visit.request.path_params.get("name", "")
    answer = await visit.partial(
        "queues", name=name, open=bool(name), first=_PAGE, after=visit.request.query_params.get("after")
    )
    data = answer.data or {}
    on = visit.web.platform
    if name and name not in queues_on(on.policies_of(visit.actor), on.clock().date()).queues:
        raise PageUnknown()
    return visit.html(
        "work/queues.html",
        name=name,
        queues=data.get("queues") or [],
        queue_words={queue["name"]: queue["words"] for queue in data.get("queues") or ()},
        work=data.get("queue"),
        staff=[each for each in data.get("staff") or () if each["active"]],
    )


async def act(visit: Visit) -> Response:
    back = local_path(visit.typed("back") or "/queues")
    document, notice = _ACTS.get(visit.request.path_params["act"], _ACTS["claim"])
    variables = {
        "id": str(visit.request.path_params["item_id"]),
        "idempotencyKey": visit.optional("idempotencyKey"),
    }
    if document == "work-assign":
        variables["ownerId"] = visit.typed("ownerId")
    outcome = await visit.act(document, **variables)
    if outcome.problem is not None:
        return visit.html("refused.html", outcome.problem.status, problem=outcome.problem)
    return visit.redirect(back, notice)
