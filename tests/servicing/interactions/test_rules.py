"""The rule of contact: each reason by itself, and histories in which no message may ever break it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from backend.core.rulesets import load
from backend.servicing.interactions import rules
from backend.servicing.interactions.answers import HELD, TIMED, ContactAnswer, Reason
from backend.servicing.interactions.caps import Contacted
from backend.servicing.interactions.errors import ChannelUnknown, PurposeUnknown
from backend.servicing.interactions.facts import Address, AddressState, Standing
from backend.servicing.interactions.models import Channel
from backend.servicing.interactions.ruleset import ContactRules

UNDER = load(Path(__file__).parents[3] / "policies/servicing/contact/contact-2026.yaml", ContactRules).rules
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
"""A Wednesday, 13:00 in Praha and 20:00 in Shanghai."""
EVERYWHERE = {channel: Address(AddressState.CONFIRMED) for channel in UNDER.channels}


def customer(country: str = "CZ", **given: Any) -> Standing:
    told = {"addresses": EVERYWHERE, **given}
    return Standing(zones=UNDER.zones_of(country), country=country, **told)


def asked(
    purpose: str, standing: Standing, at: datetime = NOON, channels: Sequence[Channel] = (Channel.EMAIL,)
) -> ContactAnswer:
    return rules.answer(UNDER, purpose, channels, standing, at)


def sent(*days_ago: float, purpose: str = "marketing", channel: Channel = Channel.EMAIL) -> list[Contacted]:
    return [Contacted(NOON - timedelta(days=days), purpose, channel) for days in days_ago]


def test_a_customer_against_whom_nothing_stands_is_contacted() -> None:
    assert asked("marketing", customer()) == ContactAnswer(True, "email")


@pytest.mark.parametrize("reason", [Reason.ERASED, Reason.MERGED, Reason.DECEASED])
@pytest.mark.parametrize("purpose", sorted(UNDER.purposes))
def test_nobody_writes_to_who_is_gone(reason: Reason, purpose: str) -> None:
    channel = UNDER.purposes[purpose].channels[0]
    found = asked(purpose, customer(never=frozenset({reason})), channels=(channel,))
    assert (found.allowed, found.channel, found.reasons) == (False, None, (reason,))


def test_whoever_wants_to_hear_nothing_hears_what_the_law_asks_for_alone() -> None:
    silent = customer(never=frozenset({Reason.NO_CONTACT}))
    assert not asked("service", silent).allowed
    assert asked("legal", silent).allowed


def test_a_former_customer_is_won_back_and_not_surveyed() -> None:
    assert asked("survey", customer(former=True)).reasons == (Reason.EXITED,)
    assert asked("win_back", customer(former=True)).allowed


@pytest.mark.parametrize("basis", [Reason.CONSENT_MISSING, Reason.CONSENT_WITHDRAWN, Reason.OBJECTED])
def test_another_channel_is_taken_where_consent_lacks_for_one(basis: Reason) -> None:
    found = asked("marketing", customer(bases={Channel.EMAIL: basis}), channels=(Channel.EMAIL, Channel.SMS))
    assert (found.allowed, found.channel) == (True, "sms")


def test_without_consent_by_any_channel_nothing_is_sent_and_nothing_waits() -> None:
    none = dict.fromkeys(Channel, Reason.CONSENT_MISSING)
    found = asked("marketing", customer(bases=none), channels=UNDER.purposes["marketing"].channels)
    assert (found.allowed, found.waits, found.not_before) == (False, False, None)


def test_a_complaint_holds_offers_and_not_service() -> None:
    complaining = customer(held=frozenset({Reason.COMPLAINT}))
    held = asked("marketing", complaining)
    assert (held.allowed, held.waits, held.not_before) == (False, True, None)
    assert asked("service", complaining).allowed


def test_a_restriction_of_processing_waits_without_an_end() -> None:
    found = asked("service", customer(bases=dict.fromkeys(Channel, Reason.RESTRICTED)))
    assert (found.reasons, found.waits, found.not_before) == ((Reason.RESTRICTED,), True, None)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (None, Reason.NO_ADDRESS),
        (Address(AddressState.CLOSED), Reason.ADDRESS_CLOSED),
        (Address(AddressState.UNCONFIRMED), Reason.ADDRESS_UNCONFIRMED),
    ],
)
def test_security_goes_to_a_confirmed_address_alone(address: Address | None, reason: Reason) -> None:
    places = {} if address is None else {Channel.SMS: address}
    assert asked("security", customer(addresses=places), channels=(Channel.SMS,)).reasons == (reason,)


def test_an_unconfirmed_address_does_for_service() -> None:
    assert asked("service", customer(addresses={Channel.EMAIL: Address(AddressState.UNCONFIRMED)})).allowed


def test_quiet_hours_are_those_of_the_place_where_the_customer_lives() -> None:
    assert asked("marketing", customer("CZ"), channels=(Channel.SMS,)).allowed
    shanghai = asked("marketing", customer("CN"), channels=(Channel.SMS,))
    assert shanghai.reasons == (Reason.QUIET,)
    assert shanghai.not_before == datetime(2026, 11, 19, 8, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_country_with_several_zones_is_quiet_when_one_of_them_is() -> None:
    found = asked("marketing", customer("US"), NOON.replace(hour=15), (Channel.SMS,))
    assert found.not_before == datetime(2026, 11, 18, 8, tzinfo=ZoneInfo("Pacific/Honolulu"))


def test_nobody_is_called_on_a_sunday_or_a_holiday() -> None:
    sunday = datetime(2026, 11, 15, 10, tzinfo=UTC)
    found = asked("care", customer(), sunday, (Channel.TELEPHONE,))
    assert found.not_before == datetime(2026, 11, 16, 9, tzinfo=ZoneInfo("Europe/Prague"))
    feast = asked("care", customer(), datetime(2026, 11, 17, 10, tzinfo=UTC), (Channel.TELEPHONE,))
    assert feast.reasons == (Reason.HOLIDAY,)
    assert feast.not_before == datetime(2026, 11, 18, 9, tzinfo=ZoneInfo("Europe/Prague"))


def test_what_the_law_asks_for_goes_out_at_night() -> None:
    night = NOON.replace(hour=1)
    assert not asked("service", customer(), night).allowed
    assert asked("legal", customer(), night).allowed


def test_the_end_of_summer_time_does_not_shorten_the_night() -> None:
    night = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    found = asked("service", customer(), night)
    assert found.not_before == datetime(2026, 10, 25, 6, 0, tzinfo=UTC)


def test_a_cap_counts_all_purposes_and_channels_that_it_names() -> None:
    past = [*sent(1, purpose="care", channel=Channel.TELEPHONE), *sent(2, purpose="survey", channel=Channel.APP)]
    found = asked("marketing", customer(past=past))
    assert (found.reasons, found.not_before) == ((Reason.CAP,), NOON + timedelta(days=5))


def test_service_messages_fill_no_cap_and_heed_none() -> None:
    assert asked("marketing", customer(past=sent(1, 2, 3, purpose="service"))).allowed
    assert asked("service", customer(past=sent(1, 2, 3))).allowed


def test_a_message_counts_until_the_instant_at_which_it_is_old_enough() -> None:
    past = sent(1, 7)
    assert asked("marketing", customer(past=past)).allowed
    assert not asked("marketing", customer(past=past), NOON - timedelta(microseconds=1)).allowed


def test_a_cap_that_ends_in_the_night_lets_go_in_the_morning() -> None:
    past = [Contacted(datetime(2026, 11, day, 22, tzinfo=UTC), "marketing", Channel.EMAIL) for day in (12, 16)]
    found = asked("marketing", customer(past=past))
    assert found.not_before == datetime(2026, 11, 20, 7, tzinfo=ZoneInfo("Europe/Prague"))


def test_of_channels_that_must_wait_the_one_that_is_free_first_is_named() -> None:
    past = sent(1, channel=Channel.SMS)
    night = NOON.replace(hour=22)
    found = asked("marketing", customer(past=past), night, (Channel.SMS, Channel.EMAIL))
    assert (found.channel, found.not_before) == ("email", datetime(2026, 11, 19, 6, tzinfo=UTC))


def test_an_unknown_purpose_or_channel_is_named() -> None:
    with pytest.raises(PurposeUnknown):
        UNDER.asked("gossip", None)
    with pytest.raises(ChannelUnknown):
        UNDER.asked("survey", "mail")


def test_nothing_is_sent_by_a_channel_by_which_people_speak() -> None:
    assert Channel.TELEPHONE in UNDER.asked("care", None)
    assert Channel.TELEPHONE not in UNDER.channels_of("care", None)


instants = some.integers(0, 120 * 24 * 60).map(
    lambda minutes: datetime(2026, 8, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
channels = some.sampled_from(sorted(UNDER.channels))
purposes = some.sampled_from(sorted(UNDER.purposes))
places = some.sampled_from([None, *(Address(state) for state in AddressState)])


@some.composite
def standings(draw: Any) -> Standing:
    """Anything that may be known of a customer, more often nothing against contact than something."""
    rarely = some.integers(0, 5).map(lambda found: found == 0)
    lasting = [reason for reason in Reason if reason not in HELD | TIMED]
    past = draw(some.lists(some.builds(Contacted, instants, purposes, channels), max_size=12))
    return customer(
        draw(some.sampled_from(["CZ", "CN", "US", "AU", "XX"])),
        never=frozenset(draw(some.lists(some.sampled_from(lasting[:4]), max_size=2))) if draw(rarely) else frozenset(),
        held=frozenset({Reason.COMPLAINT}) if draw(rarely) else frozenset(),
        former=draw(rarely),
        bases=draw(some.dictionaries(channels, some.sampled_from([*lasting[9:], Reason.RESTRICTED]), max_size=2)),
        addresses={each: found for each in UNDER.channels if (found := draw(places)) is not None},
        past=past,
    )


def quiet(channel: Channel, country: str, at: datetime) -> bool:
    """Written once more, from the rule-set's own words."""
    hours: Mapping[Channel, tuple[int, int]] = {
        Channel.TELEPHONE: (9, 19),
        Channel.SMS: (8, 20),
        Channel.APP: (8, 20),
        Channel.WECHAT: (8, 20),
        Channel.EMAIL: (7, 21),
    }
    first, last = hours.get(channel, (0, 24))
    for name in UNDER.zones.get(country, UNDER.zones["CZ"]):
        local = at.astimezone(ZoneInfo(name))
        feast = local.date() in UNDER.holidays.get(country, frozenset[date]())
        if not first <= local.hour < last or (feast and channel in {*hours} - {Channel.EMAIL}):
            return True
        if channel is Channel.TELEPHONE and local.weekday() == 6:
            return True
    return False


def capped(purpose: str, channel: Channel, past: Sequence[Contacted], at: datetime) -> bool:
    for cap in UNDER.caps:
        if purpose not in cap.purposes or (cap.channels and channel not in cap.channels):
            continue
        counted = [
            each
            for each in past
            if each.purpose in cap.purposes
            and (not cap.channels or each.channel in cap.channels)
            and each.at > at - timedelta(days=cap.days)
        ]
        if len(counted) >= cap.most:
            return True
    return False


def forbidden(purpose: str, channel: Channel, known: Standing, at: datetime) -> bool:
    """Everything that may stand against a message, each said on its own."""
    rule = UNDER.purposes[purpose]
    address = known.addresses.get(channel)
    duty = rule.exempt and rule.processing is None
    gone = known.never - ({Reason.NO_CONTACT} if duty else set())
    unfit = channel not in rule.channels or (known.former and not rule.former) or channel in known.bases
    nowhere = address is None or address.state is AddressState.CLOSED
    unsure = rule.confirmed and (address is None or address.state is not AddressState.CONFIRMED)
    complains = bool(known.held) and not rule.through_complaint
    now_not = not rule.exempt and (quiet(channel, known.country, at) or capped(purpose, channel, known.past, at))
    return bool(gone) or unfit or nowhere or unsure or complains or now_not


@settings(max_examples=400, derandomize=True, deadline=None)
@given(purposes, channels, standings(), instants)
def test_exactly_what_nothing_stands_against_is_allowed(
    purpose: str, channel: Channel, known: Standing, at: datetime
) -> None:
    found = rules.decide(UNDER, purpose, channel, known, at)
    assert found.allowed is not forbidden(purpose, channel, known, at)
    assert found.allowed is not bool(found.reasons)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(purposes, channels, standings(), instants, some.lists(some.floats(0, 1, exclude_max=True), max_size=20))
def test_the_instant_that_is_named_is_the_first_that_is_allowed(
    purpose: str, channel: Channel, known: Standing, at: datetime, parts: list[float]
) -> None:
    found = rules.decide(UNDER, purpose, channel, known, at)
    if found.not_before is None:
        assert found.allowed or not set(found.reasons) <= TIMED
        return
    assert not forbidden(purpose, channel, known, found.not_before)
    wait = found.not_before - at
    for part in [*parts, 0.0, 1 - 1e-9]:
        assert forbidden(purpose, channel, known, at + wait * part)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    standings(),
    some.lists(some.tuples(some.integers(0, 200), purposes), min_size=1, max_size=60),
    some.randoms(use_true_random=False),
)
def test_no_history_sends_a_message_against_the_rules(
    known: Standing, asks: list[tuple[int, str]], chance: Any
) -> None:
    """Asked at any hour and asked again when the answer says so: what was sent is judged afterwards, all of it."""
    waiting = sorted((datetime(2026, 8, 1, tzinfo=UTC) + timedelta(hours=hours), purpose) for hours, purpose in asks)
    out: list[tuple[Standing, Contacted]] = []
    while waiting:
        at, purpose = waiting.pop(0)
        known = replace(known, past=[each for _, each in out], former=chance.random() < 0.1)
        found = asked(purpose, known, at, UNDER.purposes[purpose].channels)
        if found.allowed and found.channel is not None:
            out.append((known, Contacted(at, purpose, Channel(found.channel))))
        elif found.not_before is not None and found.not_before < at + timedelta(days=60):
            waiting = sorted([*waiting, (found.not_before, purpose)])
    for then, message in out:
        assert not forbidden(message.purpose, message.channel, then, message.at)
    for cap in UNDER.caps:
        counted = [
            each.at
            for _, each in out
            if each.purpose in cap.purposes and (not cap.channels or each.channel in cap.channels)
        ]
        for end in counted:
            assert sum(end - timedelta(days=cap.days) < each <= end for each in counted) <= cap.most


def test_hours_of_the_rule_set_are_the_ones_the_oracle_knows() -> None:
    """The oracle above says the hours in its own words; a change of the rule-set must change both."""
    told = {
        (channel, rule.begins, rule.ends, rule.holidays, rule.weekdays)
        for rule in UNDER.quiet
        for channel in rule.channels
    }
    assert told == {
        (Channel.TELEPHONE, time(19), time(9), True, frozenset({6})),
        *((each, time(20), time(8), True, frozenset()) for each in (Channel.SMS, Channel.APP, Channel.WECHAT)),
        (Channel.EMAIL, time(21), time(7), False, frozenset()),
    }


def test_rules_that_still_name_languages_by_country_are_read() -> None:
    earlier = {**UNDER.model_dump(), "languages": {"CN": "zh_CN"}}
    assert ContactRules.model_validate(earlier) == UNDER
