"""The portrait of a customer in the web client: a tab of the customer's page, and events that are recorded there."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.core.i18n import translate
from backend.customers.errors import PartyClosed, PartyErased
from backend.web import labels, ties_picture, trend_picture
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import PageRefused, Problem

_OPENS: Final[Mapping[str, str]] = {
    "customer": "/customers/{}",
    "rating": "/customers/{}/rating",
    "consent": "/customers/{}/privacy",
    "complaint": "/complaints/{}",
    "review": "/reviews/{}",
    "product": "/products/{}",
    "case": "/cases/{}",
    "task": "/tasks/{}",
}
_WIDTH, _HEIGHT = 640, 150


def routes(web: Web) -> list[Route]:
    here = "/customers/{party_id:uuid}/portrait"
    return [
        Route(here, page(web, shown), methods=["GET"]),
        Route(f"{here}/events", form(web, record), methods=["POST"]),
        Route(f"{here}/events/{{event_id:uuid}}/withdraw", form(web, withdraw), methods=["POST"]),
    ]


_CLOSED: Final = frozenset({PartyClosed.code, PartyErased.code})
"""Of such a record there is no portrait; its page says what became of it."""


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    party_id = str(visit.request.path_params["party_id"])
    try:
        data = await visit.query("portrait", id=party_id)
    except PageRefused as refused:
        if refused.problem.code not in _CLOSED:
            raise
        return visit.redirect(f"/customers/{party_id}")
    if data["party"] is None:
        raise PageUnknown()
    found = data["portrait"]
    return visit.html(
        "engagement/portrait.html",
        200 if problem is None else problem.status,
        party=data["party"],
        may=await visit.rights("PARTY", party_id),
        found=found,
        groups=_grouped([_in_words(visit.actor.locale, fact) for fact in found["facts"]], party_id),
        picture=_picture(found["balances"]),
        ties=ties_picture.ties(found["facts"]),
        problem=problem,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
        source=_source,
    )


def _in_words(locale: str, fact: Mapping[str, Any]) -> Mapping[str, Any]:
    """A consent says its channel by a code."""
    if fact["group"] != "consent":
        return fact
    return {**fact, "reasons": [labels.label(locale, "consent_channel", each) for each in fact["reasons"]]}


def _grouped(facts: Sequence[Mapping[str, Any]], party_id: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """In the order in which the portrait tells them, each with the page that it opens."""
    return [
        (group, [{**fact, "opens": _opens(fact, party_id)} for fact in members])
        for group, members in groupby(facts, key=lambda fact: fact["group"])
    ]


def _opens(fact: Mapping[str, Any], party_id: str) -> str | None:
    """None for what has no page of its own, and for the page that one is on."""
    path = _OPENS.get(fact["record"] or "")
    if path is None or (fact["record"] == "customer" and str(fact["recordId"]) == party_id):
        return None
    return path.format(fact["recordId"])


def _picture(balances: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    return trend_picture.trend([float(each["amount"]) for each in balances], width=_WIDTH, height=_HEIGHT)


def _source(locale: str, fact: Mapping[str, Any]) -> str:
    """A model is named with its version."""
    code: str = fact["source"]
    if not code.startswith("model:"):
        return labels.label(locale, "portrait_source", code)
    model, _, version = code.removeprefix("model:").rpartition(":")
    named = fact["sourceWords"] or model
    return translate(locale, "Model {model}, version {version}", model=named, version=version)


async def record(visit: Visit) -> Response:
    party_id = str(visit.request.path_params["party_id"])
    outcome = await visit.act(
        "life-event-record",
        party=party_id,
        kind=visit.typed("kind"),
        on=visit.typed("on") or visit.web.platform.clock().date().isoformat(),
        note=visit.optional("note"),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    return await _after(visit, outcome.problem, "life_event.recorded")


async def withdraw(visit: Visit) -> Response:
    outcome = await visit.act(
        "life-event-withdraw",
        id=str(visit.request.path_params["event_id"]),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    return await _after(visit, outcome.problem, "life_event.withdrawn")


async def _after(visit: Visit, problem: Problem | None, notice: str) -> Response:
    if problem is not None:
        return await shown(visit, problem)
    return visit.redirect(f"/customers/{visit.request.path_params['party_id']}/portrait", notice)
