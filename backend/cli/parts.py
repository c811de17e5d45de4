"""Commands that are imported when they are called: each needs only its part of the product, the list needs none."""

from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class Deferred(TyperCommand):
    """Stands in the list for a command, and hands over to it when it is called or completed.

    `places` are `module:attribute` below this package; the commands of the second and later join the first's.
    """

    def __init__(self, name: str, words: str, *places: str) -> None:
        super().__init__(name, help=words)
        self._places = places

    def make_context(self, *given: Any, **more: Any) -> Any:
        return self.loaded.make_context(*given, **more)

    @cached_property
    def loaded(self) -> TyperCommand | TyperGroup:
        first, *others = map(_found, self._places)
        whole = typer.Typer()
        if isinstance(first, typer.Typer):
            for other in others:
                first.add_typer(other)
            whole.add_typer(first, name=self.name)
        else:
            whole.command(self.name)(first)
        command: Any = typer.main.get_group(whole).commands[str(self.name)]
        return command  # type: ignore[no-any-return]


def _found(place: str) -> Any:
    module, _, attribute = place.partition(":")
    return getattr(import_module(f"{__package__}.{module}"), attribute)
