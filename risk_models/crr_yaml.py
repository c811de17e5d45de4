"""YAML with its line numbers, so that a refusal can point at the line that has to change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from risk_models.crr_problems import Path, Problem, RuleSetRefusedError

SIGNATURES = "signatures"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where PyYAML was built with it: ten times as fast."""


@dataclass(frozen=True)
class Document:
    """`lines` counts from 1 and holds every mapping key and list entry by its path."""

    file: str
    source: bytes
    data: dict[str, Any]
    lines: Mapping[Path, int]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.source).hexdigest()

    @property
    def content_digest(self) -> str:
        """SHA-256 of what the file says without its signatures: what a signature signs; comments are not part of it."""
        content = {key: value for key, value in self.data.items() if key != SIGNATURES}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def problem(self, path: Path, text: str) -> Problem:
        """At the line of the deepest part of `path` that the file holds; what is no key of the file is passed over."""
        at: Path = ()
        for part in path:
            if (*at, part) in self.lines:
                at = (*at, part)
        return Problem(self.file, self.lines[at], text)

    def refusal(self, error: ValidationError) -> RuleSetRefusedError:
        return RuleSetRefusedError(
            self.problem(found["loc"], f"{'.'.join(map(str, found['loc'])) or 'file'}: {found['msg']}")
            for found in error.errors()
        )


def read(source: bytes, file: str) -> Document:
    try:
        _refuse_aliases(source, file)
        root = yaml.compose(source, Loader=_LOADER)
        data = yaml.load(source, Loader=_LOADER)  # noqa: S506  a safe loader
    except RuleSetRefusedError:
        raise
    except yaml.MarkedYAMLError as error:
        raise RuleSetRefusedError(
            [Problem(file, _line(error.problem_mark), f"This is not YAML: {error.problem}")]
        ) from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day that no month has
        raise RuleSetRefusedError([Problem(file, 1, f"This is not YAML: {error}")]) from error
    if root is None or not isinstance(data, dict):
        raise RuleSetRefusedError([Problem(file, 1, "The file holds no mapping")])
    walked = list(_walk(root, ()))
    lines = {(): root.start_mark.line + 1} | dict(walked)
    _refuse_repeated_keys(walked, file)
    return Document(file, source, data, lines)


def _line(mark: Any) -> int:
    """Counted from 1; a mark is absent where YAML could not tell (its two readers have a type of mark each)."""
    return 1 if mark is None else int(mark.line) + 1


def _refuse_aliases(source: bytes, file: str) -> None:
    """An alias says in one place what stands in another, and a line of its own to point at is missing."""
    for event in yaml.parse(source, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise RuleSetRefusedError(
                [Problem(file, _line(event.start_mark), f"Alias *{event.anchor}: write the value out")]
            )


def _walk(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, key.value), key.start_mark.line + 1
            yield from _walk(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield (*path, position), value.start_mark.line + 1
            yield from _walk(value, (*path, position))


def _refuse_repeated_keys(walked: list[tuple[Path, int]], file: str) -> None:
    seen: set[Path] = set()
    repeated = []
    for path, line in walked:
        if path in seen:
            repeated.append(Problem(file, line, f"{path[-1]} is written twice in the same place"))
        seen.add(path)
    if repeated:
        raise RuleSetRefusedError(repeated)
