"""Rule-sets: YAML that compliance people own, frozen when loaded, known by the SHA-256 of its bytes.

A directory holds the versions of one rule-set; their periods of validity may not overlap, and the one that is
effective on a day decides on that day. What an institution has decided for itself (a standing text, backend.governance)
takes the place of the files' rule-set of the same id from its first day on.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from backend.core.errors import Invalid, NotFound
from backend.core.yaml_lines import line_of

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where PyYAML was built with it: ten times as fast."""


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


@dataclass(frozen=True, slots=True)
class StandingText:
    """A rule-set that an institution has put in force; `effective_to` is its last day, None while it stands."""

    book: str
    name: str
    source: bytes
    sha256: str
    effective_from: date
    effective_to: date | None


def load(path: Path, model: type[R]) -> Loaded[R]:
    return parse(path.read_bytes(), path.name, model)


def parse(source: bytes, file: str, model: type[R]) -> Loaded[R]:
    try:
        data = yaml.load(source, Loader=_LOADER)  # noqa: S506  a safe loader
        rules = model.model_validate(data)
    except yaml.YAMLError as error:
        raise RuleSetBroken(file=file, problem=str(error)) from error
    except ValidationError as error:
        raise RuleSetBroken(file=file, problem=_problems(error, source)) from error
    return Loaded(rules, hashlib.sha256(source).hexdigest(), source, file)


def _problems(error: ValidationError, source: bytes) -> str:
    problems = []
    for each in error.errors():
        where = ".".join(str(step) for step in each["loc"]) or "file"
        problems.append(f"{where} (line {line_of(source, each['loc'])}): {each['msg']}")
    return "; ".join(problems)


class RuleBook(Generic[R]):
    """All versions of one rule-set; answers which is effective on a day and which has a hash."""

    def __init__(self, directory: Path, model: type[R], standing: Sequence[StandingText] = ()) -> None:
        self._directory = directory
        files = sorted(
            (load(path, model) for path in directory.glob("*.yaml")), key=lambda v: (v.rules.id, v.rules.effective_from)
        )
        _refuse_overlaps(files)
        decided = [_standing(text, model) for text in standing]
        self._versions = [*_in_force(decided), *_before(files, decided)]
        self._by_hash = {version.sha256: version for version in (*files, *decided)}
        self._by_hash |= {version.sha256: version for version in self._versions}

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

    def source(self, sha256: str) -> bytes | None:
        found = self._by_hash.get(sha256)
        return None if found is None else found.source

    @property
    def versions(self) -> Sequence[Loaded[R]]:
        return self._versions


def _refuse_overlaps(versions: Sequence[Loaded[R]]) -> None:
    for first, second in pairwise(versions):
        if first.rules.id == second.rules.id and first.rules.covers(second.rules.effective_from):
            raise RuleSetsOverlap(first=first.file, second=second.file, day=second.rules.effective_from.isoformat())


def _standing(text: StandingText, model: type[R]) -> Loaded[R]:
    """The text with the dates that were decided for it, whatever dates it names itself."""
    read = parse(text.source, f"{text.name} ({text.sha256[:12]})", model)
    dates = {"effective_from": text.effective_from, "effective_to": text.effective_to}
    return replace(read, rules=read.rules.model_copy(update=dates))


def _in_force(decided: Iterable[Loaded[R]]) -> list[Loaded[R]]:
    """Of several that begin on one day the last counts: the others were replaced on the same day."""
    newest = {(version.rules.id, version.rules.effective_from): version for version in decided}
    return sorted(newest.values(), key=lambda version: (version.rules.id, version.rules.effective_from))


def _before(files: Iterable[Loaded[R]], decided: Iterable[Loaded[R]]) -> Iterable[Loaded[R]]:
    """The files' versions, each until the institution's own of the same id begins."""
    begins: dict[str, date] = {}
    for own in decided:
        begins[own.rules.id] = min(own.rules.effective_from, begins.get(own.rules.id, date.max))
    for version in files:
        first = begins.get(version.rules.id)
        if first is None or (version.rules.effective_to is not None and version.rules.effective_to < first):
            yield version
        elif version.rules.effective_from < first:
            cut = version.rules.model_copy(update={"effective_to": first - timedelta(days=1)})
            yield replace(version, rules=cut)


class Policies:
    """The folder that compliance people own, and what one institution has put in force instead.

    Each rule-set directory is read once, and once more for an institution that governs it.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._files: Policies = self
        self._standing: Mapping[str, Sequence[StandingText]] = {}
        self._books: dict[tuple[str, type[RuleSet]], RuleBook[RuleSet]] = {}

    def governed(self, standing: Iterable[StandingText]) -> "Policies":
        """The same folder as one institution sees it; `standing` in the order in which the texts take effect."""
        own = Policies(self.directory)
        own._files = self._files
        by_book: dict[str, list[StandingText]] = {}
        for text in standing:
            by_book.setdefault(text.book, []).append(text)
        own._standing = by_book
        return own

    def book(self, name: str, model: type[R]) -> RuleBook[R]:
        key = (name, model)
        if self._files is not self and name not in self._standing:
            return self._files.book(name, model)
        if key not in self._books:
            self._books[key] = RuleBook(self.directory / name, model, self._standing.get(name, ()))
        return self._books[key]  # type: ignore[return-value]

    @property
    def delivered(self) -> "Policies":
        """The folder as it came, whatever an institution has put in force instead."""
        return self._files

    def source(self, sha256: str) -> bytes | None:
        """The text of a rule-set that was read here already: whoever names its hash has it from here."""
        read = [*self._books.values(), *self._files._books.values()]
        return next((source for book in read if (source := book.source(sha256)) is not None), None)
