"""What waits for the signature of the person who looks: cases in full, everything else in one list; and how much."""

from typing import Final

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backend.web.door import Visit, Web, page

_PAGE: Final = 50
_CASE: Final = "case"


def routes(web: Web) -> list[Route]:
    return [
        Route("/approvals", page(web, shown), methods=["GET"]),
        Route("/approvals/count", page(web, count), methods=["GET"]),
    ]


async def shown(visit: Visit) -> Response:
    data = await visit.query("approvals", first=_PAGE, after=visit.request.query_params.get("after"))
    waiting = []
    for case in data["cases"]["nodes"]:
        sign = next((each for each in case["actions"] if each["verb"] == "SIGN"), None)
        waiting.append((case, sign))
    mine = [pair for pair in waiting if pair[1] is not None and pair[1]["available"]]
    signatures = [each for each in data["awaitedSignatures"] if each["kind"] != _CASE]
    return visit.html(
        "work/approvals.html",
        mine=mine,
        others=[pair for pair in waiting if pair not in mine],
        signatures=[each for each in signatures if each["mine"]],
        other_signatures=[each for each in signatures if not each["mine"]],
        page_info=data["cases"]["pageInfo"],
    )


async def count(visit: Visit) -> Response:
    """The figure beside the link in the navigation, which the page asks for after it is shown; nothing for none."""
    data = await visit.query("awaited-signatures")
    return HTMLResponse(str(data["awaitedSignatureCount"] or ""), headers={"cache-control": "no-store"})
