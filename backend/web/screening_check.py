"""Trying a name against the lists, and screening one customer at once."""

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from backend.web.comparison_picture import picture
from backend.web.door import Visit, Web, form, page
from backend.web.refusals import Problem, of_entry


def routes(web: Web) -> list[Route]:
    return [
        Route("/screening/check", page(web, asked), methods=["GET"]),
        Route("/screening/check", form(web, checked), methods=["POST"]),
        Route("/screening/parties/{party_id:uuid}", form(web, screen), methods=["POST"]),
    ]


async def asked(visit: Visit) -> Response:
    return _page(visit, None)


async def checked(visit: Visit) -> Response:
    """A name is sent in a form, never in an address: addresses are kept by browsers and logs."""
    given: dict[str, Any] = {
        "names": [line for line in visit.typed("names").splitlines() if line.strip()],
        "kind": visit.typed("kind") or "UNKNOWN",
        "birthDate": visit.optional("birthDate"),
        "countries": [visit.typed("country")] if visit.typed("country") else None,
        "gender": visit.optional("gender"),
        "identifiers": [visit.typed("identifier")] if visit.typed("identifier") else None,
    }
    answer = await visit.partial("name-check", input=given)
    if answer.errors or answer.data is None:
        return _page(visit, None, of_entry(answer.errors[0], visit.actor.locale))
    return _page(visit, [(hit, picture(hit["explanation"])) for hit in answer.data["nameCheck"]])


def _page(visit: Visit, hits: list[Any] | None, problem: Problem | None = None) -> Response:
    return visit.html(
        "screening/check.html",
        200 if problem is None else problem.status,
        hits=hits,
        typed={name: visit.typed(name) for name in visit.form if name != "_token"},
        problem=problem,
    )


async def screen(visit: Visit) -> Response:
    party_id = str(visit.request.path_params["party_id"])
    outcome = await visit.act("screening-party", partyId=party_id, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return visit.html("refused.html", outcome.problem.status, problem=outcome.problem)
    return visit.redirect(f"/customers/{party_id}", "party.screened")
