"""What may be sold to a customer and why not; selling, with what a warning asks for; the second signature."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.products.definition import Channel
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_CHANNELS: Final = tuple(channel.value for channel in Channel)
_BRANCH: Final = Channel.BRANCH.value


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Callable[[Visit], dict[str, Any]] = lambda visit: {"reason": visit.typed("reason")}


_ACTS: Final[Mapping[str, Act]] = {
    "sign": Act("sale-sign", "sale.signed", lambda _: {}),
    "decline": Act("sale-decline", "sale.declined"),
    "cancel": Act("sale-cancel", "sale.cancelled"),
}


def routes(web: Web) -> list[Route]:
    here = "/customers/{party_id:uuid}/selling"
    return [
        Route(here, page(web, listed), methods=["GET"]),
        Route(f"{here}/{{product}}", page(web, offered), methods=["GET"]),
        Route(f"{here}/{{product}}", form(web, sell), methods=["POST"]),
        Route("/sales", page(web, waiting), methods=["GET"]),
        Route("/sales/{sale_id:uuid}", page(web, shown), methods=["GET"]),
        Route("/sales/{sale_id:uuid}/{act}", form(web, act), methods=["POST"]),
    ]


async def listed(visit: Visit) -> Response:
    channel = _channel(visit.request.query_params.get("channel", ""))
    data = await visit.query("customer-selling", id=_party(visit), channel=channel)
    if data["party"] is None:
        raise PageUnknown()
    standing = {each["kind"]: each for each in reversed(data["assessments"]) if each["state"] == "IN_FORCE"}
    return visit.html(
        "selling/customer.html",
        party=data["party"],
        offers=data["saleOffers"],
        assessments=data["assessments"],
        standing=standing,
        sales=data["sales"],
        channel=channel,
        channels=_CHANNELS,
        may=await visit.rights("PARTY", _party(visit)),
    )


async def offered(visit: Visit, *, problem: Problem | None = None) -> Response:
    channel = _channel(visit.typed("channel") or visit.request.query_params.get("channel", ""))
    product = visit.request.path_params["product"]
    data = await visit.query("sale-offer", id=_party(visit), product=product, channel=channel)
    if data["party"] is None:
        raise PageUnknown()
    return visit.html(
        "selling/offer.html",
        200 if problem is None else problem.status,
        party=data["party"],
        offer=data["canSell"],
        insistence=data["insistenceText"],
        channel=channel,
        problem=problem,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
        may=await visit.rights("PARTY", _party(visit)),
    )


async def sell(visit: Visit) -> Response:
    given: dict[str, Any] = {
        "product": visit.request.path_params["product"],
        "channel": _channel(visit.typed("channel")),
        "told": visit.typed("told") == "yes",
        "amount": visit.optional("amount"),
        "currency": visit.optional("currency") if visit.typed("amount") else None,
    }
    if visit.typed("words"):
        version = visit.typed("version")
        given["insisted"] = {
            "version": int(version) if version.isdigit() else 0,
            "locale": visit.typed("read_in") or visit.actor.locale,
            "words": visit.typed("words"),
        }
    outcome = await visit.act(
        "sale-make", id=_party(visit), input=given, idempotencyKey=visit.optional("idempotencyKey")
    )
    if outcome.problem is not None:
        return await offered(visit, problem=outcome.problem)
    return visit.redirect(f"/sales/{outcome.result['id']}", f"sale.{str(outcome.result['state']).lower()}")


async def waiting(visit: Visit) -> Response:
    data = await visit.query("sales-to-sign")
    return visit.html("selling/waiting.html", sales=data["salesToSign"])


async def shown(visit: Visit, *, problem: Problem | None = None) -> Response:
    sale = (await visit.query("sale", id=str(visit.request.path_params["sale_id"])))["sale"]
    return visit.html(
        "selling/sale.html",
        200 if problem is None else problem.status,
        sale=sale,
        party=sale["party"],
        problem=problem,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
    )


async def act(visit: Visit) -> Response:
    sale_id, chosen = str(visit.request.path_params["sale_id"]), _ACTS.get(visit.request.path_params["act"])
    if chosen is None:
        raise PageUnknown()
    outcome = await visit.act(
        chosen.document, id=sale_id, idempotencyKey=visit.optional("idempotencyKey"), **chosen.given(visit)
    )
    if outcome.problem is not None:
        return await shown(visit, problem=outcome.problem)
    return visit.redirect(f"/sales/{sale_id}", chosen.notice)


def _channel(asked: str) -> str:
    """What is no channel is the branch, where the desk stands."""
    return asked if asked in _CHANNELS else _BRANCH


def _party(visit: Visit) -> str:
    return str(visit.request.path_params["party_id"])
