"""Adverse information on the page of a rating: recorded with its source and day, withdrawn with a reason."""

from starlette.responses import Response
from starlette.routing import Route

from backend.web import risk
from backend.web.door import Visit, Web, form


def routes(web: Web) -> list[Route]:
    here = "/customers/{party_id:uuid}/rating/findings"
    return [
        Route(here, form(web, record), methods=["POST"]),
        Route(f"{here}/{{finding_id:uuid}}/withdraw", form(web, withdraw), methods=["POST"]),
    ]


async def record(visit: Visit) -> Response:
    given = {name: visit.typed(name) for name in ("standing", "publisher", "summary", "publishedOn")}
    wanted = {
        **given,
        "partyId": str(visit.request.path_params["party_id"]),
        "standing": given["standing"].upper(),
        "publishedOn": given["publishedOn"] or None,
    }
    outcome = await visit.act("finding-record", input=wanted, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await risk.render(visit, problem=outcome.problem, finding=given)
    return visit.redirect(risk.path_of(visit), "finding.recorded")


async def withdraw(visit: Visit) -> Response:
    finding_id = str(visit.request.path_params["finding_id"])
    outcome = await visit.act(
        "finding-withdraw", id=finding_id, why=visit.typed("why"), idempotencyKey=visit.optional("idempotencyKey")
    )
    if outcome.problem is not None:
        return await risk.render(visit, problem=outcome.problem)
    return visit.redirect(risk.path_of(visit), "finding.withdrawn")
