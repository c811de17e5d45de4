"""Rating rule-sets, and the tables of countries and industries, as a governed kind: simulated over the portfolio."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

import pandas as pd
import yaml

from backend.access.context import Context
from backend.core.rulesets import Policies
from backend.governance import kinds
from backend.governance.documents import Cell, Customer, Document, Figure, Matrix, Statement, Table, Words, words
from backend.governance.errors import ContentRefused
from backend.governance.kinds import Change, Permission, Progress
from backend.governance.yaml_difference import differences
from backend.risk import facts, queries, rulebook
from backend.risk.rating import by_scheme, standing
from backend.risk.rules import Standing, fact_frame, override_frame, read_facts
from backend.risk.ruleset import RecordRules, record_rules
from risk_models.crr import rate
from risk_models.crr_book import Rating, Version, rules_version, table_version
from risk_models.crr_problems import RuleSetRefusedError
from risk_models.crr_rules import CodeTable, RatingRules
from risk_models.crr_simulation import Simulation, compare

PAGE: Final = 1_000
SHOWN: Final = 200
Text = Version[RatingRules] | Version[CodeTable]


class RiskKind:
    """`folder` holds the product's policies; the lists that a rule-set names are looked up in its tables at first.

    What is in force is asked again when the change is simulated and when it is approved.
    """

    name: str = rulebook.KIND
    title: str = "Customer risk rating"
    format: Literal["yaml"] = "yaml"
    permission: Permission = kinds.RULESETS
    book: None = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def initial(self, policies: Policies, on: date) -> Mapping[str, bytes]:
        known = rulebook.files(policies.directory)
        rules = {each.rules.id: each.document.source for each in known.rules if each.rules.covers(on)}
        return rules | {each.rules.id: each.document.source for each in known.tables if each.rules.covers(on)}

    def parse(self, name: str, content: bytes) -> Text:
        try:
            version = _read(name, content, rulebook.files(self._folder).tables)
        except RuleSetRefusedError as refused:
            first = refused.problems[0]
            raise ContentRefused(field="content", line=first.line, problem=first.text) from refused
        if version.rules.id != name:
            problem = f"the rule-set calls itself “{version.rules.id}” and not “{name}”"
            raise ContentRefused(field="content", line=version.document.lines.get(("id",), 0), problem=problem)
        return version

    def diff(self, base: Text | None, proposed: Text) -> Sequence[Change]:
        """Signatures within a text are left out: governance keeps its own."""
        return differences(None if base is None else _content(base), _content(proposed))

    async def simulate(self, ctx: Context, base: Text | None, proposed: Text, progress: Progress) -> Document:
        """The whole portfolio rated by what is in force and by what is proposed, on the facts of today."""
        changes = await _changes(ctx, proposed)
        frames = {scheme: _Frames(before, after) for scheme, (before, after) in changes.items()}
        total, done, after_id = await queries.portfolio_size(ctx), 0, None
        while page := await queries.portfolio_page(ctx, after_id, PAGE):
            await _add_page(ctx, frames, page)
            after_id, done = page[-1], done + len(page)
            await progress(done, total)
        return _document(frames, total)

    async def stamp(self, ctx: Context) -> str:
        """The size of the portfolio to two digits: one customer more is no other portfolio."""
        return f"{await queries.portfolio_size(ctx):.2g}"

    async def check(self, ctx: Context, base: Text | None, proposed: Text) -> None:
        await _changes(ctx, proposed)

    async def enacted(self, ctx: Context, name: str, proposed: Text, sha256: str) -> None:
        """The portfolio is rated anew by a job, which finds that what is in force has changed."""


def _read(name: str, content: bytes, tables: Sequence[Version[CodeTable]]) -> Text:
    """A text with codes of its own is a table."""
    try:
        plain = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError):
        plain = None
    if isinstance(plain, dict) and "codes" in plain:
        return table_version(content, name, signed=False)
    return rules_version(content, name, tables, signed=False)


def _content(text: Text) -> dict[str, object]:
    return {name: value for name, value in text.document.data.items() if name != "signatures"}


async def _changes(ctx: Context, proposed: Text) -> dict[str, tuple[Rating, Rating]]:
    """By rule-set that the change touches, before and after. Raises ContentRefused."""
    source, name = proposed.document.source, proposed.rules.id
    if isinstance(proposed.rules, RatingRules):
        return {name: (await rulebook.effective(ctx, name), await _with(ctx, name, {name: source}))}
    found = {}
    for scheme in sorted({line.scheme for line in _rules(ctx).schemes}):
        rating = await rulebook.effective(ctx, scheme)
        if name in rating.rules.tables:
            found[scheme] = (rating, await _with(ctx, scheme, {name: source}))
    return found


async def _with(ctx: Context, scheme: str, changed: Mapping[str, bytes]) -> Rating:
    async def text(name: str) -> bytes:
        return changed[name] if name in changed else await rulebook.in_force(ctx, name)

    rules = await text(scheme)
    tables = [await text(name) for name in rulebook.table_names(rules)]
    try:
        return rulebook.parsed(rules, tuple(tables))
    except RuleSetRefusedError as refused:
        first = refused.problems[0]
        raise ContentRefused(field="content", line=first.line, problem=first.text) from refused


def _rules(ctx: Context) -> RecordRules:
    return record_rules(ctx.policies, ctx.now.date())


@dataclass(slots=True)
class _Frames:
    """The portfolio under one rule-set before and after the change, page by page."""

    rating_before: Rating
    rating_after: Rating
    before: list[pd.DataFrame] = field(default_factory=list)
    after: list[pd.DataFrame] = field(default_factory=list)

    def add(self, ctx: Context, offered: Mapping[UUID, facts.Facts], overrides: Mapping[str, Standing]) -> None:
        names, rules, on = [str(party_id) for party_id in offered], _rules(ctx), ctx.now.date()
        for rating, frames in ((self.rating_before, self.before), (self.rating_after, self.after)):
            levels = set(rating.rules.level_codes)
            holds = {name: each for name, each in overrides.items() if {each.level, each.computed_then} <= levels}
            frame = fact_frame(names, [read_facts(each, rating, rules) for each in offered.values()], rating)
            frames.append(rate(frame, rating, on, override_frame(holds)))

    @property
    def simulation(self) -> Simulation | None:
        if not self.before:
            return None
        before, after = pd.concat(self.before), pd.concat(self.after)
        return compare(before, self.rating_before, after, self.rating_after)


async def _add_page(ctx: Context, frames: Mapping[str, _Frames], page: Sequence[UUID]) -> None:
    groups = await by_scheme(ctx, _rules(ctx), page)
    offered, overrides = await facts.gather(ctx, page), await queries.in_force(ctx, page)
    for scheme, each in frames.items():
        members = groups.get(scheme, [])
        if members:
            holds = {str(p): standing(overrides[p]) for p in members if p in overrides}
            each.add(ctx, {party_id: offered[party_id] for party_id in members}, holds)


def _document(frames: Mapping[str, _Frames], total: int) -> Document:
    found = {scheme: each for scheme, each in frames.items() if each.before}
    if not found:
        nobody = words("None of the {total} customers is rated by these rules; nothing would change.", total=total)
        return Document(statements=(Statement(nobody, "ok"),))
    parts = [_part(scheme, each) for scheme, each in found.items()]
    return Document(
        statements=tuple(each for part in parts for each in part.statements),
        matrices=tuple(each for part in parts for each in part.matrices),
        tables=tuple(each for part in parts for each in part.tables),
    )


def _part(scheme: str, frames: _Frames) -> Document:
    simulation = frames.simulation
    if simulation is None:
        return Document()
    changed, rated = simulation.changed, int(simulation.matrix.to_numpy().sum())
    stricter = int(changed["stricter"].sum()) if len(changed) else 0
    before, after = simulation.reviews_a_year
    text = "{scheme}: {rated} customers were rated twice; {stricter} would rise, {milder} would fall."
    told = words(text, scheme=scheme, rated=rated, stricter=stricter, milder=len(changed) - stricter)
    work = words("Reviews in an average year: {after} instead of {before}.", before=round(before), after=round(after))
    rows = [_level(frames.rating_before, code) for code in frames.rating_before.rules.level_codes]
    columns = [_level(frames.rating_after, code) for code in frames.rating_after.rules.level_codes]
    matrix = simulation.matrix.reindex(
        index=list(frames.rating_before.rules.level_codes),
        columns=list(frames.rating_after.rules.level_codes),
        fill_value=0,
    )
    counts = [[int(count) for count in row] for row in matrix.to_numpy()]
    title = words("{scheme}: level now (rows) and then (columns)", scheme=scheme)
    return Document(
        statements=(
            Statement(told, "warn" if len(changed) else "ok"),
            Statement(work, "warn" if after > before else "ok"),
        ),
        matrices=(Matrix(title, rows, columns, counts),),
        tables=(_workload(simulation, frames), _calendar(simulation), *_affected(simulation, frames)),
    )


def _level(rating: Rating, code: str) -> Words:
    level = next(each for each in rating.rules.levels if each.code == code)
    return words(level.wording.en)


def _workload(simulation: Simulation, frames: _Frames) -> Table:
    columns = ("Level", "Customers now", "Customers then", "Reviews a year now", "Reviews a year then")
    figures = {(row["side"], row["level"]): row for row in simulation.workload.to_dict("records")}
    codes = dict.fromkeys((*frames.rating_before.rules.level_codes, *frames.rating_after.rules.level_codes))
    rows = []
    for code in codes:
        was, then = figures.get(("before", code)), figures.get(("after", code))
        rating = frames.rating_before if was is not None else frames.rating_after
        cells: list[Cell] = [_level(rating, code)]
        cells += [Figure("0" if each is None else str(each["customers"])) for each in (was, then)]
        cells += [Figure("0" if each is None else f"{each['reviews_a_year']:.0f}") for each in (was, then)]
        rows.append(tuple(cells))
    return Table(words("Work that the reviews make"), tuple(words(text) for text in columns), rows)


def _calendar(simulation: Simulation) -> Table:
    columns = tuple(words(text) for text in ("Month", "Reviews due now", "Reviews due then"))
    rows = [
        (Figure(str(month)), Figure(str(int(row["before"]))), Figure(str(int(row["after"]))))
        for month, row in simulation.calendar.iterrows()
        if row["before"] or row["after"]
    ]
    return Table(words("Reviews that fall due, month by month"), columns, rows)


def _affected(simulation: Simulation, frames: _Frames) -> tuple[Table, ...]:
    changed = simulation.changed
    if changed.empty:
        return ()
    columns = tuple(words(text) for text in ("Customer", "Level now", "Level then", "Points"))
    rows = [
        (
            Customer(UUID(str(party_id))),
            _level(frames.rating_before, row["before"]),
            _level(frames.rating_after, row["after"]),
            Figure(f"{row['points']:+.1f}"),
        )
        for party_id, row in changed.head(SHOWN).iterrows()
    ]
    return (Table(words("Customers whose level changes"), columns, rows, total=len(changed)),)
