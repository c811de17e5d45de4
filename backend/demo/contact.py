"""Two years of contact with customers of the demonstration bank, made from a seed; and an outbox as a morning finds it.

Calls and visits are with some whom the desk knows well; messages by templates go to whoever can be reached.
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
from backend.core.actor import Actor
from backend.core.periods import months_later
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
_MESSAGES: Final = 4
_REACHED: Final = 600
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
_HEARD: Final = (
    *(service.Receipt.DELIVERED,) * 7,
    *(service.Receipt.OPENED,) * 3,
    service.Receipt.SOFT_BOUNCED,
    service.Receipt.BOUNCED,
)


@dataclass(slots=True)
class Way:
    """A channel of the story: nothing leaves the machine."""

    outcome: Outcome = Outcome.SENT

    async def deliver(self, parcel: Parcel) -> Delivery:
        return Delivery(self.outcome, "demonstration", self.outcome.value)


def ways(outcome: Outcome = Outcome.SENT) -> dict[str, Adapter]:
    """The same by every channel."""
    return dict.fromkeys(Channel, Way(outcome))


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
        await jobs.send_due(self.story.platform, self.system, lambda *_: None, ways(outcome))


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds contacts, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    words = yaml.safe_load(_WORDS.read_text("utf-8"))
    course = _Course(story, system, random.Random(_SEED), words)  # noqa: S311 - a story, no secret
    people = await course.system_act(_customers)
    today = story.platform.clock().date()
    begin = course.at(_noon(months_later(today, -_MONTHS)))
    await _write_texts(begin, course)
    await begin.system_act(lambda ctx: _confirm(ctx, people))
    reached = await course.system_act(_reached)
    for month in range(_MONTHS, 0, -1):
        await _live_a_month(course, people, reached, months_later(today, -month))
    await _fill_outbox(course, people)


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(Interaction.id).limit(1)) is not None


async def _customers(ctx: Context) -> list[UUID]:
    """Who can be reached by e-mail; some of them complain."""
    query = (
        select(Customer.party_id)
        .where(Customer.stage == Stage.ACTIVE, col(Customer.party_id).in_(_mailed()))
        .order_by(col(Customer.number))
        .limit(_CUSTOMERS * 3)
    )
    found = list(await ctx.session.scalars(query))
    complaining = await open_complaints(ctx, found)
    return sorted(found, key=lambda party_id: party_id not in complaining)[:_CUSTOMERS]


def _mailed() -> Any:
    return select(PartyContact.party_id).where(PartyContact.kind == ContactKind.EMAIL)


async def _reached(ctx: Context) -> list[UUID]:
    query = select(Customer.party_id).where(Customer.stage == Stage.ACTIVE, col(Customer.party_id).in_(_mailed()))
    return list(await ctx.session.scalars(query.order_by(col(Customer.number)).limit(_REACHED)))


async def _write_texts(begin: _Course, today: _Course) -> None:
    for each in begin.words["templates"]:
        drafted = await begin.story.decide(_AUTHOR, lambda ctx, of=each: service.draft_template(ctx, _text(of)))  # type: ignore[misc]
        await begin.story.decide(_SECOND, lambda ctx, of=drafted.id: service.approve_template(ctx, of))  # type: ignore[misc]
    await today.story.decide(_AUTHOR, lambda ctx: service.draft_template(ctx, _text(today.words["draft"])))


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


async def _confirm(ctx: Context, people: list[UUID]) -> None:
    """Somebody of the desk made sure that they are reached where the address book says."""
    rows = await ctx.session.scalars(select(PartyContact).where(col(PartyContact.party_id).in_(people)))
    for row in sorted(rows, key=lambda each: each.id):
        channel = Channel.EMAIL if row.kind == ContactKind.EMAIL else Channel.SMS
        await service.confirm(ctx, row.party_id, row.id, channel)


async def _live_a_month(course: _Course, people: list[UUID], reached: list[UUID], first: date) -> None:
    chance = course.chance
    for _ in range(_A_MONTH):
        day = course.at(_noon(first + timedelta(days=chance.randrange(28)), minutes=chance.randrange(240)))
        talk, party_id = chance.choice(course.words["talks"]), chance.choice(people)
        await day.story.act(chance.choice(_DESK), lambda ctx, of=talk, whom=party_id: _talk(ctx, whom, of))  # type: ignore[misc]
    await _write_to_some(course, reached, first + timedelta(days=12))


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
    rows = [
        await _ask(morning, course.chance.choice(people), number, f"story:{on.isoformat()}:{number}")
        for number in range(_MESSAGES)
    ]
    await morning.run()
    heard = [(row.id, course.chance.choice(_HEARD)) for row in rows]
    await course.at(_noon(on, minutes=90)).system_act(lambda ctx: _hear(ctx, heard))


async def _hear(ctx: Context, heard: list[tuple[UUID, service.Receipt]]) -> None:
    for interaction_id, what in heard:
        await service.receipt(ctx, interaction_id, what)


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
