"""Members of the loyalty programme, made through the services."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.core.ids import new_id
from backend.core.money import Money
from backend.loyalty import service
from backend.loyalty.consents import Agreement
from backend.loyalty.models import LoyaltyPosting
from tests.factories import onboarding as make

AGREED = Agreement(1, "en", "online_form")


async def member(bank: make.Bank, login: str = "rm") -> UUID:
    """A customer who joined; the id of the party."""
    known = await make.person(bank)
    await bank.run(login, service.enrol, known.party_id, AGREED)
    return known.party_id


async def earned(
    bank: make.Bank, party_id: UUID, crowns: int | str, reference: str | None = None, **more: Any
) -> LoyaltyPosting:
    """A card payment of so many crowns: a point for 25."""
    login = more.pop("login", "rm")
    given = service.EarnInput(
        party_id=party_id,
        code=more.pop("code", "card_payment"),
        reference=reference or f"pay:{new_id()}",
        amount=Money(Decimal(crowns), "CZK"),
        **more,
    )
    row: LoyaltyPosting = await bank.run(login, service.earn, given)
    return row


async def spent(bank: make.Bank, party_id: UUID, points: int, reference: str | None = None) -> LoyaltyPosting:
    """On a donation, which takes steps of 50 from 100 on."""
    given = service.BurnInput(
        party_id=party_id, code="charity", points=points, reference=reference or f"order:{new_id()}"
    )
    row: LoyaltyPosting = await bank.run("rm", service.burn, given)
    return row
