"""Quiet hours, weekdays and holidays, by the clocks of the place where the customer lives. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.servicing.interactions.answers import Reason
from backend.servicing.interactions.models import Channel
from backend.servicing.interactions.ruleset import ContactRules, Quiet


def reasons(
    rules: ContactRules, channel: Channel, country: str, zones: Iterable[ZoneInfo], at: datetime
) -> frozenset[Reason]:
    """What makes this instant quiet in any of the zones."""
    holidays = rules.holidays.get(country, frozenset())
    return frozenset(
        reason
        for rule in rules.quiet
        if channel in rule.channels
        for zone in zones
        for reason in _quiet(rule, holidays, at.astimezone(zone))
    )


def _quiet(rule: Quiet, holidays: frozenset[date], local: datetime) -> set[Reason]:
    found = set()
    if _within(rule, local.time()) or local.weekday() in rule.weekdays:
        found.add(Reason.QUIET)
    if rule.holidays and local.date() in holidays:
        found.add(Reason.HOLIDAY)
    return found


def _within(rule: Quiet, hour: time) -> bool:
    if rule.begins is None or rule.ends is None:
        return False
    if rule.begins < rule.ends:
        return rule.begins <= hour < rule.ends
    return hour >= rule.begins or hour < rule.ends


def ends_at(rules: ContactRules, channel: Channel, country: str, zones: tuple[ZoneInfo, ...], at: datetime) -> datetime:
    """`at` itself when it is not quiet, else a later instant, not after the quiet ends: ask again from there."""
    holidays = rules.holidays.get(country, frozenset())
    later = [
        _next(rule, holidays, at, zone)
        for rule in rules.quiet
        if channel in rule.channels
        for zone in zones
        if _quiet(rule, holidays, at.astimezone(zone))
    ]
    return max(later, default=at)


def _next(rule: Quiet, holidays: frozenset[date], at: datetime, zone: ZoneInfo) -> datetime:
    """The end of the quiet hours, or the next local midnight where the whole day is quiet."""
    local = at.astimezone(zone)
    whole_day = local.weekday() in rule.weekdays or (rule.holidays and local.date() in holidays)
    if whole_day or rule.ends is None:
        return _instant(local.date() + timedelta(days=1), time(), zone, at)
    day = local.date() if local.time() < rule.ends else local.date() + timedelta(days=1)
    return _instant(day, rule.ends, zone, at)


def _instant(day: date, hour: time, zone: ZoneInfo, after: datetime) -> datetime:
    """Where clocks are put back the hour comes twice: the one that is later than `after` is meant."""
    first, second = (datetime.combine(day, hour, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return first if first > after else second
