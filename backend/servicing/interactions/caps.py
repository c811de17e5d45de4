"""How often customers are contacted: counted over every channel, in periods that move with the clock. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.servicing.interactions.models import Channel
from backend.servicing.interactions.ruleset import Cap


@dataclass(frozen=True, slots=True)
class Contacted:
    """A message that went out, or that a worker has taken in order to send it."""

    at: datetime
    purpose: str
    channel: Channel


def free_at(caps: Sequence[Cap], purpose: str, channel: Channel, past: Sequence[Contacted], at: datetime) -> datetime:
    """The first instant from `at` on at which no cap is reached, if nothing else is sent until then."""
    return max((_free(cap, past, at) for cap in caps if _counts(cap, purpose, channel)), default=at)


def _counts(cap: Cap, purpose: str, channel: Channel) -> bool:
    return purpose in cap.purposes and (not cap.channels or channel in cap.channels)


def _free(cap: Cap, past: Sequence[Contacted], at: datetime) -> datetime:
    """A message stops counting when it is `days` old, to the instant; what lies after `at` counts as well."""
    period = timedelta(days=cap.days)
    counted = sorted(each.at for each in past if _counts(cap, each.purpose, each.channel) and each.at > at - period)
    return at if len(counted) < cap.most else counted[-cap.most] + period
