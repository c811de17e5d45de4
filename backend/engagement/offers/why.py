"""Why this offer: what its place rests on, as codes with figures; `wording` finds the words. Pure."""

from decimal import Decimal

from backend.engagement.offers.choice import Alike, Chance, Choice, Ground, Value
from backend.engagement.offers.models import Answer
from backend.engagement.offers.ruleset import OfferRules
from backend.engagement.offers.worth import Reckoned
from backend.products.selling.rules import Reason
from backend.products.target_market import Place


def why(choice: Choice, value: Value, currency: str, rules: OfferRules, *, explored: bool) -> tuple[Ground, ...]:
    """The chance and where it is from, what it brings, that it fits, and that she asked for it."""
    figures = {"margin": str(value.margin), "expected": str(value.expected), "currency": currency}
    found = [*_chance(choice.chance), Ground("worth", figures)]
    if value.gross.reckoned is not None:
        found.append(_reckoned(value.gross.reckoned, currency))
    if explored:
        found.append(Ground("explored"))
    if choice.sell.market.place is Place.INSIDE:
        found.append(Ground("market"))
    if choice.held:
        found.append(Ground("again"))
    if choice.said is not None and choice.said.answer is Answer.LATER:
        found.append(Ground("asked_for", {"on": choice.said.on.isoformat()}))
    return (*found, *(told(each) for each in choice.sell.reasons if each.code in rules.tolerated))


def told(reason: Reason) -> Ground:
    return Ground("selling", {**reason.figures, "reason": reason.code})


def _chance(chance: Chance) -> list[Ground]:
    share = {"chance": _percent(chance.value), "low": _percent(chance.low), "high": _percent(chance.high)}
    if chance.model is not None:
        named = Ground(chance.basis.value, share | {"model": chance.model, "version": str(chance.version)})
        return [named, *(Ground("score", {"reason": reason}) for reason in chance.reasons[:3])]
    if chance.alike is None:
        return [Ground(chance.basis.value, share)]
    return _alike(chance.alike, share)


def _alike(alike: Alike, share: dict[str, str]) -> list[Ground]:
    """Without a group the chance is everybody's; answers are told as counts, so that nobody takes three for a law."""
    if alike.group is None:
        return [Ground("base_rate", share)]
    seen, everybody = alike.seen, alike.everybody
    answers = {
        "asked": str(seen.asked),
        "accepted": str(seen.accepted),
        "others": str(everybody.asked - seen.asked),
        "others_accepted": str(everybody.accepted - seen.accepted),
    }
    found = [Ground("alike", share | {"group": alike.group}), Ground("answers", answers)]
    if seen.could and everybody.opened:
        opened = {"opened": str(seen.opened), "could": str(seen.could), "times": str(alike.times)}
        found.append(Ground("openings", opened))
    return found


def _reckoned(reckoned: Reckoned, currency: str) -> Ground:
    figures = {"amount": str(reckoned.amount), "share": f"{Decimal(reckoned.by.bp) / 100:f}", "currency": currency}
    return Ground("reckoned_held" if reckoned.held else "reckoned", figures | {"fact": reckoned.by.fact})


def _percent(share: Decimal) -> str:
    return f"{share * 100:.1f}"
