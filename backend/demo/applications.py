"""People who applied to the demonstration bank in the last year: most approved, some refused, each within its days.

Made from a seed. Every application goes the whole way: papers, review, screening, decision, and the second signature
where the rule-set asks for one.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.periods import months_later
from backend.customers.inputs import AddressInput, IdentifierInput, PartyInput
from backend.customers.models import AddressKind
from backend.demo import cases
from backend.demo.cases import Story
from backend.jobs import screening
from backend.onboarding import service as onboarding
from backend.onboarding.migration.queries import known_refs
from backend.onboarding.models import CaseState, Decision, OnboardingCase, Signature

_SEED: Final = 41
_MONTHS: Final = 12
_REFUSED: Final = 0.2
_MANAGERS: Final = ("jana", "tomas", "eva", "wang")
_FIRST, _SECOND = "lucie", "martin"
_GIVEN: Final = ("Adéla", "Bára", "Daniela", "Ema", "Filip", "Jakub", "Matěj", "Nikola", "Vojtěch", "Šimon")
_FAMILY: Final = ("Hájek", "Kučera", "Marek", "Pokorný", "Růžička", "Urban", "Veselý", "Zelený")
_STREETS: Final = ("Korunní 12, 120 00 Praha 2", "Veveří 30, 602 00 Brno", "Nádražní 5, 702 00 Ostrava")
_PRODUCTS: Final = (["current_account"], ["current_account", "card"])
_MET, _DOUBTED, _AGREED = ["requirements_met"], ["identity_doubtful"], ["approver_agrees"]
_TAKES: Final = (1, 6)
_BEFORE: Final = (8, 12)
"""Days, so that the last one is decided on by today."""
RATED_SINCE: Final = date(2026, 2, 15)
"""Before it no rule-set of rating was in force, and nobody could be decided on."""
_TEN: Final = 10


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds them, and leaves them alone."""
    if await story.platform.run(system, lambda ctx: known_refs(ctx, [_ref(0)])):
        return
    chance, today = random.Random(_SEED), story.platform.clock().date()  # noqa: S311 - a story, no secret
    for month in range(_MONTHS, -1, -1):
        day = months_later(today, -month) - timedelta(days=chance.randint(*_BEFORE))
        if day < RATED_SINCE:
            continue
        await _applied(_Course(story, system, chance), day, month)


def _ref(month: int) -> str:
    return f"demo:applied:{month}"


@dataclass(frozen=True, slots=True)
class _Course:
    story: Story
    system: Actor
    chance: random.Random

    def on(self, day: date, hour: int) -> Story:
        at = datetime.combine(day, time(hour, self.chance.randrange(60)), UTC)
        return replace(self.story, platform=replace(self.story.platform, clock=lambda: at))


async def _applied(course: _Course, day: date, month: int) -> None:
    chance, then = course.chance, course.on(day, 9)
    given, manager, products = _person(chance, month), chance.choice(_MANAGERS), chance.choice(_PRODUCTS)
    case_id = await cases.apply(then, manager, given, products)
    await then.platform.run(course.system, lambda ctx: _screened(ctx, case_id))
    refused = chance.random() < _REFUSED
    await _decided(course.on(day + timedelta(days=chance.randint(*_TAKES)), 14), case_id, refused=refused)


async def _screened(ctx: Context, case_id: UUID) -> None:
    case = await ctx.session.get_one(OnboardingCase, case_id)
    await screening.screen_changed(ctx, case.party_id)


async def _decided(then: Story, case_id: UUID, *, refused: bool) -> None:
    decision, reasons = (Decision.REJECT, _DOUBTED) if refused else (Decision.APPROVE, _MET)
    await then.act(_FIRST, lambda ctx: onboarding.start_review(ctx, case_id))
    await then.act(_FIRST, lambda ctx: onboarding.run_checks(ctx, case_id))
    case = await then.decide(_FIRST, lambda ctx: onboarding.propose_decision(ctx, case_id, decision, reasons))
    if case.state == CaseState.PENDING_APPROVAL:
        await then.decide(_SECOND, lambda ctx: onboarding.sign(ctx, case_id, Signature.APPROVE, _AGREED))


def _person(chance: random.Random, month: int) -> PartyInput:
    born = date(chance.randint(1960, 2002), chance.randint(1, 12), chance.randint(1, 28))
    number = IdentifierInput(type="cz_birth_number", value=_birth_number(chance, born), country="CZ")
    home = AddressInput(kind=AddressKind.HOME, text=chance.choice(_STREETS), country="CZ")
    names = chance.choice(_GIVEN), chance.choice(_FAMILY)
    return cases.person(*names, _ref(month), birth_date=born, identifiers=(number,), addresses=(home,))


def _birth_number(chance: random.Random, born: date) -> str:
    """Ten digits that eleven divides."""
    while True:
        nine = int(f"{born:%y%m%d}{chance.randrange(1_000):03}")
        if nine % 11 < _TEN:
            return f"{nine:09}{nine % 11}"
