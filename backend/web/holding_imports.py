"""Files brought by people: looked at first where wished, loaded with progress, and what was not taken."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from backend.core.errors import TenureError
from backend.core.i18n import translate
from backend.edge import loading
from backend.onboarding.migration import waiting_files
from backend.onboarding.migration.holding_files import FileKind
from backend.web.door import Visit, Web, form, page
from backend.web.errors import FileMissing, PageUnknown
from backend.web.refusals import Problem, of_error

_PAGE: Final = 50
_FIRST: Final = 10
_WAIT_SECONDS: Final = 2.0
_KINDS: Final = {kind.value: kind for kind in FileKind}


def routes(web: Web) -> list[Route]:
    return [
        Route("/imports", page(web, listed), methods=["GET"]),
        Route("/imports", form(web, receive), methods=["POST"]),
        Route("/imports/{run_id:uuid}", page(web, shown), methods=["GET"]),
        Route("/imports/{run_id:uuid}/progress", page(web, progress), methods=["GET"]),
        Route("/imports/{run_id:uuid}/load", form(web, load), methods=["POST"]),
        Route("/imports/{run_id:uuid}/discard", form(web, discard), methods=["POST"]),
    ]


async def listed(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("imports")
    kinds = [kind.lower() for kind in data["loadableFiles"]]
    asked = visit.request.query_params.get("kind", "") if problem is None else visit.typed("kind")
    return visit.html(
        "imports/list.html",
        200 if problem is None else problem.status,
        imports=data["holdingImports"],
        may_load=bool(kinds),
        kinds=kinds,
        kind=asked,
        problem=problem,
    )


async def receive(visit: Visit) -> Response:
    try:
        file = visit.form.get("file")
        if not isinstance(file, UploadFile) or not file.filename or visit.typed("kind") not in _KINDS:
            raise FileMissing(field="file")
        kind, content = _KINDS[visit.typed("kind")], await file.read()
        platform, notice = visit.web.platform, "import.received"
        if visit.typed("look") == "yes":
            run_id, notice = await loading.check(platform, visit.actor, kind, file.filename, content), "import.checked"
        else:
            run_id = await loading.upload(
                platform, visit.actor, kind, file.filename, content, wait_seconds=_WAIT_SECONDS
            )
    except TenureError as error:
        return await listed(visit, of_error(error, visit.actor.locale))
    return visit.redirect(f"/imports/{run_id}", notice)


async def load(visit: Visit) -> Response:
    run_id = UUID(str(visit.request.path_params["run_id"]))
    await loading.confirm(visit.web.platform, visit.actor, run_id, wait_seconds=_WAIT_SECONDS)
    return visit.redirect(f"/imports/{run_id}", "import.confirmed")


async def discard(visit: Visit) -> Response:
    run_id = UUID(str(visit.request.path_params["run_id"]))
    await visit.web.platform.run(visit.actor, lambda ctx: waiting_files.discard(ctx, run_id))
    return visit.redirect("/imports", "import.discarded")


async def shown(visit: Visit) -> Response:
    return await _page(visit, "imports/import.html")


async def progress(visit: Visit) -> Response:
    """The part of the page that is asked for again while the file is loaded."""
    return await _page(visit, "imports/progress.html")


async def _page(visit: Visit, template: str) -> Response:
    run_id, after = str(visit.request.path_params["run_id"]), visit.request.query_params.get("after")
    found = (await visit.query("import", id=run_id, first=_PAGE, after=after))["holdingImport"]
    if found is None:
        raise PageUnknown()
    waits = found["state"] == "CHECKED"
    return visit.html(template, run=found, preview=await _preview(visit, UUID(run_id)) if waits else None)


async def _preview(visit: Visit, run_id: UUID) -> dict[str, Any]:
    """The first rows as they will be taken, with the columns in which any of them says something."""
    found = await loading.preview(visit.web.platform, visit.actor, run_id, most=_FIRST)
    rows = [{name: _cell(value) for name, value in asdict(line).items() if name != "line"} for line in found.first]
    columns = [name for name in rows[0] if any(row[name] for row in rows)] if rows else []
    locale = visit.actor.locale
    problems = [(each.line, each.column, translate(locale, each.reason)) for each in found.problems]
    return {"rows": rows, "columns": columns, "count": found.rows, "bad": found.bad, "problems": problems}


def _cell(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
