"""All versions of the rating rule-sets and of the tables they use: read, checked, found by day or by digest."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, product
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from risk_models import crr_yaml
from risk_models.crr_checks import rule_findings
from risk_models.crr_checks_tables import signature_findings, table_findings
from risk_models.crr_problems import NoVersionError, RuleSetRefusedError
from risk_models.crr_rules import CodeTable, RatingRules
from risk_models.crr_yaml import Document

V = TypeVar("V", RatingRules, CodeTable)


@dataclass(frozen=True)
class Version(Generic[V]):
    """One file: what it says, and the document it was read from."""

    rules: V
    document: Document

    @property
    def sha256(self) -> str:
        return self.document.sha256


@dataclass(frozen=True, eq=False)
class Rating:
    """A rule-set with the tables of one day. `digest` names exactly these bytes, and is what a decision stores."""

    rules: RatingRules
    tables: Mapping[str, CodeTable]
    digest: str
    rules_sha256: str
    tables_sha256: Mapping[str, str]


def rules_version(
    source: bytes, file: str, tables: Sequence[Version[CodeTable]], *, signed: bool = True
) -> Version[RatingRules]:
    """`signed=False` admits a proposal, to simulate it before anybody signs."""
    version = _parsed(crr_yaml.read(source, file), RatingRules)
    known: dict[str, list[CodeTable]] = defaultdict(list)
    for table in tables:
        known[table.rules.id].append(table.rules)
    _refuse(version, rule_findings(version.rules, known), signed)
    return version


def table_version(source: bytes, file: str, *, signed: bool = True) -> Version[CodeTable]:
    version = _parsed(crr_yaml.read(source, file), CodeTable)
    _refuse(version, table_findings(version.rules), signed)
    return version


def assemble(rules: Version[RatingRules], tables: Iterable[Version[CodeTable]]) -> Rating:
    """The rule-set with one version of each of its tables."""
    chosen = {table.rules.id: table for table in tables if table.rules.id in rules.rules.tables}
    if set(chosen) != set(rules.rules.tables):
        missing = ", ".join(sorted(set(rules.rules.tables) - set(chosen)))
        raise NoVersionError(f"Rule-set {rules.rules.id} needs a version of table {missing}")
    hashes = {name: chosen[name].sha256 for name in sorted(chosen)}
    digest = hashlib.sha256(listing(rules.sha256, hashes)).hexdigest()
    return Rating(rules.rules, {name: chosen[name].rules for name in hashes}, digest, rules.sha256, hashes)


def listing(rules_sha256: str, tables: Mapping[str, str]) -> bytes:
    """What a rating's digest is the SHA-256 of: the hash of the rules' text, then a line a table by name."""
    return "\n".join([rules_sha256, *(f"{name} {tables[name]}" for name in sorted(tables))]).encode()


class RatingBook:
    """Refuses, with their lines, files that contradict themselves or each other."""

    def __init__(self, rules: Sequence[Version[RatingRules]], tables: Sequence[Version[CodeTable]]) -> None:
        self.rules = tuple(sorted(rules, key=_order))
        self.tables = tuple(sorted(tables, key=_order))
        _refuse_overlaps(self.rules)
        _refuse_overlaps(self.tables)

    @classmethod
    def load(cls, directory: Path) -> RatingBook:
        """`directory` holds `tables/*.yaml` and one further folder per scheme."""
        tables = [table_version(path.read_bytes(), _name(path)) for path in sorted(directory.glob("tables/*.yaml"))]
        files = [path for path in sorted(directory.glob("*/*.yaml")) if path.parent.name != "tables"]
        return cls([rules_version(path.read_bytes(), _name(path), tables) for path in files], tables)

    def effective(self, id_: str, on: date) -> Rating:
        """The rule-set and the tables that are in force on a day."""
        found = next((each for each in self.rules if each.rules.id == id_ and each.rules.covers(on)), None)
        if found is None:
            raise NoVersionError(f"No version of rating rule-set {id_} is effective on {on}")
        return assemble(found, [table for table in self.tables if table.rules.covers(on)])

    def by_digest(self, digest: str) -> Rating:
        """The rule-set and the tables that a stored decision names."""
        for rules in self.rules:
            for tables in self._combinations(rules.rules):
                rating = assemble(rules, tables)
                if rating.digest == digest:
                    return rating
        raise NoVersionError(f"No rule-set with its tables has the digest {digest}")

    def _combinations(self, rules: RatingRules) -> Iterator[tuple[Version[CodeTable], ...]]:
        return product(*([table for table in self.tables if table.rules.id == name] for name in rules.tables))


def _parsed(document: Document, model: type[V]) -> Version[V]:
    try:
        return Version(model.model_validate(document.data), document)
    except ValidationError as error:
        raise document.refusal(error) from error


def _refuse(version: Version[V], findings: Iterable[tuple[tuple[str | int, ...], str]], signed: bool) -> None:
    found = list(findings)
    document, rules = version.document, version.rules
    if rules.effective_to is not None and rules.effective_to < rules.effective_from:
        found.append((("effective_to",), "The version ends before it begins"))
    if signed:
        found += signature_findings(rules.signatures, document.content_digest, rules.effective_from)
    if found:
        raise RuleSetRefusedError(document.problem(path, text) for path, text in found)


def _refuse_overlaps(versions: Sequence[Version[V]]) -> None:
    for first, second in pairwise(versions):
        start = second.rules.effective_from
        if first.rules.id == second.rules.id and first.rules.covers(start):
            text = f"On {start} {first.document.file} is still in force; end it before this one begins"
            raise RuleSetRefusedError([second.document.problem(("effective_from",), text)])


def _order(version: Version[V]) -> tuple[str, date]:
    return version.rules.id, version.rules.effective_from


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
