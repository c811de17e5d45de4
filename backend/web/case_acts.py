"""What the forms of a case send: for each verb its document, what it says afterwards, and how its input is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.web.door import KEY_FIELD, TOKEN_FIELD, Visit

_SEVERAL: Final = frozenset({"reasons", "requirements", "products"})
_CONDITION: Final = "due:"


def _nothing(_: Visit) -> dict[str, Any]:
    return {}


def _proposal(visit: Visit) -> dict[str, Any]:
    """Reasons are those of the decision that was chosen; a date makes a condition, and without dates there are none."""
    decision = visit.typed("decision")
    dated = {name.removeprefix(_CONDITION): visit.typed(name) for name in visit.form if name.startswith(_CONDITION)}
    conditions = [{"code": code, "dueOn": day} for code, day in dated.items() if day]
    conditional = decision == "APPROVE_WITH_CONDITIONS"
    reasons = visit.chosen(f"reasons:{decision}")
    return {"decision": decision, "reasons": reasons, "conditions": conditions if conditional else []}


def _signature(visit: Visit) -> dict[str, Any]:
    """Reasons are those of the signature that was chosen."""
    signature = visit.typed("signature")
    return {
        "signature": signature,
        "reasons": visit.chosen(f"reasons:{signature}"),
        "note": visit.optional("note"),
    }


def _request(visit: Visit) -> dict[str, Any]:
    """The answer is due at the end of the day that was chosen."""
    day = visit.optional("dueOn")
    return {
        "requirements": visit.chosen("requirements"),
        "message": visit.optional("message"),
        "dueAt": None if day is None else f"{day}T23:59:59+00:00",
    }


def _check(visit: Visit) -> dict[str, Any]:
    return {"kind": visit.typed("kind"), "status": visit.typed("status"), "codes": []}


def _edit(visit: Visit) -> dict[str, Any]:
    return {
        "version": int(visit.typed("version") or 0),
        "products": visit.chosen("products"),
        "channel": visit.typed("channel"),
    }


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Callable[[Visit], dict[str, Any]] = _nothing


ACTS: Final[Mapping[str, Act]] = {
    "SUBMIT": Act("case-submit", "case.submitted"),
    "START_REVIEW": Act("case-start-review", "case.review_started"),
    "RUN_CHECKS": Act("case-run-checks", "case.checked"),
    "RECORD_CHECK": Act("case-record-check", "case.check_recorded", _check),
    "WAIVE_CHECK": Act(
        "case-waive-check", "case.waived", lambda v: {"kind": v.typed("kind"), "reason": v.typed("reason")}
    ),
    "WAIVE_REQUIREMENT": Act(
        "case-waive-requirement", "case.waived", lambda v: {"code": v.typed("code"), "reason": v.typed("reason")}
    ),
    "REQUEST_INFORMATION": Act("case-request-information", "case.asked", _request),
    "RECEIVE_INFORMATION": Act("case-resume", "case.answered"),
    "PROPOSE_DECISION": Act("case-propose", "case.proposed", _proposal),
    "SIGN": Act("case-sign", "case.signed", _signature),
    "REBASE": Act("case-rebase", "case.rebased"),
    "WITHDRAW": Act("case-withdraw", "case.withdrawn", lambda v: {"reason": v.typed("reason")}),
    "EDIT": Act("case-edit", "case.edited", _edit),
}
# The order in which a page offers them; running the checks has its place beside their results.
OFFERED: Final = (
    "SUBMIT",
    "START_REVIEW",
    "RECEIVE_INFORMATION",
    "SIGN",
    "PROPOSE_DECISION",
    "REQUEST_INFORMATION",
    "RECORD_CHECK",
    "WAIVE_REQUIREMENT",
    "WAIVE_CHECK",
    "EDIT",
    "REBASE",
    "WITHDRAW",
)


def typed_again(visit: Visit) -> dict[str, Any]:
    """What the reader typed, for the form to show again; groups of check boxes as lists."""
    names = (name for name in visit.form if name not in {TOKEN_FIELD, KEY_FIELD})
    return {name: visit.chosen(name) if name.split(":")[0] in _SEVERAL else visit.typed(name) for name in names}
