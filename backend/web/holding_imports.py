"""Files of holdings brought by an administrator: handed in, loaded with progress, and what was not taken."""

from typing import Final

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from backend.core.errors import TenureError
from backend.edge import loading
from backend.onboarding.migration.holding_files import FileKind
from backend.web.door import Visit, Web, form, page
from backend.web.errors import FileMissing, PageUnknown
from backend.web.refusals import Problem, of_error

_PAGE: Final = 50
_WAIT_SECONDS: Final = 2.0
_KINDS: Final = {kind.value: kind for kind in FileKind}


def routes(web: Web) -> list[Route]:
    return [
        Route("/imports", page(web, listed), methods=["GET"]),
        Route("/imports", form(web, receive), methods=["POST"]),
        Route("/imports/{run_id:uuid}", page(web, shown), methods=["GET"]),
        Route("/imports/{run_id:uuid}/progress", page(web, progress), methods=["GET"]),
    ]


async def listed(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("imports")
    policy = visit.web.platform.policy_of(visit.actor)
    return visit.html(
        "imports/list.html",
        200 if problem is None else problem.status,
        imports=data["holdingImports"],
        may_load=bool(policy.scopes(visit.actor, "run", "import")),
        kinds=list(_KINDS),
        kind=visit.typed("kind") if problem is not None else "",
        problem=problem,
    )


async def receive(visit: Visit) -> Response:
    try:
        file = visit.form.get("file")
        if not isinstance(file, UploadFile) or not file.filename or visit.typed("kind") not in _KINDS:
            raise FileMissing(field="file")
        kind, content = _KINDS[visit.typed("kind")], await file.read()
        run_id = await loading.upload(
            visit.web.platform, visit.actor, kind, file.filename, content, wait_seconds=_WAIT_SECONDS
        )
    except TenureError as error:
        return await listed(visit, of_error(error, visit.actor.locale))
    return visit.redirect(f"/imports/{run_id}", "import.received")


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
    return visit.html(template, run=found)
