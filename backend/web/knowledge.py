"""Knowledge in the web client: articles, the assistant for colleagues, questions that it left to a person, figures."""

from typing import Any, Final
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_DAYS: Final = 90
_RIGHTS: Final = (
    ("edit", "knowledge"),
    ("approve", "knowledge"),
    ("ask", "assistant"),
    ("answer", "assistant"),
    ("report", "assistant"),
)
_TEXTS: Final = {"titleEn": "title_en", "titleZh": "title_zh", "bodyEn": "body_en", "bodyZh": "body_zh"}
_ACTS: Final = {
    "propose": ("knowledge-propose", "knowledge.proposed"),
    "approve": ("knowledge-approve", "knowledge.approved"),
    "reject": ("knowledge-reject", "knowledge.rejected"),
}


def routes(web: Web) -> list[Route]:
    one = "/knowledge/{id:uuid}"
    asked = "/knowledge/questions/{id:uuid}"
    return [
        Route("/knowledge", page(web, listed), methods=["GET"]),
        Route("/knowledge/ask", page(web, blank), methods=["GET"]),
        Route("/knowledge/ask", form(web, ask), methods=["POST"]),
        Route("/knowledge/new", page(web, new), methods=["GET"]),
        Route("/knowledge/new", form(web, create), methods=["POST"]),
        Route("/knowledge/questions", page(web, questions), methods=["GET"]),
        Route(asked, page(web, conversation), methods=["GET"]),
        Route(asked + "/reply", form(web, reply), methods=["POST"]),
        Route(one, page(web, shown), methods=["GET"]),
        Route(one + "/revise", form(web, revise), methods=["POST"]),
        Route(one + "/review", form(web, review), methods=["POST"]),
        Route(one + "/retire", form(web, retire), methods=["POST"]),
        Route(one + "/versions/{version:uuid}/{act}", form(web, act), methods=["POST"]),
    ]


def _may(visit: Visit) -> dict[str, bool]:
    policy = visit.web.platform.policy_of(visit.actor)
    return {action: policy.ever(visit.actor, action, obj) for action, obj in _RIGHTS}


async def listed(visit: Visit) -> Response:
    may, topic = _may(visit), visit.request.query_params.get("topic") or None
    data = await visit.query("knowledge", topic=topic, figures=may["report"], days=_DAYS)
    return visit.html(
        "knowledge/list.html",
        articles=data["knowledgeArticles"],
        topics=data["knowledgeTopics"],
        figures=data.get("assistantFigures"),
        institution=visit.person.tenant.slug,
        topic=topic,
        days=_DAYS,
        may=may,
    )


async def blank(visit: Visit, problem: Problem | None = None, answer: Any = None) -> Response:
    """With what the reader asked before, and the replies."""
    may = _may(visit)
    earlier = (await visit.query("assistant-mine"))["myAssistantConversations"] if may["ask"] else []
    return visit.html(
        "knowledge/ask.html",
        200 if problem is None else problem.status,
        answer=answer,
        earlier=[each for each in earlier if answer is None or each["id"] != answer["conversationId"]],
        problem=problem,
        question=visit.typed("question"),
        may=may,
    )


async def ask(visit: Visit) -> Response:
    outcome = await visit.act("knowledge-ask", question=visit.typed("question"), token=visit.optional("token"))
    return await blank(visit, outcome.problem, None if outcome.problem else outcome.result)


def _given(visit: Visit) -> dict[str, Any]:
    """The texts of the form; questions are lines."""
    told: dict[str, Any] = {name: visit.typed(field) for name, field in _TEXTS.items()}
    for name, field in (("questionsEn", "questions_en"), ("questionsZh", "questions_zh")):
        told[name] = [line.strip() for line in visit.typed(field).splitlines() if line.strip()]
    return told


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.typed(name) for name in visit.form if name not in {"_token", "idempotencyKey"}}


async def new(visit: Visit, problem: Problem | None = None) -> Response:
    """From a question that nothing answered, with its words where people would ask."""
    asked = visit.request.query_params.get("from")
    typed = _typed(visit)
    if asked and not typed:
        found = (await visit.query("assistant-conversation", id=asked))["assistantConversation"]
        field = "questions_zh" if found["locale"] == "zh_CN" else "questions_en"
        typed = {field: "\n".join(turn["question"] or "" for turn in found["turns"])}
    data = await visit.query("knowledge-topics")
    return visit.html(
        "knowledge/new.html",
        200 if problem is None else problem.status,
        topics=data["knowledgeTopics"],
        problem=problem,
        typed=typed,
        may=_may(visit),
    )


async def create(visit: Visit) -> Response:
    head = {
        "code": visit.typed("code"),
        "audience": visit.typed("audience").upper(),
        "topic": visit.typed("topic"),
        "reviewOn": visit.typed("review_on"),
    }
    outcome = await visit.act(
        "knowledge-create", input=head, texts=_given(visit), idempotencyKey=visit.optional("idempotencyKey")
    )
    if outcome.problem is not None:
        return await new(visit, outcome.problem)
    return visit.redirect(f"/knowledge/{outcome.result['id']}", "knowledge.written")


async def shown(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("knowledge-article", id=str(visit.request.path_params["id"]))
    return visit.html(
        "knowledge/article.html",
        200 if problem is None else problem.status,
        article=data["knowledgeArticle"],
        problem=problem,
        typed=_typed(visit),
        may=_may(visit),
    )


async def _step(visit: Visit, document: str, notice: str, record_id: UUID | str, **given: Any) -> Response:
    outcome = await visit.act(document, id=str(record_id), idempotencyKey=visit.optional("idempotencyKey"), **given)
    if outcome.problem is not None:
        return await shown(visit, outcome.problem)
    return visit.redirect(f"/knowledge/{visit.request.path_params['id']}", notice)


async def revise(visit: Visit) -> Response:
    article = visit.request.path_params["id"]
    return await _step(visit, "knowledge-revise", "knowledge.written", article, texts=_given(visit))


async def retire(visit: Visit) -> Response:
    return await _step(visit, "knowledge-retire", "knowledge.retired", visit.request.path_params["id"])


async def review(visit: Visit) -> Response:
    article = visit.request.path_params["id"]
    return await _step(visit, "knowledge-review", "knowledge.reviewed", article, reviewOn=visit.typed("review_on"))


async def act(visit: Visit) -> Response:
    chosen = _ACTS.get(visit.request.path_params["act"])
    if chosen is None:
        raise PageUnknown()
    return await _step(visit, *chosen, visit.request.path_params["version"])


async def questions(visit: Visit) -> Response:
    replied = visit.request.query_params.get("state") == "replied"
    data = await visit.query("assistant-conversations", replied=replied)
    found = data["assistantConversations"]
    return visit.html("knowledge/questions.html", conversations=found, replied=replied, may=_may(visit))


async def conversation(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("assistant-conversation", id=str(visit.request.path_params["id"]))
    return visit.html(
        "knowledge/conversation.html",
        200 if problem is None else problem.status,
        talk=data["assistantConversation"],
        problem=problem,
        typed=_typed(visit),
        may=_may(visit),
    )


async def reply(visit: Visit) -> Response:
    outcome = await visit.act(
        "assistant-reply",
        id=str(visit.request.path_params["id"]),
        words=visit.typed("words"),
        idempotencyKey=visit.optional("idempotencyKey"),
    )
    if outcome.problem is not None:
        return await conversation(visit, outcome.problem)
    return visit.redirect("/knowledge/questions", "assistant.replied")
