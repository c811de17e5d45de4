"""Reviews of products: the worklist with its clocks, the workbench of one with its pack, findings and decision."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.product_reviews import export
from backend.web import labels
from backend.web.door import Visit, Web, form, page
from backend.web.refusals import Problem

_PAGE: Final = 50
_STATES: Final = ("open", "in_review", "pending_signature", "decided", "cancelled")
_FILTERS: Final = ("state", "trigger", "kind", "whose", "late")
_SOON: Final = 12


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Callable[[Visit], dict[str, Any]] = lambda _: {}


def _finding(visit: Visit) -> dict[str, Any]:
    severity = visit.typed("severity").upper()
    return {"input": {"section": visit.typed("section"), "severity": severity, "words": visit.typed("words")}}


def _action(visit: Visit) -> dict[str, Any]:
    given = {"words": visit.typed("words"), "ownerId": visit.typed("owner"), "dueOn": visit.typed("dueOn")}
    return {"finding": visit.typed("finding"), "input": given}


def _verdict(visit: Visit) -> dict[str, Any]:
    decision, _, reason = visit.typed("verdict").partition(":")
    channels = visit.chosen("channels") if decision == "RESTRICT_CHANNEL" else []
    note = visit.optional("note")
    return {"input": {"decision": decision, "reason": reason, "note": note, "channels": channels}}


def _ended(visit: Visit) -> dict[str, Any]:
    return {"action": visit.typed("action"), "state": visit.typed("state").upper(), "outcome": visit.typed("outcome")}


_ACTS: Final[Mapping[str, Act]] = {
    "take": Act("product-review-take", "product_review.taken"),
    "release": Act("product-review-release", "product_review.released"),
    "pack": Act("product-review-pack", "product_review.pack"),
    "find": Act("product-review-find", "product_review.found", _finding),
    "act": Act("product-review-act", "product_review.action", _action),
    "end": Act("product-review-end-action", "product_review.ended", _ended),
    "propose": Act("product-review-propose", "product_review.proposed", _verdict),
    "sign": Act("product-review-sign", "product_review.signed"),
    "send_back": Act("product-review-send-back", "product_review.sent_back"),
}


def routes(web: Web) -> list[Route]:
    one = "/product-reviews/{review_id:uuid}"
    return [
        Route("/product-reviews", page(web, listed), methods=["GET"]),
        Route("/product-reviews/open", form(web, open_one), methods=["POST"]),
        Route(one, page(web, shown), methods=["GET"]),
        Route(f"{one}/pack.pdf", page(web, printed), methods=["GET"]),
        Route(f"{one}/{{act}}", form(web, act), methods=["POST"]),
    ]


async def listed(visit: Visit, *, problem: Problem | None = None) -> Response:
    asked = {name: visit.request.query_params.get(name, "") for name in _FILTERS}
    data = await visit.query(
        "product-reviews", filter=_filter(asked), first=_PAGE, after=visit.request.query_params.get("after")
    )
    figures = {str(each["state"]).lower(): each["reviews"] for each in data["productReviewFigures"]}
    planned = [each for each in data["plannedProductReviews"] if each["product"] is not None]
    return visit.html(
        "product_reviews/list.html",
        200 if problem is None else problem.status,
        reviews=data["productReviews"],
        figures=figures,
        late=sum(each["overdue"] for each in data["productReviewFigures"]),
        actions=data["productReviewActions"],
        planned=planned[:_SOON],
        products=sorted(planned, key=lambda each: str(each["product"]["code"])),
        asked=asked,
        kept={name: value for name, value in asked.items() if value},
        may_open=_may(visit, "open"),
        today=visit.web.platform.clock().date(),
        problem=problem,
        typed=_typed(visit),
    )


def _filter(asked: Mapping[str, str]) -> dict[str, Any]:
    """What is not a known choice is no condition."""
    kinds = {code for code, _ in labels.choices("en", "product_kind")}
    triggers = {code for code, _ in labels.choices("en", "product_trigger")}
    return {
        "states": [asked["state"].upper()] if asked["state"] in _STATES else None,
        "triggers": [asked["trigger"].upper()] if asked["trigger"] in triggers else None,
        "kinds": [asked["kind"].upper()] if asked["kind"] in kinds else None,
        "mine": asked["whose"] == "mine",
        "overdue": asked["late"] == "yes",
    }


def _may(visit: Visit, action: str) -> bool:
    return visit.web.platform.policy_of(visit.actor).ever(visit.actor, action, "product_review")


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}}


async def shown(visit: Visit, *, problem: Problem | None = None, failed: str = "") -> Response:
    data = await visit.query("product-review", id=str(visit.request.path_params["review_id"]))
    review, choices = data["productReview"], data["productReviewChoices"]
    pack = review["pack"]
    writer = export.Writer(visit.actor.locale, "CZK" if pack is None else pack["currency"])
    response = visit.html(
        "product_reviews/review.html",
        200 if problem is None else problem.status,
        review=review,
        file=review["file"],
        triggers=[_trigger(each, visit.actor.locale) for each in review["file"]["triggers"]],
        verbs=review["file"]["verbs"],
        pack=pack,
        sections=[] if pack is None else [_section(each, writer) for each in pack["sections"]],
        verdicts=_verdicts(choices["reasons"]),
        reasons={each["code"]: each["words"] for each in choices["reasons"]},
        choices_=choices,
        today=visit.web.platform.clock().date(),
        problem=problem,
        failed=failed,
        typed=_typed(visit),
    )
    if "waiting" in visit.request.query_params and not _waits(pack):
        response.headers["hx-refresh"] = "true"
    return response


def _waits(pack: Mapping[str, Any] | None) -> bool:
    return pack is not None and pack["state"] in {"WAITING", "RUNNING"}


def _trigger(found: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """With what its figures are called, and those that are codes, in words."""
    pairs = [str(each).split(": ", 1) for each in found["figures"]]
    return {
        **found,
        "figures": [f"{_word(locale, 'pack_column', a)}: {_word(locale, 'pack_code', b)}" for a, b in pairs],
    }


def _word(locale: str, group: str, code: str) -> str:
    return labels.label(locale, group, code) if code in labels.LABELS[group] else code


def _section(found: Mapping[str, Any], writer: export.Writer) -> dict[str, Any]:
    """With cells and figures written in the reader's language, and charts as series."""
    return {
        "code": found["code"],
        "figures": [
            {
                "code": each["code"],
                "value": writer.cell(each["value"], each["unit"]),
                "low": None if each["low"] is None else writer.cell(each["low"], each["unit"]),
                "high": None if each["high"] is None else writer.cell(each["high"], each["unit"]),
            }
            for each in found["figures"]
        ],
        "charts": [
            {"title": writer.title("pack_chart", each["code"], each["of"]), "data": _chart(each, writer)}
            for each in found["charts"]
        ],
        "tables": [
            {
                "code": each["code"],
                "title": writer.title("pack_table", each["code"], each["of"]),
                "columns": each["columns"],
                "rows": [
                    [writer.cell(cell, column["unit"]) for cell, column in zip(row, each["columns"], strict=True)]
                    for row in each["rows"]
                ],
            }
            for each in found["tables"]
        ],
    }


def _chart(found: Mapping[str, Any], writer: export.Writer) -> dict[str, Any]:
    series = [{"name": writer.series(each["code"]), "values": each["values"]} for each in found["series"]]
    return {"shape": found["shape"], "unit": found["unit"], "names": found["names"], "series": series}


def _verdicts(reasons: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Reasons under the decisions they are reasons for: one choice says both."""
    order = ("CONTINUE", "CHANGE", "RESTRICT_CHANNEL", "SUSPEND", "REMEDIATE", "WITHDRAW")
    return [
        (
            decision,
            [(f"{decision}:{each['code']}", str(each["words"])) for each in reasons if decision in each["decisions"]],
        )
        for decision in order
    ]


async def act(visit: Visit) -> Response:
    review_id, name = str(visit.request.path_params["review_id"]), visit.request.path_params["act"]
    chosen = _ACTS.get(name, _ACTS["take"])
    given = chosen.given(visit)
    key = {} if "action" in given else {"id": review_id}
    outcome = await visit.act(chosen.document, **key, **given, idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await shown(visit, problem=outcome.problem, failed=name)
    return visit.redirect(f"/product-reviews/{review_id}", chosen.notice)


async def open_one(visit: Visit) -> Response:
    outcome = await visit.act(
        "product-review-open",
        id=visit.typed("product"),
        kind=visit.typed("kind").upper(),
        note=visit.typed("note"),
        until=visit.optional("until"),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await listed(visit, problem=outcome.problem)
    return visit.redirect(f"/product-reviews/{outcome.result['id']}", "product_review.opened")


async def printed(visit: Visit) -> Response:
    """The review with its pack as PDF, in the reader's language."""
    platform, review_id = visit.web.platform, visit.request.path_params["review_id"]
    made = await platform.run(visit.actor, lambda ctx: export.gather(ctx, review_id))
    fonts = platform.settings.data_dir / "fonts"
    body = await asyncio.to_thread(export.pdf, made, fonts if fonts.is_dir() else None)
    headers = {
        "content-disposition": f'attachment; filename="{made.name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(body, media_type="application/pdf", headers=headers)
