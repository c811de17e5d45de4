"""People, their roles, what they may do in the end, and roles that wait for a second person."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_DECISIONS: Final[Mapping[str, tuple[str, str]]] = {
    "approve": ("role-approve", "role.approved"),
    "reject": ("role-reject", "role.rejected"),
    "withdraw": ("role-withdraw", "role.withdrawn"),
}
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "deactivate": ("colleague-deactivate", "staff.deactivated"),
    "reactivate": ("colleague-reactivate", "staff.reactivated"),
}


def routes(web: Web) -> list[Route]:
    return [
        Route("/colleagues", page(web, listed), methods=["GET"]),
        Route("/colleagues/{staff_id:uuid}", page(web, shown), methods=["GET"]),
        Route("/colleagues/{staff_id:uuid}/roles", form(web, propose), methods=["POST"]),
        Route("/colleagues/{staff_id:uuid}/revoke", form(web, revoke), methods=["POST"]),
        Route("/colleagues/{staff_id:uuid}/email", form(web, set_email), methods=["POST"]),
        Route("/colleagues/{staff_id:uuid}/{act}", form(web, change), methods=["POST"]),
        Route("/colleagues/appointments/{appointment_id:uuid}/{act}", form(web, decide), methods=["POST"]),
    ]


async def listed(visit: Visit, problem: Problem | None = None) -> Response:
    answer = await visit.partial("colleagues")
    data = answer.data or {}
    status = 200 if problem is None else problem.status
    return visit.html(
        "governance/colleagues.html",
        status,
        colleagues=data.get("colleagues") or [],
        appointments=data.get("roleAppointments") or [],
        problem=problem,
    )


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    staff_id = str(visit.request.path_params["staff_id"])
    answer = await visit.partial("colleague", id=staff_id)
    data = answer.data or {}
    if not data.get("colleague"):
        raise PageUnknown()
    about = [each for each in data.get("roleAppointments") or () if str((each["holder"] or {}).get("id")) == staff_id]
    return visit.html(
        "governance/colleague.html",
        200 if problem is None else problem.status,
        found=data["colleague"],
        rights=_grouped(data["colleague"]["rights"]),
        grantable=data.get("grantableRoles") or [],
        appointments=about,
        typed=_typed(visit),
        problem=problem,
    )


async def propose(visit: Visit) -> Response:
    """Days begin and end at midnight, UTC, as everywhere."""
    staff_id = str(visit.request.path_params["staff_id"])
    typed = _typed(visit)
    outcome = await visit.act(
        "role-propose",
        holderId=staff_id,
        role=typed["role"],
        reason=typed["reason"],
        validFrom=_midnight(typed["validFrom"]),
        validTo=_midnight(typed["validTo"]),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    notice = "role.granted" if outcome.result["state"] == "GRANTED" else "role.proposed"
    return visit.redirect(f"/colleagues/{staff_id}", notice)


async def revoke(visit: Visit) -> Response:
    staff_id = str(visit.request.path_params["staff_id"])
    key = visit.optional("idempotencyKey")
    outcome = await visit.act("role-revoke", holderId=staff_id, role=visit.typed("role"), idempotencyKey=key)
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    return visit.redirect(f"/colleagues/{staff_id}", "role.revoked")


async def set_email(visit: Visit) -> Response:
    staff_id = str(visit.request.path_params["staff_id"])
    key = visit.optional("idempotencyKey")
    outcome = await visit.act("colleague-email", id=staff_id, address=visit.optional("workEmail"), idempotencyKey=key)
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    return visit.redirect(f"/colleagues/{staff_id}", "staff.email_set")


async def change(visit: Visit) -> Response:
    staff_id, act = str(visit.request.path_params["staff_id"]), str(visit.request.path_params["act"])
    if act not in _STATES:
        raise PageUnknown()
    document, notice = _STATES[act]
    outcome = await visit.act(document, id=staff_id, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    return visit.redirect(f"/colleagues/{staff_id}", notice)


async def decide(visit: Visit) -> Response:
    act = str(visit.request.path_params["act"])
    if act not in _DECISIONS:
        raise PageUnknown()
    document, notice = _DECISIONS[act]
    appointment_id = str(visit.request.path_params["appointment_id"])
    outcome = await visit.act(document, id=appointment_id, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await listed(visit, outcome.problem)
    return visit.redirect("/colleagues", notice)


def _grouped(rights: list[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """What changes the record, what is seen of it, and fields of customers."""
    groups: dict[str, list[Mapping[str, Any]]] = {"changes": [], "reads": [], "fields": []}
    for right in rights:
        group = "fields" if str(right["object"]).startswith("customer.") else "changes" if right["changes"] else "reads"
        groups[group].append(right)
    return groups


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.typed(name) for name in ("role", "reason", "validFrom", "validTo")}


def _midnight(day: str) -> str | None:
    return f"{day}T00:00:00+00:00" if day else None
