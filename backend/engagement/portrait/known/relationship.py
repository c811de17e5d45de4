"""The relationship: its stage, since when, in which segment; the ties to others; risk, consent and complaints."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from backend.complaints import queries as complaints
from backend.complaints.stages import OPEN
from backend.consent import queries as consents
from backend.consent.models import ConsentAct, ConsentEvent
from backend.consent.rulesets import Purpose, purposes_on
from backend.customers.queries import relationships_of, stakes_of
from backend.customers.rulesets import stages as stage_steps
from backend.engagement.portrait.known.subject import Subject
from backend.engagement.portrait.sources import Fact
from backend.engagement.segments import queries as segments
from backend.engagement.segments.models import Scheme
from backend.engagement.segments.service.telling import told
from backend.engagement.stages import queries as stages
from backend.engagement.stages.models import Cause
from backend.engagement.stages.ruleset import stage_policy
from backend.risk import queries as ratings


async def standing(of: Subject) -> Sequence[Fact]:
    customer = of.customer
    if customer is None:
        return ()
    found = [
        Fact(
            "relationship",
            "stage",
            customer.stage,
            "record",
            customer.stage_since.date(),
            vocabulary="stage",
            record=("customer", of.party_id),
            reasons=await _stage_reasons(of),
        )
    ]
    if of.since is not None:
        found.append(Fact("relationship", "customer_since", of.since, "record", of.since))
    if customer.risk_level is not None and of.ctx.may("view", "rating", of.access):
        found.append(
            Fact(
                "risk",
                "risk_level",
                customer.risk_level,
                "rating",
                await _rated_on(of),
                vocabulary="risk",
                record=("rating", of.party_id),
            )
        )
    if customer.next_review_on is not None and of.ctx.may("view", "review", of.access):
        found.append(Fact("risk", "next_review", customer.next_review_on, "reviews", customer.next_review_on))
    return found


async def _rated_on(of: Subject) -> date | None:
    rating = (await ratings.current(of.ctx, [of.party_id])).get(of.party_id)
    return None if rating is None else rating.rated_on


async def _stage_reasons(of: Subject) -> tuple[str, ...]:
    """Why the customer came into the stage, as far as the actor sees transitions."""
    if not of.ctx.may("view", stages.OBJECT, of.access):
        return ()
    rows = await stages.history(of.ctx, of.party_id)
    if not rows or of.customer is None or rows[0].to_stage != of.customer.stage:
        return ()
    newest, locale = rows[0], of.ctx.actor.locale
    if newest.cause == Cause.PERSON:
        said = {term.code: term.text(locale) for term in stage_steps(of.ctx).rules.reasons}
        return tuple(said.get(code, code) for code in newest.reasons)
    rules = stage_policy(of.ctx.policies, newest.at.date()).rules
    return tuple(rules.words(code, locale) or code for code in newest.reasons)


async def segment(of: Subject) -> Sequence[Fact]:
    if not of.ctx.may("view", segments.OBJECT, of.access):
        return ()
    used, found = await segments.clustering_in_use(of.ctx), []
    for each in await segments.memberships(of.ctx, of.party_id):
        scheme = Scheme(each.scheme)
        named = told(of.ctx, scheme, [each.segment], used)[each.segment]
        code = "segment" if scheme is Scheme.RULES else "group"
        reasons = (named.purpose,) if named.purpose else ()
        found.append(Fact("relationship", code, named.name, "segments", each.since, reasons=reasons))
    return found


async def ties(of: Subject) -> Sequence[Fact]:
    """Whoever may not be seen is told as a tie without a name."""
    found = []
    today = of.ctx.now.date()
    for tie in (await relationships_of(of.ctx, [of.party_id])).get(of.party_id, ()):
        if tie.valid_to is not None and tie.valid_to < today:
            continue
        outward = tie.from_id == of.party_id
        name, other = (tie.to_name, tie.to_id) if outward else (tie.from_name, tie.from_id)
        code = f"{tie.kind}_of" if outward else f"has_{tie.kind}"
        found.append(Fact("ties", code, name or "—", "record", tie.valid_from, record=("customer", other)))
    for stake in (await stakes_of(of.ctx, [of.party_id])).get(of.party_id, ()):
        if stake.valid_to is not None and stake.valid_to < today:
            continue
        owns = stake.owner_id == of.party_id
        name, other = (stake.owned_name, stake.owned_id) if owns else (stake.owner_name, stake.owner_id)
        reasons = () if stake.fraction is None else (f"{100 * stake.fraction:.4g} %",)
        code = "owns" if owns else "owned_by"
        found.append(
            Fact("ties", code, name or "—", "record", stake.valid_from, record=("customer", other), reasons=reasons)
        )
    return found


async def complaint(of: Subject) -> Sequence[Fact]:
    if not of.ctx.may("view", complaints.OBJECT, of.access):
        return ()
    rows = (await complaints.of_parties(of.ctx, [of.party_id])).get(of.party_id, [])
    waiting = [row for row in rows if row.state in OPEN]
    found = [Fact("complaints", "complaints_ever", len(rows), "complaints", of.ctx.now.date())]
    found += [
        Fact("complaints", "complaint_open", row.number, "complaints", row.received_on, record=("complaint", row.id))
        for row in waiting
    ]
    return found


async def consent(of: Subject) -> Sequence[Fact]:
    """The newest word on each purpose and channel."""
    if not of.ctx.may("view", "consent", of.access):
        return ()
    newest: dict[tuple[str, str], ConsentEvent] = {}
    for event in (await consents.history(of.ctx, [of.party_id])).get(of.party_id, []):
        known = newest.get((event.purpose, event.channel))
        if known is None or known.effective_at <= event.effective_at:
            newest[event.purpose, event.channel] = event
    purposes = purposes_on(of.ctx.policies, of.ctx.now.date()).rules.purposes
    return [_consented(of.party_id, event, purposes.get(event.purpose)) for _, event in sorted(newest.items())]


def _consented(party_id: UUID, event: ConsentEvent, purpose: Purpose | None) -> Fact:
    """`given` may since be over: what counts is asked for again before each use."""
    return Fact(
        "consent",
        f"purpose.{event.purpose}",
        ConsentAct(event.act).value,
        "consents",
        event.effective_at.date(),
        words=None if purpose is None else purpose.wording,
        vocabulary="consent_act",
        record=("consent", party_id),
        reasons=(event.channel,) if event.channel != "any" else (),
    )
