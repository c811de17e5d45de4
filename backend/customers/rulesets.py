"""The rule-sets of this capability: shapes of the files in policies/customers."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from backend.access.context import Context
from backend.core.i18n import LOCALES
from backend.core.rulesets import Loaded, Part, RuleSet, Wording
from backend.customers.models import RelationshipKind, Stage


def _language(code: str) -> str:
    if code not in LOCALES:
        raise ValueError(f"“{code}” is no language of the product; known are {', '.join(LOCALES)}")
    return code


class Term(Wording):
    """A word of a closed vocabulary in both languages."""

    code: str


class Steps(Part):
    process: frozenset[Stage] = frozenset()
    person: frozenset[Stage] = frozenset()


class StageRules(RuleSet):
    steps: dict[Stage, Steps]
    reasons: tuple[Term, ...]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = set(Stage) - self.steps.keys()
        if missing:
            raise ValueError(f"steps: {', '.join(sorted(missing))} missing")
        return self


class DocumentType(Term):
    expires: bool


class DocumentRules(RuleSet):
    largest_bytes: Annotated[int, Field(gt=0)]
    media_types: frozenset[str]
    types: tuple[DocumentType, ...]
    revision: tuple[Term, ...]
    rejection: tuple[Term, ...]

    def type(self, code: str) -> DocumentType | None:
        return next((type_ for type_ in self.types if type_.code == code), None)


class Comparison(StrEnum):
    ABOVE = "above"
    AT_LEAST = "at_least"


Share = Annotated[Decimal, Field(gt=0, lt=1)]


class Threshold(Part):
    threshold: Share
    comparison: Comparison

    def met(self, share: Fraction) -> bool:
        limit = Fraction(self.threshold)
        return share > limit if self.comparison is Comparison.ABOVE else share >= limit


class OwnershipRules(RuleSet):
    majority: Share
    default: Threshold
    jurisdictions: dict[str, Threshold]
    senior_managers: tuple[RelationshipKind, ...]

    def threshold(self, jurisdiction: str | None) -> Threshold:
        return self.default if jurisdiction is None else self.jurisdictions.get(jurisdiction, self.default)


Language = Annotated[str, AfterValidator(_language)]


class LanguageRules(RuleSet):
    """`countries`: in which language whoever lives there is written to; `otherwise`: everybody else."""

    countries: dict[str, Language]
    otherwise: Language

    def of(self, own: str | None, country: str | None) -> str:
        return own or self.countries.get(country or "", self.otherwise)


class DuplicateRules(RuleSet):
    """Weights by the name of the comparison; backend.customers.duplicates knows the comparisons."""

    review: int
    most_candidates: Annotated[int, Field(gt=0, le=500)]
    persons: dict[str, int]
    organisations: dict[str, int]


def stages(ctx: Context) -> Loaded[StageRules]:
    return ctx.policies.book("customers/stages", StageRules).effective(ctx.now.date())


def documents(ctx: Context) -> Loaded[DocumentRules]:
    return ctx.policies.book("customers/documents", DocumentRules).effective(ctx.now.date())


def ownership(ctx: Context) -> Loaded[OwnershipRules]:
    return ctx.policies.book("customers/ownership", OwnershipRules).effective(ctx.now.date())


def duplicates(ctx: Context) -> Loaded[DuplicateRules]:
    return ctx.policies.book("customers/duplicates", DuplicateRules).effective(ctx.now.date())


def languages(ctx: Context) -> Loaded[LanguageRules]:
    return ctx.policies.book("customers/languages", LanguageRules).effective(ctx.now.date())
