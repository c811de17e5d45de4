"""Generated histories against the database: people and jobs in any order, workers that die, several at once."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.complaints.queries import open_complaints
from backend.consent import service as consent
from backend.core.clock import FixedClock
from backend.core.errors import TenureError
from backend.jobs import contact as jobs
from backend.servicing.interactions import service
from backend.servicing.interactions.caps import Contacted
from backend.servicing.interactions.channels.parcel import Delivery, Outcome, Parcel
from backend.servicing.interactions.models import BarKind, Channel, ContactBar, Interaction, State
from backend.servicing.interactions.queries import history
from tests.factories import complaints
from tests.factories import contact as make
from tests.factories import onboarding as banks
from tests.seeds import seeds
from tests.servicing.interactions.test_rules import UNDER, capped, quiet

PURPOSES = ("marketing", "marketing", "survey", "service", "legal", "win_back")
OUTCOMES = [Outcome.SENT] * 6 + [Outcome.NOT_SENT, Outcome.FAILED, Outcome.UNKNOWN, Outcome.REJECTED]


@dataclass
class Walk:
    """A bank, its customers, and everything that left it, with what stood against it in that instant."""

    bank: banks.Bank
    clock: FixedClock
    chance: random.Random
    people: list[UUID]
    left: list[tuple[Parcel, str]] = field(default_factory=list)
    seen: dict[UUID, list[Contacted]] = field(default_factory=dict)
    open: list[UUID] = field(default_factory=list)
    asked: int = 0
    killed: int = 0

    async def deliver(self, parcel: Parcel) -> Delivery:
        """Judged at the moment of leaving, by what the records say then and by the hour there."""
        outcome = self.chance.choice(OUTCOMES)
        if outcome in {Outcome.SENT, Outcome.UNKNOWN, Outcome.REJECTED}:
            await self._judge(parcel)
        if self.chance.random() < 0.2:
            self.killed += 1
            raise make.Killed
        return Delivery(outcome, "test", outcome.value)

    async def _judge(self, parcel: Parcel) -> None:
        async def facts(ctx: Any) -> tuple[str, UUID, bool, bool, bool]:
            row = await ctx.session.get_one(Interaction, parcel.id)
            bars = select(ContactBar).where(ContactBar.party_id == row.party_id, col(ContactBar.until).is_(None))
            dead = any(bar.kind == BarKind.DECEASED for bar in await ctx.session.scalars(bars))
            complains = bool(await open_complaints(ctx, [row.party_id]))
            agreed = await consent.allowed(
                ctx, [row.party_id], "marketing", UNDER.channels[Channel(row.channel)].consent
            )
            return row.purpose, row.party_id, dead, complains, agreed[row.party_id].allowed

        purpose, party_id, dead, complains, agreed = await self.bank.run("system", facts)
        rule, now, channel = UNDER.purposes[purpose], self.clock(), Channel(parcel.channel)
        past = self.seen.setdefault(party_id, [])
        assert not dead
        assert agreed or rule.processing != "marketing"
        assert rule.through_complaint or not complains
        assert rule.exempt or not quiet(channel, "CZ", now)
        assert rule.exempt or not capped(purpose, channel, past, now)
        past.append(Contacted(now, purpose, channel))
        self.left.append((parcel, purpose))

    async def send(self) -> None:
        self.asked += 1
        purpose, channel = self.chance.choice(PURPOSES), self.chance.choice([None, None, "email"])
        reference = f"r{self.chance.randrange(self.asked + 20)}"
        party_id = self.chance.choice(self.people)
        await self.bank.run(
            "system", service.send, party_id, purpose, purpose=purpose, channel=channel, reference=reference
        )

    async def work(self) -> None:
        try:
            await jobs.send_due(self.bank.platform, self.bank.system, lambda *_: None, dict.fromkeys(Channel, self))
        except make.Killed:
            return

    async def look(self) -> None:
        await self.bank.run("system", service.find_stuck)

    async def agree(self) -> None:
        channel = self.chance.choice(["any", "email", "sms"])
        await self.bank.run("officer", consent.record_consent, self.chance.choice(self.people), make.agreed(channel))

    async def withdraw(self) -> None:
        channel = self.chance.choice(["any", "email", "sms"])
        await self.bank.run("officer", consent.withdraw_consent, self.chance.choice(self.people), "marketing", channel)

    async def complain(self) -> None:
        row = await complaints.received(self.bank, self.chance.choice(self.people))
        self.open.append(row.id)

    async def answer(self) -> None:
        if self.open:
            await complaints.answered(self.bank, self.open.pop(0))

    async def die(self) -> None:
        if self.chance.random() < 0.2:
            await self.bank.run("rm", service.bar, self.chance.choice(self.people[:1]), BarKind.DECEASED)

    async def settle(self) -> None:
        """A person looks at the outbox and decides about the first message that waits for that."""
        rows = await self.bank.run("officer", history.outbox, (State.STUCK, State.FAILED))
        row = self.chance.choice(list(rows)) if rows else None
        if row is not None and row.state == State.STUCK:
            out = any(parcel.id == row.id for parcel, _ in self.left)
            await self.bank.run("officer", service.resolve, row.id, sent=out)
        elif row is not None:
            await self.bank.run("officer", self.chance.choice([service.retry, service.cancel]), row.id)


ACTS: list[tuple[Callable[[Walk], Awaitable[None]], int]] = [
    (Walk.send, 9),
    (Walk.work, 7),
    (Walk.look, 2),
    (Walk.agree, 2),
    (Walk.withdraw, 2),
    (Walk.complain, 1),
    (Walk.answer, 2),
    (Walk.die, 1),
    (Walk.settle, 2),
]


@pytest.mark.parametrize("seed", seeds(2, 12))
async def test_no_history_sends_against_the_rules_or_twice(bank: banks.Bank, clock: FixedClock, seed: int) -> None:
    chance = random.Random(seed)
    people = [await make.reached(bank, phone=True) for _ in range(5)]
    for purpose in dict.fromkeys(PURPOSES):
        sendable = [each.value for each in UNDER.channels_of(purpose, None) if each in {Channel.EMAIL, Channel.SMS}]
        await make.in_force(bank, purpose, purpose, channels=sendable)
    walk = Walk(bank, clock, chance, people)
    verbs, weights = zip(*ACTS, strict=True)
    for _ in range(90):
        try:
            await chance.choices(verbs, weights)[0](walk)
        except TenureError:
            continue
        finally:
            clock.advance(timedelta(minutes=chance.choice([1, 20, 240, 600])))
    sent = [parcel.id for parcel, _ in walk.left]
    assert len(sent) == len(set(sent))
    assert len(sent) > 5
    assert walk.killed


async def test_workers_that_run_at_once_send_each_message_once_and_keep_the_cap(bank: banks.Bank) -> None:
    people = [await make.reached(bank) for _ in range(2)]
    await make.in_force(bank, purpose="marketing")
    for each in range(8):
        reference = f"r{each}"
        await bank.run("system", service.send, people[each % 2], "news", purpose="marketing", reference=reference)
    post = make.Post()
    runs = [jobs.send_due(bank.platform, bank.system, lambda *_: None, dict.fromkeys(Channel, post)) for _ in range(4)]
    await asyncio.gather(*runs)
    sent = [parcel.id for parcel in post.left]
    assert (len(sent), len(set(sent))) == (4, 4)


async def test_the_same_reference_asked_for_at_once_is_one_message(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await make.in_force(bank)

    async def asked() -> Interaction:
        return await bank.platform.run(
            bank.system, lambda ctx: service.send(ctx, party_id, "news", purpose="service", reference="same")
        )

    rows = await asyncio.gather(*(asked() for _ in range(5)))
    assert len({row.id for row in rows}) == 1
