"""Somebody applies by themselves, on a public page: what they are shown, and how they become a prospect of nobody."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.consent.rulesets import ConsentText, purposes_on
from backend.customers.errors import SourceTaken
from backend.customers.inputs import PartyInput, parse
from backend.customers.models import Customer, Party, PartyStatus
from backend.engagement.prospects.errors import ReachMissing
from backend.engagement.prospects.models import Prospect, Source
from backend.engagement.prospects.ruleset import Campaign, ProspectRules, prospect_rules
from backend.engagement.prospects.service.recording import ConsentGiven, ProspectInput, record
from backend.products import queries as products


@dataclass(frozen=True, slots=True)
class Landing:
    """What is shown to whoever comes: `products` are code and name in their language; `consent` the text in use."""

    campaign: Campaign | None
    products: tuple[tuple[str, str], ...]
    consent: ConsentText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """`key` is the form's own: a form that is sent twice is received once. `referrer_id` told of the institution.

    `locale` is the language of the page, in which they are then written to."""

    key: UUID
    name: str
    email: str = ""
    phone: str = ""
    interest: tuple[str, ...] = ()
    campaign: str | None = None
    referrer_id: UUID | None = None
    consents: bool = False
    locale: str = "en"


async def landing(ctx: Context, campaign: str | None, locale: str) -> Landing:
    """A campaign that does not run today is none."""
    rules = prospect_rules(ctx.policies, ctx.now.date()).rules
    running = rules.campaign(campaign, ctx.now.date()) if campaign else None
    sold = await products.offers(ctx, ctx.now.date(), None)
    return Landing(
        campaign=running,
        products=tuple((each.code, each.definition.names.text(locale)) for each in sold),
        consent=consent_text(ctx, rules),
    )


def consent_text(ctx: Context, rules: ProspectRules) -> ConsentText | None:
    """The newest text of the consent to offers that is in use today."""
    today = ctx.now.date()
    texts = purposes_on(ctx.policies, today).rules.purposes[rules.consent.purpose].texts
    return max((text for text in texts if text.effective_from <= today), key=lambda text: text.version, default=None)


async def apply(ctx: Context, given: Applying) -> Prospect | None:
    """None where this form was received before. Raises ReachMissing, and what recording a party raises."""
    if not given.email and not given.phone:
        raise ReachMissing(field="email")
    shown = await landing(ctx, given.campaign, given.locale)
    party = await _party(ctx, given)
    referrer = given.referrer_id if await _is_customer(ctx, given.referrer_id) else None
    wanted = ProspectInput(
        source=_source(referrer, shown.campaign),
        campaign=None if referrer is not None or shown.campaign is None else shown.campaign.code,
        referred_by_id=referrer,
        interest=sorted({code for code, _ in shown.products}.intersection(given.interest)),
        consent=_consent(given, shown.consent),
    )
    try:
        return await record(ctx, party, wanted)
    except SourceTaken:
        return None


def _source(referrer: UUID | None, campaign: Campaign | None) -> Source:
    if referrer is not None:
        return Source.REFERRAL
    return Source.WEB if campaign is None else Source.CAMPAIGN


def _consent(given: Applying, text: ConsentText | None) -> ConsentGiven | None:
    if text is None or not given.consents:
        return None
    return ConsentGiven(text_version=text.version, text_locale=given.locale)


async def _party(ctx: Context, given: Applying) -> PartyInput:
    """A phone number without a country code is one of the institution's country."""
    tenant = await ctx.session.get_one(Tenant, ctx.actor.tenant_id)
    email = {"kind": "email", "value": given.email}
    phone = {"kind": "phone", "value": given.phone, "region": tenant.jurisdiction}
    return parse(
        PartyInput,
        {
            "kind": "person",
            "names": [{"full_name": given.name}],
            "source": "web",
            "source_ref": f"apply:{given.key}",
            "correspondence_language": given.locale,
            "contacts": [each for each in (email, phone) if each["value"]],
        },
    )


async def _is_customer(ctx: Context, party_id: UUID | None) -> bool:
    if party_id is None:
        return False
    query = select(col(Customer.id)).join(Party, col(Party.id) == col(Customer.party_id))
    known = query.where(col(Party.id) == party_id, col(Party.status) == PartyStatus.ACTIVE)
    return await ctx.session.scalar(known) is not None
