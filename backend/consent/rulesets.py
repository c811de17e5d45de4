"""Purposes of processing as data: legal bases by jurisdiction, and the texts that people consent to."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from backend.consent.models import ANY_CHANNEL
from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording

DIRECTORY: Final = "privacy/purposes"


class Basis(StrEnum):
    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTEREST = "legitimate_interest"


class Ground(Part):
    basis: Basis
    article: str
    jurisdictions: frozenset[str] = frozenset()


class ConsentText(Wording):
    version: int = Field(ge=1)
    effective_from: date


class Evidence(Wording):
    code: str
    document: bool = False


class Purpose(Part):
    wording: Wording
    bases: tuple[Ground, ...] = Field(min_length=1)
    survives_restriction: bool = False
    validity_months: int | None = Field(default=None, ge=1)
    channels: tuple[str, ...] = ()
    texts: tuple[ConsentText, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.bases[-1].jurisdictions:
            raise ValueError("the last basis must hold for every jurisdiction")
        if any(ground.basis is Basis.CONSENT for ground in self.bases) and not self.texts:
            raise ValueError("a purpose that may rest on consent needs a text")
        versions = [text.version for text in self.texts]
        if versions != sorted(set(versions)):
            raise ValueError("versions of a text rise")
        return self

    def ground(self, jurisdiction: str) -> Ground:
        holding = (ground for ground in self.bases if not ground.jurisdictions or jurisdiction in ground.jurisdictions)
        return next(holding)

    @property
    def all_channels(self) -> tuple[str, ...]:
        return (ANY_CHANNEL, *self.channels)

    def text_on(self, day: date) -> ConsentText | None:
        """The newest one in use."""
        return next((text for text in reversed(self.texts) if text.effective_from <= day), None)


class Purposes(RuleSet):
    purposes: Mapping[str, Purpose]
    evidence: tuple[Evidence, ...]

    def kind_of_evidence(self, code: str) -> Evidence | None:
        return next((each for each in self.evidence if each.code == code), None)


def purposes_on(policies: Policies, day: date) -> Loaded[Purposes]:
    return policies.book(DIRECTORY, Purposes).effective(day)
