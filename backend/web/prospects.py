"""Prospects in the web client: the list, one with everything that was done, and the form that records one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from backend.edge.referral_links import referral_link
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.product_names import product_names
from backend.web.refusals import Problem

_PAGE: Final = 30
_NOBODY: Final = str(UUID(int=0))
_SOURCES: Final = ("campaign", "referral", "partner", "branch", "web")
_PURPOSE: Final = "new"
_SHOWN: Final = ("open", "due", "converted", "lost")


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Callable[[Visit], dict[str, Any]]


ACTS: Final = {
    "follow-up": Act(
        "prospect-follow-up",
        "prospect.followed_up",
        lambda visit: {
            "contact": visit.typed("contact"),
            "note": visit.optional("note"),
            "nextStepOn": visit.optional("nextStepOn"),
        },
    ),
    "convert": Act(
        "prospect-convert",
        "prospect.converted",
        lambda visit: {"purpose": _PURPOSE, "jurisdiction": visit.person.tenant.jurisdiction},
    ),
    "lose": Act(
        "prospect-lose",
        "prospect.lost",
        lambda visit: {"reason": visit.typed("reason"), "note": visit.optional("note")},
    ),
}


def routes(web: Web) -> list[Route]:
    one = "/life/prospects/{id:uuid}"
    return [
        Route("/life/prospects", page(web, listed), methods=["GET"]),
        Route("/life/prospects/new", page(web, blank), methods=["GET"]),
        Route("/life/prospects/new", form(web, record), methods=["POST"]),
        Route(one, page(web, shown), methods=["GET"]),
        Route(one + "/{act}", form(web, act), methods=["POST"]),
    ]


async def listed(visit: Visit) -> Response:
    asked = visit.request.query_params
    if asked.get("show") == "nobody":
        return await unassigned(visit)
    show = asked.get("show", "open") if asked.get("show") in _SHOWN else "open"
    source = asked.get("source") if asked.get("source") in _SOURCES else None
    data = await visit.query(
        "prospects",
        open=show in {"open", "due"},
        state=show.upper() if show in {"converted", "lost"} else None,
        source=None if source is None else source.upper(),
        mine=asked.get("mine") == "yes",
        dueBy=visit.web.platform.clock().date().isoformat() if show == "due" else None,
        first=_PAGE,
        after=asked.get("after"),
    )
    return visit.html(
        "engagement/prospects.html",
        prospects=data["prospects"],
        names=await product_names(visit),
        counts=data["prospectCounts"],
        show=show,
        ways=_SHOWN,
        source=source,
        sources=_SOURCES,
        mine=asked.get("mine") == "yes",
        **_rights(visit),
    )


async def unassigned(visit: Visit) -> Response:
    """What belongs to nobody, to be taken."""
    data = await visit.query("prospects-unassigned")
    return visit.html(
        "engagement/prospects_unassigned.html",
        prospects=data["unassignedProspects"],
        names=await product_names(visit),
        **_rights(visit),
    )


def _rights(visit: Visit) -> dict[str, bool]:
    return {f"may_{action}": _may(visit, action) for action in ("record", "take", "import")}


async def shown(visit: Visit, problem: Problem | None = None, verb: str = "") -> Response:
    data = await visit.query("prospect", id=str(visit.request.path_params["id"]))
    return visit.html(
        "engagement/prospect.html",
        200 if problem is None else problem.status,
        found=data["prospect"],
        names=await product_names(visit),
        choices=data["prospectChoices"],
        may_work=_may(visit, "work"),
        problem=problem,
        verb=verb,
        typed=_typed(visit),
    )


async def blank(visit: Visit, problem: Problem | None = None) -> Response:
    """From a customer's page with `referrer`: whoever told of the prospect."""
    referrer = _uuid(visit.request.query_params.get("referrer") or visit.typed("referrer"))
    data = await visit.query("prospect-form", id=referrer or _NOBODY, referred=referrer is not None)
    return visit.html(
        "engagement/prospect_new.html",
        200 if problem is None else problem.status,
        choices=data["prospectChoices"],
        referrer=data.get("party"),
        link=_link(visit, data.get("party")),
        products=data["products"]["nodes"],
        sources=_SOURCES,
        problem=problem,
        typed=_typed(visit),
    )


def _link(visit: Visit, referrer: Mapping[str, Any] | None) -> str | None:
    """What the customer can send to others themselves."""
    if referrer is None:
        return None
    tenant, said = visit.person.tenant, (referrer["details"] or {}).get("correspondenceLanguage") or {}
    spoken = said.get("value") if said.get("visibility") == "CLEAR" else None
    return referral_link(visit.web.platform, tenant.id, tenant.slug, UUID(str(referrer["id"])), spoken)


async def record(visit: Visit) -> Response:
    typed = _typed(visit)
    outcome = await visit.act(
        "prospect-record",
        party=_party(typed),
        input=_input(visit, typed),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await blank(visit, outcome.problem)
    return visit.redirect(f"/life/prospects/{outcome.result['id']}", "prospect.recorded")


def _party(typed: Mapping[str, str]) -> dict[str, Any]:
    """What is known of a prospect is little: a name, and how to reach them."""
    contacts = [{"kind": kind.upper(), "value": typed[kind]} for kind in ("email", "phone") if typed.get(kind)]
    given = {
        "kind": typed.get("kind", "person").upper(),
        "names": [{"kind": "LEGAL", "fullName": typed.get("fullName", "")}],
        "source": typed.get("source", "web"),
        "country": typed.get("country") or None,
        "correspondenceLanguage": typed.get("correspondenceLanguage") or None,
        "contacts": contacts,
    }
    return {name: value for name, value in given.items() if value not in (None, [])}


def _input(visit: Visit, typed: Mapping[str, str]) -> dict[str, Any]:
    referrer = _uuid(typed.get("referrer", ""))
    given: dict[str, Any] = {
        "source": typed.get("source", "web").upper(),
        "campaign": typed.get("campaign") or None,
        "referredById": referrer,
        "interest": visit.chosen("interest"),
        "nextStepOn": typed.get("nextStepOn") or None,
    }
    if typed.get("consent", "").isdecimal():
        given["consent"] = {"textVersion": int(typed["consent"]), "textLocale": visit.actor.locale}
    return {name: value for name, value in given.items() if value is not None}


async def act(visit: Visit) -> Response:
    verb = visit.request.path_params["act"]
    chosen = ACTS.get(verb)
    if chosen is None:
        raise PageUnknown()
    record_id = str(visit.request.path_params["id"])
    outcome = await visit.act(
        chosen.document, id=record_id, idempotencyKey=visit.optional("idempotencyKey"), **chosen.given(visit)
    )
    if outcome.problem is not None:
        return await shown(visit, outcome.problem, verb)
    case_id = outcome.result.get("caseId")
    return visit.redirect(f"/cases/{case_id}" if case_id else f"/life/prospects/{record_id}", chosen.notice)


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}}


def _may(visit: Visit, action: str) -> bool:
    return visit.web.platform.policy_of(visit.actor).ever(visit.actor, action, "prospect")


def _uuid(text: str | None) -> str | None:
    try:
        return str(UUID(text or ""))
    except ValueError:
        return None
