"""One box for a name in any script, an identifier, a phone number or an e-mail address."""

import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, page

_PAGE: Final = 20
_EXACT: Final = ("identifier", "phone", "email")
_PHONE: Final = re.compile(r"\+?[\d\s()./-]{6,20}")


def routes(web: Web) -> list[Route]:
    return [Route("/search", page(web, search), methods=["GET"])]


async def search(visit: Visit) -> Response:
    text = visit.request.query_params.get("q", "").strip()
    if not text:
        return visit.html("customers/search.html", text="", found=[], connection=None)
    data = await visit.query(
        "search", text=text, first=_PAGE, after=visit.request.query_params.get("after"), **worth_asking(text)
    )
    return visit.html("customers/search.html", text=text, found=exact(data), connection=data["search"])


def worth_asking(text: str) -> dict[str, bool]:
    """Which exact look-ups the text could be meant for: each is noted in the log, so none is made in vain."""
    digits = any(sign.isdigit() for sign in text)
    return {
        "exact": digits and "@" not in text,
        "phone": _PHONE.fullmatch(text) is not None,
        "email": "@" in text,
    }


def exact(data: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Parties that carry the very value, each with what it matched."""
    return [(kind, party) for kind in _EXACT for party in data.get(kind) or ()]
