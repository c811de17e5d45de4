"""The command `check` of every capability that has rule-sets of its own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer

from backend.cli.console import refusals, tell
from backend.core.rulesets import RuleSet, load

_ALONE: Final[Mapping[str, type[RuleSet]]] = MappingProxyType({})


def _in_order(rules: RuleSet) -> str:
    return f"{rules.id}: in order."


def add_check(
    app: typer.Typer,
    what: str,
    model: type[RuleSet],
    *,
    within: Mapping[str, type[RuleSet]] = _ALONE,
    said: Callable[[Any], str] = _in_order,
) -> None:
    """`within` has the models of files that lie in other folders, by the name of the folder; `said` is the answer to
    rules that are in order.
    """

    @app.command("check", help=f"Read {what} and name what is wrong with it, line by line; nothing is stored.")
    def check(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
        with refusals():
            tell(said(load(file, within.get(file.resolve().parent.name, model)).rules))
