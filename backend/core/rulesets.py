"""Rule-sets: YAML that compliance people own, frozen when loaded, known by the SHA-256 of its bytes.

A directory holds the versions of one rule-set; their periods of validity may not overlap, and the one that is
effective on a day decides on that day.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from backend.core.errors import Invalid, NotFound


class RuleSetBroken(Invalid):
    code = "ruleset.broken"
    text = "Rule-set {file} cannot be used: {problem}"


class RuleSetsOverlap(Invalid):
    code = "ruleset.overlap"
    text = "Rule-sets {first} and {second} are both effective on {day}; end the first before the second begins."


class NoRuleSetEffective(NotFound):
    code = "ruleset.none_effective"
    text = "No rule-set in {directory} is effective on {day}; add a version that covers that day."


class Part(BaseModel):
    """A piece of a rule-set; an unknown key is refused, wherever it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(Part):
    """What people read, in both languages."""

    en: str
    zh_CN: str  # noqa: N815 - the name of the locale

    def text(self, locale: str) -> str:
        return self.zh_CN if locale == "zh_CN" else self.en


class RuleSet(Part):
    id: str
    effective_from: date
    effective_to: date | None = None

    def covers(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


R = TypeVar("R", bound=RuleSet)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[R]):
    rules: R
    sha256: str
    source: bytes
    file: str


def load(path: Path, model: type[R]) -> Loaded[R]:
    source = path.read_bytes()
    try:
        data = yaml.safe_load(source)
        rules = model.model_validate(data)
    except yaml.YAMLError as error:
        raise RuleSetBroken(file=path.name, problem=str(error)) from error
    except ValidationError as error:
        raise RuleSetBroken(file=path.name, problem=_first_problem(error)) from error
    return Loaded(rules, hashlib.sha256(source).hexdigest(), source, path.name)


def _first_problem(error: ValidationError) -> str:
    problems = [f"{'.'.join(str(p) for p in e['loc']) or 'file'}: {e['msg']}" for e in error.errors()]
    return "; ".join(problems)


class RuleBook(Generic[R]):
    """All versions of one rule-set; answers which is effective on a day and which has a hash."""

    def __init__(self, directory: Path, model: type[R]) -> None:
        self._directory = directory
        self._versions = sorted(
            (load(path, model) for path in directory.glob("*.yaml")), key=lambda v: (v.rules.id, v.rules.effective_from)
        )
        _refuse_overlaps(self._versions)
        self._by_hash = {version.sha256: version for version in self._versions}

    def effective(self, on: date, id_: str | None = None) -> Loaded[R]:
        for version in self._versions:
            if version.rules.covers(on) and (id_ is None or version.rules.id == id_):
                return version
        raise NoRuleSetEffective(directory=self._directory.name, day=on.isoformat())

    def by_hash(self, sha256: str) -> Loaded[R]:
        try:
            return self._by_hash[sha256]
        except KeyError:
            raise NoRuleSetEffective(directory=self._directory.name, day=sha256[:12]) from None

    @property
    def versions(self) -> Sequence[Loaded[R]]:
        return self._versions


def _refuse_overlaps(versions: Sequence[Loaded[R]]) -> None:
    for first, second in pairwise(versions):
        if first.rules.id == second.rules.id and first.rules.covers(second.rules.effective_from):
            raise RuleSetsOverlap(first=first.file, second=second.file, day=second.rules.effective_from.isoformat())


class Policies:
    """The folder that compliance people own; each rule-set directory is read once."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._books: dict[tuple[str, type[RuleSet]], RuleBook[RuleSet]] = {}

    def book(self, name: str, model: type[R]) -> RuleBook[R]:
        key = (name, model)
        if key not in self._books:
            self._books[key] = RuleBook(self.directory / name, model)
        return self._books[key]  # type: ignore[return-value]
