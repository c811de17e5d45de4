"""Rules in force, their history, and the way of a proposal: text, difference, simulation, second signature."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_AROUND: Final = 2
_ACTS: Final[Mapping[str, tuple[str, str]]] = {
    "simulate": ("rule-set-simulate", "ruleset.simulated"),
    "submit": ("rule-set-submit", "ruleset.submitted"),
    "rebase": ("rule-set-rebase", "ruleset.rebased"),
    "approve": ("rule-set-approve", "ruleset.approved"),
    "reject": ("rule-set-reject", "ruleset.rejected"),
    "withdraw": ("rule-set-withdraw", "ruleset.withdrawn"),
}
_SIGNS: Final = frozenset({"approve", "reject"})


def routes(web: Web) -> list[Route]:
    return [
        Route("/rules", page(web, listed), methods=["GET"]),
        Route("/rules/texts/{sha256}", page(web, text), methods=["GET"]),
        Route("/rules/proposals/{proposal_id:uuid}", page(web, proposal), methods=["GET"]),
        Route("/rules/proposals/{proposal_id:uuid}/simulation", page(web, simulation), methods=["GET"]),
        Route("/rules/proposals/{proposal_id:uuid}/edit", page(web, revise), methods=["GET"]),
        Route("/rules/proposals/{proposal_id:uuid}/edit", form(web, revised), methods=["POST"]),
        Route("/rules/proposals/{proposal_id:uuid}/{act}", form(web, act), methods=["POST"]),
        Route("/rules/{kind}/{name}", page(web, history), methods=["GET"]),
        Route("/rules/{kind}/{name}/edit", page(web, draft), methods=["GET"]),
        Route("/rules/{kind}/{name}/edit", form(web, drafted), methods=["POST"]),
        Route("/rules/{kind}/{name}/restore", form(web, restore), methods=["POST"]),
    ]


async def listed(visit: Visit) -> Response:
    data = await visit.query("rule-sets")
    waiting = [line for rules in data["ruleSets"] for line in rules["open"]]
    return visit.html("governance/list.html", rule_sets=data["ruleSets"], waiting=waiting)


async def history(visit: Visit, problem: Problem | None = None) -> Response:
    kind, name = _place(visit)
    data = await visit.query("rule-set", kind=kind, name=name)
    status = 200 if problem is None else problem.status
    return visit.html("governance/history.html", status, found=data["ruleSet"], kind=kind, name=name, problem=problem)


async def text(visit: Visit) -> Response:
    sha256 = str(visit.request.path_params["sha256"])
    data = await visit.query("rule-set-text", sha256=sha256)
    return visit.html("governance/text.html", sha256=sha256, text=data["ruleSetText"])


async def draft(visit: Visit) -> Response:
    kind, name = _place(visit)
    data = await visit.query("rule-set", kind=kind, name=name)
    return _editor(visit, data["ruleSet"]["now"], {"content": data["ruleSet"]["text"]}, back=f"/rules/{kind}/{name}")


async def drafted(visit: Visit) -> Response:
    """Kept as a draft; or read alone, when that button was pressed."""
    kind, name = _place(visit)
    typed = _typed(visit)
    problem: Problem | None = None
    if not visit.typed("check"):
        given = typed | {"effectiveOn": typed["effectiveOn"] or None}
        key = visit.optional("idempotencyKey")
        outcome = await visit.act("rule-set-propose", kind=kind, name=name, **given, idempotencyKey=key)
        if outcome.problem is None:
            return visit.redirect(f"/rules/proposals/{outcome.result['id']}", "ruleset.drafted")
        problem = outcome.problem
    data = await visit.query("rule-set", kind=kind, name=name)
    checked = await _checked(visit, kind, name, typed["content"])
    back = f"/rules/{kind}/{name}"
    return _editor(visit, data["ruleSet"]["now"], typed, back=back, problem=problem, checked=checked)


async def proposal(visit: Visit, problem: Problem | None = None) -> Response:
    proposal_id = str(visit.request.path_params["proposal_id"])
    data = await visit.query("rule-set-proposal", id=proposal_id)
    found = data["ruleSetProposal"]
    status = 200 if problem is None else problem.status
    return visit.html("governance/proposal.html", status, found=found, acts=_by_verb(found), problem=problem)


async def simulation(visit: Visit) -> Response:
    """The part of the page that is asked for again while a simulation runs; at its end the whole page is loaded."""
    data = await visit.query("rule-set-proposal", id=str(visit.request.path_params["proposal_id"]))
    found = data["ruleSetProposal"]
    response = visit.html("governance/simulation.html", found=found, acts=_by_verb(found))
    if found["simulation"] is None or found["simulation"]["state"] != "RUNNING":
        response.headers["hx-refresh"] = "true"
    return response


async def revise(visit: Visit) -> Response:
    proposal_id = str(visit.request.path_params["proposal_id"])
    found = (await visit.query("rule-set-proposal", id=proposal_id))["ruleSetProposal"]
    day = found["effectiveOn"]
    typed = {
        "content": found["text"],
        "reason": found["reason"],
        "effectiveOn": "" if day is None else day.isoformat(),
    }
    return _editor(visit, found, typed, back=f"/rules/proposals/{proposal_id}")


async def revised(visit: Visit) -> Response:
    proposal_id = str(visit.request.path_params["proposal_id"])
    typed = _typed(visit)
    problem: Problem | None = None
    if not visit.typed("check"):
        given = typed | {"effectiveOn": typed["effectiveOn"] or None}
        outcome = await visit.act(
            "rule-set-edit", id=proposal_id, **given, idempotencyKey=visit.optional("idempotencyKey")
        )
        if outcome.problem is None:
            return visit.redirect(f"/rules/proposals/{proposal_id}", "ruleset.edited")
        problem = outcome.problem
    found = (await visit.query("rule-set-proposal", id=proposal_id))["ruleSetProposal"]
    checked = await _checked(visit, found["kind"], found["name"], typed["content"])
    return _editor(visit, found, typed, back=f"/rules/proposals/{proposal_id}", problem=problem, checked=checked)


async def act(visit: Visit) -> Response:
    proposal_id, verb = str(visit.request.path_params["proposal_id"]), str(visit.request.path_params["act"])
    if verb not in _ACTS:
        raise PageUnknown()
    document, notice = _ACTS[verb]
    given: dict[str, Any] = {"id": proposal_id}
    if verb in _SIGNS:
        given["note"] = visit.optional("note")
    if verb != "simulate":
        given["idempotencyKey"] = visit.optional("idempotencyKey")
    outcome = await visit.act(document, **given)
    if outcome.problem is not None:
        return await proposal(visit, outcome.problem)
    return visit.redirect(f"/rules/proposals/{proposal_id}", notice)


async def restore(visit: Visit) -> Response:
    kind, name = _place(visit)
    outcome = await visit.act(
        "rule-set-restore",
        kind=kind,
        name=name,
        reason=visit.typed("reason"),
        periodId=visit.optional("periodId"),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await history(visit, outcome.problem)
    return visit.redirect(f"/rules/proposals/{outcome.result['id']}", "ruleset.restored")


def _editor(
    visit: Visit,
    about: Mapping[str, Any],
    typed: Mapping[str, str],
    *,
    back: str,
    problem: Problem | None = None,
    checked: Mapping[str, Any] | None = None,
) -> Response:
    """`about` is a rule-set or a proposal: both say kind, title, name and format."""
    status = 200 if problem is None else problem.status
    return visit.html(
        "governance/editor.html", status, about=about, typed=typed, back=back, problem=problem, checked=checked
    )


async def _checked(visit: Visit, kind: str, name: str, content: str) -> Mapping[str, Any]:
    """What reading the text found, with the lines around the one that is wrong."""
    data = await visit.query("rule-set-check", kind=kind, name=name, content=content)
    found: Mapping[str, Any] = data["checkRuleSet"]
    return {**found, "around": [] if not found["line"] else _around(content.splitlines(), found["line"])}


def _around(lines: Sequence[str], wrong: int) -> list[tuple[int, str, bool]]:
    first, last = max(1, wrong - _AROUND), min(len(lines), wrong + _AROUND)
    return [(number, lines[number - 1], number == wrong) for number in range(first, last + 1)]


def _typed(visit: Visit) -> dict[str, str]:
    """Browsers send a text area's lines with CR LF; files have LF and end with one."""
    sent = str(visit.form.get("content", "")).replace("\r\n", "\n").rstrip("\n")
    return {"content": f"{sent}\n", "reason": visit.typed("reason"), "effectiveOn": visit.typed("effectiveOn")}


def _by_verb(found: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {each["verb"]: each for each in found["acts"]}


def _place(visit: Visit) -> tuple[str, str]:
    return str(visit.request.path_params["kind"]), str(visit.request.path_params["name"])
