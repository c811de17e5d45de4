"""Customers: the list, and the page of one with its sections."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.web.door import Visit, Web, page
from backend.web.errors import PageUnknown
from backend.web.ownership_picture import picture
from backend.web.refusals import Problem
from backend.web.vocabulary import DocumentWords, identifier_types, jurisdictions

_PAGE: Final = 50
_SECTIONS: Final = ("overview", "ties", "holdings", "cases", "history")
_FILTERS: Final = ("whose", "stage", "risk", "kind", "country")


def routes(web: Web) -> list[Route]:
    return [
        Route("/customers", page(web, listed), methods=["GET"]),
        Route("/customers/{party_id:uuid}", page(web, shown), methods=["GET"]),
        Route("/customers/{party_id:uuid}/{section}", page(web, shown), methods=["GET"]),
        Route("/customers/{party_id:uuid}/accounts/{account_id:uuid}", page(web, movements), methods=["GET"]),
    ]


async def listed(visit: Visit) -> Response:
    asked = {name: visit.request.query_params.get(name, "") for name in _FILTERS}
    wanted = {
        "mine": asked["whose"] == "mine",
        "stage": asked["stage"].upper() or None,
        "riskLevel": asked["risk"] or None,
        "kind": asked["kind"].upper() or None,
        "country": asked["country"].upper() or None,
    }
    data = await visit.query("customers", filter=wanted, first=_PAGE, after=visit.request.query_params.get("after"))
    return visit.html("customers/list.html", customers=data["customers"], asked=asked)


async def shown(visit: Visit) -> Response:
    return await render(visit, visit.request.path_params.get("section", "overview"))


async def render(
    visit: Visit,
    section: str,
    *,
    problem: Problem | None = None,
    act: str = "",
    typed: Mapping[str, Any] | None = None,
) -> Response:
    """One section of a party's page; after a refusal with the form that was refused."""
    if section not in _SECTIONS:
        raise PageUnknown()
    party_id = str(visit.request.path_params["party_id"])
    wanted = {name: name == section for name in _SECTIONS if name != "history"}
    answer = await visit.query("customer", id=party_id, **wanted)
    party = answer["party"]
    if party is None:
        raise PageUnknown()
    ownership, today = party.get("ownership"), visit.web.platform.clock().date()
    policies = visit.web.platform.policies_of(visit.actor)
    may = await visit.rights("PARTY", party_id)
    assigns = section == "overview" and may["mayAssign"] and party["customer"] is not None
    return visit.html(
        "customers/customer.html",
        200 if problem is None else problem.status,
        party=party,
        limits=answer["processingLimits"],
        endings=answer.get("holdingEndings") or (),
        section=section,
        may=may,
        staff=await assignable(visit) if assigns else (),
        history=await _history(visit, party_id) if section == "history" else None,
        ownership=ownership,
        graph=None if ownership is None else picture(party, ownership, party["stakes"] or ()),
        balances=[balance_points(account) for account in party.get("accounts") or ()],
        document_words=DocumentWords.on(policies, today, visit.actor.locale),
        identifier_types=identifier_types(party["__typename"].lower(), visit.actor.locale),
        jurisdictions=jurisdictions(policies, "new", today),
        home_jurisdiction=visit.person.tenant.jurisdiction,
        problem=problem,
        act=act,
        typed=typed or {},
    )


async def assignable(visit: Visit) -> list[dict[str, Any]]:
    """The active colleagues to whom the reader may give a customer."""
    staff = (await visit.query("customer-managers"))["staff"]

    async def allowed(ctx: Context) -> list[dict[str, Any]]:
        def to(one: dict[str, Any]) -> Facts:
            return Facts(tenant_id=ctx.actor.tenant_id, manager_id=one["id"], team_id=one["teamId"])

        return [one for one in staff if one["active"] and ctx.may("assign", "customer", to(one))]

    return await visit.web.platform.run(visit.actor, allowed)


async def movements(visit: Visit) -> Response:
    """Older movements of one account, for the list to go on."""
    path = visit.request.path_params
    data = await visit.query(
        "movements", partyId=str(path["party_id"]), first=_PAGE, after=visit.request.query_params.get("after")
    )
    accounts = (data["party"] or {}).get("accounts") or ()
    account = next((each for each in accounts if each["id"] == path["account_id"]), None)
    if account is None:
        raise PageUnknown()
    return visit.html("customers/movements.html", party=data["party"], account=account)


def balance_points(account: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The balance after each movement, oldest first; several on one day leave the day's last."""
    points: dict[str, float] = {}
    for movement in reversed(account["movements"]["nodes"]):
        points[movement["bookedOn"].isoformat()] = float(movement["balance"]["amount"])
    return list(points.items())


async def _history(visit: Visit, party_id: str) -> Mapping[str, Any]:
    return await visit.query("history", id=party_id, first=_PAGE, after=visit.request.query_params.get("after"))
