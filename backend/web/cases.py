"""Onboarding cases: the list, one case from start to decision, and everything that can be done to it."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web import case_page
from backend.web.case_acts import ACTS, typed_again
from backend.web.door import Visit, Web, form, page

_PAGE: Final = 50
_FILTERS: Final = ("state", "risk", "purpose")


def routes(web: Web) -> list[Route]:
    return [
        Route("/cases", page(web, listed), methods=["GET"]),
        Route("/cases/{case_id:uuid}", page(web, shown), methods=["GET"]),
        Route("/cases/{case_id:uuid}/conditions/{condition_id:uuid}", form(web, meet_condition), methods=["POST"]),
        Route("/cases/{case_id:uuid}/documents/{document_id:uuid}", form(web, verify), methods=["POST"]),
        Route("/cases/{case_id:uuid}/{verb}", form(web, act), methods=["POST"]),
    ]


async def listed(visit: Visit) -> Response:
    asked = {name: visit.request.query_params.get(name, "") for name in _FILTERS}
    data = await visit.query(
        "cases",
        first=_PAGE,
        after=visit.request.query_params.get("after"),
        states=[asked["state"]] if asked["state"] else None,
        riskLevels=[asked["risk"]] if asked["risk"] else None,
        purposes=[asked["purpose"]] if asked["purpose"] else None,
    )
    return visit.html("cases/list.html", cases=data["cases"], asked=asked)


async def shown(visit: Visit) -> Response:
    return await case_page.render(visit)


async def act(visit: Visit) -> Response:
    """One verb of the state machine; when it is refused, the page comes back with all that was typed."""
    verb = visit.request.path_params["verb"].replace("-", "_").upper()
    wanted = ACTS.get(verb)
    if wanted is None:
        return await case_page.render(visit)
    outcome = await visit.act(wanted.document, **_common(visit), **wanted.given(visit))
    if outcome.problem is not None:
        return await case_page.render(visit, problem=outcome.problem, act=verb, typed=typed_again(visit))
    decided = outcome.result.get("state") in case_page.DECIDED
    return visit.redirect(_path(visit), "case.decided" if decided else wanted.notice)


async def meet_condition(visit: Visit) -> Response:
    condition_id = str(visit.request.path_params["condition_id"])
    outcome = await visit.act("condition-meet", conditionId=condition_id, **_key(visit))
    if outcome.problem is not None:
        return await case_page.render(visit, problem=outcome.problem)
    return visit.redirect(_path(visit), "condition.met")


async def verify(visit: Visit) -> Response:
    """A document is accepted, sent back for a better copy, or rejected; what the case needs follows.

    That a closed case is not computed anew is no reason to hide that the document was judged.
    """
    document_id = str(visit.request.path_params["document_id"])
    verdict = visit.typed("verdict")
    reasons: Mapping[str, Any] = {
        "revision": {"reason": visit.typed("revisionReason")},
        "reject": {"reason": visit.typed("rejectionReason")},
    }
    name = verdict if verdict in reasons else "accept"
    outcome = await visit.act(f"document-{name}", documentId=document_id, **reasons.get(name, {}), **_key(visit))
    if outcome.problem is not None:
        return await case_page.render(visit, problem=outcome.problem, act=document_id)
    await visit.act("case-recompute", caseId=str(visit.request.path_params["case_id"]))
    notices = {"accept": "document.accepted", "revision": "document.revision", "reject": "document.rejected"}
    return visit.redirect(_path(visit), notices[name])


def _path(visit: Visit) -> str:
    return f"/cases/{visit.request.path_params['case_id']}"


def _key(visit: Visit) -> dict[str, Any]:
    return {"idempotencyKey": visit.optional("idempotencyKey")}


def _common(visit: Visit) -> dict[str, Any]:
    return {"caseId": str(visit.request.path_params["case_id"]), **_key(visit)}
