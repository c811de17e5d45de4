"""What makes a rule-set contradict itself, beyond the form of its fields. Each finding names the place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from risk_models.crr_checks_items import item_findings
from risk_models.crr_checks_parts import Tables, gapless, list_name, repeated, vocabulary
from risk_models.crr_problems import Finding, Path
from risk_models.crr_rules import CodesFact, Condition, FlagFact, NumberFact, RatingRules, TableFact, Trigger

TOTAL_WEIGHT = 100
MOST_FACTS = MOST_CONDITIONS = MOST_TRIGGERS = 32
MOST_TOTAL = 32_767


def rule_findings(rules: RatingRules, tables: Tables) -> Iterator[Finding]:
    yield from _weights(rules)
    for position, item in enumerate(rules.items):
        yield from item_findings(rules, item, ("items", position), tables)
    yield from _levels(rules)
    yield from _review(rules)
    yield from _triggers(rules, tables)
    yield from repeated((item.code for item in rules.items), ("items",))
    yield from _unused(rules)
    yield from _sizes(rules)


def triggers(rules: RatingRules) -> Iterator[tuple[Path, Trigger]]:
    """All of them with their place, in the fixed order of the bits in `fired`."""
    for position, trigger in enumerate(rules.direct_to_highest):
        yield ("direct_to_highest", position), trigger
    for position, floor in enumerate(rules.floors):
        yield ("floors", position), floor
    for position, grant in enumerate(rules.direct_to_lowest):
        yield ("direct_to_lowest", position), grant
        for bar, trigger in enumerate(grant.barred_by):
            yield ("direct_to_lowest", position, "barred_by", bar), trigger


def _weights(rules: RatingRules) -> Iterator[Finding]:
    total = sum(item.weight for item in rules.items)
    if total != TOTAL_WEIGHT:
        yield ("items",), f"The weights sum to {total}, not to {TOTAL_WEIGHT}"


def _levels(rules: RatingRules) -> Iterator[Finding]:
    levels = rules.levels
    yield from gapless([(level.from_, level.to) for level in levels], ("levels",))
    yield from repeated(rules.level_codes, ("levels",))
    if len(levels) < rules.review.least_levels:
        yield ("levels",), f"There are {len(levels)} levels, at least {rules.review.least_levels} are needed"
    if levels and levels[0].from_ * rules.highest_score > TOTAL_WEIGHT:
        yield ("levels", 0, "from"), f"Totals from {TOTAL_WEIGHT / rules.highest_score:g} up have no level"
    if levels and levels[-1].to != TOTAL_WEIGHT:
        yield ("levels", len(levels) - 1, "to"), f"The highest level ends at {TOTAL_WEIGHT}"


def _review(rules: RatingRules) -> Iterator[Finding]:
    limits, levels = rules.review, rules.levels
    if limits.source not in rules.sources:
        yield ("review", "source"), f"Source {limits.source} is not declared"
    if rules.override.source not in rules.sources:
        yield ("override", "source"), f"Source {rules.override.source} is not declared"
    if levels and levels[-1].review_months > limits.highest_months_at_most:
        yield (
            ("levels", len(levels) - 1, "review_months"),
            f"The highest level is reviewed after {levels[-1].review_months} months, "
            f"at most {limits.highest_months_at_most} are allowed",
        )
    for position, (lower, upper) in enumerate(pairwise(levels)):
        most = upper.review_months * limits.times_the_level_above_at_most
        if not upper.review_months <= lower.review_months <= most:
            yield (
                ("levels", position, "review_months"),
                f"{lower.code} is reviewed after {lower.review_months} months; with {upper.review_months} for "
                f"{upper.code} it has to lie between {upper.review_months} and {most}",
            )


def _unused(rules: RatingRules) -> Iterator[Finding]:
    used = {item.fact for item in rules.items}
    used |= {condition.fact for _, trigger in triggers(rules) for condition in trigger.when}
    for name in rules.facts:
        if name not in used:
            yield ("facts", name), f"Fact {name} moves nothing"


def _triggers(rules: RatingRules, tables: Tables) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, floor in enumerate(rules.floors):
        if floor.level not in rules.level_codes:
            yield ("floors", position, "level"), f"Level {floor.level} is not declared"
    for path, trigger in triggers(rules):
        if trigger.code in seen:
            yield (*path, "code"), f"{trigger.code} is declared twice"
        seen.add(trigger.code)
        if trigger.source not in rules.sources:
            yield (*path, "source"), f"Source {trigger.source} is not declared"
        for position, condition in enumerate(trigger.when):
            yield from _condition(rules, condition, (*path, "when", position), tables)


def _condition(rules: RatingRules, condition: Condition, path: Path, tables: Tables) -> Iterator[Finding]:
    fact = rules.facts.get(condition.fact)
    numeric = condition.at_least is not None or condition.at_most is not None
    named = {key: codes for key in ("any_of", "none_of") if (codes := getattr(condition, key)) is not None}
    if fact is None:
        yield path, f"Fact {condition.fact} is not declared"
    elif isinstance(fact, NumberFact):
        if named or not numeric:
            yield path, f"{condition.fact} is a number: compare it with at_least or at_most"
    elif len(named) != 1 or numeric:
        yield path, f"{condition.fact} is no number: name its codes, in either any_of or none_of"
    for key, codes in named.items():
        for code in codes:
            if isinstance(fact, TableFact):
                yield from list_name(rules, fact, code, (*path, key), tables)
            elif isinstance(fact, CodesFact | FlagFact) and code not in vocabulary(fact):
                yield (*path, key), f"{code} is no code of fact {condition.fact}"


def _sizes(rules: RatingRules) -> Iterator[Finding]:
    """What the packed columns of a rating can hold."""
    found = [trigger for _, trigger in triggers(rules)]
    conditions = sum(len(trigger.when) for trigger in found)
    if len(rules.facts) > MOST_FACTS:
        yield ("facts",), f"{len(rules.facts)} facts are more than {MOST_FACTS}"
    if conditions > MOST_CONDITIONS:
        yield ("direct_to_highest",), f"{conditions} conditions are more than {MOST_CONDITIONS}"
    if len(found) > MOST_TRIGGERS:
        yield ("direct_to_highest",), f"{len(found)} triggers are more than {MOST_TRIGGERS}"
    if rules.highest_score * TOTAL_WEIGHT > MOST_TOTAL:
        yield ("highest_score",), f"Totals above {MOST_TOTAL} cannot be held"
