"""A new customer: person or organisation, with a look for records that may be the same before one is made."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.actor import Actor
from backend.customers.models import PartyKind
from backend.web.door import Visit, Web, form, page
from backend.web.refusals import Problem
from backend.web.vocabulary import identifier_types

_KINDS: Final = frozenset({kind.value for kind in PartyKind})
_PURPOSE: Final = "new"
# Where the form asks for what the schema calls by a path; a contact is known by its place among those that were sent.
_FIELDS: Final[Mapping[str, str]] = {
    "names.0.fullName": "fullName",
    "names.1.fullName": "otherName",
    "birthDate": "since",
    "foundedOn": "since",
    "identifiers.0.type": "identifierType",
    "identifiers.0.value": "identifierValue",
    "identifiers.0.country": "identifierCountry",
    "identifiers.0.expiresOn": "identifierExpires",
    "addresses.0.text": "address",
    "addresses.0.country": "country",
    "countries.0.country": "nationality",
}


def routes(web: Web) -> list[Route]:
    return [
        Route("/customers/new", page(web, ask), methods=["GET"]),
        Route("/customers/new", form(web, record), methods=["POST"]),
        Route("/customers/{party_id:uuid}/cases", form(web, open_case), methods=["POST"]),
    ]


async def ask(visit: Visit) -> Response:
    """Nobody fills a form in vain: whoever may not record customers is told so before."""
    await visit.web.platform.run(visit.actor, _may_record)
    return _page(visit, kind=visit.request.query_params.get("kind", ""), typed={})


async def _may_record(ctx: Context) -> None:
    actor = ctx.actor
    ctx.require("create", "customer", Facts(tenant_id=actor.tenant_id, manager_id=actor.id, team_id=actor.team_id))


async def record(visit: Visit) -> Response:
    typed = {name: visit.typed(name) for name in visit.form if name != "_token"}
    if visit.typed("confirmed") != "yes":
        similar = await _similar(visit)
        if similar:
            return _page(visit, kind=visit.typed("kind"), typed=typed, similar=similar)
    outcome = await visit.act(
        "party-record", input=party_input(typed, visit.actor), idempotencyKey=visit.optional("idempotencyKey")
    )
    if outcome.problem is not None:
        problem = replace(outcome.problem, field=form_field(outcome.problem.field, typed))
        return _page(visit, kind=visit.typed("kind"), typed=typed, problem=problem)
    return visit.redirect(f"/customers/{outcome.result['id']}", "party.recorded")


async def open_case(visit: Visit) -> Response:
    """The case of a party that is on record; its page says what it needs."""
    given = {
        "partyId": str(visit.request.path_params["party_id"]),
        "purpose": visit.typed("purpose") or _PURPOSE,
        "jurisdiction": visit.typed("jurisdiction"),
        "products": visit.chosen("products"),
        "channel": visit.typed("channel"),
    }
    outcome = await visit.act("case-open", input=given, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return visit.html("refused.html", outcome.problem.status, problem=outcome.problem)
    return visit.redirect(f"/cases/{outcome.result['id']}", "case.opened")


def party_input(typed: Mapping[str, str], actor: Actor) -> dict[str, Any]:
    """What was typed, as the schema wants it, in the book of whoever enters it; what is empty is not sent."""
    person = typed.get("kind") != PartyKind.ORGANISATION.value
    names: list[dict[str, Any]] = [{"kind": "LEGAL", "fullName": typed.get("fullName", "")}]
    if typed.get("otherName"):
        names.append({"kind": "TRANSLITERATION" if person else "TRADING", "fullName": typed["otherName"]})
    given: dict[str, Any] = {
        "kind": "PERSON" if person else "ORGANISATION",
        "names": names,
        "source": "web",
        "relation": {"managerId": str(actor.id), "teamId": None if actor.team_id is None else str(actor.team_id)},
        "country": typed.get("country") or None,
        "birthDate" if person else "foundedOn": typed.get("since") or None,
        "occupation": typed.get("occupation") or None,
        "industry": typed.get("industry") or None,
        "legalForm": typed.get("legalForm") or None,
        "correspondenceLanguage": typed.get("correspondenceLanguage") or None,
        "identifiers": _identifiers(typed),
        "contacts": _contacts(typed),
        "addresses": _addresses(typed, person=person),
        "countries": [{"kind": "NATIONALITY", "country": typed["nationality"]}] if typed.get("nationality") else [],
    }
    return {name: value for name, value in given.items() if value not in (None, [])}


def form_field(path: str | None, typed: Mapping[str, str]) -> str | None:
    """The field of the form that a path of the input is about, for the words to stand beside it."""
    if path is not None and path.startswith("contacts."):
        sent = [name for name in ("email", "phone") if typed.get(name)]
        return sent[min(int(path.split(".")[1]), len(sent) - 1)]
    return path if path is None else _FIELDS.get(path, path)


def _identifiers(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    if not typed.get("identifierValue"):
        return []
    given = {"type": typed.get("identifierType", ""), "value": typed["identifierValue"]}
    country, expires = typed.get("identifierCountry"), typed.get("identifierExpires")
    return [given | ({"country": country} if country else {}) | ({"expiresOn": expires} if expires else {})]


def _contacts(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    region = {"region": typed["country"]} if typed.get("country") else {}
    kinds: tuple[tuple[str, str, dict[str, str]], ...] = (("EMAIL", "email", {}), ("PHONE", "phone", region))
    return [{"kind": kind, "value": typed[name], **more} for kind, name, more in kinds if typed.get(name)]


def _addresses(typed: Mapping[str, str], *, person: bool) -> list[dict[str, Any]]:
    if not typed.get("address"):
        return []
    kind = "HOME" if person else "REGISTERED"
    return [{"kind": kind, "text": typed["address"], "country": typed.get("country", "")}]


async def _similar(visit: Visit) -> list[tuple[str, Mapping[str, Any]]]:
    """Records with the same identifier or a name that answers; each once, the identifier first."""
    name, value = visit.typed("fullName"), visit.typed("identifierValue")
    answer = await visit.partial("similar", name=name, value=value, byName=bool(name), byValue=bool(value))
    data = answer.data or {}
    found = [("identifier", party) for party in data.get("identifier") or ()]
    found += [("name", party) for party in (data.get("search") or {}).get("nodes", ())]
    return list({party["id"]: (why, party) for why, party in reversed(found)}.values())[::-1]


def _page(
    visit: Visit,
    *,
    kind: str,
    typed: Mapping[str, str],
    problem: Problem | None = None,
    similar: list[tuple[str, Mapping[str, Any]]] | None = None,
) -> Response:
    return visit.html(
        "customers/new.html",
        200 if problem is None else problem.status,
        kind=kind if kind in _KINDS else "",
        typed=typed,
        problem=problem,
        similar=similar or [],
        identifier_types=identifier_types(kind, visit.actor.locale),
    )
