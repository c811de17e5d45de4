"""“Why?”: the answer of the access policy, as a page, and as the inside of a dialog for browsers with scripts."""

from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from backend.access.actions import RIGHTS
from backend.web.door import Visit, Web, local_path, page
from backend.web.errors import PageUnknown

_RECORDS: Final = {"party": "PARTY", "case": "CASE", "work": "WORK_ITEM"}


def routes(web: Web) -> list[Route]:
    return [Route("/explain", page(web, explain), methods=["GET"])]


async def explain(visit: Visit) -> Response:
    asked = visit.request.query_params
    right = asked.get("object", ""), asked.get("action", "view")
    if right not in RIGHTS:
        raise PageUnknown()
    kind, record_id = next(
        ((kind, asked[name]) for name, kind in _RECORDS.items() if asked.get(name)), ("TENANT", None)
    )
    data = await visit.query("explain", object=right[0], action=right[1], kind=kind, id=record_id)
    inside = visit.request.headers.get("hx-request") == "true"
    return visit.html(
        "explain/inside.html" if inside else "explain/page.html",
        why=data["explain"],
        back=local_path(visit.request.headers.get("referer", "/")),
    )
