"""Onboarding's rule-sets as a governed kind: what a change would ask of the cases that are open now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.rulesets import Loaded
from backend.customers.models import Party
from backend.governance.documents import Customer, Document, Figure, Matrix, Row, Statement, Table, Words, words
from backend.governance.kinds import Progress
from backend.governance.yaml_kind import YamlKind
from backend.onboarding import dossier, queries
from backend.onboarding.models import DueDiligence, OnboardingCase, RequirementStatus
from backend.onboarding.rules import Assessment, assess
from backend.onboarding.ruleset import DIRECTORY, OnboardingRules

LARGEST: Final = 500
_LEVELS: Final = tuple(DueDiligence)


@dataclass(slots=True)
class _Tally:
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    more: Counter[str] = field(default_factory=Counter)
    less: Counter[str] = field(default_factory=Counter)
    signatures: Counter[str] = field(default_factory=Counter)
    affected: list[Row] = field(default_factory=list)

    def add(self, case: OnboardingCase, old: Assessment, new: Assessment) -> None:
        before, after = _open(old), _open(new)
        self.moves[old.due_diligence.value, new.due_diligence.value] += 1
        self.more.update(after - before)
        self.less.update(before - after)
        self.signatures["more" if new.signatures > old.signatures else "fewer"] += new.signatures != old.signatures
        if before != after or old.due_diligence != new.due_diligence or new.signatures != old.signatures:
            counts = (Figure(str(len(after - before))), Figure(str(len(before - after))))
            self.affected.append((Customer(case.party_id), *counts, _level(new.due_diligence.value)))


class OnboardingKind(YamlKind[OnboardingRules]):
    def __init__(self) -> None:
        super().__init__("onboarding", "Onboarding requirements", DIRECTORY, OnboardingRules)

    async def simulate(
        self,
        ctx: Context,
        base: Loaded[OnboardingRules] | None,
        proposed: Loaded[OnboardingRules],
        progress: Progress,
    ) -> Document:
        """Every open case that the rules apply to is assessed twice, as it stands; the newest, where there are many."""
        total = await _count(ctx, proposed.rules)
        cases = await _cases(ctx, proposed.rules)
        tally = _Tally()
        for number, (case, party) in enumerate(cases, start=1):
            opened = await dossier.load(ctx, case, party)
            today = ctx.now.date()
            known, seen = dossier.facts(opened, today), dossier.evidence(opened)
            old = assess(known, (base or proposed).rules, today, seen)
            tally.add(case, old, assess(known, proposed.rules, today, seen))
            if number % 10 == 0 or number == len(cases):
                await progress(number, len(cases))
        return _document(tally, len(cases), total, base or proposed, proposed)


async def _count(ctx: Context, rules: OnboardingRules) -> int:
    return (await ctx.session.scalar(select(func.count()).select_from(OnboardingCase).where(*_applying(rules)))) or 0


async def _cases(ctx: Context, rules: OnboardingRules) -> Sequence[tuple[OnboardingCase, Party]]:
    query = select(OnboardingCase, Party).join(Party, col(Party.id) == col(OnboardingCase.party_id))
    newest = query.where(*_applying(rules)).order_by(col(OnboardingCase.opened_at).desc(), col(OnboardingCase.id))
    return [(case, party) for case, party in await ctx.session.execute(newest.limit(LARGEST))]


def _applying(rules: OnboardingRules) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OnboardingCase.state).not_in([state.value for state in queries.FINAL]),
        col(OnboardingCase.jurisdiction).in_(sorted(rules.applies.jurisdictions)),
        col(OnboardingCase.purpose).in_(sorted(rules.applies.purposes)),
    )


def _open(assessment: Assessment) -> set[str]:
    return {need.code for need in assessment.requirements if need.status is RequirementStatus.OPEN}


def _document(
    tally: _Tally, looked: int, total: int, base: Loaded[OnboardingRules], proposed: Loaded[OnboardingRules]
) -> Document:
    found = words("{looked} of {total} open cases were assessed by both versions.", looked=looked, total=total)
    text = "{count} of them would be asked for other things, graded differently or signed by another number of people."
    affected = words(text, count=len(tally.affected))
    titles = {code: need.wording.en for rules in (base, proposed) for code, need in rules.rules.requirements.items()}
    tables = [
        _asked(words("What more would be asked"), tally.more, titles),
        _asked(words("What would no longer be asked"), tally.less, titles),
        Table(words("Affected cases"), _COLUMNS, tuple(tally.affected)),
    ]
    statements = [Statement(found), Statement(affected, "warn" if tally.affected else "ok")]
    if tally.signatures["more"] or tally.signatures["fewer"]:
        said = "{more} cases would need more signatures, {fewer} fewer."
        statements.append(
            Statement(words(said, more=tally.signatures["more"], fewer=tally.signatures["fewer"]), "warn")
        )
    levels = [_level(level.value) for level in _LEVELS]
    counts = [[tally.moves[old.value, new.value] for new in _LEVELS] for old in _LEVELS]
    matrix = Matrix(words("Due diligence: from (rows) to (columns)"), levels, levels, counts)
    return Document(tuple(statements), (matrix,), tuple(table for table in tables if table.rows))


def _asked(title: Words, counts: Counter[str], titles: dict[str, str]) -> Table:
    rows = tuple((words(titles.get(code, code)), Figure(str(count))) for code, count in counts.most_common())
    return Table(title, (words("Requirement"), words("Cases")), rows)


def _level(code: str) -> Words:
    return words(code.capitalize())


_COLUMNS: Final = (words("Customer"), words("More to bring"), words("Less to bring"), words("Due diligence"))
