"""What is changed on the page of a party: its facts, and who looks after it."""

from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.case_acts import typed_again
from backend.web.customers import assignable, render
from backend.web.door import Visit, Web, form

_FACTS: Final = (
    "birthDate",
    "gender",
    "occupation",
    "industry",
    "legalForm",
    "foundedOn",
    "country",
    "region",
    "correspondenceLanguage",
)


def routes(web: Web) -> list[Route]:
    return [
        Route("/customers/{party_id:uuid}/facts", form(web, edit), methods=["POST"]),
        Route("/customers/{party_id:uuid}/manager", form(web, assign), methods=["POST"]),
    ]


async def edit(visit: Visit) -> Response:
    """The form offers only what its reader sees in clear, so that nobody wipes what is masked; empty means unknown."""
    given = {name: visit.optional(name) for name in _FACTS if name in visit.form}
    return await _done(visit, "facts", "party-edit", partyId=_party_id(visit), input=given)


async def assign(visit: Visit) -> Response:
    """The customer goes to the manager's own team."""
    manager = visit.optional("managerId")
    teams = {str(one["id"]): one["teamId"] for one in await assignable(visit)}
    team = teams.get(manager or "")
    given = {"customerId": visit.typed("customerId"), "managerId": manager, "teamId": team and str(team)}
    return await _done(visit, "manager", "customer-assign", **given)


async def _done(visit: Visit, act: str, document: str, **given: Any) -> Response:
    outcome = await visit.act(document, **given, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await render(visit, "overview", problem=outcome.problem, act=act, typed=typed_again(visit))
    return visit.redirect(f"/customers/{_party_id(visit)}", "party.edited")


def _party_id(visit: Visit) -> str:
    return str(visit.request.path_params["party_id"])
