"""The model card: what a model is for, what it learned from, how good it is, who answers for it, how it does now.

Made of the record whenever it is asked for, in either language, so that it is never out of date (Mitchell et al. 2019,
Model Cards for Model Reporting).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date

from backend.access import queries as directory
from backend.access.context import Context
from backend.core.i18n import translate
from backend.engagement.models import queries
from backend.engagement.models.about import about
from backend.engagement.models.models import ModelFinding, ModelVersion, ModelWatch, ScoringModel
from backend.engagement.models.ruleset import Definition
from backend.engagement.models.service.standing import in_force
from backend.engagement.models.words import (
    advice_words,
    failure_words,
    meaning_words,
    metric_words,
    reason_words,
    verdict_words,
)
from risk_models.comparison import Contrast

_NOTHING = "—"
_FIGURES = 4


@dataclass(frozen=True, slots=True)
class Part:
    """`facts` are pairs of a name and what it is; `table` has its headings in the first row."""

    heading: str
    facts: tuple[tuple[str, str], ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    parts: tuple[Part, ...]

    def markdown(self) -> str:
        return "\n".join([f"# {self.title}", "", *(line for part in self.parts for line in _written(part))])


async def card(ctx: Context, model: ScoringModel, version: ModelVersion | None) -> Card:
    """Of one version: without one, what is known of the model alone. Raises NotAllowed."""
    ctx.require("view", queries.MODEL, queries.facts(ctx))
    definition, locale = in_force(ctx).rules.definition(model.code), ctx.actor.locale
    names = await _names(ctx, model, version)
    parts = [_purpose(definition, model, names, locale)]
    if version is not None:
        findings = (await queries.findings_of(ctx, [version.id])).get(version.id, [])
        watches = await queries.watches_of(ctx, [version.id], limit=1)
        parts += [
            _training(version, names, locale),
            _quality(version, locale),
            *([_compared(version.comparison, locale)] if version.comparison is not None else []),
            _validation(version, findings, names, locale),
            *([_watch(watches[0], locale)] if watches else []),
        ]
    return Card(await _title(ctx, definition, model, version), tuple(parts))


async def _title(ctx: Context, definition: Definition, model: ScoringModel, version: ModelVersion | None) -> str:
    locale = ctx.actor.locale
    named = [definition.wording.text(locale), *(await about(ctx, [model.code])).values()]
    if version is not None:
        named.append(translate(locale, "Version {number}", number=version.number))
    return " · ".join(named)


async def _names(ctx: Context, model: ScoringModel, version: ModelVersion | None) -> Mapping[UUID, str]:
    ids = {model.owner_id, model.author_id}
    if version is not None:
        ids |= {version.trained_by, version.validated_by, version.promoted_by, version.confirmed_by} - {None}  # type: ignore[arg-type]
    return await directory.staff_names(ctx.session, ids)


def _purpose(definition: Definition, model: ScoringModel, names: Mapping[UUID, str], locale: str) -> Part:
    facts = {
        "Model code": model.code,
        "Purpose": definition.purpose.text(locale),
        "Intended use": definition.use.text(locale),
        "What it looks at": definition.data.text(locale),
        "Known limits": definition.limits.text(locale),
        "Tier": str(model.tier),
        "Owner of the model": _who(model.owner_id, names, locale),
        "Author": _who(model.author_id, names, locale),
        "In the inventory since": _day(model.registered_at, locale),
    }
    if model.retired_at is not None:
        facts["Out of use since"] = _day(model.retired_at, locale)
    return _part("What it is for", facts, locale)


def _training(version: ModelVersion, names: Mapping[UUID, str], locale: str) -> Part:
    facts = {
        "State": translate(locale, STATES[version.state]),
        "Trained by": _who(version.trained_by, names, locale),
        "Trained on": _day(version.trained_at, locale),
        "Outcomes known up to": _day(version.as_of, locale),
        "Horizon": translate(locale, "{count} months", count=version.horizon_months),
        "Customers learned from": f"{version.rows:,}",
        "Features": ", ".join(reason_words(locale, name) for name in version.features) or _NOTHING,
        "Digest of the data": version.data_digest or _NOTHING,
        "Rule-set": version.ruleset,
        "Seed": str(version.seed),
    }
    if version.outcomes is not None:
        facts["Of these it happened to"] = f"{version.outcomes:,}"
    if version.failure is not None:
        facts["What went wrong"] = failure_words(locale, version.failure)
    return _part("What it learned from", facts, locale)


def _quality(version: ModelVersion, locale: str) -> Part:
    heading = ("Measure", "Figure", "95 % interval")
    rows = [(metric_words(locale, str(each["name"])), figure(each["value"]), _span(each)) for each in version.metrics]
    return Part(
        translate(locale, "How good it is, on customers it had not seen"),
        table=(tuple(translate(locale, each) for each in heading), *rows) if rows else (),
    )


def _compared(found: Mapping[str, Any], locale: str) -> Part:
    heading = ("Measure", "Champion", "This version", "Difference", "95 % interval", "p", "Finding")
    rows = []
    for each in (Contrast.from_dict(one) for one in found["contrasts"]):
        figures = [figure(value) for value in (each.champion, each.challenger, each.difference)]
        span = f"{figure(each.low)} – {figure(each.high)}"
        verdict = verdict_words(locale, each.verdict)
        rows.append((metric_words(locale, each.measure), *figures, span, figure(each.p_value), verdict))
    facts = {
        "Champion then": translate(locale, "Version {number}", number=found["number"]),
        "Customers told of by both": f"{found['rows']:,}",
        "In all": verdict_words(locale, found["verdict"]),
    }
    part = _part("Against the champion, on customers that neither had seen", facts, locale)
    return Part(part.heading, part.facts, (tuple(translate(locale, each) for each in heading), *rows))


def _validation(
    version: ModelVersion, findings: Sequence[ModelFinding], names: Mapping[UUID, str], locale: str
) -> Part:
    facts = {
        "Validated by": _who(version.validated_by, names, locale),
        "Validated on": _day(version.validated_at, locale),
        "Limits of use": version.limits or _NOTHING,
        "Champion proposed by": _who(version.promoted_by, names, locale),
        "Champion confirmed by": _who(version.confirmed_by, names, locale),
        "Champion since": _day(version.confirmed_at, locale),
    }
    heading = tuple(translate(locale, each) for each in ("Finding", "Severity", "Answer"))
    rows = [(each.words, translate(locale, SEVERITIES[each.severity]), each.answer or _NOTHING) for each in findings]
    told = _part("Validation and use", facts, locale)
    return Part(told.heading, told.facts, (heading, *rows) if rows else ())


def _watch(found: ModelWatch, locale: str) -> Part:
    heading = ("Measure", "Figure", "95 % interval", "Bound", "Effect on the score", "What it means")
    rows = [
        (
            metric_words(locale, str(each["name"])),
            figure(each["value"]),
            _span(each),
            str(each["bound"] or _NOTHING),
            _NOTHING if each.get("effect") is None else f"{each['effect']:+.2f}",
            meaning_words(locale, each),
        )
        for each in found.measures
    ]
    facts = {"Scored as of": _day(found.as_of, locale), "Outcomes of scores as of": _day(found.outcomes_of, locale)}
    advice = advice_words(locale, found.measures)
    if advice is not None:
        facts["What to do"] = advice
    told = _part("How it does now", facts, locale)
    return Part(told.heading, told.facts, (tuple(translate(locale, each) for each in heading), *rows))


STATES: Mapping[str, str] = {
    "draft": "Waits for training",
    "trained": "Trained",
    "in_validation": "In validation",
    "validated": "Validated",
    "rejected": "Rejected",
    "challenger": "Challenger",
    "champion": "Champion",
    "retired": "Out of use",
}
SEVERITIES: Mapping[str, str] = {"low": "Low", "medium": "Medium", "high": "High"}


def figure(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.{_FIGURES}g}"


def _span(each: Mapping[str, Any]) -> str:
    return _NOTHING if each["low"] is None else f"{figure(each['low'])} – {figure(each['high'])}"


def _part(heading: str, facts: Mapping[str, str], locale: str) -> Part:
    return Part(translate(locale, heading), tuple((translate(locale, name), text) for name, text in facts.items()))


def _who(id_: UUID | None, names: Mapping[UUID, str], locale: str) -> str:
    if id_ is None:
        return _NOTHING
    return names.get(id_) or translate(locale, "The platform")


def _day(on: date | None, locale: str) -> str:
    return _NOTHING if on is None else str(format_date(on, "medium", locale=locale))


def _written(part: Part) -> list[str]:
    lines = [f"## {part.heading}", ""]
    lines += [f"- **{name}**: {_flat(text)}" for name, text in part.facts]
    if part.table:
        head, *rows = part.table
        lines += ["", _row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return [*lines, ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_flat(cell).replace('|', '∣') for cell in cells)} |"


def _flat(text: str) -> str:
    """What people wrote cannot begin a heading or end a row."""
    return " ".join(text.split())
