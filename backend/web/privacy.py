"""Data protection for those who answer for it: requests of data subjects, legal holds, retention and erasures."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.access.context import Context
from backend.audit.keys import LogKeys
from backend.core.i18n import LOCALES
from backend.rights import service as rights
from backend.web.door import Visit, Web, form, local_path, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_PAGE: Final = 50
REQUEST_ACTS: Final[Mapping[str, tuple[str, str]]] = {
    "identify": ("privacy-identify", "privacy.identified"),
    "extend": ("privacy-extend", "privacy.extended"),
    "refuse": ("privacy-refuse", "privacy.refused"),
    "withdraw": ("privacy-withdraw", "privacy.withdrawn"),
    "fulfil": ("privacy-fulfil", "privacy.fulfilled"),
    "propose_erasure": ("erasure-propose", "privacy.proposed"),
    "approve_erasure": ("erasure-approve", "privacy.approved"),
    "return_erasure": ("erasure-return", "privacy.returned"),
}
HOLD_ACTS: Final[Mapping[str, tuple[str, str]]] = {
    "confirm": ("hold-confirm", "hold.confirmed"),
    "reject": ("hold-reject", "hold.rejected"),
    "propose_lift": ("hold-propose-lift", "hold.lift_proposed"),
    "lift": ("hold-lift", "hold.lifted"),
    "keep": ("hold-keep", "hold.kept"),
}
RETENTION_ACTS: Final[Mapping[str, tuple[str, str]]] = {
    "exclude": ("retention-exclude", "retention.excluded"),
    "approve": ("retention-approve", "retention.approved"),
    "reject": ("retention-reject", "retention.rejected"),
}
_REASONED: Final = frozenset({"identify", "extend", "refuse", "return_erasure", "exclude"})


def routes(web: Web) -> list[Route]:
    return [
        Route("/privacy", page(web, listed), methods=["GET"]),
        Route("/privacy/holds", page(web, holds), methods=["GET"]),
        Route("/privacy/retention", page(web, retention), methods=["GET"]),
        Route("/privacy/requests/{id:uuid}", page(web, request), methods=["GET"]),
        Route("/privacy/requests/{id:uuid}/package", form(web, package), methods=["POST"]),
        Route("/privacy/requests/{id:uuid}/{act}", form(web, act_on_request), methods=["POST"]),
        Route("/privacy/holds/{id:uuid}/{act}", form(web, act_on_hold), methods=["POST"]),
        Route("/privacy/retention/{id:uuid}/{act}", form(web, act_on_retention), methods=["POST"]),
        Route("/privacy/erasures/{party_id:uuid}/certificate.{kind}", page(web, certificate), methods=["GET"]),
    ]


async def listed(visit: Visit) -> Response:
    is_open = visit.request.query_params.get("state") != "closed"
    data = await visit.query("privacy", open=is_open, first=_PAGE, after=visit.request.query_params.get("after"))
    return visit.html(
        "privacy/list.html", requests=data["privacyRequests"], figures=data["privacyFigures"], open=is_open
    )


async def request(visit: Visit, problem: Problem | None = None, act: str = "") -> Response:
    data = await visit.query("privacy-request", id=str(visit.request.path_params["id"]))
    found, status = data["privacyRequest"], 200 if problem is None else problem.status
    return visit.html("privacy/request.html", status, found=found, problem=problem, act=act)


async def holds(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("privacy-holds", standing=visit.request.query_params.get("state") != "all")
    status = 200 if problem is None else problem.status
    return visit.html("privacy/holds.html", status, holds=data["legalHolds"], problem=problem)


async def retention(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("privacy-retention")
    status = 200 if problem is None else problem.status
    return visit.html(
        "privacy/retention.html",
        status,
        retention=data["retention"],
        erasures=data["erasures"],
        reasons=data["privacyChoices"]["holdReasons"],
        problem=problem,
    )


async def act_on_request(visit: Visit) -> Response:
    back = f"/privacy/requests/{visit.request.path_params['id']}"
    return await _act(visit, REQUEST_ACTS, back, request)


async def act_on_hold(visit: Visit) -> Response:
    return await _act(visit, HOLD_ACTS, local_path(visit.typed("back") or "/privacy/holds"), holds)


async def act_on_retention(visit: Visit) -> Response:
    return await _act(visit, RETENTION_ACTS, "/privacy/retention", retention)


async def _act(
    visit: Visit, acts: Mapping[str, tuple[str, str]], back: str, again: Callable[..., Awaitable[Response]]
) -> Response:
    """`again` shows the page with what stood in the way."""
    verb = visit.request.path_params["act"]
    if verb not in acts:
        raise PageUnknown()
    document, notice = acts[verb]
    outcome = await visit.act(document, **_variables(visit, verb))
    if outcome.problem is not None:
        return await again(visit, problem=outcome.problem)
    return visit.redirect(back, notice)


def _variables(visit: Visit, verb: str) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "id": str(visit.request.path_params["id"]),
        "idempotencyKey": visit.optional("idempotencyKey"),
    }
    if verb in _REASONED:
        variables["reason"] = visit.typed("reason")
    if visit.optional("expected") is not None:
        variables["expected"] = int(visit.typed("expected"))
    return variables


async def package(visit: Visit) -> Response:
    request_id, asked = visit.request.path_params["id"], visit.optional("language")
    locale = asked if asked in LOCALES else None

    async def made(ctx: Context) -> rights.Handed:
        return await rights.package_for(ctx, request_id, locale)

    return _handed(await visit.web.platform.run(visit.actor, made))


async def certificate(visit: Visit) -> Response:
    party_id, kind = visit.request.path_params["party_id"], visit.request.path_params["kind"]
    if kind not in {"pdf", "json"}:
        raise PageUnknown()
    keys = LogKeys.of(visit.web.settings)
    tenant_id = visit.actor.tenant_id
    log_key = keys.verifier(tenant_id) if keys.exists(tenant_id) else None

    async def made(ctx: Context) -> rights.Handed:
        return await rights.certificate_for(ctx, party_id, visit.actor.locale, log_key, readable=kind == "pdf")

    return _handed(await visit.web.platform.run(visit.actor, made))


def _handed(handed: rights.Handed) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{handed.file_name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(handed.content, media_type=handed.media_type, headers=headers)
