"""Rule-sets that are YAML files of one model: their kind needs a name, a folder and, where it matters, a simulation."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Generic, Literal, TypeVar

import yaml
from pydantic import ValidationError

from backend.access.context import Context
from backend.core.rulesets import Loaded, Policies, RuleSet, RuleSetBroken, parse
from backend.core.yaml_lines import line_of
from backend.governance import kinds
from backend.governance.documents import Document, Statement, words
from backend.governance.errors import ContentRefused
from backend.governance.kinds import Change, Permission, Progress
from backend.governance.yaml_difference import differences

R = TypeVar("R", bound=RuleSet)


class YamlKind(Generic[R]):
    """Subclass it and give `simulate` (and `stamp`, when the simulation reads records that move).

    `book` is the folder below policies/; its rule-sets are known by their ids, which the content must keep.
    """

    format: Literal["yaml"] = "yaml"
    permission: Permission = kinds.RULESETS

    def __init__(self, name: str, title: str, book: str, model: type[R]) -> None:
        self.name = name
        self.title = title
        self.book = book
        self._model = model

    def initial(self, policies: Policies, on: date) -> Mapping[str, bytes]:
        versions = Policies(policies.directory).book(self.book, self._model).versions
        return {version.rules.id: version.source for version in versions if version.rules.covers(on)}

    def parse(self, name: str, content: bytes) -> Loaded[R]:
        try:
            loaded = parse(content, name, self._model)
        except RuleSetBroken as error:
            line, problem = _place(content, error)
            raise ContentRefused(field="content", line=line, problem=problem) from error
        if loaded.rules.id != name:
            problem = f"the rule-set calls itself “{loaded.rules.id}” and not “{name}”"
            raise ContentRefused(field="content", line=line_of(content, ("id",)), problem=problem)
        return loaded

    def diff(self, base: Loaded[R] | None, proposed: Loaded[R]) -> Sequence[Change]:
        return differences(None if base is None else yaml.safe_load(base.source), yaml.safe_load(proposed.source))

    async def simulate(self, ctx: Context, base: Loaded[R] | None, proposed: Loaded[R], progress: Progress) -> Document:
        """For kinds whose rules touch no record before they are asked: says so, and how much differs."""
        count = len(self.diff(base, proposed))
        await progress(1, 1)
        told = words("{count} rules or values differ.", count=count)
        alone = words("These rules decide nothing that is recorded already; what they change, the difference shows.")
        return Document(statements=(Statement(told), Statement(alone)))

    async def stamp(self, ctx: Context) -> str:
        return "none"

    async def check(self, ctx: Context, base: Loaded[R] | None, proposed: Loaded[R]) -> None:
        """Whatever can be read may come into force."""

    async def enacted(self, ctx: Context, name: str, proposed: Loaded[R], sha256: str) -> None:
        """Nothing else changes with it."""


def _place(content: bytes, error: RuleSetBroken) -> tuple[int, str]:
    cause = error.__cause__
    if isinstance(cause, yaml.MarkedYAMLError) and cause.problem_mark is not None:
        return cause.problem_mark.line + 1, str(cause.problem)
    if isinstance(cause, ValidationError):
        first = cause.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        return line_of(content, first["loc"]), f"{where}: {first['msg']}" if where else first["msg"]
    return 0, str(error.params["problem"])
