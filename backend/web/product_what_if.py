"""What a version of a product would do to those who hold it: compared on a page, before anybody signs."""

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_HERE = "/products/{product_id:uuid}/versions/{version_id:uuid}/what-if"


def routes(web: Web) -> list[Route]:
    return [
        Route(_HERE, page(web, shown), methods=["GET"]),
        Route(f"{_HERE}/result", page(web, result), methods=["GET"]),
        Route(_HERE, form(web, compare), methods=["POST"]),
    ]


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    found = await _found(visit)
    return visit.html("products/what_if.html", 200 if problem is None else problem.status, **found, problem=problem)


async def result(visit: Visit) -> Response:
    """The part of the page that is asked for again while a comparison runs."""
    return visit.html("products/what_if_result.html", **await _found(visit), problem=None)


async def compare(visit: Visit) -> Response:
    outcome = await visit.act("product-compare", id=str(visit.request.path_params["version_id"]))
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    return visit.redirect(visit.request.url.path, "product.compared")


async def _found(visit: Visit) -> dict[str, Any]:
    product_id, version_id = (str(visit.request.path_params[name]) for name in ("product_id", "version_id"))
    data = await visit.query("product-what-if", product=product_id, version=version_id)
    versions = data["product"]["versions"] if data["product"] else []
    version = next((each for each in versions if str(each["id"]) == version_id), None)
    if version is None:
        raise PageUnknown()
    return {"product": data["product"], "version": version, "run": data["productWhatIf"]}
