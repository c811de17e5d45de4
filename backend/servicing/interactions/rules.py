"""The one rule of contact: what is known of a customer in, an answer with its reasons out. Pure.

Reasons are looked for in three groups: what never ends by itself, what holds for now without a known end, and what
ends at an instant that the rule names (`quiet`, `caps`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from backend.servicing.interactions import caps, quiet
from backend.servicing.interactions.answers import HELD, TIMED, ContactAnswer, Reason
from backend.servicing.interactions.facts import Address, AddressState, Standing
from backend.servicing.interactions.models import Channel
from backend.servicing.interactions.ruleset import ContactRules, PurposeRule

_ROUNDS: Final = 400


def answer(
    rules: ContactRules, purpose: str, channels: Sequence[Channel], standing: Standing, now: datetime
) -> ContactAnswer:
    """By the first channel that is allowed now, else the one that is free soonest, else the first that waits."""
    answers = [decide(rules, purpose, each, standing, now) for each in channels]
    return min(answers, key=lambda found: _rank(found, now))


def _rank(found: ContactAnswer, now: datetime) -> tuple[int, datetime]:
    if found.allowed:
        return 0, now
    if found.not_before is not None:
        return 1, found.not_before
    return (2 if found.waits else 3), now


def decide(rules: ContactRules, purpose: str, channel: Channel, standing: Standing, now: datetime) -> ContactAnswer:
    rule = rules.purpose(purpose)
    lasting = _never(rule, channel, standing) | _held(rule, channel, standing)
    timed = frozenset() if rule.exempt else _timed(rules, purpose, channel, standing, now)
    reasons = tuple(reason for reason in Reason if reason in lasting | timed)
    not_before = free_at(rules, purpose, channel, standing, now) if timed and not lasting else None
    return ContactAnswer(not reasons, None if lasting - HELD else channel, reasons, not_before)


def _never(rule: PurposeRule, channel: Channel, standing: Standing) -> frozenset[Reason]:
    found = set(standing.never)
    if rule.processing is None and rule.exempt:
        found.discard(Reason.NO_CONTACT)
    if standing.former and not rule.former:
        found.add(Reason.EXITED)
    if channel not in rule.channels:
        found.add(Reason.CHANNEL_UNFIT)
    basis = standing.bases.get(channel)
    if basis is not None and basis not in HELD:
        found.add(basis)
    return frozenset(found | _addressed(rule, standing.addresses.get(channel)))


def _addressed(rule: PurposeRule, address: Address | None) -> set[Reason]:
    if address is None:
        return {Reason.NO_ADDRESS}
    if address.state is AddressState.CLOSED:
        return {Reason.ADDRESS_CLOSED}
    confirmed = address.state is AddressState.CONFIRMED
    return {Reason.ADDRESS_UNCONFIRMED} if rule.confirmed and not confirmed else set()


def _held(rule: PurposeRule, channel: Channel, standing: Standing) -> frozenset[Reason]:
    found = {reason for reason in standing.held if reason is not Reason.COMPLAINT or not rule.through_complaint}
    if standing.bases.get(channel) in HELD:
        found.add(standing.bases[channel])
    return frozenset(found)


def _timed(rules: ContactRules, purpose: str, channel: Channel, standing: Standing, at: datetime) -> frozenset[Reason]:
    found = quiet.reasons(rules, channel, standing.country, standing.zones, at)
    if caps.free_at(rules.caps, purpose, channel, standing.past, at) > at:
        found |= {Reason.CAP}
    return found & TIMED


def free_at(rules: ContactRules, purpose: str, channel: Channel, standing: Standing, now: datetime) -> datetime | None:
    """The first instant from now on at which neither hour nor cap stands against it; None where there is none."""
    at = now
    for _ in range(_ROUNDS):
        moved = caps.free_at(rules.caps, purpose, channel, standing.past, at)
        moved = quiet.ends_at(rules, channel, standing.country, standing.zones, moved)
        if moved == at:
            return at
        at = moved
    return None
