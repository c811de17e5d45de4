"""Models of the customer's life: the inventory, one model with its versions, card, pictures, validation and watch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from backend.web import model_picture
from backend.web.door import Visit, Web, form, page
from backend.web.refusals import Problem

_INVENTORY: Final = "/life/models"
_SIDES: Final = {
    "side": model_picture.SIDE,
    "wide": model_picture.WIDE,
    "bars": model_picture.BARS,
    "low": model_picture.LOW,
}


@dataclass(frozen=True, slots=True)
class Act:
    document: str
    notice: str
    given: Callable[[Visit], dict[str, Any]] = lambda _: {}


def _words(visit: Visit) -> dict[str, Any]:
    return {"words": visit.typed("words")}


def _found(visit: Visit) -> dict[str, Any]:
    return {"severity": visit.typed("severity").upper(), "words": visit.typed("words")}


def _answer(visit: Visit) -> dict[str, Any]:
    return {"finding": visit.typed("finding"), "answer": visit.typed("answer")}


_ACTS: Final[Mapping[str, Act]] = {
    "submit": Act("model-submit", "model.submitted"),
    "find": Act("model-find", "model.found", _found),
    "answer": Act("model-answer", "model.answered", _answer),
    "validate": Act("model-validate", "model.validated", _words),
    "reject": Act("model-reject", "model.rejected", _words),
    "challenge": Act("model-challenge", "model.challenged"),
    "promote": Act("model-promote", "model.promoted"),
    "keep": Act("model-keep", "model.kept"),
    "confirm": Act("model-confirm", "model.confirmed"),
    "retire": Act("model-retire", "model.retired"),
}


def routes(web: Web) -> list[Route]:
    one = f"{_INVENTORY}/{{model_id:uuid}}"
    return [
        Route(_INVENTORY, page(web, listed), methods=["GET"]),
        Route(f"{_INVENTORY}/train", form(web, train), methods=["POST"]),
        Route(f"{_INVENTORY}/versions/{{version_id:uuid}}", page(web, found), methods=["GET"]),
        Route(one, page(web, shown), methods=["GET"]),
        Route(f"{one}/{{version_id:uuid}}/card.md", page(web, written), methods=["GET"]),
        Route(f"{one}/{{version_id:uuid}}/{{act}}", form(web, act), methods=["POST"]),
    ]


async def listed(visit: Visit, *, problem: Problem | None = None) -> Response:
    data = await visit.query("models")
    rows = [_line(each) for each in data["models"]]
    return visit.html(
        "engagement/models.html",
        200 if problem is None else problem.status,
        models=rows,
        choices_=data["modelChoices"],
        problem=problem,
        typed={"code": visit.typed("code"), "horizon": visit.typed("horizon")} if problem else {},
    )


def _line(model: Mapping[str, Any]) -> dict[str, Any]:
    """With the version in use, the newest one, and its first figure."""
    versions: Sequence[Mapping[str, Any]] = model["versions"]
    champion = next((each for each in versions if each["state"] == "CHAMPION"), None)
    newest = versions[0] if versions else None
    watched = champion["watches"][0] if champion is not None and champion["watches"] else None
    best = champion or newest
    figure = best["metrics"][0] if best is not None and best["metrics"] else None
    return {**model, "champion": champion, "newest": newest, "watched": watched, "figure": figure}


async def train(visit: Visit) -> Response:
    typed = visit.typed("horizon")
    outcome = await visit.act(
        "model-train",
        code=visit.typed("code"),
        horizonMonths=int(typed) if typed.isdecimal() else None,
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await listed(visit, problem=outcome.problem)
    model_id = visit.typed("model")
    return visit.redirect(f"{_INVENTORY}/{model_id}" if model_id else _INVENTORY, "model.requested")


async def found(visit: Visit) -> Response:
    """Where a version stands: work names it alone."""
    version_id = str(visit.request.path_params["version_id"])
    data = await visit.query("model-version", id=version_id)
    return visit.redirect(f"{_INVENTORY}/{data['modelVersion']['modelId']}?version={version_id}")


async def shown(visit: Visit, *, problem: Problem | None = None, failed: str = "", version: str = "") -> Response:
    model_id = str(visit.request.path_params["model_id"])
    data = await visit.query("model", id=model_id)
    chosen = _chosen(data["model"]["versions"], version or visit.request.query_params.get("version", ""))
    one = None if chosen is None else (await visit.query("model-version", id=str(chosen)))["modelVersion"]
    return visit.html(
        "engagement/model.html",
        200 if problem is None else problem.status,
        model=data["model"],
        version=one,
        may_train=data["modelChoices"]["mayTrain"],
        pictures=None if one is None else _pictures(one),
        sides=_SIDES,
        problem=problem,
        failed=failed,
        typed={name: visit.typed(name) for name in ("words", "answer", "severity")} if problem else {},
    )


def _chosen(versions: Sequence[Mapping[str, Any]], asked: str) -> UUID | None:
    """The one asked for, else the champion, else the newest."""
    by_id: dict[str, UUID] = {str(each["id"]): each["id"] for each in versions}
    if asked in by_id:
        return by_id[asked]
    champion: list[UUID] = [each["id"] for each in versions if each["state"] == "CHAMPION"]
    return next(iter([*champion, *by_id.values()]), None)


def _pictures(version: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "roc": model_picture.roc(version["curves"]),
        "rocs": model_picture.rocs(version["comparison"]),
        "qini": model_picture.qini(version["curves"]),
        "told": model_picture.told_and_came(version["curves"]),
        "lift": model_picture.lift(version["curves"]),
        "drift": model_picture.drift(version["watches"]),
    }


async def act(visit: Visit) -> Response:
    places, name = visit.request.path_params, visit.request.path_params["act"]
    if name not in _ACTS:
        return await shown(visit)
    chosen, version_id = _ACTS[name], str(places["version_id"])
    key = {} if name == "answer" else {"id": version_id}
    outcome = await visit.act(
        chosen.document, **key, **chosen.given(visit), idempotencyKey=visit.optional("idempotencyKey")
    )
    if outcome.problem is not None:
        return await shown(visit, problem=outcome.problem, failed=name, version=version_id)
    return visit.redirect(f"{_INVENTORY}/{places['model_id']}?version={version_id}", chosen.notice)


async def written(visit: Visit) -> Response:
    """The card as Markdown, in the reader's language."""
    data = await visit.query("model-version", id=str(visit.request.path_params["version_id"]))
    version = data["modelVersion"]
    headers = {
        "content-disposition": f'attachment; filename="model-card-{version["number"]}.md"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(version["card"]["markdown"], media_type="text/markdown; charset=utf-8", headers=headers)
