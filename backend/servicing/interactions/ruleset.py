"""When, how often and by which channel customers may be contacted, as data."""

from collections.abc import Collection, Mapping
from datetime import date, time
from functools import cached_property
from typing import Any, Final, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.servicing.interactions.errors import ChannelUnknown, PurposeUnknown, TopicUnknown
from backend.servicing.interactions.models import Channel

DIRECTORY: Final = "servicing/contact"
AddressKind = Literal["email", "phone", "postal", "account"]


class ChannelRule(Part):
    """`address` is what a message is sent to: `account` is the customer's own access, which every customer has.

    `consent` is the channel's name in a consent; `longest` counts characters of the text; without `subject`
    the text goes alone. `by_hand`: people speak by it, nothing is sent.
    """

    address: AddressKind
    consent: str
    longest: int = Field(ge=1)
    subject: bool = True
    by_hand: bool = False


class Quiet(Part):
    """Nothing is sent by these channels from `begins` to `ends` (over midnight where it begins later than it ends), nor
    on these weekdays (Monday 0), nor on holidays."""

    channels: frozenset[Channel]
    begins: time | None = None
    ends: time | None = None
    weekdays: frozenset[int] = frozenset()
    holidays: bool = False

    @model_validator(mode="after")
    def _hours(self) -> Self:
        if (self.begins is None) != (self.ends is None) or (self.begins is not None and self.begins == self.ends):
            raise ValueError("quiet hours have a beginning and another end")
        if not self.weekdays < set(range(7)):
            raise ValueError("quiet weekdays are some of 0 to 6, and not all")
        return self


class Cap(Part):
    """At most so many messages for all of these purposes together, in any period of that many days."""

    code: str
    purposes: frozenset[str]
    days: int = Field(ge=1)
    most: int = Field(ge=1)
    channels: frozenset[Channel] = frozenset()


class PurposeRule(Part):
    """`processing` is the purpose of processing whose legal basis must hold; None is for messages that a duty or the
    person's own safety asks for. `channels` in the order in which they are tried. `exempt` from quiet hours and caps;
    `through_complaint`: also to whoever complains and has no answer yet; `confirmed`: only to a confirmed address;
    `former`: also to whoever is a customer no more."""

    wording: Wording
    processing: str | None = None
    channels: tuple[Channel, ...] = Field(min_length=1)
    exempt: bool = False
    through_complaint: bool = False
    confirmed: bool = False
    former: bool = False
    free_text: bool = False
    lasts_days: int = Field(ge=1)


class Word(Wording):
    code: str


class ContactRules(RuleSet):
    """`zones` by country: quiet hours hold in every zone of it. `opening`: e-mails tell when they are opened."""

    look_again_minutes: int = Field(ge=1)
    claim_minutes: int = Field(ge=1)
    retry_minutes: tuple[int, ...] = Field(min_length=1)
    soft_bounces: int = Field(ge=1)
    entry_days: int = Field(ge=1)
    opening: bool = False
    default_zone: str
    zones: Mapping[str, tuple[str, ...]]
    holidays: Mapping[str, frozenset[date]]
    channels: Mapping[Channel, ChannelRule]
    quiet: tuple[Quiet, ...]
    purposes: Mapping[str, PurposeRule]
    caps: tuple[Cap, ...]
    topics: tuple[Word, ...]

    @model_validator(mode="before")
    @classmethod
    def _languages_elsewhere(cls, given: Any) -> Any:
        """Languages by country stood here before they became rules of their own (customers/languages); texts that an
        institution approved then still read."""
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if name != "languages"}

    @field_validator("zones")
    @classmethod
    def _zones_exist(cls, zones: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        named = {zone for each in zones.values() for zone in each}
        if unknown := named - available_timezones():
            raise ValueError(f"no such time zone: {', '.join(sorted(unknown))}")
        return zones

    @model_validator(mode="after")
    def _closed(self) -> Self:
        for name, purpose in self.purposes.items():
            if unfit := set(purpose.channels) - self.channels.keys():
                raise ValueError(f"{name}: nothing is sent by {', '.join(sorted(unfit))}")
        for cap in self.caps:
            if unknown := cap.purposes - self.purposes.keys():
                raise ValueError(f"cap {cap.code}: no such purpose: {', '.join(sorted(unknown))}")
        if not self.zones.get(self.default_zone):
            raise ValueError("default_zone names a country of zones")
        return self

    def zones_of(self, country: str | None) -> tuple[ZoneInfo, ...]:
        """Those of the country, or of the house where it has none."""
        return tuple(ZoneInfo(name) for name in self.zones.get(country or "", self.zones[self.default_zone]))

    @cached_property
    def longest_cap_days(self) -> int:
        return max((cap.days for cap in self.caps), default=1)

    def purpose(self, name: str) -> PurposeRule:
        if name not in self.purposes:
            raise PurposeUnknown(field="purpose", purpose=name, known=", ".join(self.purposes))
        return self.purposes[name]

    def asked(self, purpose: str, channel: str | None) -> tuple[Channel, ...]:
        """The channel, or all that the purpose has. Raises PurposeUnknown, ChannelUnknown."""
        known = self.purpose(purpose).channels
        if channel is not None and channel not in known:
            raise ChannelUnknown(field="channel", channel=channel, known=", ".join(known))
        return known if channel is None else (Channel(channel),)

    def channels_of(self, purpose: str, channel: str | None, fit: Collection[str] | None = None) -> tuple[Channel, ...]:
        """By which a message for the purpose may be sent, in the order in which they are tried; `fit` are those that a
        text is written for. Raises PurposeUnknown, ChannelUnknown."""
        sendable = [each for each in self.purpose(purpose).channels if not self.channels[each].by_hand]
        known = tuple(each for each in sendable if fit is None or each in fit)
        chosen = tuple(each for each in known if channel is None or each == channel)
        if not chosen:
            raise ChannelUnknown(field="channel", channel=channel or "", known=", ".join(known))
        return chosen

    def topic(self, code: str | None) -> str | None:
        """Raises TopicUnknown."""
        if code is not None and code not in {word.code for word in self.topics}:
            raise TopicUnknown(field="topic", topic=code, known=", ".join(word.code for word in self.topics))
        return code


def contact_rules(policies: Policies, day: date) -> Loaded[ContactRules]:
    return policies.book(DIRECTORY, ContactRules).effective(day)
