"""Texts in force, customers with ways to reach them, and channels that a test looks into."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from backend.access.context import Context
from backend.consent import service as consent
from backend.consent.models import ANY_CHANNEL
from backend.core.ids import new_id
from backend.customers.models import ContactKind, PartyContact
from backend.servicing.interactions import service
from backend.servicing.interactions.channels.parcel import Delivery, Outcome, Parcel
from backend.servicing.interactions.models import MessageTemplate
from tests.factories import onboarding as make

BODY = "Dear {name},\n\nwe have news for you."


@dataclass(slots=True)
class Post:
    """A channel that keeps what it was handed; `answer` says how each attempt ends."""

    answer: Callable[[Parcel], Outcome] = lambda _: Outcome.SENT
    tried: list[Parcel] = field(default_factory=list)
    left: list[Parcel] = field(default_factory=list)

    async def deliver(self, parcel: Parcel) -> Delivery:
        self.tried.append(parcel)
        outcome = self.answer(parcel)
        if outcome is Outcome.SENT:
            self.left.append(parcel)
        return Delivery(outcome, "test", outcome.value)


class Killed(Exception):
    """The worker's process ended here."""


def template(code: str = "news", purpose: str = "service", **given: object) -> service.TemplateInput:
    told = {
        "channels": ["email"],
        "subject_en": "News",
        "subject_zh": "消息",
        "body_en": BODY,
        "body_zh": "尊敬的{name}：\n\n我们有消息告诉您。",
        **given,
    }
    return service.TemplateInput(code=code, purpose=purpose, **told)  # type: ignore[arg-type]


async def in_force(
    bank: make.Bank,
    code: str = "news",
    purpose: str = "service",
    *,
    maker: str = "lead",
    checker: str = "officer",
    **given: object,
) -> MessageTemplate:
    """Written by one and approved by another."""
    drafted: MessageTemplate = await bank.run(maker, service.draft_template, template(code, purpose, **given))
    approved: MessageTemplate = await bank.run(checker, service.approve_template, drafted.id)
    return approved


async def reached(
    bank: make.Bank,
    *,
    consents: Iterable[str] = (ANY_CHANNEL,),
    phone: bool = False,
    country: str = "CZ",
    language: str | None = None,
) -> UUID:
    """A customer with an e-mail address (and a phone), who agreed to marketing by these channels."""
    party_id = (await make.person(bank, country=country, language=language)).party_id
    if phone:
        await bank.run("system", _phone, party_id)
    for channel in consents:
        await bank.run("officer", consent.record_consent, party_id, agreed(channel))
    return party_id


def agreed(channel: str = ANY_CHANNEL) -> consent.ConsentInput:
    return consent.ConsentInput(purpose="marketing", channel=channel, text_version=1, evidence="recorded_call")


async def _phone(ctx: Context, party_id: UUID) -> None:
    row_id = new_id()
    await ctx.vault.load([party_id])
    value = ctx.vault.seal("party_contact", "value", row_id, party_id, "+420777123456")
    async with ctx.audit("customer.edit", ("party", party_id)):
        ctx.session.add(
            PartyContact(
                id=row_id, tenant_id=ctx.actor.tenant_id, party_id=party_id, kind=ContactKind.PHONE, value=value
            )
        )
