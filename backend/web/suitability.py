"""Assessing a customer at the desk, a page for each group of questions, and the result with its reasons.

The answers travel with the page: nothing is kept before the customer has declared them, and going back loses nothing.
The questions are shown in the customer's language, whatever that of the person who asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.access.context import Context
from backend.core.i18n import LOCALES
from backend.customers.queries import correspondence_languages_of
from backend.products.suitability import document
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.grade_picture import picture
from backend.web.refusals import Problem

_KINDS: Final = {"suitability": "SUITABILITY", "demands_and_needs": "DEMANDS_AND_NEEDS"}
_ANSWER: Final = "q."
_EXPLANATION: Final = "x."


@dataclass(frozen=True, slots=True)
class Interview:
    """What was said so far, and which page is shown; the page after the last group is for the declaration."""

    data: Mapping[str, Any]
    answers: Mapping[str, Sequence[str]]
    explanations: Mapping[str, str]
    at: int

    @property
    def groups(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.data["questionnaire"]["groups"]
        return found

    @property
    def shown(self) -> frozenset[str]:
        """The questions of the page."""
        if self.at >= len(self.groups):
            return frozenset()
        return frozenset(question["code"] for question in self.groups[self.at]["questions"])

    def input(self) -> list[dict[str, Any]]:
        return [{"question": code, "options": list(chosen)} for code, chosen in self.answers.items() if chosen]


def routes(web: Web) -> list[Route]:
    return [
        Route("/customers/{party_id:uuid}/assess/{kind}", page(web, begin), methods=["GET"]),
        Route("/customers/{party_id:uuid}/assess/{kind}", form(web, go_on), methods=["POST"]),
        Route("/assessments/{assessment_id:uuid}", page(web, shown), methods=["GET"]),
        Route("/assessments/{assessment_id:uuid}/record.pdf", page(web, printed), methods=["GET"]),
        Route("/assessments/{assessment_id:uuid}/withdraw", form(web, withdraw), methods=["POST"]),
    ]


async def begin(visit: Visit) -> Response:
    party_id = visit.request.path_params["party_id"]

    async def said(ctx: Context) -> str | None:
        return (await correspondence_languages_of(ctx, [party_id])).get(party_id)

    own = await visit.web.platform.run(visit.actor, said)
    _speak(visit, own or "", visit.request.query_params.get("lang", ""))
    return await _page(visit, await _interview(visit, 0))


async def go_on(visit: Visit) -> Response:
    """To the next page when this one is answered; back, or to another page, in any case; or record the answers."""
    _speak(visit, *map(str, visit.form.getlist("lang")))
    at = int(visit.typed("at")) if visit.typed("at").isdigit() else 0
    told, to = await _interview(visit, at), visit.typed("to")
    if to == "record":
        return await _record(visit, told)
    missing = await _missing(visit, told) if to == "next" else {}
    return await _page(visit, told if missing else replace(told, at=_next(to, told)), missing=missing)


def _next(to: str, told: Interview) -> int:
    if to == "next":
        return told.at + 1
    if to == "back":
        return max(0, told.at - 1)
    return min(int(to), len(told.groups)) if to.isdigit() else told.at


def _speak(visit: Visit, *asked: str) -> None:
    """The last language that is one, the customer's own to begin with; the page alone is in it."""
    for locale in reversed(asked):
        if locale in LOCALES:
            visit.renew(replace(visit.person, actor=replace(visit.actor, locale=locale)))
            return


async def _interview(visit: Visit, at: int) -> Interview:
    kind = _KINDS.get(visit.request.path_params["kind"])
    if kind is None:
        raise PageUnknown()
    data = await visit.query("assessment-form", id=_party(visit), kind=kind)
    answers = {name.removeprefix(_ANSWER): visit.chosen(name) for name in visit.form if name.startswith(_ANSWER)}
    said = {name.removeprefix(_EXPLANATION): visit.typed(name) for name in visit.form if name.startswith(_EXPLANATION)}
    return Interview(data, answers, said, min(at, len(data["questionnaire"]["groups"])))


async def _looked_over(visit: Visit, told: Interview) -> Mapping[str, Any]:
    kind = told.data["questionnaire"]["kind"]
    data = await visit.query("assessment-preview", id=_party(visit), kind=kind, answers=told.input())
    found: Mapping[str, Any] = data["assessmentPreview"]
    return found


async def _missing(visit: Visit, told: Interview) -> dict[str, str]:
    """What is wrong with the answers of the page, by question."""
    faults = (await _looked_over(visit, told))["faults"]
    return {fault["question"]: fault["what"] for fault in faults if fault["question"] in told.shown}


async def _record(visit: Visit, told: Interview) -> Response:
    if visit.typed("declared") != "yes":
        return await _page(visit, replace(told, at=len(told.groups)), undeclared=True)
    given = {
        "kind": told.data["questionnaire"]["kind"],
        "answers": told.input(),
        "explanations": [{"contradiction": code, "words": words} for code, words in told.explanations.items()],
        "locale": visit.actor.locale,
    }
    outcome = await visit.act(
        "assessment-take", id=_party(visit), input=given, idempotencyKey=visit.optional("idempotencyKey")
    )
    if outcome.problem is not None:
        return await _page(visit, replace(told, at=len(told.groups)), problem=outcome.problem)
    return visit.redirect(f"/assessments/{outcome.result['id']}", "assessment.taken")


async def _page(
    visit: Visit,
    told: Interview,
    *,
    missing: Mapping[str, str] | None = None,
    undeclared: bool = False,
    problem: Problem | None = None,
) -> Response:
    found = await _looked_over(visit, told)
    last = told.at >= len(told.groups)
    here = [
        rule for rule in found["contradictions"] if last or {rule["firstQuestion"], rule["secondQuestion"]} & told.shown
    ]
    places = {question["code"]: place for place, group in enumerate(told.groups) for question in group["questions"]}
    words = {question["code"]: question["words"] for group in told.groups for question in group["questions"]}
    status = 422 if missing or undeclared else 200 if problem is None else problem.status
    return visit.html(
        "suitability/interview.html",
        status,
        party=told.data["party"],
        questionnaire=told.data["questionnaire"],
        kind=visit.request.path_params["kind"],
        groups=told.groups,
        at=told.at,
        last=last,
        shown=told.shown,
        answers=told.answers,
        explanations=told.explanations,
        contradictions=here,
        faults=found["faults"] if last else [],
        places=places,
        words=words,
        missing=missing or {},
        declared=visit.typed("declared") == "yes",
        undeclared=undeclared,
        problem=problem,
    )


async def shown(visit: Visit, *, problem: Problem | None = None) -> Response:
    assessment = (await visit.query("assessment", id=str(visit.request.path_params["assessment_id"])))["assessment"]
    party_id = str(assessment["party"]["id"]) if assessment["party"] else None
    return visit.html(
        "suitability/assessment.html",
        200 if problem is None else problem.status,
        assessment=assessment,
        file=assessment["file"],
        party=assessment["party"],
        picture=picture(assessment),
        may=await visit.rights("PARTY", party_id) if party_id else {},
        problem=problem,
    )


async def printed(visit: Visit) -> Response:
    """The record for the customer to sign or take home."""
    assessment_id = visit.request.path_params["assessment_id"]
    fonts = visit.web.settings.data_dir / "fonts"
    pdf = await visit.web.platform.run(
        visit.actor, lambda ctx: document.printed(ctx, assessment_id, fonts=fonts if fonts.is_dir() else None)
    )
    headers = {"content-disposition": f'inline; filename="assessment-{assessment_id}.pdf"', "cache-control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def withdraw(visit: Visit) -> Response:
    assessment_id = str(visit.request.path_params["assessment_id"])
    outcome = await visit.act(
        "assessment-withdraw",
        id=assessment_id,
        reason=visit.typed("reason"),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await shown(visit, problem=outcome.problem)
    return visit.redirect(f"/assessments/{assessment_id}", "assessment.withdrawn")


def _party(visit: Visit) -> str:
    return str(visit.request.path_params["party_id"])
