"""Lists that parties are screened against: loaded, compared with the version before, confirmed, rolled back."""

from typing import Any, Final
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from backend.access.context import Context
from backend.screening import service
from backend.screening.lists.formats import FORMATS
from backend.screening.service import Loaded, Outcome
from backend.web.door import Visit, Web, form, page
from backend.web.errors import FileMissing, PageUnknown
from backend.web.refusals import Problem, of_error

_LISTS: Final = "/screening/lists"
_NOTICES: Final = {
    Outcome.IN_FORCE: "list.loaded",
    Outcome.NOTHING_NEW: "list.unchanged",
    Outcome.WAITING: "list.waits",
}


def routes(web: Web) -> list[Route]:
    return [
        Route(_LISTS, page(web, listed), methods=["GET"]),
        Route(f"{_LISTS}/load", form(web, load, most=web.settings.max_list_bytes), methods=["POST"]),
        Route(f"{_LISTS}/rescan", form(web, rescan), methods=["POST"]),
        Route(f"{_LISTS}/{{list_id:uuid}}", page(web, shown), methods=["GET"]),
        Route(f"{_LISTS}/{{list_id:uuid}}/versions/{{number:int}}", page(web, changed), methods=["GET"]),
        Route(f"{_LISTS}/{{list_id:uuid}}/roll-back", form(web, roll_back), methods=["POST"]),
        Route(f"{_LISTS}/{{list_id:uuid}}/versions/{{version_id:uuid}}/{{act}}", form(web, answer), methods=["POST"]),
    ]


async def listed(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("screening-lists")
    policy, actor = visit.web.platform.policy_of(visit.actor), visit.actor
    return visit.html(
        "screening/lists.html",
        200 if problem is None else problem.status,
        lists=data["screeningLists"],
        runs=data["screeningRuns"],
        may_load=policy.ever(actor, "load", "screening_list"),
        may_run=policy.ever(actor, "run", "screening"),
        further={name: format_.optional for name, format_ in FORMATS.items()},
        upload_limit=visit.web.settings.max_list_bytes // 1024**2,
        problem=problem,
        chosen=visit.typed("code"),
    )


async def load(visit: Visit) -> Response:
    code, files = visit.typed("code"), await _files(visit)
    if "main" not in files:
        return await listed(visit, of_error(FileMissing(field="main"), visit.actor.locale))

    async def loaded(ctx: Context) -> Loaded:
        return await service.load_list(ctx, code=code, files=files)

    found = await visit.web.platform.run(visit.actor, loaded)
    if found.refusal is not None:
        return await listed(visit, of_error(found.refusal, visit.actor.locale))
    return visit.redirect(_LISTS, _NOTICES[found.outcome])


async def _files(visit: Visit) -> dict[str, bytes]:
    """By part: main, and what belongs to it (alt, add, comments)."""
    parts: dict[str, bytes] = {}
    for name in ("main", "alt", "add", "comments"):
        sent: Any = visit.form.get(name)
        if isinstance(sent, UploadFile) and sent.filename:
            parts[name] = await sent.read()
    return parts


async def rescan(visit: Visit) -> Response:
    outcome = await visit.act("screening-rescan", idempotencyKey=visit.optional("idempotencyKey"))
    if outcome.problem is not None:
        return await listed(visit, outcome.problem)
    return visit.redirect(_LISTS, "screening.started")


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("screening-list", id=_list_id(visit))
    found = data["screeningList"]
    if found is None:
        raise PageUnknown()
    policy, actor = visit.web.platform.policy_of(visit.actor), visit.actor
    return visit.html(
        "screening/list.html",
        200 if problem is None else problem.status,
        list=found,
        may_roll_back=policy.ever(actor, "rollback", "screening_list"),
        may_confirm=policy.ever(actor, "confirm", "screening_list"),
        problem=problem,
    )


async def changed(visit: Visit) -> Response:
    number = int(visit.request.path_params["number"])
    data = await visit.query("screening-version", id=_list_id(visit), before=number + 1)
    found = data["screeningList"]
    version = next((each for each in (found or {}).get("versions", ()) if each["number"] == number), None)
    if version is None:
        raise PageUnknown()
    whole = await visit.query("screening-list", id=_list_id(visit))
    return visit.html("screening/version.html", list=whole["screeningList"], version=version)


async def roll_back(visit: Visit) -> Response:
    typed = visit.typed("number")
    outcome = await visit.act(
        "list-roll-back",
        code=visit.typed("code"),
        number=int(typed) if typed.isdigit() else 0,
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    return await _back(visit, outcome.problem, "list.rolled_back")


async def answer(visit: Visit) -> Response:
    """A second person to a version that waits."""
    agreed = visit.request.path_params["act"] == "confirm"
    version_id: UUID = visit.request.path_params["version_id"]
    outcome = await visit.act(
        "list-confirm" if agreed else "list-dismiss",
        id=str(version_id),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    return await _back(visit, outcome.problem, "list.confirmed" if agreed else "list.dismissed")


async def _back(visit: Visit, problem: Problem | None, notice: str) -> Response:
    if problem is not None:
        return await shown(visit, problem)
    return visit.redirect(f"{_LISTS}/{_list_id(visit)}", notice)


def _list_id(visit: Visit) -> str:
    return str(visit.request.path_params["list_id"])
