"""A customer's contracts: older ones for the list to go on, and what ends them."""

from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.customers import render
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown

_PAGE: Final = 50
_ONE: Final = "/customers/{party_id:uuid}/holdings/{holding_id:uuid}"


def routes(web: Web) -> list[Route]:
    return [
        Route("/customers/{party_id:uuid}/contracts", page(web, listed), methods=["GET"]),
        Route(f"{_ONE}/end", form(web, end), methods=["POST"]),
        Route(f"{_ONE}/reinstate", form(web, reinstate), methods=["POST"]),
    ]


async def listed(visit: Visit) -> Response:
    after = visit.request.query_params.get("after")
    data = await visit.query("holdings", partyId=_party_id(visit), first=_PAGE, after=after)
    if data["party"] is None or data["party"]["contracts"] is None:
        raise PageUnknown()
    return visit.html("customers/contracts.html", party=data["party"], endings=data["holdingEndings"])


async def end(visit: Visit) -> Response:
    how, _, reason = visit.typed("ending").partition(":")
    return await _done(visit, "holding-end", "holding.ended", end=how, reason=reason, on=visit.optional("on"))


async def reinstate(visit: Visit) -> Response:
    return await _done(visit, "holding-reinstate", "holding.reinstated")


async def _done(visit: Visit, document: str, notice: str, **given: Any) -> Response:
    holding_id, key = str(visit.request.path_params["holding_id"]), visit.optional("idempotencyKey")
    outcome = await visit.act(document, id=holding_id, **given, idempotencyKey=key)
    if outcome.problem is not None:
        return await render(visit, "holdings", problem=outcome.problem, act="holding")
    return visit.redirect(f"/customers/{_party_id(visit)}/holdings", notice)


def _party_id(visit: Visit) -> str:
    return str(visit.request.path_params["party_id"])
