"""“Why?”: the answer of the access policy, as a page, and as the inside of a dialog for browsers with scripts."""

from collections.abc import Mapping
from typing import Any, Final

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
    person = asked.get("person") or None
    data = await visit.query("explain", object=right[0], action=right[1], kind=kind, id=record_id, person=person)
    inside = visit.request.headers.get("hx-request") == "true"
    return visit.html(
        "explain/inside.html" if inside else "explain/page.html",
        why=data["explain"],
        back=local_path(asked.get("back") or visit.request.headers.get("referer", "/")),
        staff=await _colleagues(visit),
        asked={name: asked[name] for name in ("object", "action", "party", "case", "work") if asked.get(name)},
        about=person,
    )


async def _colleagues(visit: Visit) -> list[Mapping[str, Any]]:
    """For whom else it may be asked: by who may see which roles people hold."""
    if not visit.web.platform.policy_of(visit.actor).ever(visit.actor, "view", "role_grant"):
        return []
    found = await visit.query("explain-colleagues")
    return [each for each in found["staff"] if each["active"]]
