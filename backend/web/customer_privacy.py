"""The data protection of one person on the customer's page: uses, consents, limits, requests, holds."""

from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from backend.consent.rulesets import Basis, purposes_on
from backend.rights.models import RequestKind
from backend.web.case_acts import typed_again
from backend.web.door import Visit, Web, form, page
from backend.web.errors import PageUnknown
from backend.web.refusals import Problem

_OFFICE: Final = ("privacyRequestsOf", "legalHolds", "erasureOutlook", "erasure", "privacyChoices")
_OBJECTABLE: Final = frozenset({Basis.CONSENT.value, Basis.LEGITIMATE_INTEREST.value})
"""Against contract and law nothing can be objected (GDPR art. 21(1)); an objection to what was consented to ends it."""
_CHANNELS: Final = ("branch", "post", "email", "phone", "online")


def routes(web: Web) -> list[Route]:
    """Before those of the customer's other sections, whose pattern would take them."""
    start = "/customers/{party_id:uuid}/privacy"
    return [
        Route(start, page(web, shown), methods=["GET"]),
        Route(f"{start}/consents", form(web, record), methods=["POST"]),
        Route(f"{start}/consents/withdraw", form(web, withdraw), methods=["POST"]),
        Route(f"{start}/requests", form(web, receive), methods=["POST"]),
        Route(f"{start}/holds", form(web, hold), methods=["POST"]),
        Route(f"{start}/limits/{{id:uuid}}/lift", form(web, lift), methods=["POST"]),
    ]


async def shown(visit: Visit, problem: Problem | None = None, act: str = "") -> Response:
    party_id = _party(visit)
    data = await visit.query("customer-privacy", id=party_id)
    if data["party"] is None:
        raise PageUnknown()
    office = (await visit.partial("customer-privacy-office", id=party_id)).data or dict.fromkeys(_OFFICE)
    loaded = purposes_on(visit.web.platform.policies_of(visit.actor), visit.web.platform.clock().date())
    locale = visit.actor.locale
    return visit.html(
        "privacy/customer.html",
        200 if problem is None else problem.status,
        party=data["party"],
        section="privacy",
        may=await visit.rights("PARTY", party_id),
        use=data["useOfData"],
        office=office,
        may_record=_may(visit, "record", "consent"),
        may_receive=_may(visit, "receive", "privacy_request"),
        may_handle=_may(visit, "handle", "privacy_request"),
        may_hold=_may(visit, "place", "legal_hold"),
        evidence=[(each.code, each.text(locale)) for each in loaded.rules.evidence if not each.document],
        evidence_words={each.code: each.text(locale) for each in loaded.rules.evidence},
        purpose_words={name: purpose.wording.text(locale) for name, purpose in loaded.rules.purposes.items()},
        objectable={each["purpose"] for each in data["useOfData"]["decisions"] if each["basis"] in _OBJECTABLE},
        channels=_CHANNELS,
        kinds=[kind.value for kind in RequestKind],
        problem=problem,
        act=act,
        typed=typed_again(visit),
    )


def _may(visit: Visit, action: str, obj: str) -> bool:
    return visit.web.platform.policy_of(visit.actor).ever(visit.actor, action, obj)


def _party(visit: Visit) -> str:
    return str(visit.request.path_params["party_id"])


async def record(visit: Visit) -> Response:
    purpose, _, channel = visit.typed("use").partition(":")
    given = {
        "purpose": purpose,
        "channel": channel,
        "textVersion": int(visit.typed("textVersion") or 0),
        "textLocale": visit.actor.locale,
        "evidence": visit.typed("evidence"),
    }
    return await _done(visit, "consent", "consent.recorded", await _send(visit, "consent-record", input=given))


async def withdraw(visit: Visit) -> Response:
    purpose, _, channel = visit.typed("use").partition(":")
    outcome = await _send(visit, "consent-withdraw", purpose=purpose, channel=channel)
    return await _done(visit, "consent", "consent.withdrawn", outcome)


async def receive(visit: Visit) -> Response:
    given = {
        "kind": visit.typed("kind").upper(),
        "channel": visit.typed("channel"),
        "receivedOn": visit.optional("receivedOn"),
        "details": visit.optional("details"),
        "purposes": visit.chosen("purposes"),
    }
    return await _done(visit, "request", "privacy.received", await _send(visit, "privacy-receive", input=given))


async def hold(visit: Visit) -> Response:
    outcome = await _send(visit, "hold-place", reason=visit.typed("reason"), reference=visit.optional("reference"))
    return await _done(visit, "hold", "hold.placed", outcome)


async def lift(visit: Visit) -> Response:
    key = visit.optional("idempotencyKey")
    outcome = await visit.act("limit-lift", id=str(visit.request.path_params["id"]), idempotencyKey=key)
    return await _done(visit, "limit", "limit.lifted", outcome)


async def _send(visit: Visit, document: str, **given: Any) -> Any:
    return await visit.act(document, partyId=_party(visit), idempotencyKey=visit.optional("idempotencyKey"), **given)


async def _done(visit: Visit, act: str, notice: str, outcome: Any) -> Response:
    if outcome.problem is not None:
        return await shown(visit, outcome.problem, act)
    return visit.redirect(f"/customers/{_party(visit)}/privacy", notice)
