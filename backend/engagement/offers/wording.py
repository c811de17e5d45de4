"""Why this offer, and why not that one, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from backend.access.context import Context
from backend.core.i18n import translate
from backend.engagement.offers import queries
from backend.engagement.offers.choice import Ground
from backend.engagement.offers.known import minor
from backend.engagement.offers.likeness import described
from backend.engagement.offers.ruleset import OfferRules, offer_rules
from backend.products.attributes import attributes_on
from backend.products.definition import ProductDefinition
from backend.products.selling.ruleset import selling_rules
from backend.products.selling.wording import Speaker
from backend.products.suitability.queries import jurisdiction

_GROUNDS: Final[Mapping[str, str]] = {
    "model": "The model {model} (version {version}) puts the chance at {chance} % ({low} to {high} %).",
    "base_rate": "No model has scored this customer; of offers like this {chance} % are accepted ({low} to {high} %).",
    "alike": "No model has scored this customer; of customers alike ({group}) {chance} % are expected to accept "
    "({low} to {high} %).",
    "answers": "It rests on {asked} answers of such customers ({accepted} accepted) and {others} of others "
    "({others_accepted} accepted).",
    "openings": "Of {could} such customers {opened} opened it within {months} months, which makes their chance {times} "
    "times the usual one.",
    "worth": "An acceptance brings {margin} {currency} after costs; the offer is worth {expected} {currency}.",
    "reckoned": "That is reckoned as {share} % of {amount} {currency} ({fact}), before costs.",
    "reckoned_held": "{share} % of {amount} {currency} ({fact}) is beyond what the rule-set allows; its bound counts.",
    "explored": "Drawn this month to learn: offers of which little is known stand higher here than elsewhere.",
    "market": "The customer is in the product's target market.",
    "again": "The customer has one already and may want another.",
    "asked_for": "The customer asked on {on} to hear of it again.",
    "uplift": "“{playbook}” raises this customer's chance to reach its goal by {points} percentage points.",
    "score": "What speaks for it in the score: {reason}.",
    "stage": "Nothing is offered to customers at this stage.",
    "held": "The customer has it already.",
    "declined": "Declined on {on}; not offered again before {until}.",
    "later": "The customer asked on {on} to be left in peace until {until}.",
    "accepted": "Accepted on {on}; the sale is under way.",
    "no_worth": "The rule-set does not say what this product brings.",
    "not_worth": "Asking costs more than it is expected to bring.",
}
_CONSENTS: Final[Mapping[str, str]] = {
    "consent_missing": "There is no consent for this purpose: {purpose}.",
    "consent_withdrawn": "The consent for this purpose was withdrawn: {purpose}.",
    "consent_expired": "The consent for this purpose ran out: {purpose}.",
    "objected": "The customer objected to this purpose: {purpose}.",
    "restricted": "The customer has had the processing of personal data restricted.",
}
_CONTACT: Final[Mapping[str, str]] = {
    "cap_reached": "The customer was contacted often enough lately.",
    "quiet_hours": "It is too early or too late to contact the customer now.",
    "holiday": "It is a holiday where the customer lives.",
    "complaint_open": "The customer has a complaint that is not answered yet.",
    "no_address": "There is no address by which the customer may be reached.",
    "no_contact": "The customer wishes not to be contacted.",
    "consent_missing": "There is no consent to be contacted with offers.",
    "consent_withdrawn": "The consent to be contacted with offers was withdrawn.",
    "consent_expired": "The consent to be contacted with offers ran out.",
    "objected": "The customer objected to being contacted with offers.",
    "contact.unavailable": "Nobody keeps contact with customers here, so nobody is asked.",
}
_OTHER_CONTACT: Final = "Contact rules stand against it: {reason}."
PURPOSES: Final[Mapping[str, str]] = {"marketing": "offers and news", "profiling": "personal offers from behaviour"}


@dataclass(frozen=True, slots=True)
class OfferSpeaker:
    """Words of the day: those of selling, and of the rule-set of offers."""

    selling: Speaker
    rules: OfferRules
    currency: str
    locale: str

    def figures(self, ground: Ground) -> dict[str, str]:
        """With codes of the rule-set as the words that it has for them."""
        told = dict(ground.figures)
        told |= {name: f"{Decimal(told[name]):,.2f}" for name in ("margin", "expected", "amount") if name in told}
        if "group" in told:
            told["group"] = self.group(told["group"])
        if "fact" in told:
            told["fact"] = self.rules.reckoned_from(told["fact"]).text(self.locale)
        if ground.code == "openings" and self.rules.likeness is not None:
            told["months"] = str(self.rules.likeness.openings_months)
        return told

    def group(self, code: str) -> str:
        """Customers who are alike, in words."""
        likeness = self.rules.likeness
        return code if likeness is None else described(code, likeness, self.currency, minor(self.currency), self.locale)


async def speaker(ctx: Context) -> OfferSpeaker:
    """In the reader's language."""
    today, locale = ctx.now.date(), ctx.actor.locale
    rules = selling_rules(ctx.policies, today, await jurisdiction(ctx)).rules
    selling = Speaker(rules, attributes_on(ctx.policies, today).rules, locale)
    return OfferSpeaker(selling, offer_rules(ctx.policies, today).rules, await queries.currency(ctx), locale)


def said(ground: Ground, speaker: OfferSpeaker, definition: ProductDefinition | None) -> str:
    """A ground of a ranking as a sentence; those of selling are said as selling says them."""
    if ground.code == "selling":
        return _selling(ground, speaker.selling, definition)
    figures, locale = speaker.figures(ground), speaker.locale
    if ground.code == "consent":
        purpose = figures["purpose"]
        text = _CONSENTS.get(figures["reason"], _CONSENTS["consent_missing"])
        return translate(locale, text, purpose=translate(locale, PURPOSES.get(purpose, purpose)))
    if ground.code == "contact":
        return translate(locale, _CONTACT.get(figures["reason"], _OTHER_CONTACT), **figures)
    return translate(locale, _GROUNDS[ground.code], **figures)


def _selling(ground: Ground, speaker: Speaker, definition: ProductDefinition | None) -> str:
    rules, code = speaker.rules, ground.figures["reason"]
    finding = rules.findings.get(code) or rules.bars.get(code)
    if finding is None:
        return code
    figures = {name: value for name, value in ground.figures.items() if name != "reason"}
    stored = {"code": code, "effect": finding.effect.value, "figures": figures}
    return speaker.reasons([stored], definition)[0].text
