"""What makes an item contradict its fact: codes that do not exist, codes without a score, bands that do not join."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from risk_models.crr_checks_parts import Tables, gapless, list_name, vocabulary
from risk_models.crr_problems import Finding, Path
from risk_models.crr_rules import Item, NumberFact, RatingRules, TableFact


def item_findings(rules: RatingRules, item: Item, path: Path, tables: Tables) -> Iterator[Finding]:
    if item.element not in rules.elements:
        yield (*path, "element"), f"Element {item.element} is not declared"
    if item.source not in rules.sources:
        yield (*path, "source"), f"Source {item.source} is not declared"
    yield from _scores_in_range(rules, item, path)
    fact = rules.facts.get(item.fact)
    if fact is None:
        yield (*path, "fact"), f"Fact {item.fact} is not declared"
    elif isinstance(fact, NumberFact):
        yield from _number_item(item, path)
    elif item.scores is None or item.bands is not None or item.closed is not None:
        yield path, f"{item.code} needs scores, without bands"
    elif isinstance(fact, TableFact):
        yield from _table_item(rules, item, fact, path, tables)
    else:
        yield from _code_item(item, vocabulary(fact), path)


def _scores_in_range(rules: RatingRules, item: Item, path: Path) -> Iterator[Finding]:
    scores: list[tuple[Path, int | None]] = [(("unknown",), item.unknown), (("otherwise",), item.otherwise)]
    scores += [(("scores", code), score) for code, score in (item.scores or {}).items()]
    scores += [(("bands", place, "score"), band.score) for place, band in enumerate(item.bands or ())]
    for place, score in scores:
        if score is not None and score > rules.highest_score:
            yield (*path, *place), f"Score {score} is above the highest one, {rules.highest_score}"


def _number_item(item: Item, path: Path) -> Iterator[Finding]:
    if not item.bands or item.scores is not None or item.otherwise is not None:
        yield path, f"{item.code} is scored by a number and needs bands, without scores"
        return
    if item.closed is None:
        yield path, f"{item.code} does not say on which side its bands are closed"
    ends = [(band.from_, band.to) for band in item.bands]
    yield from gapless(ends, (*path, "bands"))
    if ends and (ends[0][0] is not None or ends[-1][1] is not None):
        yield (*path, "bands"), "The first band has no from and the last one no to, or values outside have no score"


def _code_item(item: Item, known: Sequence[str], path: Path) -> Iterator[Finding]:
    if item.otherwise is not None:
        yield (*path, "otherwise"), "A closed vocabulary has no otherwise: give every code its score"
    for code in item.scores or {}:
        if code not in known:
            yield (*path, "scores", code), f"{code} is no code of fact {item.fact}"
    for code in known:
        if code not in (item.scores or {}):
            yield (*path, "scores"), f"Code {code} of fact {item.fact} has no score"


def _table_item(rules: RatingRules, item: Item, fact: TableFact, path: Path, tables: Tables) -> Iterator[Finding]:
    if item.otherwise is None:
        yield path, f"{item.code} does not say what a code on none of the lists scores (otherwise)"
    for name in item.scores or {}:
        yield from list_name(rules, fact, name, (*path, "scores", name), tables)
