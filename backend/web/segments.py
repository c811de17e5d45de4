"""Segments in the web client: sizes over time, who moved and why, and groups that are found and adopted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.engagement.segments.rules import OUTSIDE
from backend.web import flow_picture, grouping_picture, labels, trend_picture
from backend.web.door import Outcome, Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem
from backend.web.sizes import amounts

_RUNS: Final = 24
_LISTED: Final = 100
_NO_COLOUR: Final = "#c3cad6"
_SCHEMES: Final = ("rules", "clusters")
_CODES: Final = {"kind": "kind", "stage": "stage", "channel": "channel", "risk_level": "risk"}
"""By fact, the words for its codes."""


def routes(web: Web) -> list[Route]:
    here = "/life/segments"
    return [
        Route(here, page(web, shown), methods=["GET"]),
        Route(f"{here}/run", form(web, run), methods=["POST"]),
        Route(f"{here}/fit", form(web, fit), methods=["POST"]),
        Route(f"{here}/groups/{{id:uuid}}/adopt", form(web, adopt), methods=["POST"]),
        Route(f"{here}/groups/{{id:uuid}}/reject", form(web, reject), methods=["POST"]),
        Route(f"{here}/moves/{{id:uuid}}", page(web, moves), methods=["GET"]),
        Route(f"{here}/{{scheme}}/{{code}}", page(web, members), methods=["GET"]),
    ]


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("segments", first=_RUNS)
    policy, rules, groups = visit.web.platform.policy_of(visit.actor), data["rules"], data["clusters"]
    return visit.html(
        "engagement/segments.html",
        200 if problem is None else problem.status,
        rules=_told(rules),
        groups=_told(groups),
        groupings=[_drawn(each) for each in data["groupings"]],
        work=data["segmentWork"],
        currency=visit.person.tenant.currency,
        may_run=policy.ever(visit.actor, "run", "segment"),
        may_fit=policy.ever(visit.actor, "fit", "segment"),
        problem=problem,
        amounts=amounts,
        codes_of=codes_of,
    )


def _told(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The newest run, and the sizes of all as a picture, the oldest first.

    Whoever is outside a grouping is in no picture: many of them would leave no room for the groups.
    """
    if not runs:
        return None
    newest = runs[0]
    ordered = sorted(newest["sizes"], key=lambda size: (size["code"] == OUTSIDE, -size["customers"]))
    codes = [size["code"] for size in ordered if size["code"] != OUTSIDE]
    others = sorted({size["code"] for each in runs for size in each["sizes"]} - {*codes, OUTSIDE})
    history = [_grouped(each) for each in reversed(runs)]
    return {
        "run": newest,
        "before": runs[1]["asOf"] if runs[1:] else None,
        "flow": _flow(newest, history[-2], [*codes, *others]) if runs[1:] else None,
        "sizes": ordered,
        "names": {size["code"]: size["name"] for each in reversed(runs) for size in each["sizes"]},
        "colours": {OUTSIDE: _NO_COLOUR}
        | {
            code: trend_picture.COLOURS[place % len(trend_picture.COLOURS)]
            for place, code in enumerate([*codes, *others])
        },
        "bars": [
            [{**piece, "day": each["asOf"]} for piece in bar]
            for bar, each in zip(trend_picture.stacked(history, [*codes, *others]), reversed(runs), strict=True)
        ],
    }


def _flow(run: Mapping[str, Any], before: Mapping[str, int], codes: Sequence[str]) -> dict[str, Any] | None:
    """Whoever comes from outside the grouping arrives, and whoever goes there leaves."""
    flows = [(flow["origin"], flow["target"], flow["customers"]) for flow in run["flows"]]
    moves = [flow for flow in flows if OUTSIDE not in flow]
    arrivals = Counter({flow["target"]: flow["customers"] for flow in run["arrivals"]})
    arrivals.update({target: count for origin, target, count in flows if origin == OUTSIDE})
    return flow_picture.alluvial(before, _grouped(run), moves, arrivals, codes)


def _grouped(run: Mapping[str, Any]) -> dict[str, int]:
    return {size["code"]: size["customers"] for size in run["sizes"] if size["code"] != OUTSIDE}


def _drawn(grouping: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **grouping,
        "profile": grouping_picture.profile(grouping["groups"]),
        "clearness": grouping_picture.clearness(grouping["tried"], len(grouping["groups"])),
    }


async def run(visit: Visit) -> Response:
    scheme = visit.typed("scheme")
    outcome = await visit.act(
        "segments-run",
        scheme=(scheme if scheme in _SCHEMES else _SCHEMES[0]).upper(),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    return await _asked(visit, outcome, "segment.run")


async def fit(visit: Visit) -> Response:
    outcome = await visit.act("groups-fit", idempotencyKey=visit.optional("idempotencyKey"))
    return await _asked(visit, outcome, "segment.fitted")


async def _asked(visit: Visit, outcome: Outcome, done: str) -> Response:
    """A small portfolio is done before the answer; a failure is told by the page itself."""
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    notices = {"DONE": done, "WAITING": "segment.asked"}
    return visit.redirect("/life/segments", notices.get(outcome.result["state"]))


async def adopt(visit: Visit) -> Response:
    return await _decide(visit, "groups-adopt", "segment.adopted")


async def reject(visit: Visit) -> Response:
    return await _decide(visit, "groups-reject", "segment.rejected")


async def _decide(visit: Visit, document: str, notice: str) -> Response:
    outcome = await visit.act(
        document, id=str(visit.request.path_params["id"]), idempotencyKey=visit.optional("idempotencyKey")
    )
    return await _after(visit, outcome.problem, notice)


async def _after(visit: Visit, problem: Problem | None, notice: str) -> Response:
    return visit.redirect("/life/segments", notice) if problem is None else await shown(visit, problem)


async def moves(visit: Visit) -> Response:
    asked = visit.request.query_params
    origin, target = asked.get("from") or None, asked.get("to") or None
    run_id = str(visit.request.path_params["id"])
    data = await visit.query("segment-moves", run=run_id, origin=origin, target=target, first=_LISTED)
    return visit.html(
        "engagement/segment_moves.html",
        moves=data["segmentMoves"],
        names=_names(data),
        origin=origin,
        target=target,
        currency=visit.person.tenant.currency,
        amounts=amounts,
    )


async def members(visit: Visit) -> Response:
    scheme, code = visit.request.path_params["scheme"], visit.request.path_params["code"]
    if scheme not in _SCHEMES:
        raise PageUnknown()
    data = await visit.query("segment-members", scheme=scheme.upper(), segment=code, first=_LISTED)
    runs = data["segmentRuns"]
    segment = next((size for size in (runs[0]["sizes"] if runs else ()) if size["code"] == code), None)
    if segment is None:
        raise PageUnknown()
    return visit.html(
        "engagement/segment_members.html",
        segment=segment,
        members=data["segmentMembers"],
        currency=visit.person.tenant.currency,
        amounts=amounts,
    )


def _names(data: Mapping[str, Any]) -> dict[str, str]:
    return {size["code"]: size["name"] for run in reversed(data["segmentRuns"]) for size in run["sizes"]}


def codes_of(locale: str, fact: str, limit: str) -> str:
    """Codes that a condition compares with, in words; a region stands for itself."""
    if fact not in _CODES:
        return limit
    return ", ".join(labels.label(locale, _CODES[fact], code) for code in limit.split(", "))
