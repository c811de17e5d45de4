"""An assessment in words: what was asked and answered, how each dimension stands, what held the grade down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.core.rulesets import NoRuleSetEffective, parse
from backend.governance import texts
from backend.governance.errors import UnknownText
from backend.products.suitability import queries, record
from backend.products.suitability.errors import NoQuestionnaire
from backend.products.suitability.limits import Place, next_place, window
from backend.products.suitability.models import Assessment
from backend.products.suitability.questionnaire import DIRECTORY, Ceiling, Contradiction, Questionnaire


@dataclass(frozen=True, slots=True)
class Said:
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """`level` in words, None for a dimension without levels."""

    code: str
    words: str
    points: int
    least: int
    most: int
    level: str | None


@dataclass(frozen=True, slots=True)
class Explained:
    code: str
    words: str
    explanation: str | None


@dataclass(frozen=True, slots=True)
class Held:
    code: str
    words: str
    at_most: str


@dataclass(frozen=True, slots=True)
class View:
    """`answers` and explanations are empty when the customer was erased."""

    title: str
    grade_words: str | None
    least: int
    most: int
    bands: tuple[tuple[str, int, int, str], ...]
    dimensions: tuple[Standing, ...]
    held: tuple[Held, ...]
    contradictions: tuple[Explained, ...]
    cautions: tuple[str, ...]
    answers: tuple[Said, ...]
    declaration: str


async def view(ctx: Context, row: Assessment, locale: str) -> View:
    """For a row that the actor was shown; reading the answers is noted for the log."""
    rules = await rules_of(ctx, row)
    await ctx.vault.load([row.party_id])
    recorded = record.opened(ctx, row)
    ctx.saw(("party", row.party_id), "assessment")
    result: Mapping[str, Any] = row.result or {}
    return View(
        title=rules.title.text(locale),
        grade_words=next((band.wording.text(locale) for band in rules.bands if band.grade == row.grade), None),
        least=rules.span[0],
        most=rules.span[1],
        bands=tuple((band.grade, band.least, band.most, band.wording.text(locale)) for band in rules.bands),
        dimensions=tuple(_standing(rules, each, locale) for each in result.get("dimensions", ())),
        held=tuple(_held(rules, each, locale) for each in result.get("ceilings", ())),
        contradictions=_explained(rules, result.get("contradictions", ()), recorded, locale),
        cautions=tuple(rule.wording.text(locale) for rule in rules.cautions if rule.code in result.get("cautions", ())),
        answers=() if recorded is None else _answers(rules, recorded, locale),
        declaration=rules.declaration.text(locale),
    )


async def rules_of(ctx: Context, row: Assessment) -> Questionnaire:
    """The questionnaire as it was when it was answered. Raises NoQuestionnaire when its text was never kept."""
    try:
        return ctx.policies.book(DIRECTORY, Questionnaire).by_hash(row.ruleset).rules
    except NoRuleSetEffective:
        try:
            return parse(await texts.by_hash(ctx, row.ruleset), row.questionnaire, Questionnaire).rules
        except UnknownText:
            raise NoQuestionnaire() from None


async def room(ctx: Context, party_id: UUID, questionnaire: Questionnaire) -> Place:
    """Whether the customer could be assessed today, as things stand."""
    today = record.today(ctx, questionnaire)
    taken = await queries.days_taken(ctx, party_id, questionnaire.id, window(today))
    return next_place(taken, today, questionnaire.limits)


def _standing(rules: Questionnaire, each: Mapping[str, Any], locale: str) -> Standing:
    dimension = rules.dimensions[each["code"]]
    level = next((band.wording.text(locale) for band in dimension.levels if band.level == each["level"]), None)
    return Standing(each["code"], dimension.wording.text(locale), each["points"], each["least"], each["most"], level)


def _held(rules: Questionnaire, each: Mapping[str, Any], locale: str) -> Held:
    named: list[Ceiling | Contradiction] = [*rules.ceilings, *rules.contradictions]
    words = next((rule.wording.text(locale) for rule in named if rule.code == each["code"]), each["code"])
    return Held(each["code"], words, each["at_most"])


def _explained(
    rules: Questionnaire, codes: Sequence[str], recorded: record.Recorded | None, locale: str
) -> tuple[Explained, ...]:
    said = {} if recorded is None else recorded.explanations
    return tuple(
        Explained(rule.code, rule.wording.text(locale), said.get(rule.code))
        for rule in rules.contradictions
        if rule.code in codes
    )


def _answers(rules: Questionnaire, recorded: record.Recorded, locale: str) -> tuple[Said, ...]:
    return tuple(
        Said(
            question.wording.text(locale),
            tuple(option.wording.text(locale) for option in question.options if option.code in recorded.answers[code]),
        )
        for code, question in rules.questions.items()
    )
