"""My work: what waits, what is late, tasks, where the cases and the own customers stand."""

from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.core.i18n import translate
from backend.web import labels
from backend.web.door import Visit, Web, page

_STAGES: Final = ("prospect", "onboarding", "active", "growing", "loyal", "at_risk", "dormant", "churned", "won_back")
_CLOSED: Final = frozenset({"APPROVED", "APPROVED_WITH_CONDITIONS", "REJECTED", "WITHDRAWN", "EXPIRED"})


def routes(web: Web) -> list[Route]:
    return [Route("/", page(web, home), methods=["GET"])]


async def home(visit: Visit) -> Response:
    policy = visit.web.platform.policy_of(visit.actor)
    tasks = policy.ever(visit.actor, "view", "task")
    cases = policy.ever(visit.actor, "view", "onboarding_case")
    data = await visit.query("home", tasks=tasks, cases=cases)
    states: dict[str, int] = {}
    for figure in data.get("caseFigures") or ():
        states[figure["state"]] = states.get(figure["state"], 0) + figure["cases"]
    return visit.html(
        "home/home.html",
        work=data["myWork"],
        queues=data["queues"],
        queue_words={queue["name"]: queue["words"] for queue in data["queues"]},
        states=states,
        open_cases=sum(count for state, count in states.items() if state not in _CLOSED),
        recent=(data.get("recent") or {"nodes": []})["nodes"],
        tasks=(data.get("tasks") or {"nodes": []})["nodes"],
        task_figures=data.get("taskFigures"),
        to_sign=data["awaitedSignatureCount"],
        book=_book(data, visit.actor.locale),
    )


def _book(data: Any, locale: str) -> dict[str, Any]:
    """The own customers by stage, without the stages in which there is nobody."""
    counts = [(stage, data[stage]["totalCount"]) for stage in _STAGES]
    held = [(stage, count) for stage, count in counts if count]
    return {
        "rows": held,
        "total": sum(count for _, count in held),
        "chart": {
            "names": [labels.label(locale, "stage", stage) for stage, _ in held],
            "values": [count for _, count in held],
        },
        "words": translate(locale, "My customers by stage"),
    }
