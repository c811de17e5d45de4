"""Why a customer has their level, as data for a waterfall, as far as the reader may know it.

A stored rating is explained by rating its recorded facts again under the rule-set that it names, so what is shown is
what was decided. Facts that a field of the access policy guards are shown without their value to who may not see it;
those of screening and reports are folded into one step, so that no figure tells whoever talks to the customer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.access.fields import Visibility
from backend.access.scopes import Facts
from backend.core.i18n import translate
from backend.core.rulesets import Wording
from backend.risk import rulebook
from backend.risk.errors import RatingErased
from backend.risk.models import RiskRating
from backend.risk.rating import opened
from backend.risk.rules import Standing, Value, fact_frame, override_frame
from backend.risk.ruleset import RecordRules, record_rules
from risk_models import crr
from risk_models.crr_book import Rating
from risk_models.crr_checks import triggers
from risk_models.crr_explain import explain
from risk_models.crr_rules import Wording as RuleWording

CONFIDENTIAL: Final = "compliance_fact"
UNDISCLOSED: Final = Wording(en="Known to compliance", zh_CN="仅合规部门知悉")
_NOTHING: Final = Wording(en="", zh_CN="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`kind` is item, total, trigger, override or level; an item runs from `start` to `end`, in points.

    `hidden`: there is a value that this reader may not see. `unknown`: the fact was not known, and scored as such.
    """

    kind: str
    code: str
    words: Wording = _NOTHING
    element: Wording = _NOTHING
    fact: str | None = None
    value: str | None = None
    hidden: bool = False
    unknown: bool = False
    score: int | None = None
    weight: int | None = None
    points: int | None = None
    start: int | None = None
    end: int | None = None
    level: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Reasons:
    """`levels` are all levels of the rule-set from the lowest; `mandatory` the one that nobody may undercut."""

    steps: tuple[Step, ...]
    level: str
    computed: str
    mandatory: str | None
    rating: Rating
    facts: Mapping[str, Value] = field(default_factory=dict)


async def of_rating(ctx: Context, row: RiskRating, access: Facts) -> Reasons:
    """Raises RatingErased when the customer's key is gone."""
    await ctx.vault.load([row.party_id])
    body = opened(ctx, row)
    if body is None:
        raise RatingErased()
    rating = await rulebook.by_digest(ctx, row.digest)
    reasons = reasons_of(row.party_id, body["facts"], _standing(body), rating, date.fromisoformat(body["on"]))
    return disclosed(ctx, reasons, access, row.party_id)


def _standing(body: Mapping[str, Any]) -> Standing | None:
    given = body["override"]
    if given is None:
        return None
    days = (date.fromisoformat(given["decided_on"]), date.fromisoformat(given["expires_on"]))
    return Standing(given["level"], given["computed_then"], *days)


def reasons_of(
    customer: object, facts: Mapping[str, Value], standing: Standing | None, rating: Rating, on: date
) -> Reasons:
    """Everything, for the service itself; `disclosed` is what a reader is shown."""
    name = str(customer)
    frame = fact_frame([name], [facts], rating)
    rated = crr.rate(frame, rating, on, override_frame({} if standing is None else {name: standing}))
    rows = explain(frame, rated, rating).to_dict("records")
    result = rated.iloc[0]
    return Reasons(
        steps=tuple(_step(row, rating) for row in rows),
        level=str(result["level"]),
        computed=str(result["computed"]),
        mandatory=crr.mandatory_level(int(result["fired"]), rating),
        rating=rating,
        facts=dict(facts),
    )


def _step(row: Mapping[Any, Any], rating: Rating) -> Step:
    kind = str(row["kind"])
    items = {item.code: item for item in rating.rules.items}
    item = items.get(str(row["code"])) if kind == "item" else None
    return Step(
        kind=kind,
        code=kind if row["code"] is None else str(row["code"]),
        words=_words(rating, kind, row["code"]) if item is None else _wording(item.wording),
        element=_NOTHING if item is None else _wording(rating.rules.elements[item.element]),
        fact=row["fact"],
        value=row["value"],
        unknown=bool(row["unknown"]),
        score=_whole(row["score"]),
        weight=_whole(row["weight"]),
        points=_whole(row["points"]),
        start=_whole(row["start"]),
        end=_whole(row["end"]),
        level=None if row["level"] is None else str(row["level"]),
        source=None if row["source"] is None else rating.rules.sources[row["source"]],
    )


def _words(rating: Rating, kind: str, code: object) -> Wording:
    if kind != "trigger":
        return _NOTHING
    return next(_wording(trigger.wording) for _, trigger in triggers(rating.rules) if trigger.code == code)


def _wording(given: RuleWording) -> Wording:
    return Wording(en=given.en, zh_CN=given.zh_CN)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def disclosed(ctx: Context, reasons: Reasons, access: Facts, party_id: UUID) -> Reasons:
    """What this reader may know of it; personal values that are shown are noted for the log."""
    rules = record_rules(ctx.policies, ctx.now.date())
    visible = ctx.plan("customer", sorted(set(rules.guards.values()))).of(access)
    shown = [_guarded(step, rules, visible) for step in reasons.steps]
    ctx.saw(("party", party_id), *_fields_shown(shown, rules))
    if visible.get(CONFIDENTIAL) is Visibility.CLEAR:
        return replace(reasons, steps=tuple(shown))
    return replace(reasons, steps=tuple(_folded(shown, reasons.rating, rules)), facts={})


def _guarded(step: Step, rules: RecordRules, visible: Mapping[str, Visibility]) -> Step:
    guard = None if step.fact is None else rules.guards.get(step.fact)
    if guard is None or visible[guard] is Visibility.CLEAR:
        return step
    return replace(step, value=None, hidden=True)


def _fields_shown(steps: Iterable[Step], rules: RecordRules) -> set[str]:
    facts = (step.fact for step in steps if step.fact is not None and step.value is not None)
    return {"risk_rating"} | {rules.guards[fact] for fact in facts if fact in rules.guards}


def _folded(steps: Iterable[Step], rating: Rating, rules: RecordRules) -> Iterable[Step]:
    """The confidential items as one step behind the others; the bars are laid end to end again."""
    secret = {fact for fact, guard in rules.guards.items() if guard == CONFIDENTIAL}
    loud = {t.code for _, t in triggers(rating.rules) if not secret & {condition.fact for condition in t.when}}
    kept = [step for step in steps if step.kind == "item" and step.fact not in secret]
    hidden = [step for step in steps if step.kind == "item" and step.fact in secret]
    if hidden:
        weight, points = sum(step.weight or 0 for step in hidden), sum(step.points or 0 for step in hidden)
        kept.append(Step(kind="item", code="undisclosed", words=UNDISCLOSED, hidden=True, weight=weight, points=points))
    at = 0
    for step in kept:
        yield replace(step, start=at, end=at + (step.points or 0))
        at += step.points or 0
    for step in steps:
        if step.kind == "trigger" and step.code not in loud:
            yield replace(step, code="undisclosed", words=UNDISCLOSED, source=None, hidden=True)
        elif step.kind != "item":
            yield step


def fact_words(rating: Rating, name: str, locale: str) -> str:
    """A fact is called what the item is called that scores it; one that no item scores, by its code."""
    wording = next((item.wording for item in rating.rules.items if item.fact == name), None)
    if wording is None:
        return translate(locale, name.replace("_", " ").capitalize())
    return wording.zh_CN if locale == "zh_CN" else wording.en
