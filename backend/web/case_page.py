"""What the page of a case shows, made from its one document: progress, groups of requirements, the course so far."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, get_args

from starlette.responses import Response

from backend.core.i18n import translate
from backend.onboarding.ruleset import Use
from backend.web import labels
from backend.web.case_acts import OFFERED
from backend.web.door import Visit
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem, named
from backend.web.vocabulary import CaseWords, DocumentWords

_WAY: Final = ("DRAFT", "SUBMITTED", "IN_REVIEW", "PENDING_APPROVAL")
_AFTER: Final[Mapping[str, int]] = {"AWAITING_INFORMATION": 2}
_ENDS: Final[Mapping[str, str]] = {
    "APPROVED": "ok",
    "APPROVED_WITH_CONDITIONS": "ok",
    "REJECTED": "bad",
    "WITHDRAWN": "warn",
    "EXPIRED": "warn",
}
DECIDED: Final = frozenset({"APPROVED", "APPROVED_WITH_CONDITIONS", "REJECTED"})
_KINDS: Final = ("DATA", "DOCUMENT", "CHECK", "APPROVAL")
_SETTLED: Final = frozenset({"SATISFIED", "WAIVED", "DEFERRED"})
_SIGNED: Final[Mapping[str, str]] = {"APPROVE": "ok", "REJECT": "bad", "RETURN": "now"}


async def render(
    visit: Visit, *, problem: Problem | None = None, act: str = "", typed: Mapping[str, Any] | None = None
) -> Response:
    answer = await visit.query("case", id=str(visit.request.path_params["case_id"]))
    case = answer["case"]
    if case is None:
        raise PageUnknown()
    policies, locale = visit.web.platform.policies_of(visit.actor), visit.actor.locale
    words = CaseWords.of(policies, case["ruleset"], locale)
    papers = DocumentWords.on(policies, visit.web.platform.clock().date(), locale)
    actions = {action["verb"]: action for action in case["actions"] if action["available"]}
    needs = [need for need in case["requirements"] or () if need["status"] != "DROPPED"]
    open_codes = {need["code"] for need in needs if need["status"] == "OPEN"}
    return visit.html(
        "cases/case.html",
        200 if problem is None else problem.status,
        case=case,
        documents=_documents(case),
        may=await visit.rights("CASE", str(case["id"])),
        actions=actions,
        shown_verbs=OFFERED,
        blocked_verbs=[a for a in case["actions"] if not a["available"] and a["verb"] in OFFERED and a["whyNot"]],
        steps=steps(case["state"]),
        groups=[(kind, found) for kind in _KINDS if (found := [n for n in needs if n["kind"] == kind])],
        progress={"done": sum(n["status"] in _SETTLED for n in needs), "all": len(needs)},
        timeline=timeline(case, locale),
        reasons={
            "approve": words.reasons("approve"),
            "approve_with_conditions": words.reasons("approve_with_conditions"),
            "reject": words.reasons("reject"),
            "return": words.reasons("return"),
            "waive": words.reasons("waive"),
            "withdraw": words.reasons("withdraw"),
        },
        conditions_known=words.conditions,
        check_kinds=words.checks,
        waivable=words.waivable(open_codes),
        document_words=papers,
        upload_limit=visit.web.settings.max_upload_bytes // 1024**2,
        queue_words={queue["name"]: queue["words"] for queue in answer["queues"]},
        problem=None if problem is None else _named(problem, words, needs),
        act=act,
        typed=typed or {},
    )


def _named(problem: Problem, words: CaseWords, needs: Sequence[Mapping[str, Any]]) -> Problem:
    """Requirements, reasons and conditions by their wording, for the refusal names their codes."""
    names = dict([*words.reasons(*get_args(Use)), *words.conditions]) | {need["code"]: need["words"] for need in needs}
    return replace(problem, message=named(problem.message, names))


def _documents(case: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Those of this case, and those of the party that belong to none."""
    party = case["party"]
    found = (party["documents"] if party is not None else None) or ()
    return [paper for paper in found if paper["caseId"] in {None, case["id"]}]


def steps(state: str) -> list[dict[str, Any]]:
    """The way of a case with its place on it; a case that awaits information stands where its review stands."""
    way = [*_WAY, state if state in _ENDS else "APPROVED"]
    at = len(way) - 1 if state in _ENDS else _AFTER.get(state, way.index(state) if state in way else 0)
    if state == "AWAITING_INFORMATION":
        way[2] = state
    return [
        {
            "state": each,
            "done": index < at,
            "current": index == at,
            "class": "done" if index < at else f"now {_ENDS.get(each, '')}".strip() if index == at else "",
        }
        for index, each in enumerate(way)
    ]


def timeline(case: Mapping[str, Any], locale: str) -> list[dict[str, Any]]:
    """What happened, in its order, as the case itself remembers it; the audit trail has every change."""
    events = [
        _event(case["openedAt"], translate(locale, "Opened"), case["openedBy"]),
        _event(case["submittedAt"], translate(locale, "Submitted"), case["submittedBy"]),
    ]
    for asked in case["informationRequests"]:
        events.append(_event(asked["askedAt"], translate(locale, "Information requested"), asked["askedBy"], "now"))
        events.append(_event(asked["answeredAt"], translate(locale, "Information received"), None))
    for check in case["checks"] or ():
        name = labels.label(locale, "check", check["kind"])
        outcome = labels.label(locale, "check_status", check["status"])
        events.append(_event(check["performedAt"], f"{name}: {outcome}", check["performedBy"]))
    for signed in case["approvals"]:
        words = labels.label(locale, "decided", signed["signature"])
        note = "; ".join(reason["words"] for reason in signed["reasons"])
        events.append(_event(signed["decidedAt"], words, signed["approver"], _SIGNED[signed["signature"]], note))
    events.append(
        _event(case["decidedAt"], labels.label(locale, "case_state", case["state"]), None, _ENDS.get(case["state"], ""))
    )
    return sorted((event for event in events if event["at"] is not None), key=lambda event: event["at"])


def _event(
    at: datetime | None, words: str, agent: Mapping[str, Any] | None, tone: str = "", note: str = ""
) -> dict[str, Any]:
    who = "" if agent is None else agent["name"] or ""
    return {"at": at, "words": words, "who": who, "tone": tone, "note": note}
