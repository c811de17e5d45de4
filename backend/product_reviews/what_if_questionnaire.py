"""A questionnaire as a governed kind: everybody who answered it graded anew, before the change is approved.

What was answered is opened page by page and graded by the proposed text; what does not fit its questions has to be
asked again. Of those whose result moves, holdings and the sales of the last year are judged with the old and the new.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.rulesets import Loaded
from backend.governance.documents import Cell, Code, Customer, Document, Figure, Matrix, Statement, Table, words
from backend.governance.kinds import Progress
from backend.governance.yaml_kind import YamlKind
from backend.holdings.models import Holding, HoldingStatus
from backend.product_reviews.what_if import SHOWN, Fit, Side
from backend.products import queries as products
from backend.products.models import Product, ProductVersion
from backend.products.selling.models import Sale, SaleState
from backend.products.selling.rules import Allowed, Client, Standing
from backend.products.selling.ruleset import selling_rules
from backend.products.suitability import grading, record
from backend.products.suitability.models import Assessment, AssessmentState
from backend.products.suitability.queries import jurisdiction
from backend.products.suitability.questionnaire import DIRECTORY, GRADES, Kind, Questionnaire

_PAGE: Final = 500
_YEAR: Final = timedelta(days=365)
_AGAIN: Final = "again"
_UNGRADED: Final = "none"


class QuestionnaireKind(YamlKind[Questionnaire]):
    def __init__(self) -> None:
        super().__init__("questionnaires", "Questionnaires of suitability and needs", DIRECTORY, Questionnaire)

    async def simulate(
        self, ctx: Context, base: Loaded[Questionnaire] | None, proposed: Loaded[Questionnaire], progress: Progress
    ) -> Document:
        """Nobody has answered a questionnaire that is new."""
        effect, sides = _Effect(), await _sides(ctx, proposed.rules.id)
        total, after, done = await _count(ctx, proposed.rules.id), None, 0
        await progress(0, total)
        while page := await _page(ctx, proposed.rules.id, after):
            await _add(ctx, effect, sides, proposed.rules, page)
            after, done = page[-1].id, done + len(page)
            await progress(done, total)
        return _document(effect, proposed.rules)

    async def stamp(self, ctx: Context) -> str:
        """The number of assessments to two digits: one more is no other institution."""
        count = await ctx.session.scalar(sql_select(func.count()).select_from(Assessment)) or 0
        return f"{count:.2g}"


@dataclass(slots=True)
class _Effect:
    """`moved` counts assessments from grade to grade; `again` has no new one, because its answers no longer fit."""

    assessments: int = 0
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    facts_moved: int = 0
    holders: Counter[str] = field(default_factory=Counter)
    fallen: Counter[str] = field(default_factory=Counter)
    sales: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    first: list[tuple[UUID, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Regraded:
    row: Assessment
    before: Client
    after: Client
    grade: str


async def _sides(ctx: Context, questionnaire: str) -> dict[UUID, Side]:
    """Every approved version that asks for this questionnaire, by its id."""
    today = ctx.now.date()
    rules = selling_rules(ctx.policies, today, await jurisdiction(ctx)).rules
    query = select(Product.code, ProductVersion).join(ProductVersion, col(ProductVersion.product_id) == Product.id)
    asking = col(ProductVersion.definition)["questionnaire"].astext == questionnaire
    rows = await ctx.session.execute(query.where(asking, col(ProductVersion.effective_from).is_not(None)))
    return {version.id: Side(code, products.definition_of(version), rules) for code, version in rows}


async def _count(ctx: Context, questionnaire: str) -> int:
    counted = sql_select(func.count()).where(
        col(Assessment.questionnaire) == questionnaire, col(Assessment.state) == AssessmentState.IN_FORCE
    )
    return await ctx.session.scalar(counted) or 0


async def _page(ctx: Context, questionnaire: str, after: UUID | None) -> Sequence[Assessment]:
    query = select(Assessment).where(
        Assessment.questionnaire == questionnaire, Assessment.state == AssessmentState.IN_FORCE
    )
    query = query if after is None else query.where(col(Assessment.id) > after)
    return (await ctx.session.scalars(query.order_by(col(Assessment.id)).limit(_PAGE))).all()


async def _add(
    ctx: Context, effect: _Effect, sides: Mapping[UUID, Side], rules: Questionnaire, page: Sequence[Assessment]
) -> None:
    await ctx.vault.load({row.party_id for row in page})
    moved: dict[UUID, _Regraded] = {}
    for row in page:
        found = _regraded(ctx, row, rules)
        if found is None:
            continue
        effect.assessments += 1
        before = row.grade or _UNGRADED
        effect.moved[before, found.grade] += 1
        if found.grade != before or found.after.facts != found.before.facts:
            effect.facts_moved += found.grade == before
            moved[row.id] = found
            if found.grade != before and len(effect.first) < SHOWN:
                effect.first.append((row.party_id, before, found.grade))
    await _holdings(ctx, effect, sides, {each.row.party_id: each for each in moved.values()})
    await _sales(ctx, effect, sides, moved)


def _regraded(ctx: Context, row: Assessment, rules: Questionnaire) -> _Regraded | None:
    """None for somebody who was erased. Answers that no longer fit leave the customer without an assessment."""
    told = record.opened(ctx, row)
    if told is None:
        return None
    said = (row.result or {}).get("facts", {})
    before = _client(row, row.grade, {name: _set(value) for name, value in said.items()}, bool(row.vulnerable))
    if grading.faults(rules, told.answers):
        return _Regraded(row, before, Client(), _AGAIN)
    result = grading.grade(rules, told.answers, told.known)
    return _Regraded(
        row, before, _client(row, result.grade, result.facts, result.vulnerable), result.grade or _UNGRADED
    )


def _client(row: Assessment, grade: str | None, facts: Mapping[str, Any], vulnerable: bool) -> Client:
    graded = {"risk_grade": grade} if row.kind == Kind.SUITABILITY else {}
    standing = Standing(row.id, grade, row.valid_until)
    return Client({row.questionnaire: standing}, {**facts, **graded, "vulnerable": vulnerable}, vulnerable)


def _set(value: object) -> object:
    return frozenset(value) if isinstance(value, list) else value


async def _holdings(ctx: Context, effect: _Effect, sides: Mapping[UUID, Side], moved: Mapping[UUID, _Regraded]) -> None:
    query = sql_select(col(Holding.party_id), col(Holding.product_version_id)).distinct()
    query = query.where(col(Holding.party_id).in_(moved), col(Holding.product_version_id).in_(sides))
    held: dict[UUID, list[_Regraded]] = defaultdict(list)
    for party_id, version_id in await ctx.session.execute(query.where(col(Holding.status) == HoldingStatus.OPEN)):
        held[version_id].append(moved[party_id])
    for version_id, who in held.items():
        side = sides[version_id]
        before, after = side.fits([each.before for each in who]), side.fits([each.after for each in who])
        effect.holders[side.code] += len(who)
        pairs = zip(before, after, strict=True)
        effect.fallen[side.code] += sum(was.fit is not Fit.OUTSIDE and now.fit is Fit.OUTSIDE for was, now in pairs)


async def _sales(ctx: Context, effect: _Effect, sides: Mapping[UUID, Side], moved: Mapping[UUID, _Regraded]) -> None:
    query = select(Sale.assessment_id, Sale.product_version_id, Sale.channel).where(
        col(Sale.assessment_id).in_(moved),
        col(Sale.product_version_id).in_(sides),
        col(Sale.state) == SaleState.CONFIRMED,
        col(Sale.sold_at) >= ctx.now - _YEAR,
    )
    for assessment_id, version_id, channel in (await ctx.session.execute(query)).all():
        side, who = sides[version_id], moved[assessment_id]
        (was, _), (now, _) = side.allows([(who.before, channel), (who.after, channel)])
        effect.sales += 1
        effect.refused[side.code] += was is not Allowed.NO and now is Allowed.NO


def _document(effect: _Effect, rules: Questionnaire) -> Document:
    again = sum(count for (_, then), count in effect.moved.items() if then == _AGAIN)
    other = sum(count for (was, then), count in effect.moved.items() if then not in {was, _AGAIN})
    text = "{assessments} assessments were graded anew: {other} would have another grade, {again} must be asked again."
    told = words(text, assessments=effect.assessments, other=other, again=again)
    text = "{fallen} of their holdings would fall outside; {refused} sales of the last year would not have happened."
    sold = words(text, fallen=effect.fallen.total(), refused=effect.refused.total())
    return Document(
        statements=(
            Statement(told, "warn" if other or again else "ok"),
            Statement(sold, "warn" if effect.fallen.total() or effect.refused.total() else "ok"),
        ),
        matrices=_grades(effect) if rules.bands else (),
        tables=(*_by_product(effect), *_customers(effect)),
    )


def _grades(effect: _Effect) -> tuple[Matrix, ...]:
    then = (*GRADES, _AGAIN)
    counts = [[effect.moved[was, each] for each in then] for was in GRADES]
    columns = (*(words(grade) for grade in GRADES), words("ask again"))
    return (Matrix(words("Grade now (rows) and then (columns)"), [words(grade) for grade in GRADES], columns, counts),)


def _by_product(effect: _Effect) -> tuple[Table, ...]:
    codes = sorted({*effect.holders, *effect.refused})
    if not codes:
        return ()
    rows: list[tuple[Cell, ...]] = [
        (Code(code), *(Figure(str(each[code])) for each in (effect.holders, effect.fallen, effect.refused)))
        for code in codes
    ]
    names = ("Product", "Holders concerned", "Outside then", "Sales that would not have happened")
    return (Table(words("By product"), tuple(words(name) for name in names), rows),)


def _customers(effect: _Effect) -> tuple[Table, ...]:
    if not effect.first:
        return ()
    again = words("ask again")
    rows = [(Customer(party), Code(was), again if then == _AGAIN else Code(then)) for party, was, then in effect.first]
    total = sum(count for (was, then), count in effect.moved.items() if was != then)
    columns = tuple(words(name) for name in ("Customer", "Grade now", "Grade then"))
    return (Table(words("Customers whose grade changes"), columns, rows, total=total),)
