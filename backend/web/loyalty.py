"""The loyalty programme in the web client: its figures, its members, and one member's ledger, tier and care."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.core.ids import new_id
from backend.web import loyalty_picture
from backend.web.closed_records import offered
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_PAGE: Final = 50
_STATEMENT: Final = 25
_EVIDENCE: Final = ("in_person", "recorded_call", "online_form", "signed_document")


def _enrol(visit: Visit) -> dict[str, Any]:
    evidence = visit.optional("evidence")
    if evidence is None:
        return {"agreement": None}
    version = int(visit.typed("textVersion")) if visit.typed("textVersion").isdigit() else 1
    return {"agreement": {"textVersion": version, "locale": visit.actor.locale, "evidence": evidence}}


def _earn(visit: Visit) -> dict[str, Any]:
    given: dict[str, Any] = {"code": visit.typed("code"), "reference": _reference(visit)}
    if visit.typed("amount"):
        given |= {"amount": visit.typed("amount").replace(",", "."), "currency": visit.typed("currency").upper()}
    return {"input": given | {"partyId": _party(visit)}}


def _burn(visit: Visit) -> dict[str, Any]:
    points = int(visit.typed("points")) if visit.typed("points").isdigit() else 0
    given = {"code": visit.typed("code"), "points": points, "reference": _reference(visit), "partyId": _party(visit)}
    return {"input": given}


def _reference(visit: Visit) -> str:
    """The colleague's own, or one made for this entry."""
    return visit.optional("reference") or f"desk:{visit.optional('idempotencyKey') or new_id()}"


def _reverse(visit: Visit) -> dict[str, Any]:
    return {"id": visit.typed("entry"), "code": visit.typed("code"), "reference": _reference(visit)}


def _step(visit: Visit) -> dict[str, Any]:
    return {"id": visit.typed("step"), "words": visit.typed("words")}


def _party(visit: Visit) -> str:
    return str(visit.request.path_params["party_id"])


@dataclass(frozen=True, slots=True)
class Act:
    """`right` is the one without which the form is not shown."""

    document: str
    notice: str
    right: str
    given: Callable[[Visit], dict[str, Any]] = lambda _: {}
    by_party: bool = False


ACTS: Final[Mapping[str, Act]] = {
    "enrol": Act("loyalty-enrol", "loyalty.enrolled", "enrol", _enrol, by_party=True),
    "leave": Act("loyalty-leave", "loyalty.left", "enrol", by_party=True),
    "earn": Act("loyalty-earn", "loyalty.earned", "earn", _earn),
    "burn": Act("loyalty-burn", "loyalty.burned", "burn", _burn),
    "reverse": Act("loyalty-reverse", "loyalty.reversed", "reverse", _reverse),
    "care": Act("loyalty-care", "loyalty.cared", "care", _step),
}


def routes(web: Web) -> list[Route]:
    one = "/loyalty/members/{party_id:uuid}"
    return [
        Route("/loyalty", page(web, overview), methods=["GET"]),
        Route("/loyalty/of/{party_id:uuid}", page(web, panel), methods=["GET"]),
        Route(one, page(web, shown), methods=["GET"]),
        Route(one + "/{act}", form(web, act), methods=["POST"]),
    ]


def _may(visit: Visit) -> dict[str, bool]:
    policy = visit.web.platform.policy_of(visit.actor)
    rights = ("view", "report", "enrol", "earn", "burn", "reverse", "care")
    return {right: policy.ever(visit.actor, right, "loyalty") for right in rights}


async def overview(visit: Visit) -> Response:
    """The figures for whoever may see them, the members for whoever serves them."""
    may, asked = _may(visit), visit.request.query_params
    tier = asked.get("tier") or None
    variables = {"tier": tier, "first": _PAGE, "after": asked.get("after")}
    data = await visit.query("loyalty", **variables, figures=may["report"], members=may["view"])
    figures = data.get("loyaltyFigures")
    return visit.html(
        "loyalty/overview.html",
        programme=data["loyaltyProgramme"],
        figures=figures,
        members=data.get("loyaltyMembers"),
        tier=tier,
        picture=loyalty_picture,
        drawn=None if figures is None else loyalty_picture.bars(figures["months"]),
    )


async def shown(visit: Visit, problem: Problem | None = None, verb: str = "") -> Response:
    after = visit.request.query_params.get("after")
    data = await visit.query("loyalty-member", id=_party(visit), first=_STATEMENT, after=after)
    member = data["loyaltyMember"]
    return visit.html(
        "loyalty/member.html",
        200 if problem is None else problem.status,
        party=data["party"],
        party_id=_party(visit),
        member=member,
        programme=data["loyaltyProgramme"],
        way=None if member is None else loyalty_picture.progress(member["standing"]["tier"]),
        may=offered(data["party"], _may(visit)),
        evidence=_EVIDENCE,
        problem=problem,
        verb=verb,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
    )


async def act(visit: Visit) -> Response:
    verb = visit.request.path_params["act"]
    chosen = ACTS.get(verb)
    if chosen is None:
        raise PageUnknown()
    given = chosen.given(visit) | ({"partyId": _party(visit)} if chosen.by_party else {})
    outcome = await visit.act(chosen.document, idempotencyKey=visit.optional("idempotencyKey"), **given)
    if outcome.problem is not None:
        return await shown(visit, outcome.problem, verb)
    return visit.redirect(f"/loyalty/members/{_party(visit)}", chosen.notice)


async def panel(visit: Visit) -> Response:
    """A piece of the customer's page."""
    data = await visit.query("customer-loyalty", id=_party(visit))
    member = data["loyaltyMember"]
    return visit.html(
        "loyalty/panel.html",
        party_id=_party(visit),
        member=member,
        way=None if member is None else loyalty_picture.progress(member["standing"]["tier"]),
        may=offered(data["party"], {"enrol": data["mayEnrol"]["allowed"]}),
    )
