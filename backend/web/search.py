"""One box for a name in any script, an identifier, a phone number or an e-mail address."""

import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, page

_PAGE: Final = 20
_EXACT: Final = ("identifier", "phone", "email")
_PHONE: Final = re.compile(r"\+[\d\s()./-]{6,20}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def routes(web: Web) -> list[Route]:
    return [Route("/search", page(web, search), methods=["GET"])]


async def search(visit: Visit) -> Response:
    text = visit.request.query_params.get("q", "").strip()
    look_ups = worth_asking(text)
    if not any(look_ups.values()):
        return visit.html("customers/search.html", text=text, found=[], connection=None)
    paging = {"first": _PAGE, "after": visit.request.query_params.get("after")}
    data = (await visit.partial("search", text=text, **paging, **look_ups)).data
    if data is None and look_ups["names"]:
        # No number of any country, or no right to look values up: names are searched all the same.
        data = await visit.query("search", text=text, **paging, **dict.fromkeys(look_ups, False) | {"names": True})
    found = data or {}
    return visit.html("customers/search.html", text=text, found=exact(found), connection=found.get("search"))


def worth_asking(text: str) -> dict[str, bool]:
    """Which look-ups the text could be meant for: each is noted in the log, so none is made in vain."""
    digits = any(sign.isdigit() for sign in text)
    return {
        "names": any(sign.isalpha() for sign in text),
        "exact": digits and "@" not in text,
        "phone": _PHONE.fullmatch(text) is not None,
        "email": _EMAIL.fullmatch(text) is not None,
    }


def exact(data: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Parties that carry the very value, each with what it matched."""
    return [(kind, party) for kind in _EXACT for party in data.get(kind) or ()]
