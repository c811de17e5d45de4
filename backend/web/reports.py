"""Reports: choosing and narrowing one, its first lines, running it into a file, and fetching what was run."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from backend.edge import reporting
from backend.reporting.filters import OUTCOMES
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import PageRefused, Problem
from backend.web.report_filters import FIELDS, action_choices, filters_of

_RUNS: Final = 30
_LINES: Final = 20
_FORMATS: Final = ("xlsx", "csv", "jsonl", "pdf")
_MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


def routes(web: Web) -> list[Route]:
    return [
        Route("/reports", page(web, listed), methods=["GET"]),
        Route("/reports/{run_id:uuid}/file", page(web, fetched), methods=["GET"]),
        Route("/reports/{code}", page(web, built), methods=["GET"]),
        Route("/reports/{code}", form(web, started), methods=["POST"]),
    ]


async def listed(visit: Visit) -> Response:
    return visit.html("reports/list.html", **await visit.query("reports", first=_RUNS))


async def built(visit: Visit) -> Response:
    asked = visit.request.query_params
    given = {name: asked.get(name, "").strip() for name in FIELDS}
    return await _builder(visit, given, preview="show" in asked)


async def started(visit: Visit) -> Response:
    given = {name: visit.typed(name) for name in FIELDS}
    wanted: dict[str, Any] = {
        "report": visit.request.path_params["code"],
        "format": visit.typed("format").upper(),
        "language": visit.typed("language"),
    }
    try:
        wanted["filters"] = filters_of(given)
        outcome = await visit.act("report-start", input=wanted, idempotencyKey=visit.optional("idempotencyKey"))
    except PageRefused as refused:
        return await _builder(visit, given, problem=refused.problem)
    if outcome.problem is not None:
        return await _builder(visit, given, problem=outcome.problem)
    notice = "report.finished" if outcome.result["state"] == "FINISHED" else "report.started"
    return visit.redirect("/reports", notice)


async def fetched(visit: Visit) -> Response:
    run_id: UUID = visit.request.path_params["run_id"]
    run, pieces = await reporting.download(visit.web.platform, visit.actor, run_id)
    name = run.file_name or f"{run.report}.{run.format}"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(run.size),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(pieces, media_type=_MEDIA[name.rpartition(".")[2]], headers=headers)


async def _builder(
    visit: Visit, given: Mapping[str, str], *, preview: bool = False, problem: Problem | None = None
) -> Response:
    code = visit.request.path_params["code"]
    data = await visit.query("report-builder")
    report = next((each for each in data["reports"] if each["code"] == code), None)
    if report is None:
        raise PageUnknown()
    shown = None
    if preview and problem is None:
        try:
            answer = await visit.query("report-preview", report=code, filters=filters_of(given), first=_LINES)
            shown = answer["preview"]
        except PageRefused as refused:
            problem = refused.problem
    return visit.html(
        "reports/builder.html",
        200 if problem is None else problem.status,
        report=report,
        staff=data["staff"],
        typed=given,
        preview=shown,
        problem=problem,
        actions=action_choices(visit.actor.locale) if "actions" in report["filters"] else (),
        outcomes=OUTCOMES,
        formats=_FORMATS,
    )
