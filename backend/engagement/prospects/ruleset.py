"""The shape of policies/engagement/prospects: where prospects come from, what they want, how one is closed."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from backend.casework.queues import Within
from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.engagement.prospects.models import Source

DIRECTORY: Final = "engagement/prospects"


class Word(Wording):
    code: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]


class Campaign(Word):
    """`first` and `last` are the days on which it brings prospects."""

    first: date
    last: date


class Consent(Part):
    """The consent that a prospect may give when recorded: its purpose, and how it is proven by source."""

    purpose: str
    evidence: dict[Source, str]


class Assignment(Part):
    """Whom a prospect that belongs to nobody goes to; a list that is empty asks for nothing.

    `to` lightest: of the relationship managers of the `team` (of all without one) who has the fewest open prospects;
    nobody: it waits in the queue until somebody takes it.
    """

    sources: frozenset[Source] = frozenset()
    campaigns: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    team: str | None = None
    to: Literal["lightest", "nobody"]


class ProspectRules(RuleSet):
    """`channels`: through which channel of sale whoever came from a source applies, unless said otherwise.

    `first_contact`: within which time somebody speaks with whoever came from a source; the queue's own time without.
    `assignment` is asked in its order, and the first that fits decides; where none fits, nobody is given the prospect.
    """

    campaigns: tuple[Campaign, ...]
    lost: Annotated[tuple[Word, ...], Field(min_length=1)]
    contacts: Annotated[tuple[Word, ...], Field(min_length=1)]
    consent: Consent
    channels: dict[Source, str]
    follow_up_days: Annotated[int, Field(gt=0)]
    note_characters: Annotated[int, Field(ge=100, le=20_000)]
    first_contact: Mapping[Source, Within] = {}
    assignment: tuple[Assignment, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := set(Source) - self.consent.evidence.keys():
            raise ValueError(f"consent: no evidence for prospects from: {', '.join(sorted(missing))}")
        if missing := set(Source) - self.channels.keys():
            raise ValueError(f"channels: none for prospects from: {', '.join(sorted(missing))}")
        return self

    def campaign(self, code: str, on: date) -> Campaign | None:
        return next((each for each in self.campaigns if each.code == code and each.first <= on <= each.last), None)


def prospect_rules(policies: Policies, day: date) -> Loaded[ProspectRules]:
    return policies.book(DIRECTORY, ProspectRules).effective(day)
