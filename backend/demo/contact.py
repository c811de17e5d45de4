"""Two years of contact with customers of the demonstration bank, made from a seed; and an outbox as a morning finds it.

Calls and visits go back two years; messages by templates begin with the year whose rules of consent are on record.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

import yaml
from sqlmodel import col, select

from backend.access.context import Context
from backend.complaints.queries import open_complaints
from backend.consent import service as consent
from backend.core.actor import Actor
from backend.core.periods import months_later
from backend.customers import service as customers
from backend.customers.inputs import ContactInput
from backend.customers.models import ContactKind, Customer, PartyContact, Stage
from backend.demo.cases import Story
from backend.jobs import contact as jobs
from backend.servicing.interactions import service
from backend.servicing.interactions.channels.parcel import Adapter, Delivery, Outcome, Parcel
from backend.servicing.interactions.models import Channel, Direction, Interaction

T = TypeVar("T")
_SEED: Final = 24
_MONTHS: Final = 24
_A_MONTH: Final = 5
_CUSTOMERS: Final = 24
_FIRST_MESSAGE: Final = date(2026, 2, 1)
_DESK: Final = ("david", "david", "lucie")
_AUTHOR: Final = "karel"
_SECOND: Final = "lucie"
_WORDS: Final = Path(__file__).with_name("contact.yaml")
_GIVEN: Final = {
    "amount": "1,250 CZK",
    "offer": "3.4 % a year on savings",
    "opt_out": "https://bank.example/stop",
    "valid_until": "2027-01-31",
}
_SENT: Final = (("savings_offer", "marketing"), ("card_ready", "service"), ("unusual_payment", "security"))


@dataclass(slots=True)
class _Way:
    """A channel of the story: nothing leaves the machine."""

    outcome: Outcome = Outcome.SENT

    async def deliver(self, parcel: Parcel) -> Delivery:
        return Delivery(self.outcome, "demonstration", self.outcome.value)


@dataclass(slots=True)
class _Course:
    story: Story
    system: Actor
    chance: random.Random
    words: dict[str, Any]

    def at(self, moment: datetime) -> "_Course":
        """The same story on another day, and never beyond now."""
        then = min(moment, self.story.platform.clock())
        return replace(self, story=replace(self.story, platform=replace(self.story.platform, clock=lambda: then)))

    async def system_act(self, use_case: Callable[[Context], Awaitable[T]]) -> T:
        return await self.story.platform.run(self.system, use_case)

    async def run(self, outcome: Outcome = Outcome.SENT) -> None:
        ways: dict[str, Adapter] = dict.fromkeys(Channel, _Way(outcome))
        await jobs.send_due(self.story.platform, self.system, lambda *_: None, ways)


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds contacts, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    words = yaml.safe_load(_WORDS.read_text("utf-8"))
    course = _Course(story, system, random.Random(_SEED), words)  # noqa: S311 - a story, no secret
    people = await course.system_act(_customers)
    await _write_texts(course)
    for place, party_id in enumerate(people):
        await _make_reachable(course, party_id, place)
    today = story.platform.clock().date()
    for month in range(_MONTHS, 0, -1):
        await _live_a_month(course, people, months_later(today, -month))
    await _fill_outbox(course, people)


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(Interaction.id).limit(1)) is not None


async def _customers(ctx: Context) -> list[UUID]:
    """Of whom nobody has a way to reach them yet, so that these are the story's own; some of them complain."""
    known = select(PartyContact.party_id)
    query = (
        select(Customer.party_id)
        .where(Customer.stage == Stage.ACTIVE, col(Customer.party_id).not_in(known))
        .order_by(col(Customer.number))
        .limit(_CUSTOMERS * 3)
    )
    found = list(await ctx.session.scalars(query))
    complaining = await open_complaints(ctx, found)
    return sorted(found, key=lambda party_id: party_id not in complaining)[:_CUSTOMERS]


async def _write_texts(course: _Course) -> None:
    begin = course.at(_noon(_FIRST_MESSAGE))
    for each in course.words["templates"]:
        drafted = await begin.story.decide(_AUTHOR, lambda ctx, of=each: service.draft_template(ctx, _text(of)))  # type: ignore[misc]
        await begin.story.decide(_SECOND, lambda ctx, of=drafted.id: service.approve_template(ctx, of))  # type: ignore[misc]
    await course.story.decide(_AUTHOR, lambda ctx: service.draft_template(ctx, _text(course.words["draft"])))


def _text(given: dict[str, Any]) -> service.TemplateInput:
    subject, body = given["subject"], given["body"]
    return service.TemplateInput(
        code=given["code"],
        purpose=given["purpose"],
        channels=given["channels"],
        subject_en=subject["en"],
        subject_zh=subject["zh_CN"],
        body_en=body["en"],
        body_zh=body["zh_CN"],
    )


async def _make_reachable(course: _Course, party_id: UUID, place: int) -> None:
    """Each an e-mail address, every second a phone; two of three agreed to offers, one in eight took that back."""
    begin = course.at(_noon(_FIRST_MESSAGE))
    given = [ContactInput(kind=ContactKind.EMAIL, value=f"customer{place}@example.com", preferred=True)]
    if place % 2:
        given.append(ContactInput(kind=ContactKind.PHONE, value=f"+4207770001{place:02}"))

    async def reached(ctx: Context) -> None:
        for each in given:
            row = await customers.add_contact(ctx, party_id, each)
            channel = Channel.EMAIL if each.kind is ContactKind.EMAIL else Channel.SMS
            await service.confirm(ctx, party_id, row.id, channel)

    await begin.system_act(reached)
    if place % 3:
        agreed = consent.ConsentInput(purpose="marketing", channel="any", text_version=1, evidence="recorded_call")
        await begin.story.act(_SECOND, lambda ctx: consent.record_consent(ctx, party_id, agreed))
    if place % 3 and place % 8 == 7:  # noqa: PLR2004 - one in eight
        later = course.at(_noon(_FIRST_MESSAGE + timedelta(days=150)))
        await later.story.act(_SECOND, lambda ctx: consent.withdraw_consent(ctx, party_id, "marketing"))


async def _live_a_month(course: _Course, people: list[UUID], first: date) -> None:
    chance = course.chance
    for _ in range(_A_MONTH):
        day = course.at(_noon(first + timedelta(days=chance.randrange(28)), minutes=chance.randrange(240)))
        talk, party_id = chance.choice(course.words["talks"]), chance.choice(people)
        await day.story.act(chance.choice(_DESK), lambda ctx, of=talk, whom=party_id: _talk(ctx, whom, of))  # type: ignore[misc]
    if first >= _FIRST_MESSAGE:
        await _write_to_some(course, people, first + timedelta(days=12))


async def _talk(ctx: Context, party_id: UUID, talk: dict[str, str]) -> Interaction:
    given = service.RecordInput(
        direction=Direction(talk["direction"]),
        channel=Channel(talk["channel"]),
        topic=talk["topic"],
        purpose=talk.get("purpose"),
        body=talk["said"],
        locale=talk["locale"],
    )
    return await service.record(ctx, party_id, given)


async def _write_to_some(course: _Course, people: list[UUID], on: date) -> None:
    """Sent in the morning; what becomes of most of them is known by noon."""
    morning = course.at(_noon(on))
    for number in range(3):
        party_id = course.chance.choice(people)
        row = await _ask(morning, party_id, number, f"story:{on.isoformat()}:{number}")
        await morning.run()
        heard = course.chance.choice([service.Receipt.DELIVERED] * 6 + [service.Receipt.SOFT_BOUNCED])
        await course.at(_noon(on, minutes=90)).system_act(
            lambda ctx, of=row.id, what=heard: service.receipt(ctx, of, what)  # type: ignore[misc]
        )


async def _ask(course: _Course, party_id: UUID, number: int, reference: str) -> Interaction:
    code, purpose = _SENT[number % len(_SENT)]
    return await course.system_act(
        lambda ctx: service.send(ctx, party_id, code, purpose=purpose, merge=_GIVEN, reference=reference)
    )


async def _fill_outbox(course: _Course, people: list[UUID]) -> None:
    """What a morning finds: refused without consent, held by a complaint, failed, stuck, come back, and waiting."""
    yesterday = course.at(course.story.platform.clock() - timedelta(days=1))
    noon = yesterday.at(_noon(yesterday.story.platform.clock().date()))
    for outcome in (Outcome.FAILED, Outcome.UNKNOWN, Outcome.REJECTED):
        await _ask(noon, people[-len(outcome.value)], 1, f"story:{outcome.value}")
        await noon.run(outcome)
    for place, party_id in enumerate(people[:9]):
        await _ask(course, party_id, 0, f"story:offer:{place}")


def _noon(day: date, *, minutes: int = 0) -> datetime:
    """Nine o'clock in UTC: an hour at which nobody sleeps in Praha nor in Shanghai."""
    return datetime.combine(day, time(9), UTC) + timedelta(minutes=minutes)
