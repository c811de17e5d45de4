"""The root key comes from the environment; the tenant keys it wraps lie in a directory, useless without it."""

import os
from collections.abc import Mapping
from pathlib import Path

from backend.privacy.errors import EnvironmentKeyRefused, RootKeyMissing
from backend.privacy.providers.directory import KeyDirectory
from backend.privacy.providers.rooted import RootedKeyProvider
from backend.privacy.providers.roots import Roots, decode_root

ROOT_VARIABLE = "TENURE_ROOT_KEY"


class EnvironmentProvider(RootedKeyProvider):
    """Rotation: the new root in `TENURE_ROOT_KEY`, the old one in `TENURE_ROOT_KEY_PREVIOUS`, then `rewrap`.

    Raises EnvironmentKeyRefused in production unless `allowed`.
    """

    def __init__(
        self,
        directory: Path,
        *,
        production: bool,
        allowed: bool = False,
        environment: Mapping[str, str] = os.environ,
        variable: str = ROOT_VARIABLE,
    ) -> None:
        if production and not allowed:
            raise EnvironmentKeyRefused
        self._environment = environment
        self._variable = variable
        super().__init__(KeyDirectory(directory), self._load)

    def _load(self) -> Roots:
        current = self._root_from(self._variable)
        if current is None:
            raise RootKeyMissing(source=self._variable)
        previous = self._root_from(f"{self._variable}_PREVIOUS")
        return Roots(current, () if previous is None else (previous,))

    def _root_from(self, variable: str) -> bytes | None:
        text = self._environment.get(variable)
        return None if text is None else decode_root(text, variable)
