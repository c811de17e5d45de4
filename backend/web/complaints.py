"""Complaints in the web client: the queue with its clocks, one complaint as one course, intake, and figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from backend.access.context import Context
from backend.complaints import service
from backend.complaints.models import Channel
from backend.core.periods import months_later
from backend.web import complaint_picture
from backend.web.closed_records import offered
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.product_names import product_names
from backend.web.refusals import Problem

_PAGE: Final = 50
_NOBODY: Final = str(UUID(int=0))
_CHANNELS: Final = tuple(channel.value for channel in Channel)
_DIMENSIONS: Final = ("product_code", "category", "cause", "channel", "jurisdiction", "outcome")
_MONTHS: Final = 12
Given = Callable[[Visit], dict[str, Any]]


def _words(visit: Visit) -> dict[str, Any]:
    return {"words": visit.typed("words")}


def _reason(visit: Visit) -> dict[str, Any]:
    return {"reason": visit.typed("reason")}


def _decision(visit: Visit) -> dict[str, Any]:
    return {
        "outcome": visit.typed("outcome").upper(),
        "cause": visit.typed("cause"),
        "finding": visit.typed("finding"),
    }


def _redress(visit: Visit) -> dict[str, Any]:
    return {
        "kind": visit.typed("kind"),
        "amount": visit.typed("amount") or "0",
        "currency": visit.typed("currency").upper(),
    }


def _kind(kind: str) -> Given:
    return lambda _: {"kind": kind}


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Given = lambda _: {}


ACTS: Final[Mapping[str, Act]] = {
    "assign": Act("complaint-assign", "complaint.assigned"),
    "investigate": Act("complaint-investigate", "complaint.investigating"),
    "note": Act("complaint-note", "complaint.noted", _words),
    "extend": Act("complaint-extend", "complaint.extended", _reason),
    "pause": Act("complaint-pause", "complaint.paused", _reason),
    "resume": Act("complaint-resume", "complaint.resumed"),
    "decide": Act("complaint-decide", "complaint.decided", _decision),
    "acknowledge": Act("complaint-draft", "complaint.drafted", _kind("ACKNOWLEDGEMENT")),
    "summarise": Act("complaint-draft", "complaint.drafted", _kind("SUMMARY")),
    "respond": Act("complaint-draft", "complaint.drafted", _kind("FINAL_RESPONSE")),
    "redress": Act("complaint-redress", "complaint.redress", _redress),
    "close": Act("complaint-close", "complaint.closed"),
    "refer": Act("complaint-refer", "complaint.referred", _words),
    "reopen": Act("complaint-reopen", "complaint.reopened", _words),
    "withdraw": Act("complaint-withdraw", "complaint.withdrawn", _words),
}
PARTS: Final[Mapping[str, Act]] = {
    "approve": Act("complaint-letter-approve", "complaint.approved"),
    "reject": Act("complaint-letter-reject", "complaint.rejected"),
    "send": Act("complaint-letter-send", "complaint.sent", lambda visit: {"through": visit.typed("through").upper()}),
    "sign": Act("complaint-redress-sign", "complaint.redress_signed"),
    "refuse": Act("complaint-redress-reject", "complaint.redress_rejected"),
    "pay": Act("complaint-redress-pay", "complaint.redress_paid"),
}


def routes(web: Web) -> list[Route]:
    one = "/complaints/{id:uuid}"
    return [
        Route("/complaints", page(web, listed), methods=["GET"]),
        Route("/complaints/new", page(web, blank), methods=["GET"]),
        Route("/complaints/new", form(web, receive), methods=["POST"]),
        Route("/complaints/statistics", page(web, statistics), methods=["GET"]),
        Route("/complaints/of/{party_id:uuid}", page(web, panel), methods=["GET"]),
        Route(one, page(web, shown), methods=["GET"]),
        Route(one + "/letters/{part:uuid}.pdf", page(web, letter), methods=["GET"]),
        Route(one + "/parts/{part:uuid}/{act}", form(web, act_on_part), methods=["POST"]),
        Route(one + "/{act}", form(web, act), methods=["POST"]),
    ]


async def listed(visit: Visit) -> Response:
    asked = visit.request.query_params
    is_open, mine = asked.get("state") != "closed", asked.get("mine") == "yes"
    product = asked.get("product") or None
    data = await visit.query(
        "complaints", open=is_open, mine=mine, product=product, first=_PAGE, after=asked.get("after")
    )
    return visit.html(
        "complaints/list.html",
        complaints=data["complaints"],
        figures=data["complaintFigures"],
        open=is_open,
        mine=mine,
        product=product,
        names=await product_names(visit),
        **_may(visit),
    )


def _may(visit: Visit) -> dict[str, bool]:
    policy = visit.web.platform.policy_of(visit.actor)
    return {
        "may_receive": policy.ever(visit.actor, "receive", "complaint"),
        "may_count": policy.ever(visit.actor, "statistics", "complaint"),
    }


async def shown(visit: Visit, problem: Problem | None = None, verb: str = "") -> Response:
    data = await visit.query("complaint", id=str(visit.request.path_params["id"]))
    return visit.html(
        "complaints/complaint.html",
        200 if problem is None else problem.status,
        found=data["complaint"],
        channels=_CHANNELS,
        problem=problem,
        verb=verb,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
        names=await product_names(visit),
    )


async def blank(visit: Visit, problem: Problem | None = None) -> Response:
    party = visit.request.query_params.get("party") or visit.optional("party") or ""
    known = _uuid(party)
    data = await visit.query("complaint-form", id=known or _NOBODY, known=known is not None)
    return visit.html(
        "complaints/new.html",
        200 if problem is None else problem.status,
        party=data.get("party"),
        choices=data["complaintChoices"],
        colleagues=data["complaintColleagues"],
        channels=_CHANNELS,
        problem=problem,
        typed={name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}},
        names=await product_names(visit),
    )


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


async def receive(visit: Visit) -> Response:
    given: dict[str, Any] = {
        "channel": visit.typed("channel").upper(),
        "category": visit.typed("category"),
        "details": visit.typed("details"),
        "vulnerable": visit.typed("vulnerable") == "yes",
        "staff": [each for each in map(_uuid, visit.chosen("staff")) if each is not None],
        "partyId": _uuid(visit.typed("party")),
    }
    texts = ("complainant", "contact", "wish", "productCode", "receivedOn", "locale")
    given |= {name: visit.typed(name) for name in texts if visit.typed(name)}
    outcome = await visit.act("complaint-receive", input=given, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await blank(visit, outcome.problem)
    return visit.redirect(f"/complaints/{outcome.result['id']}", "complaint.received")


async def act(visit: Visit) -> Response:
    return await _act(visit, ACTS, str(visit.request.path_params["id"]))


async def act_on_part(visit: Visit) -> Response:
    """On a letter or on redress of the complaint."""
    return await _act(visit, PARTS, str(visit.request.path_params["part"]))


async def _act(visit: Visit, acts: Mapping[str, Act], record_id: str) -> Response:
    verb = visit.request.path_params["act"]
    chosen = acts.get(verb)
    if chosen is None:
        raise PageUnknown()
    outcome = await visit.act(
        chosen.document, id=record_id, idempotencyKey=visit.optional("idempotencyKey"), **chosen.given(visit)
    )
    if outcome.problem is not None:
        return await shown(visit, outcome.problem, verb)
    return visit.redirect(f"/complaints/{visit.request.path_params['id']}", chosen.notice)


async def letter(visit: Visit) -> Response:
    letter_id = visit.request.path_params["part"]

    async def taken(ctx: Context) -> service.Download:
        return await service.download(ctx, letter_id)

    found = await visit.web.platform.run(visit.actor, taken)
    headers = {
        "content-disposition": f'attachment; filename="{found.file_name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(found.content, media_type="application/pdf", headers=headers)


async def panel(visit: Visit) -> Response:
    """A piece of the customer's page."""
    party_id = str(visit.request.path_params["party_id"])
    data = await visit.query("customer-complaints", id=party_id)
    may = {"may_view": data["mayView"]["allowed"], **offered(data["party"], _may(visit))}
    return visit.html("complaints/panel.html", party_id=party_id, complaints=data["complaintsOf"], **may)


async def statistics(visit: Visit) -> Response:
    """Of the last twelve months unless told otherwise; `until` is the last day."""
    asked, today = visit.request.query_params, visit.web.platform.clock().date()
    until = _day(asked.get("until"), today)
    since = _day(asked.get("since"), months_later(until, -_MONTHS).replace(day=1))
    by = asked.get("by") if asked.get("by") in _DIMENSIONS else _DIMENSIONS[0]
    end = (until + timedelta(days=1)).isoformat()
    data = await visit.query("complaint-statistics", since=since.isoformat(), until=end, by=by)
    found = data["complaintStatistics"]
    return visit.html(
        "complaints/statistics.html",
        since=since,
        until=until,
        by=by,
        dimensions=_DIMENSIONS,
        found=found,
        bars=complaint_picture.bars(found["months"]),
        picture=complaint_picture,
        names=await product_names(visit) if by == "product_code" else {},
    )


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise
