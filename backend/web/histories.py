"""Who changed the institution's own records, beside each of them and on a page of its own; and the log, searched."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.reporting.filters import OUTCOMES
from backend.web.door import Visit, Web, page
from backend.web.errors import PageUnknown
from backend.web.labels import label
from backend.web.proofs import proof_response
from backend.web.refusals import PageRefused, Problem
from backend.web.report_filters import FIELDS, action_choices, filters_of

_PAGE: Final = 20
_PLACES: Final[Mapping[str, str]] = {
    "ARTICLE": "/knowledge/",
    "TEMPLATE": "/contact/templates/",
    "PLAYBOOK": "/life/playbooks/",
    "MODEL": "/life/models/",
    "PRODUCT": "/products/",
    "COLLEAGUE": "/colleagues/",
    "RULE_SET": "/rules/",
    "SEGMENTS": "/life/segments",
    "GOALS": "/life/targets",
    "LOYALTY": "/loyalty",
    "SURVEYS": "/feedback",
    "CAMPAIGNS": "/life/prospects",
}
"""By kind, where the record itself stands; the key follows a stroke."""
_SUBJECTS: Final[Mapping[str, str]] = {
    "party": "/customers/",
    "onboarding_case": "/cases/",
    "knowledge_article": "/knowledge/",
    "message_template": "/contact/templates/",
    "scoring_model": "/life/models/",
    "scoring_model_version": "/life/models/versions/",
    "product": "/products/",
    "staff_user": "/colleagues/",
    "ruleset_proposal": "/rules/proposals/",
    "complaint": "/complaints/",
    "task": "/tasks/",
    "review": "/reviews/",
    "product_review": "/product-reviews/",
    "privacy_request": "/privacy/",
    "screening_alert": "/screening/alerts/",
}
"""By what an entry is about, the page of it."""


def routes(web: Web) -> list[Route]:
    return [
        Route("/history", page(web, shown), methods=["GET"]),
        Route("/history/proof", page(web, proof), methods=["GET"]),
        Route("/audit", page(web, searched), methods=["GET"]),
        Route("/audit/{entry_id:uuid}/proof", page(web, proof_of_entry), methods=["GET"]),
    ]


async def shown(visit: Visit) -> Response:
    """A page for who comes by the link; beside a record it is asked for its entries alone."""
    kind, key = _asked(visit)
    data = await visit.query(
        "record-history", kind=kind, key=key, first=_PAGE, after=visit.request.query_params.get("after")
    )
    place = _PLACES[kind]
    back = f"{place}{key}" if place.endswith("/") else place
    return visit.html("history/page.html", found=data["recordHistory"], kind=kind, key=key, back=back)


async def proof(visit: Visit) -> Response:
    kind, key = _asked(visit)
    answer = await visit.query("record-proof", entryId=visit.request.query_params.get("entry", ""), kind=kind, key=key)
    return proof_response(answer["recordProof"])


def _asked(visit: Visit) -> tuple[str, str]:
    kind = visit.request.query_params.get("kind", "")
    if kind not in _PLACES:
        raise PageUnknown()
    return kind, visit.request.query_params.get("key", "")


async def searched(visit: Visit) -> Response:
    """The log, the newest first, narrowed as the form says."""
    asked = visit.request.query_params
    given = {name: asked.get(name, "").strip() for name in FIELDS}
    problem: Problem | None = None
    data: Mapping[str, Any] | None = None
    try:
        data = await visit.query("log", filters=filters_of(given), first=_PAGE, after=asked.get("after"))
    except PageRefused as refused:
        problem = refused.problem
    staff = (await visit.query("log-people"))["staff"]
    return visit.html(
        "history/log.html",
        200 if problem is None else problem.status,
        found=None if data is None else data["auditLog"],
        staff=[(each["id"], each["displayName"]) for each in staff],
        typed=given,
        used={name: value for name, value in given.items() if value},
        problem=problem,
        actions=action_choices(visit.actor.locale),
        outcomes=[(code, label(visit.actor.locale, "outcome", code)) for code in OUTCOMES],
        subjects=_SUBJECTS,
    )


async def proof_of_entry(visit: Visit) -> Response:
    answer = await visit.query(
        "entry-proof",
        entryId=str(visit.request.path_params["entry_id"]),
        recordId=str(visit.person.tenant.id),
        kind="TENANT",
    )
    return proof_response(answer["entryProof"])
