"""Products: the catalogue, one of them with its life and its steps, its versions side by side."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from backend.products import contents
from backend.web import product_acts
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.product_picture import life_line
from backend.web.refusals import Problem

_PAGE: Final = 50
_FILTERS: Final = ("kind", "state", "risk", "text")
_SANDBOX: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def routes(web: Web) -> list[Route]:
    one = "/products/{product_id:uuid}"
    return [
        Route("/products", page(web, listed), methods=["GET"]),
        *product_acts.routes(web, shown),
        Route("/products/contents/{sha256}", page(web, content), methods=["GET"]),
        Route(one, page(web, shown), methods=["GET"]),
        Route(f"{one}/versions/{{version_id:uuid}}", page(web, version), methods=["GET"]),
        Route(f"{one}/{{act}}", form(web, lambda visit: product_acts.act(visit, shown)), methods=["POST"]),
    ]


async def listed(visit: Visit) -> Response:
    asked = {name: visit.request.query_params.get(name, "").strip() for name in _FILTERS}
    data = await visit.query(
        "products", filter=_filter(asked), first=_PAGE, after=visit.request.query_params.get("after")
    )
    states: dict[str, int] = {}
    for each in data["productFigures"]:
        states[each["state"].lower()] = states.get(each["state"].lower(), 0) + each["products"]
    policy = visit.web.platform.policy_of(visit.actor)
    return visit.html(
        "products/list.html",
        products=data["products"],
        figures=states,
        asked=asked,
        kept={name: value for name, value in asked.items() if value},
        may_create_product=policy.ever(visit.actor, "create", "product"),
    )


def _filter(asked: Mapping[str, str]) -> dict[str, Any]:
    """What is not a known choice is no condition."""
    known = product_acts.KNOWN
    return {
        "kinds": [asked["kind"].upper()] if asked["kind"] in known["kind"] else None,
        "states": [asked["state"].upper()] if asked["state"] in known["state"] else None,
        "risks": [asked["risk"].upper()] if asked["risk"] in known["risk"] else None,
        "text": asked["text"] or None,
    }


async def shown(visit: Visit, problem: Problem | None = None, failed: str = "") -> Response:
    data = await visit.query("product", id=str(visit.request.path_params["product_id"]))
    product, today = data["product"], visit.web.platform.clock().date()
    file = product["file"]
    drafts = [each for each in product["versions"] if each["stage"] not in {"APPROVED", "ABANDONED"}]
    return visit.html(
        "products/product.html",
        200 if problem is None else problem.status,
        product=product,
        current=product["current"],
        draft=drafts[0] if drafts else None,
        file=file,
        verbs=file["verbs"],
        life=life_line(file["phases"], today),
        steps=_steps(file["steps"]),
        kinds=data["productArtefactKinds"],
        versions={each["id"]: each for each in product["versions"]},
        today=today,
        problem=problem,
        failed=failed,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey", "file"}},
    )


def _steps(steps: Sequence[Mapping[str, Any]]) -> list[tuple[bool, list[Mapping[str, Any]]]]:
    """Those of the version in preparation and those of the product, each under its own heading."""
    sorts = [(of_version, [each for each in steps if each["ofVersion"] is of_version]) for of_version in (True, False)]
    return [(of_version, found) for of_version, found in sorts if found]


async def version(visit: Visit) -> Response:
    """One version, and how it differs from the one before it or from another that is asked for."""
    product_id, wanted = (str(visit.request.path_params[name]) for name in ("product_id", "version_id"))
    data = await visit.query("product-versions", id=product_id)
    versions = data["product"]["versions"]
    one = next((each for each in versions if str(each["id"]) == wanted), None)
    if one is None:
        raise PageUnknown()
    others = [each for each in versions if each is not one]
    earlier = [each for each in others if each["number"] < one["number"]]
    asked = visit.request.query_params.get("against", "")
    against = next((each for each in others if str(each["id"]) == asked), earlier[0] if earlier else None)
    found: Sequence[Mapping[str, Any]] = ()
    if against is not None:
        pair = {"before": str(against["id"]), "after": str(one["id"])}
        found = (await visit.query("product-differences", **pair))["productDifferences"]
    places = list(dict.fromkeys(each["place"] for each in found))
    return visit.html(
        "products/version.html",
        product=data["product"],
        version=one,
        others=others,
        against=against,
        differences=[(place, [each for each in found if each["place"] == place]) for place in places],
        today=visit.web.platform.clock().date(),
    )


async def content(visit: Visit) -> Response:
    """The file as it was brought; it is sandboxed, so that whatever is in it can do nothing in our name."""
    sha256 = str(visit.request.path_params["sha256"])
    found = await visit.web.platform.run(visit.actor, lambda ctx: contents.handed_out(ctx, sha256))
    name = visit.request.query_params.get("name", sha256[:12])
    headers = {
        "content-disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": _SANDBOX,
        "cache-control": "private, no-store",
    }
    return Response(found.content, media_type=found.media_type, headers=headers)
