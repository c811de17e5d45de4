"""What selling says of the products that a case names: how many the catalogue has, refuses, and warns of.

Whether the customer is approved and screened is this case's own affair, so those bars are not asked.
"""

from collections import Counter
from typing import Any, Final

from backend.access.context import Context
from backend.onboarding.models import OnboardingCase
from backend.products.definition import Channel
from backend.products.queries import effective
from backend.products.selling import matching
from backend.products.selling.rules import Allowed

_OWN: Final = ("kyc", "screening")
_CHANNELS: Final = {channel.value for channel in Channel}
_CALLED_OTHERWISE: Final = {"online": Channel.WEB.value}


async def product_facts(ctx: Context, case: OnboardingCase) -> dict[str, Any]:
    """Facts by name; a product that the catalogue does not have is not spoken of."""
    today = ctx.now.date()
    named = case.products and [code for code in case.products if code in (await effective(ctx, today)).by_code]
    if not named:
        return {"products_catalogued": 0}
    asked = await matching.questions(ctx, [case.party_id], _channel(case.channel), today, _OWN)
    counts = Counter(asked[case.party_id].answer(code).allowed for code in named)
    return {
        "products_catalogued": len(named),
        "products_refused": counts[Allowed.NO],
        "products_warned": counts[Allowed.WARN],
    }


def _channel(code: str) -> str:
    """As selling calls it; a channel that it does not know counts as the desk."""
    known = _CALLED_OTHERWISE.get(code, code)
    return known if known in _CHANNELS else Channel.BRANCH.value
