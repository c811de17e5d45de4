"""A customer's contacts as one history; a note of a call, a message with its preview, and what bars contact."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.servicing.interactions.models import Channel, Direction
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.office import calendar_of
from backend.web.refusals import Problem

_PAGE: Final = 30
_CHANNELS: Final = tuple(channel.value for channel in Channel)
_DIRECTIONS: Final = tuple(direction.value for direction in Direction)
_FILTERS: Final = ("direction", "channel", "topic")
_HIDDEN: Final = frozenset({"_token", "idempotencyKey"})


def routes(web: Web) -> list[Route]:
    here = "/customers/{party_id:uuid}/contact"
    return [
        Route(here, page(web, listed), methods=["GET"]),
        Route(here, form(web, record), methods=["POST"]),
        Route(here + "/standing", page(web, standing), methods=["GET"]),
        Route(here + "/message", page(web, message), methods=["GET"]),
        Route(here + "/message", form(web, send), methods=["POST"]),
        Route(here + "/preview", form(web, preview), methods=["POST"]),
        Route(here + "/bars", form(web, bar), methods=["POST"]),
        Route(here + "/bars/{bar:uuid}/lift", form(web, lift), methods=["POST"]),
        Route(here + "/confirm", form(web, confirm), methods=["POST"]),
    ]


def _party(visit: Visit) -> str:
    return str(visit.request.path_params["party_id"])


def _here(visit: Visit) -> str:
    return f"/customers/{_party(visit)}/contact"


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.typed(name) for name in visit.form if name not in _HIDDEN}


async def listed(visit: Visit, problem: Problem | None = None) -> Response:
    asked = {name: visit.request.query_params.get(name, "") for name in _FILTERS}
    wanted = {
        "direction": asked["direction"].upper() if asked["direction"] in _DIRECTIONS else None,
        "channel": asked["channel"].upper() if asked["channel"] in _CHANNELS else None,
        "topic": asked["topic"] or None,
    }
    after = visit.request.query_params.get("after")
    data = await visit.query("customer-contact", id=_party(visit), filter=wanted, first=_PAGE, after=after)
    if data["party"] is None:
        raise PageUnknown()
    may = await visit.rights("PARTY", _party(visit))
    if not may["mayContact"]:
        await _refuse(visit)
    return visit.html(
        "servicing/contact_history.html",
        200 if problem is None else problem.status,
        party=data["party"],
        choices=data["contactChoices"],
        contacts=data["interactionsOf"],
        conversations=data["assistantConversationsOf"],
        asked=asked,
        channels=_CHANNELS,
        directions=_DIRECTIONS,
        zone=calendar_of(visit).timezone,
        may=may,
        problem=problem,
        typed=_typed(visit),
    )


async def _refuse(visit: Visit) -> None:
    """In words and on record: an empty history would say that there was no contact. Raises PageRefused."""
    await visit.query("customer-contact-standing", id=_party(visit))


async def record(visit: Visit) -> Response:
    given: dict[str, Any] = {
        "direction": visit.typed("direction").upper(),
        "channel": visit.typed("channel").upper(),
        "body": visit.typed("body"),
        "subject": visit.optional("subject"),
        "topic": visit.optional("topic"),
        "purpose": visit.optional("purpose"),
        "at": _instant(visit, visit.typed("at")),
    }
    outcome = await visit.act(
        "interaction-record", id=_party(visit), input=given, idempotencyKey=visit.optional("idempotencyKey")
    )
    if outcome.problem is not None:
        return await listed(visit, outcome.problem)
    return visit.redirect(_here(visit), "contact.recorded")


def _instant(visit: Visit, text: str) -> str | None:
    """What is written into a field for date and time is the institution's time."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=calendar_of(visit).zone).isoformat() if text else None
    except ValueError:
        return None


async def standing(visit: Visit) -> Response:
    """A piece of the customer's page: for what the customer may be contacted now."""
    data = await visit.query("customer-contact-standing", id=_party(visit))
    return visit.html(
        "servicing/contact_standing.html",
        party_id=_party(visit),
        answers=data["contactOverview"],
        standing=data["contactStanding"],
        may=await visit.rights("PARTY", _party(visit)),
    )


async def message(visit: Visit, problem: Problem | None = None) -> Response:
    data = await visit.query("message-form", id=_party(visit))
    if data["party"] is None:
        raise PageUnknown()
    typed = _typed(visit) or {"template": visit.request.query_params.get("template", "")}
    chosen = next((each for each in _in_use(data) if each["code"] == typed.get("template")), None)
    return visit.html(
        "servicing/contact_message.html",
        200 if problem is None else problem.status,
        party=data["party"],
        choices=data["contactChoices"],
        templates=_in_use(data),
        chosen=chosen,
        typed=typed,
        preview=await _previewed(visit, typed) if typed.get("template") or typed.get("body") else None,
        problem=problem,
        may=await visit.rights("PARTY", _party(visit)),
    )


def _in_use(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in data["messageTemplates"] if each["state"] == "APPROVED"]


async def preview(visit: Visit) -> Response:
    """Beside the form, as the message is written; without JavaScript the whole page."""
    if "hx-request" not in visit.request.headers:
        return await message(visit)
    return visit.html("servicing/contact_preview.html", preview=await _previewed(visit, _typed(visit)))


async def _previewed(visit: Visit, typed: Mapping[str, str]) -> Mapping[str, Any]:
    """The preview, or what is wrong with what was written."""
    if typed.get("template"):
        answer = await visit.partial(
            "message-preview",
            id=_party(visit),
            template=typed["template"],
            merge=_merge(typed),
            channel=(typed.get("channel") or "").upper() or None,
        )
    else:
        answer = await visit.partial("own-words-preview", id=_party(visit), input=_words(typed))
    if answer.data is None:
        return {"wrong": answer.errors[0]["message"]}
    found: Mapping[str, Any] = answer.data["preview"]
    return found


def _merge(typed: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name[6:], "text": text} for name, text in typed.items() if name.startswith("merge.")]


def _words(typed: Mapping[str, str]) -> dict[str, Any]:
    return {
        "purpose": typed.get("purpose", ""),
        "channel": (typed.get("channel") or "email").upper(),
        "subject": typed.get("subject", ""),
        "body": typed.get("body", ""),
    }


async def send(visit: Visit) -> Response:
    typed, key = _typed(visit), visit.optional("idempotencyKey")
    if typed.get("template"):
        given: dict[str, Any] = {
            "template": typed["template"],
            "purpose": typed.get("purpose", ""),
            "channel": (typed.get("channel") or "").upper() or None,
            "merge": _merge(typed),
        }
        outcome = await visit.act("message-send", id=_party(visit), input=given, idempotencyKey=key)
    else:
        outcome = await visit.act("message-write", id=_party(visit), input=_words(typed), idempotencyKey=key)
    if outcome.problem is not None:
        return await message(visit, outcome.problem)
    return visit.redirect(_here(visit), f"contact.{str(outcome.result['state']).lower()}")


async def bar(visit: Visit) -> Response:
    return await _noted(visit, "contact-bar", "contact.barred", id=_party(visit), kind=visit.typed("kind").upper())


async def lift(visit: Visit) -> Response:
    bar_id = str(visit.request.path_params["bar"])
    return await _noted(visit, "contact-unbar", "contact.unbarred", id=bar_id)


async def confirm(visit: Visit) -> Response:
    address, _, channel = visit.typed("address").partition(" ")
    return await _noted(
        visit, "address-confirm", "contact.confirmed", id=_party(visit), address=address, channel=channel.upper()
    )


async def _noted(visit: Visit, document: str, notice: str, **given: Any) -> Response:
    outcome = await visit.act(document, idempotencyKey=visit.optional("idempotencyKey"), **given)
    if outcome.problem is not None:
        return await listed(visit, outcome.problem)
    return visit.redirect(_here(visit), notice)
