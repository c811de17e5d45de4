"""What can be added to a party on its page: names, identifiers, contacts, addresses, countries, ties, stakes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.case_acts import typed_again
from backend.web.customers import render
from backend.web.door import Visit, Web, form
from backend.web.errors import PageUnknown, ShareUnreadable

_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Addition:
    """`section` is where its form stands; `given` reads the variables of the document from the form."""

    document: str
    section: str
    given: Callable[[Visit, str], dict[str, Any]]


def routes(web: Web) -> list[Route]:
    return [Route("/customers/{party_id:uuid}/add/{what}", form(web, add), methods=["POST"])]


async def add(visit: Visit) -> Response:
    what, party_id = visit.request.path_params["what"], str(visit.request.path_params["party_id"])
    wanted = _ADDITIONS.get(what)
    if wanted is None:
        raise PageUnknown()
    given = wanted.given(visit, party_id)
    outcome = await visit.act(wanted.document, **given, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await render(visit, wanted.section, problem=outcome.problem, act=what, typed=typed_again(visit))
    path = f"/customers/{party_id}" if wanted.section == "overview" else f"/customers/{party_id}/{wanted.section}"
    return visit.redirect(path, "party.edited")


def _of_party(fields: Mapping[str, str]) -> Callable[[Visit, str], dict[str, Any]]:
    """The input's fields, each from the field of the form that it is named with; empty ones are left out."""

    def given(visit: Visit, party_id: str) -> dict[str, Any]:
        found = {ours: visit.optional(typed) for ours, typed in fields.items()}
        return {"partyId": party_id, "input": {name: value for name, value in found.items() if value is not None}}

    return given


def _relationship(visit: Visit, party_id: str) -> dict[str, Any]:
    given = {"fromId": party_id, "toId": _record_id(visit.typed("other")), "kind": visit.typed("relationKind")}
    return {"input": given}


def _stake(visit: Visit, party_id: str) -> dict[str, Any]:
    fraction = _fraction(visit.typed("percent"))
    given = {"ownerId": _record_id(visit.typed("owner")), "ownedId": party_id, "kind": visit.typed("stakeKind")}
    return {"input": given if fraction is None else {**given, "fraction": str(fraction)}}


def _record_id(text: str) -> str:
    """The id in the address of a page, or the id itself; what holds none is sent as it is, for the schema to refuse."""
    found = _ID.search(text.lower())
    return text if found is None else found.group()


def _fraction(percent: str) -> Decimal | None:
    if not percent:
        return None
    try:
        return Decimal(percent.rstrip("% ").replace(",", ".")) / 100
    except InvalidOperation:
        raise ShareUnreadable(field="percent") from None


_ADDITIONS: Final[Mapping[str, Addition]] = {
    "identifier": Addition(
        "identifier-add",
        "overview",
        _of_party({"type": "type", "value": "value", "country": "country", "expiresOn": "expiresOn"}),
    ),
    "contact": Addition("contact-add", "overview", _of_party({"kind": "kind", "value": "contact"})),
    "address": Addition(
        "address-add", "overview", _of_party({"kind": "addressKind", "text": "text", "country": "addressCountry"})
    ),
    "name": Addition("name-add", "overview", _of_party({"kind": "nameKind", "fullName": "fullName"})),
    "country": Addition(
        "country-add", "overview", _of_party({"kind": "tieKind", "country": "tieCountry", "taxNumber": "taxNumber"})
    ),
    "relationship": Addition("relationship-record", "ties", _relationship),
    "stake": Addition("stake-record", "ties", _stake),
}
