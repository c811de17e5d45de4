"""Next best offers in the web client: on a customer's page, over the own book, and how they were answered."""

from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_PAGE: Final = 30
_ANSWERS: Final = ("accepted", "declined", "later")


def routes(web: Web) -> list[Route]:
    here = "/customers/{party_id:uuid}/next"
    return [
        Route("/life/offers", page(web, listed), methods=["GET"]),
        Route(here, page(web, shown), methods=["GET"]),
        Route(here, form(web, answer), methods=["POST"]),
    ]


async def listed(visit: Visit) -> Response:
    policy = visit.web.platform.policy_of(visit.actor)
    may_view = policy.ever(visit.actor, "view", "offer")
    may_count = policy.ever(visit.actor, "statistics", "offer")
    counted = (await visit.query("offer-statistics"))["offerStatistics"] if may_count else None
    product = visit.request.query_params.get("product") or None
    found = await visit.query("next-offers", first=_PAGE, product=product) if may_view else {}
    return visit.html(
        "engagement/offers/list.html",
        offers=found.get("nextOffers"),
        products=found.get("nextOfferProducts"),
        product=product,
        ranked_at=found.get("nextOffersRankedAt"),
        counted=counted,
    )


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    party_id = str(visit.request.path_params["party_id"])
    data = await visit.query("customer-next", id=party_id)
    if data["party"] is None:
        raise PageUnknown()
    offers = data["nextBestOffers"]
    return visit.html(
        "engagement/offers/customer.html",
        200 if problem is None else problem.status,
        party=data["party"],
        found=offers,
        names={each["product"]: each["name"] for each in (*offers["offers"], *offers["excluded"])},
        may=await visit.rights("PARTY", party_id),
        problem=problem,
        typed={name: visit.typed(name) for name in ("product", "answer", "reason", "until")},
    )


async def answer(visit: Visit) -> Response:
    """A reason counts with “declined” alone and a day with “later”: a form without scripts shows both."""
    said = visit.typed("answer") if visit.typed("answer") in _ANSWERS else ""
    given: dict[str, Any] = {"product": visit.typed("product"), "answer": said.upper()}
    if said == "declined":
        given["reason"] = visit.optional("reason")
    if said == "later":
        given["until"] = visit.optional("until")
    party_id = str(visit.request.path_params["party_id"])
    outcome = await visit.act("offer-answer", id=party_id, input=given, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    return visit.redirect(f"/customers/{party_id}/next", "offer.answered")
